#include "pack/rules.h"

int notice_raise(struct turn *turn, const struct id *notice, const struct id *post, const char *kind,
                 const struct id *about, struct error *error)
{
    int result = store_run(turn->session,
                           "INSERT INTO notice (id, post_id, kind, about, raised_at) VALUES ($1, $2, $3, $4, $5)",
                           STORE_BIND(STORE_TEXT(id_text(notice)), STORE_TEXT(id_text(post)), STORE_STRING(kind),
                                      STORE_TEXT(id_text(about)), STORE_INT(turn->now)),
                           NULL, error);
    return result ? result : turn_wrote(turn, "notice", notice, error);
}

static const struct choice kinds[] = {
    {"decision-differs", "A colleague decided otherwise than the policy says"},
    {"decision-open", "A colleague decided in a hurry, before the policy’s answer was clear: please review it"},
    {"share-confirmed", "What you shared was received and answered"},
    {"share-received", "Information was shared with you"},
    {"pickup-locked", "A parcel was locked after too many wrong phrases"},
    {"pack-proposed", "Other rules are proposed: look at what they would change, and approve them or not"},
    {"pack-approved", "New guidance applies: read what changes"},
    {"pack-withdrawn", "New guidance that you were told of will not apply"},
    {"pack-case", "The answer for a case of yours changes: look at it again"},
    {"pack-review", "The rules that apply are to be reviewed"},
    {"disposal-proposed", "Something is proposed to be destroyed: look at it, and approve it or not"},
    {"disposal-done", "Something in a case of yours was destroyed"},
    {"disposal-received", "Something that was shared with you was destroyed by its source"},
    {NULL, NULL},
};

/* With the day, where there is one. */
static struct text words_of(struct turn *turn, struct text kind, struct text day)
{
    struct text words = date_words(turn->arena, day_read(day));
    if (words.n && text_equal(kind, TEXT("pack-approved")))
        return arena_format(turn->arena, "New guidance applies from %.*s: read what changes", TEXT_ARGS(words));
    if (words.n && text_equal(kind, TEXT("pack-case")))
        return arena_format(turn->arena, "The answer for a case of yours changes on %.*s: look at it again", TEXT_ARGS(words));
    return choice_label(kinds, kind);
}

/* What is told a while before the day; nobody writes it down, so it stands there until a review is recorded. */
enum { REVIEW_TOLD_DAYS = 30 };

static int add_review(struct turn *turn, struct view_rows *out, struct error *error)
{
    struct id adoption, version;
    struct date due = {0, 0, 0}, today = turn_date(turn);
    if (!(turn->actor->roles & ROLE_GOVERNANCE))
        return 0;
    int result = adoption_on(turn, today, &adoption, &version, error);
    if (!result)
        result = adoption_review_due(turn, &adoption, &due, error);
    if (result || due.year == 0 || date_to_days(due) - date_to_days(today) > REVIEW_TOLD_DAYS)
        return result == ERROR_MISSING ? 0 : result;
    struct notice_row *row = view_row(out);
    if (!row)
        return arena_error(turn->arena, error);
    row->about = adoption;
    row->kind = TEXT("pack-review");
    row->words = arena_format(turn->arena,
                              date_compare(due, today) < 0 ? "The rules that apply should have been reviewed by %.*s"
                                                           : "The rules that apply are to be reviewed by %.*s",
                              TEXT_ARGS(date_words(turn->arena, due)));
    return 0;
}

static int notice_list_look(struct turn *turn, const struct nothing *in, struct view_rows *out, struct error *error)
{
    (void)in;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT n.id, n.about, n.kind, n.raised_at, coalesce(a.from_day, c.from_day, '') FROM notice n"
                          " LEFT JOIN policy_adoption a ON a.id = n.about"
                          " LEFT JOIN policy_adoption c ON n.kind = 'pack-case' AND c.state = 'approved'"
                          "  AND c.approved_at = n.raised_at"
                          " WHERE n.post_id = $1 AND n.done_at IS NULL ORDER BY n.raised_at DESC LIMIT 100",
                          STORE_BIND(STORE_TEXT(id_text(&turn->actor->post))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct notice_row *row = view_row(out);
        if (!row)
            return arena_error(turn->arena, error);
        row->notice_id = column_id(rows, 0);
        row->about = column_id(rows, 1);
        row->kind = store_text_in(rows, 2, turn->arena);
        row->words = words_of(turn, row->kind, store_text(rows, 4));
        row->raised_at.at = store_int(rows, 3);
        got = 0;
    }
    return got ? got : add_review(turn, out, error);
}

static const struct field list_gives[] = {
    FIELD(struct notice_row, notice_id, .label = "Notice", .about = "notice"),
    FIELD(struct notice_row, about, .label = "About"),
    FIELD(struct notice_row, kind, .label = "Kind", .choices = kinds),
    FIELD(struct notice_row, words, .label = "In words"),
    FIELD(struct notice_row, raised_at, .label = "Since"),
};

VIEW(notice_list, struct nothing, struct notice_row, .name = "notice.list", .title = "What waits for you",
     GIVES(list_gives), .may = {.roles = ROLES_SIGNED_IN});

static int notice_done_apply(struct turn *turn, const struct notice_done *in, struct notice_closed *out, struct error *error)
{
    int64_t changed = 0;
    int result = store_run(turn->session, "UPDATE notice SET done_at = $2 WHERE id = $1 AND done_at IS NULL",
                           STORE_BIND(STORE_TEXT(id_text(&in->notice_id)), STORE_INT(turn->now)), &changed, error);
    out->done = true;
    return result || !changed ? result : turn_wrote(turn, "notice", &in->notice_id, error);
}

static const struct field done_takes[] = {
    FIELD(struct notice_done, notice_id, .label = "Notice", .required = true, .about = "notice"),
};
static const struct field done_gives[] = {
    FIELD(struct notice_closed, done, .label = "Done"),
};

COMMAND_DIRECT(notice_done, struct notice_done, struct notice_closed, .name = "notice.done",
               .title = "Take a notice off your list", TAKES(done_takes), GIVES(done_gives),
               .may = {.roles = ROLES_SIGNED_IN, .reach = REACH_NOTICE, .about = offsetof(struct notice_done, notice_id)});
