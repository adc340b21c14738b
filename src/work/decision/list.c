#include "kept_answers.h"

enum { SCRATCH_MEMORY = 64 << 20 };

#define DECISION_COLUMNS                                                                                       \
    "SELECT d.id, d.case_id, post.person, post.title, d.pack, d.pack_version, d.answered, d.decided,"           \
    " d.differs, d.recorded_at, d.happened_at, d.sealed, k.wrapped, s.id, s.sealed, ks.wrapped, t.together"    \
    " FROM decision d JOIN post ON post.id = d.made_by JOIN case_file c ON c.id = d.case_id"                   \
    " JOIN subject s ON s.id = c.subject_id LEFT JOIN record_key k ON k.id = d.key_id"                         \
    " LEFT JOIN record_key ks ON ks.id = s.key_id LEFT JOIN decision_together t ON t.decision_id = d.id"

/* A member that is JSON, as text; {} where there is none. */
static int read_object(struct turn *turn, const struct sealed_row *own, const char *name, struct json_object *out,
                       struct error *error)
{
    const struct json *value;
    int result = kept_value(turn->arena, own->plain, name, &value, error);
    if (result || !value) {
        out->json = TEXT("{}");
        return result;
    }
    struct buffer b = buffer_in(turn->arena);
    struct json_writer w = json_writer_in(&b);
    json_put(&w, value);
    out->json = buffer_result(&b);
    return buffer_failed(&b) ? arena_error(turn->arena, error) : 0;
}

/* There may be hundreds: what it takes to read one lies in `scratch`, and only the text stays. */
static int read_answers(struct turn *turn, struct arena *scratch, const struct sealed_row *own, struct json_object *out,
                        struct error *error)
{
    struct kept_answers kept;
    struct turn aside = *turn;
    aside.arena = scratch;
    arena_reset(scratch);
    struct buffer b = buffer_in(scratch);
    struct json_writer w = json_writer_in(&b);
    int result = kept_answers_read(&aside, own, &kept, error);
    if (result)
        return result;
    if (kept.n)
        kept_answers_write(&kept, &w);
    if (buffer_failed(&b))
        return arena_error(scratch, error);
    out->json = kept.n ? arena_text(turn->arena, buffer_result(&b)) : TEXT("{}");
    return out->json.p ? 0 : arena_error(turn->arena, error);
}

/* Each row opens two sealed ones: the decision's own and the subject's. */
static int take_all(struct turn *turn, struct store_rows *rows, struct view_rows *out, struct error *error)
{
    struct openings sealed = {0};
    int got = 0;
    ARENA_SCOPE struct arena *scratch = arena_new(SCRATCH_MEMORY, ARENA_SECRET);
    if (!scratch)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    while (!got && (got = store_next(rows, error)) > 0) {
        struct decision_row *row = view_row(out);
        if (!row ||
            !openings_add(turn, &sealed, "decision", store_text(rows, 0), store_bytes(rows, 11), store_bytes(rows, 12)) ||
            !openings_add(turn, &sealed, "subject", store_text(rows, 13), store_bytes(rows, 14), store_bytes(rows, 15)))
            return arena_error(turn->arena, error);
        row->decision_id = column_id(rows, 0);
        row->case_id = column_id(rows, 1);
        row->together = column_id(rows, 16);
        row->made_by = store_text_in(rows, 2, turn->arena);
        row->post = store_text_in(rows, 3, turn->arena);
        row->pack = store_text_in(rows, 4, turn->arena);
        row->pack_version = store_text_in(rows, 5, turn->arena);
        row->answered = store_text_in(rows, 6, turn->arena);
        row->decided = store_text_in(rows, 7, turn->arena);
        row->differs = store_bool(rows, 8);
        row->recorded_at.at = store_int(rows, 9);
        row->happened_at.at = store_int(rows, 10);
        got = 0;
    }
    if (!got)
        got = turn_open(turn, sealed.row, sealed.n, error);
    for (size_t i = 0; !got && i < out->n; i++) {
        struct decision_row *row = row_at(out, i);
        const struct sealed_row *own = &sealed.row[2 * i];
        row->name = plain_text(own + 1, "name");
        row->reasons = plain_text(own, "reasons");
        row->consulted = plain_text(own, "consulted");
        row->pack_digest = plain_text(own, "pack_digest");
        got = read_object(turn, own, "facts", &row->facts, error);
        if (!got)
            got = read_object(turn, own, "facts_of", &row->facts_of, error);
        if (!got)
            got = read_answers(turn, scratch, own, &row->answers, error);
    }
    return got;
}

