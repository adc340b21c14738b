#include "sessions.h"

#include <sodium.h>

/* Signing in and out: session.begin, session.end. */

enum { FAILURES_MOST = 5 };
#define REST (15 * 60 * CLOCK_SECOND)
#define SESSION_LONGEST (12 * 3600 * CLOCK_SECOND)

/* ---- session.begin ---- */

struct session_begin_ready {
    struct id account, ref;
    struct text password; /* its hash, as it was found */
    bool right;
    char name[65]; /* hash of the name that was tried */
    char token[44], hash[65], form_token[44];
};

/* So that an unknown name takes as long as a wrong password. Any hash of the right form does. */
static void waste_time(struct text password)
{
    char hash[crypto_pwhash_STRBYTES];
    (void)!crypto_pwhash_str(hash, password.p, password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                             crypto_pwhash_MEMLIMIT_INTERACTIVE);
}

/*
 * An unknown name is treated as a known one with a wrong password, in its answers, its time and its count: who tries
 * does not learn which names there are.
 */
static int check_rest(struct turn *turn, const char *name, struct error *error)
{
    int64_t rests_until = 0;
    int result = store_one_int(turn->session, "SELECT rests_until FROM login_try WHERE name = $1",
                               STORE_BIND(STORE_STRING(name)), &rests_until, error);
    /* one that lies further ahead than a rest is long comes from a clock that was put back since */
    if (result == ERROR_MISSING || (!result && (rests_until <= turn->now || rests_until > turn->now + REST)))
        return 0;
    return result ? result
                  : error_set(error, ERROR_LIMITED, "", "Wait a quarter of an hour, then try again.",
                              "there were too many wrong passwords for this account");
}

static int find_account(struct turn *turn, struct text login, struct session_begin_ready *ready, char **hash,
                        struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session, "SELECT id, password FROM account WHERE login = $1",
                           STORE_BIND(STORE_TEXT(login)), &rows, error);
    *hash = NULL;
    if (result)
        return result == ERROR_MISSING ? 0 : result;
    id_parse(store_text(rows, 0), &ready->account);
    *hash = arena_string(turn->arena, store_text(rows, 1));
    return *hash ? 0 : arena_error(turn->arena, error);
}

