#include "sessions.h"

#include <sodium.h>

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
