#include "internal.h"

enum { DRAFTS_OF_A_POST = 20 };

struct draft_save_ready {
    struct id id;
    struct text sealed;
};

static int draft_save_prepare(struct turn *turn, const struct draft_save *in, struct draft_save_ready **out,
                              struct error *error)
{
    struct draft_save_ready *ready = *out = ARENA_NEW(turn->arena, struct draft_save_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    ready->id = id_is_set(&in->draft_id) ? in->draft_id : turn_id(turn);
    SEAL_BEGIN(turn, w);
    json_key(&w, "content");
    json_put_text(&w, in->content.json);
    return SEAL_END(turn, w, "draft", &ready->id, &ready->sealed, error);
}

/* Only the draft's own post may save it again: reach cannot judge an id that may be new, so the statement does. */
static int draft_save_apply(struct turn *turn, const struct draft_save *in, const struct draft_save_ready *ready,
                            struct draft_saved *out, struct error *error)
{
    int64_t changed = 0;
    int result = store_run(turn->session, "DELETE FROM draft WHERE expires_at < $1", STORE_BIND(STORE_INT(turn->now)),
                           NULL, error);
    if (!result && !id_is_set(&in->draft_id))
        result = store_run(turn->session,
                           "DELETE FROM draft WHERE post_id = $1 AND id NOT IN"
                           " (SELECT id FROM draft WHERE post_id = $1 ORDER BY saved_at DESC LIMIT $2)",
                           STORE_BIND(STORE_TEXT(id_text(&turn->actor->post)), STORE_INT(DRAFTS_OF_A_POST - 1)), NULL,
                           error);
    if (!result)
        result = store_run(
            turn->session,
            "INSERT INTO draft (id, post_id, journey, key_id, sealed, saved_at, expires_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)"
            " ON CONFLICT (id) DO UPDATE SET key_id = $4, sealed = $5, saved_at = $6, expires_at = $7"
            " WHERE draft.post_id = $2",
            STORE_BIND(STORE_TEXT(id_text(&ready->id)), STORE_TEXT(id_text(&turn->actor->post)),
                       STORE_TEXT(in->journey), KEY_ID(turn), SEALED_BYTES(ready->sealed), STORE_INT(turn->now),
                       STORE_INT(turn->now + CLOCK_DAY)),
            &changed, error);
    if (!result && changed == 0)
        return error_set(error, ERROR_MISSING, "draft_id", "Begin again.", "there is no such draft, or it is not yours");
    out->draft_id = ready->id;
    return result;
}

static const struct field save_takes[] = {
    FIELD(struct draft_save, draft_id, .label = "Draft", .about = "draft"),
    FIELD(struct draft_save, journey, .label = "Journey", .required = true),
    FIELD(struct draft_save, content, .label = "What was said so far", .max = 100000, .personal = true),
};
static const struct field save_gives[] = {
    FIELD(struct draft_saved, draft_id, .label = "Draft", .about = "draft"),
};

COMMAND(draft_save, struct draft_save, struct draft_saved, struct draft_save_ready, .name = "draft.save",
        .title = "Keep what was said so far", TAKES(save_takes), GIVES(save_gives), .may = {.roles = ROLES_STAFF});

static int draft_drop_prepare(struct turn *turn, const struct draft_of *in, char **ready, struct error *error)
{
    (void)turn, (void)in, (void)ready, (void)error;
    return 0;
}

static int draft_drop_apply(struct turn *turn, const struct draft_of *in, const char *ready, struct draft_dropped *out,
                            struct error *error)
{
    (void)ready;
    out->gone = true;
    return store_run(turn->session, "DELETE FROM draft WHERE id = $1", STORE_BIND(STORE_TEXT(id_text(&in->draft_id))),
                     NULL, error);
}

static const struct field of_takes[] = {
    FIELD(struct draft_of, draft_id, .label = "Draft", .required = true, .about = "draft"),
};
static const struct field drop_gives[] = {
    FIELD(struct draft_dropped, gone, .label = "Gone"),
};

COMMAND(draft_drop, struct draft_of, struct draft_dropped, char, .name = "draft.drop", .title = "Drop a draft",
        TAKES(of_takes), GIVES(drop_gives),
        .may = {.roles = ROLES_STAFF, .reach = REACH_DRAFT, .about = offsetof(struct draft_of, draft_id)});

static int take_all(struct turn *turn, struct store_rows *rows, struct view_rows *out, struct error *error)
{
    struct openings sealed = {0};
    int got = 0;
    while (!got && (got = store_next(rows, error)) > 0) {
        struct draft_row *row = view_row(out);
        if (!row || !openings_add(turn, &sealed, "draft", store_text(rows, 0), store_bytes(rows, 3), store_bytes(rows, 4)))
            return arena_error(turn->arena, error);
        row->draft_id = column_id(rows, 0);
        row->journey = store_text_in(rows, 1, turn->arena);
        row->saved_at.at = store_int(rows, 2);
        got = 0;
    }
    if (!got)
        got = turn_open(turn, sealed.row, sealed.n, error);
    for (size_t i = 0; !got && i < sealed.n; i++)
        ((struct draft_row *)row_at(out, i))->content = plain_object(&sealed.row[i], "content");
    return got;
}

static int draft_read_look(struct turn *turn, const struct draft_of *in, struct view_rows *out, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT d.id, d.journey, d.saved_at, d.sealed, k.wrapped FROM draft d"
                          " LEFT JOIN record_key k ON k.id = d.key_id WHERE d.id = $1 AND d.expires_at >= $2",
                          STORE_BIND(STORE_TEXT(id_text(&in->draft_id)), STORE_INT(turn->now)), &rows, error);
    return got ? got : take_all(turn, rows, out, error);
}

static int draft_list_look(struct turn *turn, const struct nothing *in, struct view_rows *out, struct error *error)
{
    (void)in;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT d.id, d.journey, d.saved_at, d.sealed, k.wrapped FROM draft d"
                          " LEFT JOIN record_key k ON k.id = d.key_id WHERE d.post_id = $1 AND d.expires_at >= $2"
                          " ORDER BY d.saved_at DESC",
                          STORE_BIND(STORE_TEXT(id_text(&turn->actor->post)), STORE_INT(turn->now)), &rows, error);
    return got ? got : take_all(turn, rows, out, error);
}

static const struct field read_gives[] = {
    FIELD(struct draft_row, draft_id, .label = "Draft", .about = "draft"),
    FIELD(struct draft_row, journey, .label = "Journey"),
    FIELD(struct draft_row, content, .label = "What was said so far", .personal = true),
    FIELD(struct draft_row, saved_at, .label = "Saved"),
};

/* Not personal: one's own words to oneself, that nobody else can look at. */
VIEW(draft_read, struct draft_of, struct draft_row, .name = "draft.read", .title = "A draft of yours",
     TAKES(of_takes), GIVES(read_gives), .one = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_DRAFT, .about = offsetof(struct draft_of, draft_id)});
VIEW(draft_list, struct nothing, struct draft_row, .name = "draft.list", .title = "Your drafts", GIVES(read_gives),
     .may = {.roles = ROLES_STAFF});
