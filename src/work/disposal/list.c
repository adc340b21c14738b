#include "inside.h"

#define COLUMNS                                                                                                \
    "SELECT d.id, d.case_id, d.kind, d.rule, d.stands, d.paper, d.media, d.state, d.proposed_at, d.approved_at,"       \
    " d.withdrawn_at, d.final_at, d.gone, p.person, p.title, a.person, a.title, w.person, d.proposed_by, d.agency_id,"  \
    " d.thing_id FROM disposal d JOIN post p ON p.id = d.proposed_by LEFT JOIN post a ON a.id = d.approved_by"          \
    " LEFT JOIN post w ON w.id = d.withdrawn_by"

/* "3 items, 1 decision" as a list again. */
static int split(struct turn *turn, struct text joined, struct text_list *out, struct error *error)
{
    size_t most = 1;
    for (size_t i = 0; i < joined.n; i++)
        most += joined.p[i] == ',';
    struct text *list = ARENA_ARRAY(turn->arena, struct text, most), rest = joined, one;
    if (!list)
        return arena_error(turn->arena, error);
    *out = (struct text_list){list, 0};
    while (joined.n && text_next(&rest, ',', &one))
        list[out->n++] = arena_text(turn->arena, text_trim(one));
    return 0;
}

/* What stays to be read for ever: what kind of thing, when, under which rule, by whom, approved by whom. */
static struct text sentence(struct turn *turn, const struct disposal_row *row)
{
    struct arena *arena = turn->arena;
    if (!row->approved_at.at)
        return TEXT("");
    struct turn then = {.now = row->approved_at.at};
    return arena_format(arena, "%.*s was destroyed on %.*s. The rule: %.*s (%.*s). Proposed by %.*s, %.*s; approved by %.*s, %.*s.",
                        TEXT_ARGS(row->kind_words), TEXT_ARGS(date_words(arena, turn_date(&then))), TEXT_ARGS(row->rule_words),
                        TEXT_ARGS(row->stands), TEXT_ARGS(row->proposed_by), TEXT_ARGS(row->proposed_post),
                        TEXT_ARGS(row->approved_by), TEXT_ARGS(row->approved_post));
}

static int take(struct turn *turn, struct store_rows *rows, struct view_rows *out, struct id *thing, struct error *error)
{
    struct disposal_row *row = view_row(out);
    struct arena *arena = turn->arena;
    if (!row)
        return arena_error(arena, error);
    row->disposal_id = column_id(rows, 0);
    row->case_id = column_id(rows, 1);
    row->kind = store_text_in(rows, 2, arena);
    row->kind_words = choice_label(disposal_kinds, row->kind);
    row->rule = store_text_in(rows, 3, arena);
    row->rule_words = choice_label(disposal_rules, row->rule);
    row->stands = store_text_in(rows, 4, arena);
    row->paper = store_text_in(rows, 5, arena);
    row->paper_words = choice_label(disposal_papers, row->paper);
    row->media = store_text_in(rows, 6, arena);
    row->media_words = choice_label(disposal_medias, row->media);
    row->state = store_text_in(rows, 7, arena);
    row->state_words = choice_label(disposal_states, row->state);
    row->proposed_at.at = store_int(rows, 8);
    row->approved_at.at = store_int(rows, 9);
    row->withdrawn_at.at = store_int(rows, 10);
    row->final_at.at = store_int(rows, 11);
    row->proposed_by = store_text_in(rows, 13, arena);
    row->proposed_post = store_text_in(rows, 14, arena);
    row->approved_by = store_text_in(rows, 15, arena);
    row->approved_post = store_text_in(rows, 16, arena);
    row->withdrawn_by = store_text_in(rows, 17, arena);
    row->proposed_by_you = text_equal(store_text(rows, 18), id_text(&turn->actor->post));
    row->yours = text_equal(store_text(rows, 19), id_text(&turn->actor->agency));
    row->words = sentence(turn, row);
    if (thing)
        *thing = column_id(rows, 20);
    int result = split(turn, store_text(rows, 12), &row->gone, error);
    return result || !arena_exhausted(arena) ? result : arena_error(arena, error);
}

