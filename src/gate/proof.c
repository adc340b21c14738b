/* What proves that the record holds a decision: its entry opened as far as it must be, its row, and the way to the signed root. */
#include "proof_inside.h"
#include "inside.h"
#include "keys.h"
#include "rows.h"
#include "witnesses/witnesses.h"
#include "writer/pieces.h"

#include "gate/log.h"
#include "ledger.h"
#include "proof.h"
#include "vault.h"

#include <string.h>

enum { FIELDS_MOST = 8 };

/* What is known of the row and of the entry that wrote it. */
struct proving {
    struct gate *gate;
    struct store_session *session;
    struct arena *arena;
    struct text id, checkpoint;
    bool personal;
    uint64_t index, size;
    struct ledger_entry entry;
    struct proof_statement statement;
};

static int disposed(struct error *error)
{
    return error_set(error, ERROR_CONFLICT, "decision_id", "Proofs that were made before still hold.",
                     "this decision has been disposed of: no proof of it can be made any more");
}

static int read_entry(struct proving *proving, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    uint8_t plain[1][TURN_KEY_SIZE];
    struct text body;
    struct ledger_leaf leaf;
    int result = store_one(proving->session,
                           "SELECT e.idx, e.key_id, e.leaf, e.sealed, k.wrapped FROM written w JOIN entry e ON e.idx = w.idx"
                           " LEFT JOIN record_key k ON k.id = e.key_id WHERE w.tbl = 'decision' AND w.id = $1",
                           STORE_BIND(STORE_TEXT(proving->id)), &rows, error);
    if (result)
        return result;
    if (store_is_null(rows, 4))
        return disposed(error);
    proving->index = (uint64_t)store_int(rows, 0);
    struct text bound = arena_format(proving->arena, "entry/%.*s", TEXT_ARGS(store_text(rows, 1)));
    struct text wrapped = store_bytes(rows, 4), bytes = store_bytes(rows, 2);
    if (bytes.n != sizeof leaf.byte)
        return error_set(error, ERROR_CHECK, "entry", "Tell the operator: run 'proviso ledger verify'.", "a leaf is damaged");
    memcpy(leaf.byte, bytes.p, sizeof leaf.byte);
    result = keys_open(proving->gate, 1, &wrapped, plain, error);
    if (!result)
        result = vault_record_open(proving->arena, plain[0], bound, store_bytes(rows, 3), &body, error);
    bytes_wipe(plain, sizeof plain);
    return result ? result
                  : ledger_entry_open(proving->arena, body, &leaf, &proving->entry, &proving->statement.row_key, error);
}

/* Its place among the entry's fields and rows. */
static int find_row(const struct proving *proving, size_t *place, const struct ledger_row **row, struct error *error)
{
    for (size_t i = 0; i < proving->entry.row_count; i++) {
        *row = &proving->entry.row[i];
        *place = proving->entry.field_count + i;
        if (text_equal((*row)->table, TEXT("decision")) && text_equal((*row)->key, proving->id))
            return 0;
    }
    return error_set(error, ERROR_CHECK, "entry", "Tell the operator: run 'proviso ledger verify'.",
                     "the entry does not list the decision that it wrote");
}

/* The fields that are shown. Who it was by name is told only together with what is personal. */
static size_t choose_fields(const struct proving *proving, size_t place[FIELDS_MOST])
{
    static const char *const shown[] = {"type", "time", "post", "agency", "by", "by_person"};
    size_t n = 0;
    for (size_t i = 0; i < proving->entry.field_count && n < FIELDS_MOST; i++)
        for (size_t k = 0; k < sizeof shown / sizeof *shown - !proving->personal; k++)
            if (text_equal(proving->entry.field[i].name, text_of(shown[k]))) {
                place[n++] = i;
                break;
            }
    return n;
}

static int show_sealed(struct proving *proving, struct text key_id, struct text sealed, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    uint8_t plain[1][TURN_KEY_SIZE];
    int result = store_one(proving->session, "SELECT wrapped FROM record_key WHERE id = $1", STORE_BIND(STORE_TEXT(key_id)),
                           &rows, error);
    if (result)
        return result == ERROR_MISSING ? disposed(error) : result;
    struct text wrapped = store_bytes(rows, 0);
    result = keys_open(proving->gate, 1, &wrapped, plain, error);
    if (!result)
        result = vault_record_opener(plain[0], sealed, proving->statement.opener, error);
    bytes_wipe(plain, sizeof plain);
    if (result == ERROR_INVALID)
        return error_set(error, ERROR_CONFLICT, "with_reasons", "Take the proof without them.",
                         "this decision was recorded in an older form: its reasons cannot be shown to others in a way that proves them");
    proving->statement.has_sealed = true;
    proving->statement.sealed = arena_text(proving->arena, sealed);
    return result;
}

static int make_statement(struct proving *proving, struct error *error)
{
    enum { KEY_ID = 12, SEALED = 13 }; /* columns of PROOF_DECISION_COLUMNS */
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    const struct ledgered *table = ledgered_find("decision");
    struct proof_statement *statement = &proving->statement;
    const struct ledger_row *row = NULL;
    size_t place[FIELDS_MOST + 1], n = choose_fields(proving, place);
    int result = find_row(proving, &place[n], &row, error);
    if (!result)
        result = ledger_showing_make(proving->arena, &proving->entry, place, n + 1, &statement->showing, error);
    if (!result)
        result = table->one(proving->session, proving->id, &rows, error);
    if (!result)
        result = row_find_content(proving->arena, table, rows, &statement->row_key, row, &statement->content, error);
    if (!result && !statement->content.p)
        result = error_set(error, ERROR_CHECK, "decision", "Tell the operator: run 'proviso ledger verify'.",
                           "the decision is not what the record has of it");
    return result || !proving->personal ? result
                                        : show_sealed(proving, store_text(rows, KEY_ID), store_bytes(rows, SEALED), error);
}

