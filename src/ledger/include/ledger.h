#ifndef LEDGER_H
#define LEDGER_H

/*
 * ledger: an append-only log that others can check. RFC 6962 hashing, the tile layout of C2SP tlog-tiles,
 * tree heads as C2SP checkpoints in signed notes, and entries whose fields are committed to one by one, so
 * that any of them can be shown alone. It knows nothing of what the entries are about, nor where its tiles
 * are kept: it is given a small storage interface. Every byte format is written down in docs/record.md.
 *
 *   ledger/hash.h        hashes of leaves, and the root over them
 *   ledger/proof.h       inclusion and consistency proofs: checking
 *   ledger/tile.h        tile coordinates and their paths
 *   ledger/log.h         storage, appending, roots and proofs from tiles, serving tiles, audit
 *   ledger/note.h        signed notes, keys, cosignatures
 *   ledger/checkpoint.h  the text of a checkpoint
 *   ledger/entry.h       entries: committed fields and rows, the sealed body
 *   ledger/showing.h     some fields and rows of an entry, shown without the rest
 *   ledger/evidence.h    a proof in one file: entry index, inclusion proof and checkpoint (C2SP tlog-proof)
 *   ledger/witness.h     asking a witness for its signature, and being one (C2SP tlog-witness)
 *   ledger/folder.h      a storage of plain files, laid out as they are served
 */
#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/evidence.h"
#include "ledger/folder.h"
#include "ledger/hash.h"
#include "ledger/log.h"
#include "ledger/note.h"
#include "ledger/proof.h"
#include "ledger/showing.h"
#include "ledger/tile.h"
#include "ledger/witness.h"

#endif
