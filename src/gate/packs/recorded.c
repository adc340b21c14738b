#include "recorded.h"
#include "inside.h"
#include "keys.h"

#include "keyholder.h"
#include "store.h"
#include "work/kept.h"

enum { TOGETHER = KEYHOLDER_BATCH, PIECE_MEMORY = 256 << 20 };

struct sealed_decision {
    struct text id, case_id, sha256, answered;
    struct sealed_row row;
};

struct piece {
    struct gate *gate;
    struct arena *arena, *scratch;
    struct sealed_decision item[TOGETHER];
    size_t n;
    struct id after, after_decision; /* the place that the walk has come to; the second where the first is a case */
};

/* Ids begin with the time: nothing that was made before `since` has a greater one than this. */
static struct id id_before(int64_t since)
{
    return id_new(since > CLOCK_SECOND ? since - CLOCK_SECOND : 0);
}

static int take(struct piece *piece, struct store_rows *rows, struct error *error)
{
    int got = 0;
    piece->n = 0;
    while (!got && piece->n < TOGETHER && (got = store_next(rows, error)) > 0) {
        struct sealed_decision *one = &piece->item[piece->n++];
        if (!id_parse(store_text(rows, 0), &piece->after) || !id_parse(store_text(rows, 1), &piece->after_decision))
            return error_set(error, ERROR_CHECK, "decision", "Run 'proviso ledger verify'.", "the number of a decision or of its case has been altered");
        one->id = store_text_in(rows, 1, piece->arena);
        one->case_id = store_text_in(rows, 2, piece->arena);
        one->sha256 = store_text_in(rows, 3, piece->arena);
        one->answered = store_text_in(rows, 4, piece->arena);
        one->row = (struct sealed_row){.table = "decision",
                                       .row = one->id,
                                       .sealed = store_bytes_in(rows, 5, piece->arena),
                                       .wrapped = store_bytes_in(rows, 6, piece->arena)};
        got = 0;
    }
    return !got && arena_exhausted(piece->arena) ? arena_error(piece->arena, error) : got;
}

static int take_decisions(struct piece *piece, struct store_session *session, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_query(session,
                             "SELECT d.id, d.id, d.case_id, d.pack_sha256, d.answered, d.sealed, k.wrapped FROM decision d"
                             " LEFT JOIN record_key k ON k.id = d.key_id WHERE d.id > $1 ORDER BY d.id LIMIT $2",
                             STORE_BIND(STORE_TEXT(id_text(&piece->after)), STORE_INT(TOGETHER)), &rows, error);
    return result ? result : take(piece, rows, error);
}

/* What was decided at once about a case may be several decisions: one for each outcome. */
static int take_open_cases(struct piece *piece, struct store_session *session, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_query(session,
                             "SELECT c.id, d.id, d.case_id, d.pack_sha256, d.answered, d.sealed, k.wrapped FROM case_file c"
                             " JOIN decision d ON d.case_id = c.id AND d.recorded_at ="
                             "  (SELECT max(x.recorded_at) FROM decision x WHERE x.case_id = c.id)"
                             " LEFT JOIN record_key k ON k.id = d.key_id"
                             " WHERE c.id >= $1 AND (c.id > $1 OR d.id > $2) AND c.status = 'open'"
                             " ORDER BY c.id, d.id LIMIT $3",
                             STORE_BIND(STORE_TEXT(id_text(&piece->after)), STORE_TEXT(id_text(&piece->after_decision)),
                                        STORE_INT(TOGETHER)),
                             &rows, error);
    return result ? result : take(piece, rows, error);
}