static int decision_list_look(struct turn *turn, const struct decision_list *in, struct view_rows *out,
                              struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session, DECISION_COLUMNS " WHERE d.case_id = $1 ORDER BY d.recorded_at DESC LIMIT 200",
                          STORE_BIND(STORE_TEXT(id_text(&in->case_id))), &rows, error);
    return got ? got : take_all(turn, rows, out, error);
}

/* The others that were decided at once with it. */
static int read_others(struct turn *turn, struct decision_row *row, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct id *others = NULL;
    int got = store_query(turn->session,
                          "SELECT decision_id FROM decision_together WHERE together = $1 AND decision_id <> $2 ORDER BY decision_id",
                          STORE_BIND(STORE_TEXT(id_text(&row->together)), STORE_TEXT(id_text(&row->decision_id))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct id *grown = arena_grow(turn->arena, others, row->with.n, row->with.n + 1, sizeof *grown);
        if (!grown)
            return arena_error(turn->arena, error);
        others = grown;
        others[row->with.n] = column_id(rows, 0);
        row->with = (struct id_list){others, row->with.n + 1};
        got = 0;
    }
    return got;
}

static int decision_read_look(struct turn *turn, const struct decision_of *in, struct view_rows *out,
                              struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session, DECISION_COLUMNS " WHERE d.id = $1",
                          STORE_BIND(STORE_TEXT(id_text(&in->decision_id))), &rows, error);
    if (!got)
        got = take_all(turn, rows, out, error);
    store_done(&rows);
    struct decision_row *row = got || !out->n ? NULL : row_at(out, 0);
    return row && id_is_set(&row->together) ? read_others(turn, row, error) : got;
}

static int decision_agency_look(struct turn *turn, const struct nothing *in, struct view_rows *out,
                                struct error *error)
{
    (void)in;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          DECISION_COLUMNS " WHERE d.agency_id = $1 ORDER BY d.recorded_at DESC LIMIT $2",
                          STORE_BIND(STORE_TEXT(id_text(&turn->actor->agency)), STORE_INT(DECISIONS_LISTED)), &rows, error);
    return got ? got : take_all(turn, rows, out, error);
}

static const struct field list_takes[] = {
    FIELD(struct decision_list, case_id, .label = "Case", .required = true, .about = "case"),
};
static const struct field read_takes[] = {
    FIELD(struct decision_of, decision_id, .label = "Decision", .required = true, .about = "decision"),
};
static const struct field gives[] = {
    FIELD(struct decision_row, decision_id, .label = "Decision", .about = "decision"),
    FIELD(struct decision_row, case_id, .label = "Case", .about = "case"),
    FIELD(struct decision_row, together, .label = "Decided together with others"),
    FIELD(struct decision_row, with, .label = "The others of them"),
    FIELD(struct decision_row, made_by, .label = "Decided by"),
    FIELD(struct decision_row, post, .label = "Post"),
    FIELD(struct decision_row, name, .label = "About", .personal = true),
    FIELD(struct decision_row, pack, .label = "Policy"),
    FIELD(struct decision_row, pack_version, .label = "Version of the policy"),
    FIELD(struct decision_row, pack_digest, .label = "Digest of the version with its words"),
    FIELD(struct decision_row, answered, .label = "What the policy says", .choices = decision_answers),
    FIELD(struct decision_row, decided, .label = "What was decided", .choices = decision_outcomes),
    FIELD(struct decision_row, reasons, .label = "Reasons", .personal = true),
    FIELD(struct decision_row, consulted, .label = "Talked over with", .personal = true),
    FIELD(struct decision_row, differs, .label = "Differs"),
    FIELD(struct decision_row, recorded_at, .label = "Recorded"),
    FIELD(struct decision_row, happened_at, .label = "Decided"),
    FIELD(struct decision_row, facts, .label = "What was known", .personal = true),
    FIELD(struct decision_row, facts_of, .label = "What was known of some recipients", .personal = true),
    FIELD(struct decision_row, answers, .label = "The answers", .personal = true),
};

VIEW(decision_list, struct decision_list, struct decision_row, .name = "decision.list",
     .title = "The decisions of a case", TAKES(list_takes), GIVES(gives), .personal = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_CASE_REVIEW, .about = offsetof(struct decision_list, case_id)});
VIEW(decision_read, struct decision_of, struct decision_row, .name = "decision.read", .title = "A decision",
     TAKES(read_takes), GIVES(gives), .personal = true, .one = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_DECISION, .about = offsetof(struct decision_of, decision_id)});
VIEW(decision_agency, struct nothing, struct decision_row, .name = "decision.agency",
     .title = "Every decision of your agency, the newest first", GIVES(gives), .personal = true, .each = true,
     .may = {.roles = ROLE_MANAGER | ROLE_LEAD | ROLE_GOVERNANCE});
