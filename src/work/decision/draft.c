#include "internal.h"

enum { DRAFTS_OF_A_POST = 20 };
/* An expired draft is shown no more; it is destroyed a little later, for the case that it was the clock that erred. */
#define DRAFT_GRACE (CLOCK_DAY / 2)

/*
 * A draft has a key of its own, not that of the entry which tells that it was saved: it goes with the draft, and nobody
 * can read the draft from a backup afterwards.
 */
struct draft_save_ready {
    struct id id;
    struct turn_key key;
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
    json_member_text(&w, "content", in->content.json);
    json_end(&w);
    if (buffer_failed(&w_buffer))
        return arena_error(turn->arena, error);
    return turn_seal_under(turn, &ready->key, "draft", &ready->id, buffer_result(&w_buffer), &ready->sealed, error);
}

static int drop_expired(struct turn *turn, struct error *error)
{
    const struct store_value before = STORE_INT(turn->passed - DRAFT_GRACE);
    int result = store_run(turn->session,
                           "DELETE FROM record_key WHERE id IN (SELECT key_id FROM draft WHERE expires_at < $1)",
                           STORE_BIND(before), NULL, error);
    return result ? result
                  : store_run(turn->session, "DELETE FROM draft WHERE expires_at < $1", STORE_BIND(before), NULL, error);
}

/* The oldest drafts of a post beyond the number that it may have; one more is coming. */
static int drop_surplus(struct turn *turn, struct error *error)
{
    const struct store_value post = STORE_TEXT(id_text(&turn->actor->post)), keep = STORE_INT(DRAFTS_OF_A_POST - 1);
    int result = store_run(turn->session,
                           "DELETE FROM record_key WHERE id IN (SELECT key_id FROM draft WHERE post_id = $1 AND id NOT IN"
                           " (SELECT id FROM draft WHERE post_id = $1 ORDER BY saved_at DESC LIMIT $2))",
                           STORE_BIND(post, keep), NULL, error);
    return result ? result
                  : store_run(turn->session,
                              "DELETE FROM draft WHERE post_id = $1 AND id NOT IN"
                              " (SELECT id FROM draft WHERE post_id = $1 ORDER BY saved_at DESC LIMIT $2)",
                              STORE_BIND(post, keep), NULL, error);
}

/* With its key. Of the actor's own post only, whatever the id says. */
static int drop_one(struct turn *turn, const struct id *draft, struct error *error)
{
    const struct store_value id = STORE_TEXT(id_text(draft)), post = STORE_TEXT(id_text(&turn->actor->post));
    int result = store_run(turn->session,
                           "DELETE FROM record_key WHERE id IN (SELECT key_id FROM draft WHERE id = $1 AND post_id = $2)",
                           STORE_BIND(id, post), NULL, error);
    return result ? result
                  : store_run(turn->session, "DELETE FROM draft WHERE id = $1 AND post_id = $2", STORE_BIND(id, post), NULL,
                              error);
}

/* Only the draft's own post may save it again: reach cannot judge an id that may be new, so the statement does. */
static int draft_save_apply(struct turn *turn, const struct draft_save *in, const struct draft_save_ready *ready,
                            struct draft_saved *out, struct error *error)
{
    int64_t others = 0;
    int result = drop_expired(turn, error);
    if (!result)
        result = id_is_set(&in->draft_id) ? drop_one(turn, &in->draft_id, error) : drop_surplus(turn, error);
    if (!result)
        result = store_one_int(turn->session, "SELECT count(*) FROM draft WHERE id = $1",
                               STORE_BIND(STORE_TEXT(id_text(&ready->id))), &others, error);
    if (!result && others)
        return error_set(error, ERROR_MISSING, "draft_id", "Begin again.", "there is no such draft, or it is not yours");
    if (!result)
        result = turn_own_key_write(turn, &ready->key, error);
    if (!result)
        result = store_run(turn->session,
                           "INSERT INTO draft (id, post_id, journey, key_id, sealed, saved_at, expires_at)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                           STORE_BIND(STORE_TEXT(id_text(&ready->id)), STORE_TEXT(id_text(&turn->actor->post)),
                                      STORE_TEXT(in->journey), STORE_TEXT(id_text(&ready->key.id)),
                                      SEALED_BYTES(ready->sealed), STORE_INT(turn->now), STORE_INT(turn->lasts_from + CLOCK_DAY)),
                           NULL, error);
    out->draft_id = ready->id;
    return result ? result : turn_wrote(turn, "draft", &ready->id, error);
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

static int draft_drop_apply(struct turn *turn, const struct draft_of *in, struct draft_dropped *out, struct error *error)
{
    out->gone = true;
    return drop_one(turn, &in->draft_id, error);
}

static const struct field of_takes[] = {
    FIELD(struct draft_of, draft_id, .label = "Draft", .required = true, .about = "draft"),
};
static const struct field drop_gives[] = {
    FIELD(struct draft_dropped, gone, .label = "Gone"),
};

COMMAND_DIRECT(draft_drop, struct draft_of, struct draft_dropped, .name = "draft.drop", .title = "Drop a draft",
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
