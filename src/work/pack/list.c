#include "rules.h"

/* What applied, applies and will apply; what is proposed; the versions themselves. */

static void read_row(struct turn *turn, struct store_rows *rows, struct pack_row *row)
{
    row->adoption_id = column_id(rows, 0);
    row->version_id = column_id(rows, 1);
    row->from = day_read(store_text(rows, 2));
    row->state = store_text_in(rows, 3, turn->arena);
    row->reasons = store_text_in(rows, 4, turn->arena);
    row->proposed_at.at = store_int(rows, 5);
    row->approved_at.at = store_int(rows, 6);
    row->pack = store_text_in(rows, 7, turn->arena);
    row->version = store_text_in(rows, 8, turn->arena);
    row->title = store_text_in(rows, 9, turn->arena);
    row->sha256 = store_text_in(rows, 10, turn->arena);
    row->proposed_by = TEXT("the operator");
    row->approved_by = TEXT("");
    if (!store_is_null(rows, 11))
        row->proposed_by = arena_format(turn->arena, "%.*s, %.*s, %.*s", TEXT_ARGS(store_text(rows, 11)),
                                        TEXT_ARGS(store_text(rows, 12)), TEXT_ARGS(store_text(rows, 13)));
    if (!store_is_null(rows, 14))
        row->approved_by = arena_format(turn->arena, "%.*s, %.*s, %.*s", TEXT_ARGS(store_text(rows, 14)),
                                        TEXT_ARGS(store_text(rows, 15)), TEXT_ARGS(store_text(rows, 16)));
    row->acknowledged = !store_is_null(rows, 17);
    row->effect_at.at = store_int(rows, 18);
    struct id proposer = column_id(rows, 19);
    row->proposed_by_you = id_is_set(&proposer) && id_equal(&proposer, &turn->actor->post);
}

/* Rows come by their first day, the latest first, and of one day the one that holds first. */
static void work_out_states(const struct turn *turn, struct view_rows *out)
{
    struct date today = turn_date(turn), follows = {0, 0, 0};
    bool found = false;
    for (size_t i = 0; i < out->n; i++) {
        struct pack_row *row = row_at(out, i);
        if (!text_equal(row->state, TEXT("approved")))
            continue;
        row->until = follows;
        follows = row->from;
        if (row->from.year && date_compare(row->from, today) > 0) {
            row->state = TEXT("coming");
        } else {
            row->state = found ? TEXT("past") : TEXT("in-force");
            found = true;
        }
    }
}

static void keep_only_on(struct view_rows *out, struct date day)
{
    for (size_t i = 0; i < out->n; i++) {
        const struct pack_row *row = row_at(out, i);
        bool approved = !text_equal(row->state, TEXT("proposed")) && !text_equal(row->state, TEXT("withdrawn"));
        if (!approved || (row->from.year && date_compare(row->from, day) > 0))
            continue;
        *(struct pack_row *)row_at(out, 0) = *row;
        out->n = 1;
        return;
    }
    out->n = 0;
}

