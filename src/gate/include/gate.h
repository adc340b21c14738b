#ifndef GATE_H
#define GATE_H

/*
 * gate: the one door. Who are you, may you, is it well formed, write it down. Faces (pages, REST, command line) reach
 * the partnership's work through it and in no other way.
 *
 *   gate/visit.h     open a partnership's data, visits, looking and acting
 *   gate/account.h   accounts, signing in, bearer tokens: the gate's own commands
 *   gate/backup.h    a copy of a home that can be verified, and a home from it
 *   gate/document.h  documents streamed in and out
 *   gate/escrow.h    shares of the key of backups, for the agencies that keep them
 *   gate/face.h      what the faces are given
 *   gate/forget.h    disposals made final: the epoch of keys turns
 *   gate/form.h      commands' and views' fields from forms and JSON, and to JSON
 *   gate/log.h       the public log: checkpoint, tiles and proofs
 *   gate/pack.h      the policy in force, and the versions that the record keeps
 *   gate/parcel.h    what was picked up with a phrase, kept for a while
 *   gate/replay.h    recorded answers worked out again
 *   gate/report.h    what each role can do and see
 *   gate/verify.h    checking every record against the log
 *   gate/witnesses.h what the log's witnesses have signed
 */
#include "gate/account.h"
#include "gate/backup.h"
#include "gate/document.h"
#include "gate/escrow.h"
#include "gate/face.h"
#include "gate/forget.h"
#include "gate/form.h"
#include "gate/log.h"
#include "gate/pack.h"
#include "gate/parcel.h"
#include "gate/replay.h"
#include "gate/report.h"
#include "gate/verify.h"
#include "gate/visit.h"
#include "gate/witnesses.h"

#endif
