#ifndef PROOF_STATEMENT_H
#define PROOF_STATEMENT_H

#include "ledger.h"

/*
 * From the leaf of an entry to "this row, with this content": the parts of the entry that are shown, the key by which the
 * digest of the row is worked out, and the row's content. The content holds what is personal by its hash only; a statement
 * that shows it too has the sealed bytes and what opens them, and nothing else of the record (vault/record.h).
 */
enum { PROOF_OPENER = 32 };

struct proof_statement {
    struct ledger_showing showing; /* of fields, and one row: the last */
    struct ledger_hash row_key;    /* of the entry; see docs/record.md for what it tells and what it does not */
    struct text content;
    bool has_sealed;
    uint8_t opener[PROOF_OPENER];
    struct text sealed;
};

/* One encoding, and no other bytes parse: ERROR_INPUT. What is parsed lends from `source`. Nothing is checked yet. */
int proof_statement_encode(struct arena *arena, const struct proof_statement *statement, struct text *out,
                           struct error *error);
int proof_statement_parse(struct arena *arena, struct text source, struct proof_statement *statement,
                          struct error *error);

/*
 * The columns of a decision's row in their order, as its content has them. They are written down here apart from the
 * schema: a proof that was handed out must be read by the columns of its day.
 */
#define PROOF_DECISION_COLUMNS                                                                                 \
    "id, case_id, agency_id, made_by, pack, pack_version, pack_sha256, answered, decided, differs, "           \
    "recorded_at, happened_at, key_id, sealed"
#define PROOF_DECISION_KINDS "tttttttttiiitb"

/* A column of a row's content. kind: 'n', 'i', 't', 'h' or 'b', as docs/record.md tells. */
struct proof_column {
    char kind;
    int64_t number;
    struct text text; /* of 'h' the 32 bytes */
};

/* The content of a row of these kinds; `column` has a place for each. ERROR_INPUT. */
int proof_content_read(struct text content, const char *kinds, struct proof_column *column, struct error *error);

#endif
