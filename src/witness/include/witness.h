#ifndef WITNESS_H
#define WITNESS_H

/*
 * witness: who else has seen the log, so that no host can show one tree to some and another to others.
 *
 *   witness/policy.h   which witnesses a checkpoint needs (C2SP tlog-policy)
 *   witness/ask.h      asking the witnesses of a policy what they have seen
 *   witness/rounds.h   a server's thread that has each new checkpoint cosigned
 *   witness/desk.h     the witness itself: what it has seen, what it signs
 *   witness/service.h  the same behind HTTP (C2SP tlog-witness)
 *   witness/mirror.h   a full copy of a log that is believed in nothing
 *   witness/compare.h  two checkpoints, side by side
 */
#include "witness/ask.h"
#include "witness/compare.h"
#include "witness/desk.h"
#include "witness/mirror.h"
#include "witness/policy.h"
#include "witness/rounds.h"
#include "witness/service.h"

#endif
