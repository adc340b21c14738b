#ifndef GATE_SESSIONS_H
#define GATE_SESSIONS_H

#include "gate/account.h"
#include "work.h"

struct gate;

/* Who is signed in: in memory, and in the database behind it. A token is never kept, only its hash. */

enum session_kind { SESSION_WEB, SESSION_BEARER };
struct session {
    uint8_t hash[32];
    enum session_kind kind;
    struct actor actor;
    char form_token[44];
    int64_t begun_at, expires_at, last_seen;
    int64_t seen_written; /* last_seen as the database has it */
};
#define SESSION_EARLY (5 * 60 * CLOCK_SECOND) /* how far a clock may have gone back without ending sessions */

struct sessions *sessions_new(void);
void sessions_free(struct sessions **sessions);

/* Finds one and, if it is alive, marks it as seen; expires_at is 0 if it has ended. False if it is not known here. */
bool sessions_find(struct sessions *sessions, const uint8_t hash[32], int64_t now, int64_t idle, struct session *out);

/*
 * Ask for the generation before the database: a session that was read before its account was forgotten, and comes
 * after, is not taken.
 */
uint64_t sessions_generation(struct sessions *sessions);
void sessions_add(struct sessions *sessions, const struct session *session, uint64_t generation);

/* All of an account: each is looked up in the database again. */
void sessions_forget(struct sessions *sessions, const struct id *account);

/* Those seen at least `after` later than the database knows, as many as there is room for; they count as written. */
struct session_seen {
    char hash[65]; /* as the database's id of it */
    int64_t at;
};
size_t sessions_seen(struct sessions *sessions, int64_t after, struct session_seen *out, size_t room);

/* From the database into memory. ERROR_UNAUTHENTICATED. */
int session_load(struct gate *gate, const uint8_t hash[32], int64_t now, struct session *out, struct error *error);

void session_hash(struct text token, uint8_t hash[32]);
void session_hash_hex(struct text token, char out[65]);
void session_token(char out[44]); /* a new random one */

/* In apply. ERROR_UNAUTHENTICATED where the account has ended, or has another password, since prepare looked. */
struct session_row {
    const char *hash, *form_token;
    struct id account, ref;
    struct text password, label; /* password: its hash as it was found; empty: any */
    enum session_kind kind;
    int64_t expires_at;
};
int session_write(struct turn *turn, const struct session_row *row, struct error *error);

/* NULL, or the account whose sessions have ended with this command. */
const struct id *command_ends_sessions(const struct command *command, const void *in, const struct actor *actor);

/* ---- passwords ---- */

/* May this be one? ERROR_INVALID. */
int password_check(struct text login, struct text password, struct error *error);
int password_hash(struct arena *arena, struct text password, struct text *hash, struct error *error);

#endif