static int session_begin_prepare(struct turn *turn, const struct session_begin *in, struct session_begin_ready **out,
                                 struct error *error)
{
    char *hash = NULL;
    struct session_begin_ready *ready = *out = ARENA_NEW(turn->arena, struct session_begin_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    session_hash_hex(text_trim(in->login), ready->name);
    int result = check_rest(turn, ready->name, error);
    if (!result)
        result = find_account(turn, text_trim(in->login), ready, &hash, error);
    if (result)
        return result;
    if (!hash || !hash[0]) { /* unknown, or ended */
        waste_time(in->password);
        return 0;
    }
    ready->password = text_of(hash);
    ready->right = crypto_pwhash_str_verify(hash, in->password.p, in->password.n) == 0;
    if (ready->right) {
        ready->ref = turn_id(turn);
        session_token(ready->token);
        session_token(ready->form_token);
        session_hash_hex(text_of(ready->token), ready->hash);
    }
    return 0;
}

static int count_wrong(struct turn *turn, const char *name, struct error *error)
{
    int result = store_run(turn->session, "DELETE FROM login_try WHERE last_at < $1",
                           STORE_BIND(STORE_INT(turn->now - REST)), NULL, error);
    return result ? result
                  : store_run(turn->session,
                              "INSERT INTO login_try (name, failures, rests_until, last_at) VALUES ($1, 1, 0, $4)"
                              " ON CONFLICT (name) DO UPDATE SET last_at = $4,"
                              " failures = CASE WHEN login_try.failures + 1 >= $2 THEN 0 ELSE login_try.failures + 1 END,"
                              " rests_until = CASE WHEN login_try.failures + 1 >= $2 THEN $3 ELSE login_try.rests_until END",
                              STORE_BIND(STORE_STRING(name), STORE_INT(FAILURES_MOST), STORE_INT(turn->now + REST),
                                         STORE_INT(turn->now)),
                              NULL, error);
}

/* The account may have ended, or have a new password, since prepare looked. `password`: as it was then; empty: any. */
static int check_alive(struct turn *turn, const struct id *account, struct text password, struct error *error)
{
    int64_t alive = 0;
    int result = store_one_int(turn->session,
                               "SELECT count(*) FROM account WHERE id = $1 AND password <> '' AND ($2 = '' OR password = $2)",
                               STORE_BIND(STORE_TEXT(id_text(account)), STORE_TEXT(password)), &alive, error);
    return result || alive ? result
                           : error_set(error, ERROR_UNAUTHENTICATED, "", "Sign in again.", "this account has ended or changed");
}

int session_write(struct turn *turn, const struct session_row *row, struct error *error)
{
    int result = check_alive(turn, &row->account, row->password, error);
    if (!result)
        result = store_run(turn->session,
                           "INSERT INTO session (id, account_id, kind, form_token, label, created_at, expires_at, seen_at,"
                           " ref) VALUES ($1, $2, $3, $4, $5, $6, $7, $6, $8)",
                           STORE_BIND(STORE_STRING(row->hash), STORE_TEXT(id_text(&row->account)), STORE_INT(row->kind),
                                      STORE_STRING(row->form_token), STORE_TEXT(row->label), STORE_INT(turn->now),
                                      STORE_INT(row->expires_at), STORE_TEXT(id_text(&row->ref))),
                           NULL, error);
    return result ? result : turn_wrote(turn, "session", &row->ref, error);
}

static int session_begin_apply(struct turn *turn, const struct session_begin *in,
                               const struct session_begin_ready *ready, struct session_begun *out, struct error *error)
{
    (void)in;
    int result = check_rest(turn, ready->name, error); /* again: tries that ran beside this one may have filled the count */
    if (result)
        return result;
    if (!ready->right)
        return count_wrong(turn, ready->name, error);
    result = store_run(turn->session, "DELETE FROM login_try WHERE name = $1", STORE_BIND(STORE_STRING(ready->name)), NULL,
                       error);
    if (!result)
        result = store_run(turn->session, "DELETE FROM session WHERE expires_at < $1", STORE_BIND(STORE_INT(turn->passed)),
                           NULL, error);
    out->expires_at.at = turn->now + SESSION_LONGEST;
    struct session_row row = {.hash = ready->hash,
                              .account = ready->account,
                              .ref = ready->ref,
                              .password = ready->password,
                              .kind = SESSION_WEB,
                              .form_token = ready->form_token,
                              .label = TEXT("browser"),
                              .expires_at = out->expires_at.at};
    if (!result)
        result = session_write(turn, &row, error);
    out->signed_in = true;
    out->token = text_of(ready->token);
    return result;
}

static const struct field begin_takes[] = {
    FIELD(struct session_begin, login, .label = "Name", .required = true, .max = 80),
    FIELD(struct session_begin, password, .label = "Password", .required = true, .personal = true, .secret = true),
};
static const struct field begin_gives[] = {
    FIELD(struct session_begun, signed_in, .label = "Signed in"),
    FIELD(struct session_begun, token, .label = "Token", .secret = true),
    FIELD(struct session_begun, expires_at, .label = "Until"),
};

COMMAND(session_begin, struct session_begin, struct session_begun, struct session_begin_ready, .name = "session.begin",
        .title = "Sign in", TAKES(begin_takes), GIVES(begin_gives), .pace = PACE_SLOW, .inside = true,
        .may = {.roles = ROLES_ALL});

/* ---- session.end: every session of the browser's account that this visit came by ---- */

static int session_end_apply(struct turn *turn, const struct nothing *in, struct session_ended *out, struct error *error)
{
    (void)in;
    out->ended = true;
    return store_run(turn->session, "DELETE FROM session WHERE account_id = $1 AND kind = $2",
                     STORE_BIND(STORE_TEXT(id_text(&turn->actor->account)), STORE_INT(SESSION_WEB)), NULL, error);
}

static const struct field end_gives[] = {
    FIELD(struct session_ended, ended, .label = "Ended"),
};

COMMAND_DIRECT(session_end, struct nothing, struct session_ended, .name = "session.end", .title = "Sign out",
               GIVES(end_gives), .inside = true, .may = {.roles = ROLES_SIGNED_IN});
