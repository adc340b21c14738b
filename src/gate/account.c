#include "inside.h"

#include <sodium.h>
#include <string.h>

enum { FAILURES_MOST = 5, TOKEN_BYTES = 32 };
#define REST (15 * 60 * CLOCK_SECOND)
#define SESSION_LONGEST (12 * 3600 * CLOCK_SECOND)

/* ---- account.add ---- */

struct account_add_ready {
    struct id id;
    struct text password;
};

/* Argon2id at libsodium's "interactive" strength: 64 MiB, two passes. */
int password_hash(struct arena *arena, struct text password, struct text *hash, struct error *error)
{
    char *out = arena_alloc(arena, crypto_pwhash_STRBYTES);
    if (!out)
        return arena_error(arena, error);
    if (crypto_pwhash_str(out, password.p, password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        return error_set(error, ERROR_SYSTEM, "", "Free some memory.", "not enough memory to keep a password safely");
    *hash = text_of(out);
    return 0;
}

/* Long, not one character again and again, not the name itself. More rules would make worse passwords. */
int password_check(struct text login, struct text password, struct error *error)
{
    static const char fix[] = "Three or four words that do not belong together are good.";
    bool seen[256] = {false};
    size_t different = 0;
    for (size_t i = 0; i < password.n; i++) {
        different += !seen[(unsigned char)password.p[i]];
        seen[(unsigned char)password.p[i]] = true;
    }
    if (text_length(password) < 12)
        return error_set(error, ERROR_INVALID, "password", fix, "the password needs at least 12 characters");
    if (different < 5)
        return error_set(error, ERROR_INVALID, "password", fix, "the password needs at least 5 different characters");
    if (login.n >= 4 && text_find(password, login) >= 0)
        return error_set(error, ERROR_INVALID, "password", fix, "the password must not contain the name to sign in with");
    return 0;
}

static int account_add_prepare(struct turn *turn, const struct account_add *in, struct account_add_ready **out,
                               struct error *error)
{
    struct account_add_ready *ready = *out = ARENA_NEW(turn->arena, struct account_add_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    int result = password_check(text_trim(in->login), in->password, error);
    if (result)
        return result;
    ready->id = turn_id(turn);
    return password_hash(turn->arena, in->password, &ready->password, error);
}

static int account_add_apply(struct turn *turn, const struct account_add *in, const struct account_add_ready *ready,
                             struct account_added *out, struct error *error)
{
    int64_t there = 0;
    int result = store_one_int(turn->session, "SELECT count(*) FROM post WHERE id = $1",
                               STORE_BIND(STORE_TEXT(id_text(&in->post_id))), &there, error);
    if (!result && !there)
        return error_set(error, ERROR_INVALID, "post_id", "Choose a post from the directory.", "there is no such post");
    if (!result)
        result = store_run(turn->session,
                           "INSERT INTO account (id, post_id, login, password, added_at) VALUES ($1, $2, $3, $4, $5)",
                           STORE_BIND(STORE_TEXT(id_text(&ready->id)), STORE_TEXT(id_text(&in->post_id)),
                                      STORE_TEXT(text_trim(in->login)), STORE_TEXT(ready->password), STORE_INT(turn->now)),
                           NULL, error);
    if (result == ERROR_CONFLICT && !store_retry(turn->session))
        return error_set(error, ERROR_CONFLICT, "login", "Choose another.", "this name to sign in with is taken");
    out->account_id = ready->id;
    return result ? result : turn_wrote(turn, "account", &ready->id, error);
}

static const struct field add_takes[] = {
    FIELD(struct account_add, post_id, .label = "Post", .required = true, .about = "post"),
    FIELD(struct account_add, login, .label = "Name to sign in with", .required = true, .max = 80),
    FIELD(struct account_add, password, .label = "Password", .hint = "At least 12 characters.", .required = true,
          .personal = true, .secret = true),
};
static const struct field add_gives[] = {
    FIELD(struct account_added, account_id, .label = "Account", .about = "account"),
};

COMMAND(account_add, struct account_add, struct account_added, struct account_add_ready, .name = "account.add",
        .title = "Add an account for the holder of a post", TAKES(add_takes), GIVES(add_gives), .pace = PACE_SLOW,
        .may = {.roles = ROLE_ADMINISTRATOR});

/* ---- session.begin ---- */

struct session_begin_ready {
    struct id account, ref;
    struct text password; /* its hash, as it was found */
    bool right;
    char name[65]; /* hash of the name that was tried */
    char token[44], hash[65], form_token[44];
};

void session_token(char out[44])
{
    uint8_t raw[TOKEN_BYTES];
    bytes_random(raw, sizeof raw);
    sodium_bin2base64(out, 44, raw, sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    bytes_wipe(raw, sizeof raw);
}

void session_hash_hex(struct text token, char out[65])
{
    uint8_t hash[32];
    session_hash(token, hash);
    sodium_bin2hex(out, 65, hash, sizeof hash);
}

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
        result = store_run(turn->session, "DELETE FROM session WHERE expires_at < $1", STORE_BIND(STORE_INT(turn->now)),
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

static int session_end_prepare(struct turn *turn, const struct nothing *in, char **ready, struct error *error)
{
    (void)turn, (void)in, (void)ready, (void)error;
    return 0;
}

static int session_end_apply(struct turn *turn, const struct nothing *in, const char *ready, struct session_ended *out,
                             struct error *error)
{
    (void)in, (void)ready;
    out->ended = true;
    return store_run(turn->session, "DELETE FROM session WHERE account_id = $1 AND kind = $2",
                     STORE_BIND(STORE_TEXT(id_text(&turn->actor->account)), STORE_INT(SESSION_WEB)), NULL, error);
}

static const struct field end_gives[] = {
    FIELD(struct session_ended, ended, .label = "Ended"),
};

COMMAND(session_end, struct nothing, struct session_ended, char, .name = "session.end", .title = "Sign out",
        GIVES(end_gives), .inside = true, .may = {.roles = ROLES_SIGNED_IN});

/* ---- account.list ---- */

static int account_list_look(struct turn *turn, const struct nothing *in, struct view_rows *out, struct error *error)
{
    (void)in;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT a.id, a.login, p.person, p.title, g.name, a.password = '' FROM account a JOIN post p ON p.id = a.post_id"
                          " JOIN agency g ON g.id = p.agency_id ORDER BY g.name, p.title",
                          STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct account_row *row = view_row(out);
        if (!row)
            return arena_error(turn->arena, error);
        id_parse(store_text(rows, 0), &row->account_id);
        row->login = store_text_in(rows, 1, turn->arena);
        row->person = store_text_in(rows, 2, turn->arena);
        row->title = store_text_in(rows, 3, turn->arena);
        row->agency = store_text_in(rows, 4, turn->arena);
        row->ended = store_bool(rows, 5);
        got = 0;
    }
    return got;
}

static const struct field list_gives[] = {
    FIELD(struct account_row, account_id, .label = "Account", .about = "account"),
    FIELD(struct account_row, login, .label = "Signs in as"),
    FIELD(struct account_row, person, .label = "Person"),
    FIELD(struct account_row, title, .label = "Post"),
    FIELD(struct account_row, agency, .label = "Agency"),
    FIELD(struct account_row, ended, .label = "Ended"),
};

VIEW(account_list, struct nothing, struct account_row, .name = "account.list", .title = "The accounts",
     GIVES(list_gives), .may = {.roles = ROLE_ADMINISTRATOR});