static int pack_list_look(struct turn *turn, const struct pack_list *in, struct view_rows *out, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(
        turn->session,
        "SELECT policy_adoption.id, policy_adoption.version_id, from_day, state, reasons, proposed_at, approved_at,"
        " policy_version.pack, policy_version.version, policy_version.title, policy_version.sha256,"
        " p.person, p.title, pa.name, q.person, q.title, qa.name, k.at,"
        " (SELECT max(e.worked_at) FROM policy_effect e WHERE e.adoption_id = policy_adoption.id), proposed_by"
        " FROM policy_adoption JOIN policy_version ON policy_version.id = policy_adoption.version_id"
        " LEFT JOIN post p ON p.id = proposed_by LEFT JOIN agency pa ON pa.id = p.agency_id"
        " LEFT JOIN post q ON q.id = approved_by LEFT JOIN agency qa ON qa.id = q.agency_id"
        " LEFT JOIN policy_acknowledgement k ON k.adoption_id = policy_adoption.id AND k.post_id = $1"
        " ORDER BY from_day DESC, approved_at DESC, policy_adoption.id DESC LIMIT 500",
        STORE_BIND(STORE_TEXT(id_text(&turn->actor->post))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct pack_row *row = view_row(out);
        if (!row)
            return arena_error(turn->arena, error);
        read_row(turn, rows, row);
        got = 0;
    }
    if (got)
        return got;
    work_out_states(turn, out);
    if (in->on.year)
        keep_only_on(out, in->on);
    for (size_t i = 0; !got && i < out->n; i++) {
        struct pack_row *row = row_at(out, i);
        if (text_equal(row->state, TEXT("in-force")))
            got = adoption_review_due(turn, &row->adoption_id, &row->review_due, error);
    }
    return got;
}

static const struct field list_takes[] = {
    FIELD(struct pack_list, on, .label = "On which day?", .hint = "For example 30 9 2026."),
};
static const struct field list_gives[] = {
    FIELD(struct pack_row, adoption_id, .label = "Adoption", .about = "adoption"),
    FIELD(struct pack_row, version_id, .label = "Kept version", .about = "version"),
    FIELD(struct pack_row, pack, .label = "Policy"),
    FIELD(struct pack_row, version, .label = "Version"),
    FIELD(struct pack_row, title, .label = "Title"),
    FIELD(struct pack_row, sha256, .label = "Hash of its rules"),
    FIELD(struct pack_row, state, .label = "State", .choices = pack_states),
    FIELD(struct pack_row, reasons, .label = "What changes, and why"),
    FIELD(struct pack_row, from, .label = "Applies from"),
    FIELD(struct pack_row, until, .label = "Until the day before"),
    FIELD(struct pack_row, proposed_by, .label = "Proposed by"),
    FIELD(struct pack_row, proposed_at, .label = "Proposed"),
    FIELD(struct pack_row, approved_by, .label = "Approved by"),
    FIELD(struct pack_row, approved_at, .label = "Approved"),
    FIELD(struct pack_row, review_due, .label = "Review due"),
    FIELD(struct pack_row, effect_at, .label = "What it would change was worked out"),
    FIELD(struct pack_row, proposed_by_you, .label = "Proposed by you"),
    FIELD(struct pack_row, acknowledged, .label = "You have read what changes"),
};

VIEW(pack_list, struct pack_list, struct pack_row, .name = "pack.list",
     .title = "The rules that apply, applied before, will apply, or are proposed", TAKES(list_takes), GIVES(list_gives),
     .may = {.roles = ROLES_SIGNED_IN});

/* ---- one version ---- */

static int copy_texts(struct arena *arena, struct text_list *out, size_t n, struct text **to)
{
    *to = ARENA_ARRAY(arena, struct text, n);
    *out = (struct text_list){*to, n};
    return *to ? 0 : ERROR_TOO_LARGE;
}

static int pack_read_look(struct turn *turn, const struct pack_version_of *in, struct view_rows *out, struct error *error)
{
    const struct policy_pack *pack;
    int64_t kept_at = 0;
    int result = store_one_int(turn->session, "SELECT kept_at FROM policy_version WHERE id = $1",
                               STORE_BIND(STORE_TEXT(id_text(&in->version_id))), &kept_at, error);
    if (!result)
        result = turn->shelf->kept(turn->shelf->self, &in->version_id, &pack, error);
    if (result)
        return result;
    const struct policy_pack_info *info = policy_pack_info(pack);
    struct pack_version_row *row = view_row(out);
    struct buffer tables = buffer_in(turn->arena);
    struct text *sources, *notes;
    if (!row || copy_texts(turn->arena, &row->sources, info->sources, &sources) ||
        copy_texts(turn->arena, &row->notes, info->notes, &notes))
        return arena_error(turn->arena, error);
    for (size_t i = 0; i < info->sources; i++)
        sources[i] = arena_format(turn->arena, "%.*s: %.*s", TEXT_ARGS(info->source[i].code),
                                  TEXT_ARGS(info->source[i].title));
    for (size_t i = 0; i < info->notes; i++)
        notes[i] = info->note[i];
    row->version_id = in->version_id;
    row->pack = info->id;
    row->version = info->version;
    row->title = info->title;
    row->jurisdiction = info->jurisdiction;
    row->sha256 = info->sha256;
    row->valid_from = day_read(info->valid_from);
    row->valid_to = day_read(info->valid_to);
    row->review_by = day_read(info->review_by);
    row->kept_at.at = kept_at;
    result = policy_show(pack, turn->arena, &tables, error);
    row->tables = buffer_result(&tables);
    return result;
}

static const struct field read_takes[] = {
    FIELD(struct pack_version_of, version_id, .label = "Kept version", .required = true, .about = "version"),
};
static const struct field read_gives[] = {
    FIELD(struct pack_version_row, version_id, .label = "Kept version", .about = "version"),
    FIELD(struct pack_version_row, pack, .label = "Policy"),
    FIELD(struct pack_version_row, version, .label = "Version"),
    FIELD(struct pack_version_row, title, .label = "Title"),
    FIELD(struct pack_version_row, jurisdiction, .label = "Where it holds"),
    FIELD(struct pack_version_row, sha256, .label = "Hash of its rules"),
    FIELD(struct pack_version_row, valid_from, .label = "Holds from"),
    FIELD(struct pack_version_row, valid_to, .label = "Holds to"),
    FIELD(struct pack_version_row, review_by, .label = "To be reviewed by"),
    FIELD(struct pack_version_row, kept_at, .label = "Kept since"),
    FIELD(struct pack_version_row, sources, .label = "Sources", .max = 1000),
    FIELD(struct pack_version_row, notes, .label = "Notes", .max = 1000),
    FIELD(struct pack_version_row, tables, .label = "The rules", .max = 1000000),
};

VIEW(pack_read, struct pack_version_of, struct pack_version_row, .name = "pack.read", .title = "A version of the rules",
     TAKES(read_takes), GIVES(read_gives), .one = true, .may = {.roles = ROLES_SIGNED_IN});
