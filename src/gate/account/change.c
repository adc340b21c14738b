#include "sessions.h"

#include <sodium.h>

/* An account's later life: a new password, and its end when its holder leaves. Either ends every session and token of it. */

static int end_all(struct turn *turn, const struct id *account, struct error *error)
{
    return store_run(turn->session, "DELETE FROM session WHERE account_id = $1", STORE_BIND(STORE_TEXT(id_text(account))),
                     NULL, error);
}

/* Only if it is `present` still; empty: whatever it is. */
static int set_password(struct turn *turn, const struct id *account, struct text present, struct text password,
                        struct error *error)
{
    int64_t changed = 0;
    int result = store_run(turn->session, "UPDATE account SET password = $2 WHERE id = $1 AND ($3 = '' OR password = $3)",
                           STORE_BIND(STORE_TEXT(id_text(account)), STORE_TEXT(password), STORE_TEXT(present)), &changed,
                           error);
    if (!result && !changed)
        return error_set(error, ERROR_MISSING, "account_id", "Look at the list of accounts.",
                         "there is no such account, or it has changed meanwhile");
    if (!result)
        result = turn_wrote(turn, "account", account, error);
    return result ? result : end_all(turn, account, error);
}

/* ---- account.password: one's own ---- */

struct account_password_ready {
    struct text present, password; /* hashes */
};

static int account_password_prepare(struct turn *turn, const struct account_password *in,
                                    struct account_password_ready **out, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct account_password_ready *ready = *out = ARENA_NEW(turn->arena, struct account_password_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    int result = store_one(turn->session, "SELECT login, password FROM account WHERE id = $1",
                           STORE_BIND(STORE_TEXT(id_text(&turn->actor->account))), &rows, error);
    if (result)
        return result;
    struct text login = store_text_in(rows, 0, turn->arena);
    char *hash = arena_string(turn->arena, store_text(rows, 1));
    if (!hash)
        return arena_error(turn->arena, error);
    if (crypto_pwhash_str_verify(hash, in->present.p, in->present.n) != 0)
        return error_set(error, ERROR_INVALID, "present", "", "this is not your present password");
    ready->present = text_of(hash);
    result = password_check(login, in->password, error);
    return result ? result : password_hash(turn->arena, in->password, &ready->password, error);
}

static int account_password_apply(struct turn *turn, const struct account_password *in,
                                  const struct account_password_ready *ready, struct session_ended *out,
                                  struct error *error)
{
    (void)in;
    out->ended = true;
    return set_password(turn, &turn->actor->account, ready->present, ready->password, error);
}

static const struct field password_takes[] = {
    FIELD(struct account_password, present, .label = "Your present password", .required = true, .personal = true,
          .secret = true),
    FIELD(struct account_password, password, .label = "Your new password", .hint = "At least 12 characters.",
          .required = true, .personal = true, .secret = true),
};
static const struct field ended_gives[] = {
    FIELD(struct session_ended, ended, .label = "Every session of the account has ended"),
};

COMMAND(account_password, struct account_password, struct session_ended, struct account_password_ready,
        .name = "account.password", .title = "Change your password", TAKES(password_takes), GIVES(ended_gives),
        .pace = PACE_SLOW, .may = {.roles = ROLES_SIGNED_IN});

/* ---- account.end ---- */

/* No password fits an empty hash. The row stays: what its holder did names it. */
static int account_end_apply(struct turn *turn, const struct account_end *in, struct session_ended *out, struct error *error)
{
    out->ended = true;
    return set_password(turn, &in->account_id, TEXT(""), TEXT(""), error);
}

static const struct field end_takes[] = {
    FIELD(struct account_end, account_id, .label = "Account", .required = true, .about = "account"),
};

COMMAND_DIRECT(account_end, struct account_end, struct session_ended, .name = "account.end",
               .title = "End an account whose holder has left", TAKES(end_takes), GIVES(ended_gives),
               .may = {.roles = ROLE_ADMINISTRATOR});

/* ---- whose sessions does the memory have to forget? ---- */

const struct id *command_ends_sessions(const struct command *command, const void *in, const struct actor *actor)
{
    if (command == &account_end_command)
        return &((const struct account_end *)in)->account_id;
    if (command == &session_end_command || command == &token_end_command || command == &account_password_command)
        return &actor->account;
    return NULL;
}
