#include "sessions.h"

#include <string.h>

/* Tokens with which a program acts for the holder of an account. */

/* ---- token.make ---- */

struct token_make_ready {
    struct id ref;
    char token[60], hash[65], form_token[44];
};

static int token_make_prepare(struct turn *turn, const struct token_make *in, struct token_make_ready **out,
                              struct error *error)
{
    struct token_make_ready *ready = *out = ARENA_NEW(turn->arena, struct token_make_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    if (in->days < 0 || in->days > 90)
        return error_set(error, ERROR_INVALID, "days", "", "a token lasts 1 to 90 days");
    ready->ref = turn_id(turn);
    memcpy(ready->token, "proviso_", 8);
    session_token(ready->token + 8);
    session_token(ready->form_token);
    session_hash_hex(text_of(ready->token), ready->hash);
    return 0;
}

static int token_make_apply(struct turn *turn, const struct token_make *in, const struct token_make_ready *ready,
                            struct token_made *out, struct error *error)
{
    out->token = text_of(ready->token);
    out->expires_at.at = turn->now + (in->days ? in->days : 1) * CLOCK_DAY;
    struct session_row row = {.hash = ready->hash,
                              .account = turn->actor->account,
                              .kind = SESSION_BEARER,
                              .form_token = ready->form_token,
                              .label = in->label,
                              .ref = ready->ref,
                              .expires_at = out->expires_at.at};
    return session_write(turn, &row, error);
}

static const struct field token_takes[] = {
    FIELD(struct token_make, label, .label = "What is it for?", .required = true),
    FIELD(struct token_make, days, .label = "For how many days?", .hint = "1 to 90; 1 if you leave it empty."),
};
static const struct field token_gives[] = {
    FIELD(struct token_made, token, .label = "Token", .hint = "It is shown once."),
    FIELD(struct token_made, expires_at, .label = "Until"),
};

COMMAND(token_make, struct token_make, struct token_made, struct token_make_ready, .name = "token.make",
        .title = "Make a token for a program that acts for you", TAKES(token_takes), GIVES(token_gives),
        .may = {.roles = ROLES_SIGNED_IN});

/* ---- token.list, token.end ---- */

static int token_list_look(struct turn *turn, const struct nothing *in, struct view_rows *out, struct error *error)
{
    (void)in;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT ref, label, created_at, expires_at FROM session"
                          " WHERE account_id = $1 AND kind = $2 AND expires_at > $3 ORDER BY created_at DESC LIMIT 200",
                          STORE_BIND(STORE_TEXT(id_text(&turn->actor->account)), STORE_INT(SESSION_BEARER),
                                     STORE_INT(turn->now)),
                          &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct token_row *row = view_row(out);
        if (!row)
            return arena_error(turn->arena, error);
        id_parse(store_text(rows, 0), &row->token_id);
        row->label = store_text_in(rows, 1, turn->arena);
        row->made_at.at = store_int(rows, 2);
        row->expires_at.at = store_int(rows, 3);
        got = 0;
    }
    return got;
}

static const struct field token_list_gives[] = {
    FIELD(struct token_row, token_id, .label = "Token", .about = "token"),
    FIELD(struct token_row, label, .label = "What it is for"),
    FIELD(struct token_row, made_at, .label = "Made"),
    FIELD(struct token_row, expires_at, .label = "Until"),
};

VIEW(token_list, struct nothing, struct token_row, .name = "token.list", .title = "Your tokens that are alive",
     GIVES(token_list_gives), .may = {.roles = ROLES_SIGNED_IN});

static int token_end_apply(struct turn *turn, const struct token_end *in, struct session_ended *out, struct error *error)
{
    int64_t changed = 0;
    int result = store_run(turn->session, "DELETE FROM session WHERE account_id = $1 AND kind = $2 AND ref = $3",
                           STORE_BIND(STORE_TEXT(id_text(&turn->actor->account)), STORE_INT(SESSION_BEARER),
                                      STORE_TEXT(id_text(&in->token_id))),
                           &changed, error);
    if (!result && !changed)
        return error_set(error, ERROR_MISSING, "token_id", "Look at the list of your tokens.",
                         "you have no such token, or it has ended");
    out->ended = true;
    return result;
}

static const struct field token_end_takes[] = {
    FIELD(struct token_end, token_id, .label = "Token", .required = true, .about = "token"),
};

static const struct field token_end_gives[] = {
    FIELD(struct session_ended, ended, .label = "Ended"),
};

COMMAND_DIRECT(token_end, struct token_end, struct session_ended, .name = "token.end", .title = "End a token",
               TAKES(token_end_takes), GIVES(token_end_gives), .may = {.roles = ROLES_SIGNED_IN});
