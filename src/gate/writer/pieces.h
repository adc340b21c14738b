#ifndef GATE_PIECES_H
#define GATE_PIECES_H

#include "ledger.h"

struct store_session;

/* The log's storage in the database, as this session sees it. */
struct ledger_storage pieces_in(struct store_session *session);

#endif
