#include "inside.h"
#include "sessions.h"

#include "store.h"

#include <stdio.h>
#include <string.h>

/* A long name is cut, but never within a character. */
static void put(char *to, size_t size, struct text from)
{
    size_t n = from.n < size ? from.n : size - 1;
    while (n && n < from.n && ((unsigned char)from.p[n] & 0xc0) == 0x80)
        n--;
    snprintf(to, size, "%.*s", TEXT_ARGS(text_cut(from, 0, n)));
}

int session_load(struct gate *gate, const uint8_t hash[32], int64_t now, struct session *out, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(4096, ARENA_PLAIN);
    if (!arena)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    struct text id = hex_encode(arena, hash, 32);
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_reader(gate->store, &session, error);
    if (!result)
        result = store_one(session,
                           "SELECT s.kind, s.form_token, s.expires_at, a.id, p.id, p.agency_id, p.roles, p.person, p.title,"
                           " g.name, g.kind, s.seen_at, s.created_at FROM session s JOIN account a ON a.id = s.account_id"
                           " JOIN post p ON p.id = a.post_id JOIN agency g ON g.id = p.agency_id"
                           " WHERE s.id = $1 AND s.expires_at > $2 AND s.created_at <= $5"
                           " AND (s.kind = $3 OR (s.seen_at > $4 AND s.seen_at <= $5))",
                           STORE_BIND(STORE_TEXT(id), STORE_INT(now), STORE_INT(SESSION_BEARER), STORE_INT(now - gate->idle),
                                      STORE_INT(now + SESSION_EARLY)),
                           &rows, error);
    if (result == ERROR_MISSING)
        return error_set(error, ERROR_UNAUTHENTICATED, "", "Sign in again.", "you are not signed in, or your session has ended");
    if (result)
        return result;
    *out = (struct session){.kind = store_int(rows, 0) ? SESSION_BEARER : SESSION_WEB,
                            .begun_at = store_int(rows, 12),
                            .expires_at = store_int(rows, 2),
                            .last_seen = now,
                            .seen_written = store_int(rows, 11)};
    memcpy(out->hash, hash, 32);
    put(out->form_token, sizeof out->form_token, store_text(rows, 1));
    struct actor *actor = &out->actor;
    id_parse(store_text(rows, 3), &actor->account);
    id_parse(store_text(rows, 4), &actor->post);
    id_parse(store_text(rows, 5), &actor->agency);
    actor->roles = (uint32_t)store_int(rows, 6);
    put(actor->name, sizeof actor->name, store_text(rows, 7));
    put(actor->title, sizeof actor->title, store_text(rows, 8));
    put(actor->agency_name, sizeof actor->agency_name, store_text(rows, 9));
    put(actor->agency_kind, sizeof actor->agency_kind, store_text(rows, 10));
    store_done(&rows);
    return 0;
}
