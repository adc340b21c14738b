#include "internal.h"

static const struct choice kinds[] = {
    {"decision-differs", "A colleague decided otherwise than the policy says"},
    {"decision-open", "A colleague decided in a hurry, before the policy’s answer was clear: please review it"},
    {"share-confirmed", "What you shared was received and answered"},
    {"share-received", "Information was shared with you"},
    {"pickup-locked", "A parcel was locked after too many wrong phrases"},
    {NULL, NULL},
};

static int notice_list_look(struct turn *turn, const struct nothing *in, struct view_rows *out, struct error *error)
{
    (void)in;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT id, about, kind, raised_at FROM notice WHERE post_id = $1 AND done_at IS NULL"
                          " ORDER BY raised_at DESC LIMIT 100",
                          STORE_BIND(STORE_TEXT(id_text(&turn->actor->post))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct notice_row *row = view_row(out);
        if (!row)
            return arena_error(turn->arena, error);
        row->notice_id = column_id(rows, 0);
        row->about = column_id(rows, 1);
        row->kind = store_text_in(rows, 2, turn->arena);
        row->words = choice_label(kinds, row->kind);
        row->raised_at.at = store_int(rows, 3);
        got = 0;
    }
    return got;
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

static int notice_done_prepare(struct turn *turn, const struct notice_done *in, char **ready, struct error *error)
{
    (void)turn, (void)in, (void)ready, (void)error;
    return 0;
}

static int notice_done_apply(struct turn *turn, const struct notice_done *in, const char *ready,
                             struct notice_closed *out, struct error *error)
{
    (void)ready;
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

COMMAND(notice_done, struct notice_done, struct notice_closed, char, .name = "notice.done",
        .title = "Take a notice off your list", TAKES(done_takes), GIVES(done_gives),
        .may = {.roles = ROLES_SIGNED_IN, .reach = REACH_NOTICE, .about = offsetof(struct notice_done, notice_id)});