/* The cosigned checkpoint. Beside the server that asks the witnesses, what it has put into the database. */
static int find_cosigned(struct proving *proving, struct text *note, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    if (!proving->gate->read_only)
        return gate_checkpoint_with(proving->gate, proving->arena, proving->index, note, error);
    *note = proving->checkpoint;
    int result = store_one(proving->session, "SELECT note FROM log_cosigned WHERE id = 1 AND size > $1",
                           STORE_BIND(STORE_INT((int64_t)proving->index)), &rows, error);
    if (!result)
        *note = store_text_in(rows, 0, proving->arena);
    return result == ERROR_MISSING ? 0 : result;
}

/* Of the newest checkpoint and the cosigned one that has the entry, the latter; if the picture of the database has all of it. */
static int choose_checkpoint(struct proving *proving, const struct ledger_key *key, struct error *error)
{
    struct ledger_checkpoint newest, cosigned;
    struct text note;
    if (!proving->checkpoint.n)
        return error_set(error, ERROR_CONFLICT, "", "Try again in a few seconds.", "the record has not been signed yet");
    int result = find_cosigned(proving, &note, error);
    if (!result)
        result = ledger_checkpoint_open(proving->arena, proving->checkpoint, key->name, key, 1, &newest, NULL, error);
    if (!result)
        result = ledger_checkpoint_open(proving->arena, note, key->name, key, 1, &cosigned, NULL, error);
    if (result)
        return result;
    proving->size = newest.head.size;
    if (cosigned.head.size <= newest.head.size) {
        proving->checkpoint = note;
        proving->size = cosigned.head.size;
    }
    return proving->size > proving->index ? 0
                                          : error_set(error, ERROR_CONFLICT, "", "Try again in a few seconds.",
                                                      "the newest signature of the record does not cover the decision yet");
}

static int write_file(struct proving *proving, const struct ledger_key *key, struct text *file, struct error *error)
{
    struct ledger_storage pieces = pieces_in(proving->session);
    struct ledger_evidence evidence = {.has_extra = true, .index = proving->index, .checkpoint = proving->checkpoint};
    struct proof_said said;
    int result = proof_statement_encode(proving->arena, &proving->statement, &evidence.extra, error);
    if (!result)
        result = ledger_inclusion(&pieces, proving->arena, proving->size, proving->index, &evidence.inclusion, error);
    if (!result)
        result = ledger_evidence_text(proving->arena, &evidence, file, error);
    if (!result)
        result = proof_check(proving->arena, *file, key, 1, &said, error); /* nothing leaves that does not hold */
    return result;
}

static int prove(struct proving *proving, struct evidence *out, struct error *error)
{
    struct ledger_key key;
    int result = log_verifier_key(proving->gate, &key, error);
    if (!result)
        result = read_entry(proving, error);
    if (!result)
        result = choose_checkpoint(proving, &key, error);
    if (!result)
        result = make_statement(proving, error);
    if (!result)
        result = write_file(proving, &key, &out->file, error);
    bytes_wipe(&proving->entry.salt, sizeof proving->entry.salt);
    out->entry = (int64_t)proving->index;
    out->entries = (int64_t)proving->size;
    out->key = ledger_key_text(proving->arena, &key);
    if (!result && (!out->key.p || arena_exhausted(proving->arena)))
        result = arena_error(proving->arena, error);
    return result;
}

int proof_for_turn(const void *opener, struct turn *turn, const struct id *decision, bool personal, struct evidence *out,
                   struct error *error)
{
    struct proving proving = {.gate = (struct gate *)(uintptr_t)opener,
                              .session = turn->session,
                              .arena = turn->arena,
                              .id = id_text(decision),
                              .checkpoint = turn->checkpoint,
                              .personal = personal};
    return prove(&proving, out, error);
}

/* For the operator, who sees no page that tells it. */
static int tell_missing(const struct proving *proving, struct error *error)
{
    int64_t buried = 0;
    int result = store_one_int(proving->session, "SELECT count(*) FROM tombstone WHERE id = $1 AND tbl = 'decision'",
                               STORE_BIND(STORE_TEXT(proving->id)), &buried, error);
    if (result)
        return result;
    return buried ? disposed(error)
                  : error_set(error, ERROR_MISSING, "--decision", "", "the record has no such decision");
}

int gate_prove(struct gate *gate, struct arena *arena, const struct id *decision, struct evidence *out,
               struct error *error)
{
    struct proving proving = {.gate = gate, .arena = arena, .id = id_text(decision)};
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = gate_checkpoint(gate, arena, &proving.checkpoint, error);
    if (!result)
        result = store_reader(gate->store, &session, error);
    if (!result)
        result = store_begin(session, STORE_READ, error);
    proving.session = session;
    if (!result)
        result = prove(&proving, out, error);
    if (result == ERROR_MISSING && session)
        result = tell_missing(&proving, error);
    store_rollback(session);
    return result;
}