/* Of the agency, to those who answer for it; else those that the post was told of. */
static int disposal_list_look(struct turn *turn, const struct nothing *in, struct view_rows *out, struct error *error)
{
    (void)in;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    bool oversees = turn->actor->roles & ROLES_DISPOSE;
    int got = oversees ? store_query(turn->session, COLUMNS " WHERE d.agency_id = $1 ORDER BY d.proposed_at DESC LIMIT 200",
                                     STORE_BIND(STORE_TEXT(id_text(&turn->actor->agency))), &rows, error)
                       : store_query(turn->session,
                                     COLUMNS " WHERE d.id IN (SELECT n.about FROM notice n WHERE n.post_id = $1"
                                             "  AND n.kind IN ('disposal-done', 'disposal-received'))"
                                             " ORDER BY d.proposed_at DESC LIMIT 200",
                                     STORE_BIND(STORE_TEXT(id_text(&turn->actor->post))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0)
        got = take(turn, rows, out, NULL, error);
    return got;
}

/* ---- one: while it is proposed, with what would go and who stands in the way ---- */

static int add_text(struct turn *turn, struct text_list *list, struct text text, struct error *error)
{
    struct text *grown = arena_grow(turn->arena, (struct text *)(uintptr_t)list->item, list->n, list->n + 1, sizeof *grown);
    if (!grown || !text.p)
        return arena_error(turn->arena, error);
    grown[list->n] = text;
    *list = (struct text_list){grown, list->n + 1};
    return 0;
}

static int read_name(struct turn *turn, struct disposal_row *row, struct error *error)
{
    struct openings sealed = {0};
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session,
                           "SELECT s.id, s.sealed, k.wrapped FROM case_file c JOIN subject s ON s.id = c.subject_id"
                           " LEFT JOIN record_key k ON k.id = s.key_id WHERE c.id = $1",
                           STORE_BIND(STORE_TEXT(id_text(&row->case_id))), &rows, error);
    if (result)
        return result == ERROR_MISSING ? 0 : result;
    if (!openings_add(turn, &sealed, "subject", store_text(rows, 0), store_bytes(rows, 1), store_bytes(rows, 2)))
        return arena_error(turn->arena, error);
    result = turn_open(turn, sealed.row, sealed.n, error);
    if (!result)
        row->name = plain_text(&sealed.row[0], "name");
    return result;
}

/* The agencies and people outside that hold a share of it. */
static int read_recipients(struct turn *turn, const struct thing *thing, struct disposal_row *row, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = RECEIPTS_OF(turn->session, thing,
                          "SELECT DISTINCT COALESCE((SELECT a.name FROM agency a WHERE a.id = r.agency_id),"
                          " 'Somebody outside the partnership')",
                          "", &rows, error);
    while (!got && (got = store_next(rows, error)) > 0)
        got = add_text(turn, &row->recipients, store_text_in(rows, 0, turn->arena), error);
    return got;
}

static int read_holds(struct turn *turn, struct disposal_row *row, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT a.name, p.title, h.until_day FROM legal_hold h JOIN agency a ON a.id = h.agency_id"
                          " JOIN post p ON p.id = h.placed_by WHERE h.case_id = $1 AND h.lifted_at IS NULL"
                          " AND (h.until_day = '' OR h.until_day >= $2) ORDER BY h.placed_at",
                          STORE_BIND(STORE_TEXT(id_text(&row->case_id)), STORE_TEXT(day_write(turn->arena, turn_date_passed(turn)))),
                          &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct text until = date_words(turn->arena, day_read(store_text(rows, 2)));
        struct text words = until.n ? arena_format(turn->arena, "%.*s (%.*s), until %.*s", TEXT_ARGS(store_text(rows, 0)),
                                                   TEXT_ARGS(store_text(rows, 1)), TEXT_ARGS(until))
                                    : arena_format(turn->arena, "%.*s (%.*s), until it is lifted", TEXT_ARGS(store_text(rows, 0)),
                                                   TEXT_ARGS(store_text(rows, 1)));
        got = add_text(turn, &row->holds, words, error);
    }
    return got;
}

