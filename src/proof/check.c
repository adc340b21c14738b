#include "proof/check.h"

#include "proof/statement.h"
#include "vault/record.h"

#include <sodium.h>
#include <string.h>

enum { COLUMNS = sizeof PROOF_DECISION_KINDS - 1 };
/* Places of PROOF_DECISION_COLUMNS. */
enum {
    ID, CASE_ID, AGENCY_ID, MADE_BY, PACK, PACK_VERSION, PACK_SHA256, ANSWERED, DECIDED, DIFFERS, RECORDED_AT,
    HAPPENED_AT, KEY_ID, SEALED,
};

static int does_not_hold(struct error *error, const char *what)
{
    return error_set(error, ERROR_CHECK, "proof", "", "%s", what);
}

/* ---- the log ---- */

static int check_log(struct arena *arena, const struct ledger_evidence *evidence, const struct ledger_leaf *leaf,
                     const struct ledger_key *keys, size_t count, struct proof_said *said, struct error *error)
{
    struct ledger_note_verdict *verdict = ARENA_ARRAY(arena, struct ledger_note_verdict, count);
    struct ledger_checkpoint checkpoint;
    if (!verdict)
        return arena_error(arena, error);
    struct text data = {(const char *)leaf->byte, sizeof leaf->byte};
    int result = ledger_evidence_check(arena, evidence, data, keys[0].name, keys, count, &checkpoint, verdict, error);
    if (result)
        return result;
    said->origin = keys[0].name;
    said->log_key = keys[0];
    said->index = evidence->index;
    said->size = checkpoint.head.size;
    said->root = checkpoint.head.root;
    for (size_t i = 1; i < count; i++)
        if (verdict[i].signed_by)
            said->witness[said->witnesses++] =
                (struct proof_witness){keys[i].name, i, ledger_note_time(verdict[i].time)};
    return 0;
}

/* ---- the entry and its row ---- */

static struct text shown(const struct ledger_showing *showing, const char *name)
{
    const struct text *value = ledger_showing_field(showing, name);
    return value && text_is_utf8(*value) ? *value : TEXT("");
}

static int read_entry(const struct ledger_showing *showing, struct proof_said *said, struct error *error)
{
    if (!text_equal(shown(showing, "type"), TEXT("decision.record")))
        return does_not_hold(error, "the entry that it shows did not record a decision");
    if (!instant_parse(shown(showing, "time"), &said->recorded_at))
        return does_not_hold(error, "the entry that it shows has no time");
    said->by = shown(showing, "by");
    said->by_person = shown(showing, "by_person");
    return 0;
}

static int read_row(const struct proof_statement *statement, struct proof_column column[COLUMNS],
                    struct proof_said *said, struct error *error)
{
    const struct ledger_row *row = &statement->showing.item[statement->showing.count - 1].row;
    struct ledger_hash digest = ledger_row_digest_by(&statement->row_key, row->table, row->key, statement->content);
    if (!ledger_hash_equal(&digest, &row->digest))
        return does_not_hold(error, "the decision is not as it was recorded");
    if (!text_equal(row->table, TEXT("decision")))
        return does_not_hold(error, "the row that it shows is not of a decision");
    int result = proof_content_read(statement->content, PROOF_DECISION_KINDS, column, error);
    if (result)
        return result;
    for (size_t i = 0; i < COLUMNS; i++)
        if (column[i].kind == 't' && !text_is_utf8(column[i].text))
            return does_not_hold(error, "the decision is not as decisions are");
    if (!text_equal(column[ID].text, row->key))
        return does_not_hold(error, "the row is of another decision");
    said->decision_id = column[ID].text;
    said->case_id = column[CASE_ID].text;
    said->agency_id = column[AGENCY_ID].text;
    said->post_id = column[MADE_BY].text;
    said->pack = column[PACK].text;
    said->pack_version = column[PACK_VERSION].text;
    said->pack_sha256 = column[PACK_SHA256].text;
    said->answered = column[ANSWERED].text;
    said->decided = column[DECIDED].text;
    said->differs = column[DIFFERS].number != 0;
    said->happened_at = column[HAPPENED_AT].number;
    return 0;
}

/* ---- what is personal ---- */