/* What the reader makes of one decision's answers. */
static int read_one(struct piece *piece, const struct sealed_decision *one, const struct recorded_reader *reader,
                    struct error *error)
{
    const struct json *list = NULL;
    struct error why = {0};
    int result = kept_answer_list(piece->scratch, one->row.plain, &list, &why);
    if (result == ERROR_TOO_LARGE)
        return arena_error(piece->scratch, error);
    if (result)
        return reader->unreadable(reader->self, one->id, "it holds no answers", error);
    for (size_t i = 0; !result && i < list->count; i++) {
        const struct json *answer = &list->item[i];
        struct recorded found = {.decision_id = one->id,
                                 .case_id = one->case_id,
                                 .sha256 = one->sha256,
                                 .answered = one->answered,
                                 .agency_id = json_text(json_get(answer, "agency_id")),
                                 .kind = json_text(json_get(answer, "kind")),
                                 .facts = json_get(answer, "facts"),
                                 .answer = json_get(answer, "answer"),
                                 .last = i + 1 == list->count};
        if (!json_is(found.facts, JSON_OBJECT) || !json_is(found.answer, JSON_OBJECT))
            return reader->unreadable(reader->self, one->id, "an answer or its facts are not there", error);
        result = reader->answer(reader->self, &found, piece->scratch, error);
    }
    return result;
}

/* Together where all open; one by one where they do not, to tell which. */
static int read_piece(struct piece *piece, const struct recorded_reader *reader, struct error *error)
{
    struct turn turn = {.arena = piece->arena, .opener = piece->gate, .open_keys = keys_open};
    struct sealed_row *rows = ARENA_ARRAY(piece->arena, struct sealed_row, TOGETHER);
    struct error why = {0};
    if (!rows)
        return arena_error(piece->arena, error);
    for (size_t i = 0; i < piece->n; i++)
        rows[i] = piece->item[i].row;
    int together = turn_open(&turn, rows, piece->n, &why), result = 0;
    for (size_t i = 0; !result && i < piece->n; i++) {
        struct sealed_decision *one = &piece->item[i];
        int opened = together ? turn_open(&turn, &one->row, 1, &why) : 0;
        if (!together)
            one->row.plain = rows[i].plain;
        arena_reset(piece->scratch);
        if (opened == ERROR_SYSTEM || opened == ERROR_TOO_LARGE) {
            *error = why;
            return opened;
        }
        if (opened)
            result = reader->unreadable(reader->self, one->id, why.what, error);
        else if (one->row.plain)
            result = read_one(piece, one, reader, error);
        if (reader->decision_done)
            reader->decision_done(reader->self);
        if (!result && reader->stop && atomic_load(reader->stop))
            result = error_set(error, ERROR_CONFLICT, "", "", "it was stopped");
    }
    return result;
}

static int walk(struct gate *gate, struct id after, const struct recorded_reader *reader,
                int (*take_next)(struct piece *piece, struct store_session *session, struct error *error),
                struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(PIECE_MEMORY, ARENA_SECRET);
    ARENA_SCOPE struct arena *scratch = arena_new(PIECE_MEMORY, ARENA_SECRET);
    if (!arena || !scratch)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    struct piece kept = {.gate = gate, .arena = arena, .scratch = scratch, .after = after};
    int result = 0;
    do {
        STORE_SESSION_SCOPE struct store_session *session = NULL;
        arena_reset(arena);
        unsigned entered = keys_enter(gate);
        result = store_reader(gate->store, &session, error);
        if (!result)
            result = take_next(&kept, session, error);
        store_give_back(&session); /* before the slow part */
        if (!result && kept.n)
            result = read_piece(&kept, reader, error);
        keys_leave(gate, entered);
    } while (!result && kept.n == TOGETHER);
    return result;
}

int recorded_walk(struct gate *gate, int64_t since, const struct recorded_reader *reader, struct error *error)
{
    return walk(gate, id_before(since), reader, take_decisions, error);
}

int recorded_walk_open(struct gate *gate, const struct recorded_reader *reader, struct error *error)
{
    return walk(gate, (struct id){""}, reader, take_open_cases, error);
}

int recorded_count(struct gate *gate, int64_t since, int64_t *n, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    struct id after = id_before(since);
    int result = store_reader(gate->store, &session, error);
    return result ? result
                  : store_one_int(session, "SELECT count(*) FROM decision WHERE id > $1",
                                  STORE_BIND(STORE_TEXT(id_text(&after))), n, error);
}