static int disposal_read_look(struct turn *turn, const struct disposal_of *in, struct view_rows *out, struct error *error)
{
    struct id id = {""};
    struct doom doom;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session, COLUMNS " WHERE d.id = $1", STORE_BIND(STORE_TEXT(id_text(&in->disposal_id))), &rows, error);
    if (!result)
        result = take(turn, rows, out, &id, error);
    store_done(&rows);
    struct disposal_row *row = result ? NULL : row_at(out, 0);
    if (result || !text_equal(row->state, TEXT("proposed")) || !row->yours)
        return result;
    struct thing thing = {row->kind, row->case_id, id};
    row->thing_id = id;
    result = doom_find(turn, &thing, &doom, error);
    if (result == ERROR_CONFLICT)
        return 0; /* it went with something else: nothing is left to count */
    if (!result)
        result = doom_count(turn, &doom, &row->gone, error);
    if (!result)
        result = read_name(turn, row, error);
    if (!result)
        result = read_recipients(turn, &thing, row, error);
    return result ? result : read_holds(turn, row, error);
}

static const struct field takes[] = {
    FIELD(struct disposal_of, disposal_id, .label = "Disposal", .required = true, .about = "disposal"),
};
static const struct field gives[] = {
    FIELD(struct disposal_row, disposal_id, .label = "Disposal", .about = "disposal"),
    FIELD(struct disposal_row, case_id, .label = "Case", .about = "case"),
    FIELD(struct disposal_row, thing_id, .label = "Which"),
    FIELD(struct disposal_row, kind, .label = "What", .choices = disposal_kinds),
    FIELD(struct disposal_row, kind_words, .label = "What, in words"),
    FIELD(struct disposal_row, rule, .label = "Rule", .choices = disposal_rules),
    FIELD(struct disposal_row, rule_words, .label = "Rule in words"),
    FIELD(struct disposal_row, stands, .label = "Where the reason can be read"),
    FIELD(struct disposal_row, paper, .label = "Copies on paper", .choices = disposal_papers),
    FIELD(struct disposal_row, paper_words, .label = "Copies on paper, in words"),
    FIELD(struct disposal_row, media, .label = "Copies on discs, sticks and drives", .choices = disposal_medias),
    FIELD(struct disposal_row, media_words, .label = "Copies on discs, sticks and drives, in words"),
    FIELD(struct disposal_row, state, .label = "State", .choices = disposal_states),
    FIELD(struct disposal_row, state_words, .label = "State in words"),
    FIELD(struct disposal_row, proposed_by, .label = "Proposed by"),
    FIELD(struct disposal_row, proposed_post, .label = "Their post"),
    FIELD(struct disposal_row, approved_by, .label = "Approved by"),
    FIELD(struct disposal_row, approved_post, .label = "Their post"),
    FIELD(struct disposal_row, withdrawn_by, .label = "Withdrawn by"),
    FIELD(struct disposal_row, proposed_at, .label = "Proposed"),
    FIELD(struct disposal_row, approved_at, .label = "Approved, and destroyed"),
    FIELD(struct disposal_row, withdrawn_at, .label = "Withdrawn"),
    FIELD(struct disposal_row, final_at, .label = "Final"),
    FIELD(struct disposal_row, gone, .label = "What goes, or went"),
    FIELD(struct disposal_row, recipients, .label = "Who else would lose it"),
    FIELD(struct disposal_row, holds, .label = "Legal holds"),
    FIELD(struct disposal_row, proposed_by_you, .label = "You proposed it"),
    FIELD(struct disposal_row, yours, .label = "It is your agency’s"),
    FIELD(struct disposal_row, words, .label = "In a sentence"),
    FIELD(struct disposal_row, name, .label = "Name", .personal = true), /* last: the list does not give it */
};

VIEW(disposal_list, struct nothing, struct disposal_row, .name = "disposal.list",
     .title = "What is to be destroyed, and what was", .gives = gives,
     .gives_n = FIELDS_COUNT(gives) - 1, .may = {.roles = ROLES_STAFF});
VIEW(disposal_read, struct disposal_of, struct disposal_row, .name = "disposal.read",
     .title = "One disposal: what would go, or its tombstone", TAKES(takes), GIVES(gives), .personal = true, .one = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_DISPOSAL, .about = offsetof(struct disposal_of, disposal_id)});