/* Objects are kept as such, or (before) as the text of one. */
static int read_object(struct arena *arena, const struct json *value, const struct json **out, struct error *error)
{
    *out = json_is(value, JSON_OBJECT) ? value : NULL;
    return json_is(value, JSON_STRING) && value->text.n ? json_read(arena, value->text, "facts", out, error) : 0;
}

static int read_sealed(struct arena *arena, const struct proof_statement *statement, const struct proof_column *sealed,
                       struct proof_said *said, struct error *error)
{
    struct text plain, bound = arena_format(arena, "decision/%.*s", TEXT_ARGS(said->decision_id));
    struct ledger_hash hash = ledger_hash_leaf(statement->sealed);
    const struct json *content;
    if (!bound.p)
        return arena_error(arena, error);
    if (sealed->kind == 'b' ? !text_equal(sealed->text, statement->sealed)
                            : sealed->kind != 'h' || memcmp(sealed->text.p, hash.byte, sizeof hash.byte) != 0)
        return does_not_hold(error, "the sealed part is not that of the decision");
    int result = vault_record_open_by(arena, statement->opener, bound, statement->sealed, &plain, error);
    if (!result)
        result = json_read(arena, plain, "the sealed part", &content, error);
    if (result)
        return result;
    said->personal = true;
    said->reasons = json_text(json_get(content, "reasons"));
    said->consulted = json_text(json_get(content, "consulted"));
    return read_object(arena, json_get(content, "facts"), &said->facts, error);
}

int proof_check(struct arena *arena, struct text file, const struct ledger_key *keys, size_t count,
                struct proof_said *said, struct error *error)
{
    struct ledger_evidence evidence;
    struct proof_statement statement;
    struct ledger_leaf leaf;
    struct proof_column column[COLUMNS];
    *said = (struct proof_said){.index = 0};
    if (count < 1 || count > PROOF_WITNESSES + 1)
        return error_set(error, ERROR_INPUT, "proof", "", "give the key of the log and at most %d of witnesses",
                         PROOF_WITNESSES);
    if (file.n > PROOF_FILE_MAX)
        return error_set(error, ERROR_TOO_LARGE, "proof", "", "it is too large to be a proof");
    int result = ledger_evidence_parse(arena, file, &evidence, error);
    if (!result && !evidence.has_extra)
        result = error_set(error, ERROR_INPUT, "proof", "", "it does not say what it is about");
    if (!result)
        result = proof_statement_parse(arena, evidence.extra, &statement, error);
    if (!result)
        result = ledger_showing_leaf(&statement.showing, &leaf, error);
    if (!result)
        result = check_log(arena, &evidence, &leaf, keys, count, said, error);
    if (!result)
        result = read_entry(&statement.showing, said, error);
    if (!result)
        result = read_row(&statement, column, said, error);
    if (!result && statement.has_sealed)
        result = read_sealed(arena, &statement, &column[SEALED], said, error);
    return result;
}

int proof_check_texts(struct arena *arena, struct text file, const struct text *keys, size_t count,
                      struct proof_said *said, struct error *error)
{
    struct ledger_key *key = ARENA_ARRAY(arena, struct ledger_key, count);
    int result = key ? 0 : arena_error(arena, error);
    for (size_t i = 0; !result && i < count; i++)
        result = ledger_key_parse(keys[i], &key[i], error);
    return result ? result : proof_check(arena, file, key, count, said, error);
}

struct text proof_file_name(struct arena *arena, const struct proof_said *said, const char *ending)
{
    return arena_format(arena, "decision-%.*s%s.%s", TEXT_ARGS(said->decision_id), said->personal ? "-with-reasons" : "",
                        ending);
}

struct text proof_fingerprint(struct arena *arena, const struct ledger_key *key)
{
    struct text text = ledger_key_text(arena, key);
    struct buffer b = buffer_in(arena);
    uint8_t digest[crypto_hash_sha256_BYTES];
    if (!text.p)
        return (struct text){NULL, 0};
    crypto_hash_sha256(digest, (const unsigned char *)text.p, text.n);
    for (size_t i = 0; i < sizeof digest; i++)
        buffer_format(&b, "%s%02x", i && i % 2 == 0 ? " " : "", digest[i]);
    return buffer_failed(&b) ? (struct text){NULL, 0} : buffer_result(&b);
}
