#ifndef PROOF_H
#define PROOF_H

/*
 * proof: that a decision is in the record, in a file that anybody can check years later with the log's key and nothing
 * else. The file is a C2SP tlog-proof (ledger/evidence.h) whose `extra` is a statement: docs/record.md has it byte by byte.
 *
 *   proof/statement.h  what the file holds beside the proof of the log: making and reading it
 *   proof/check.h      checking a file, and what it then says
 *   proof/words.h      the same for people
 *   proof/receipt.h    the same on a page of PDF
 */
#include "proof/check.h"
#include "proof/receipt.h"
#include "proof/statement.h"
#include "proof/words.h"

#endif
