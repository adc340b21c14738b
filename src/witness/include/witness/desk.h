#ifndef WITNESS_DESK_H
#define WITNESS_DESK_H

#include "base/arena.h"

struct error;

/*
 * A witness: keeps, for each log that it was told of, the newest checkpoint that it has cosigned, and cosigns another
 * only if the log has grown consistently from there. C2SP tlog-witness without HTTP.
 *
 * In its home, for its owner only:
 *   key                       its signing key, made at the first start, mode 0600
 *   logs/<SHA-256 of origin>  the newest checkpoint of each log, with its own signature
 *   conflicts/...             two checkpoints of one log that cannot both be true, should it ever be shown such
 *   lock                      held while it runs: two processes cannot share a home
 */
struct witness_desk;

struct witness_desk_settings {
    const char *home;
    const char *name;        /* of its key; only for a new home, NULL: "witness/" and the machine's name */
    const char *const *logs; /* verifier keys; the origin is the key's name */
    size_t log_count;
    int64_t (*clock)(void);  /* NULL: clock_now */
};

/*
 * Makes the home if there is none. ERROR_INPUT: a key that is none, a name other than the home's. ERROR_CONFLICT:
 * another process has the home. ERROR_CHECK: what the home holds was not signed by its key, or by the log's.
 */
int witness_desk_open(const struct witness_desk_settings *settings, struct witness_desk **desk, struct error *error);
void witness_desk_close(struct witness_desk **desk); /* wipes the key; NULL is fine */

/* Its verifier key, for the policies of others. {NULL, 0} past the ceiling. */
struct text witness_desk_key(const struct witness_desk *desk, struct arena *arena);

struct witness_reply {
    int status;       /* of HTTP: 200, 400, 403, 404, 409, 422, or 500 */
    const char *type; /* Content-Type */
    struct text body; /* in the arena, or constant */
};

/*
 * Answers the body of an add-checkpoint. Any thread; requests about one log are taken one at a time. The signature is
 * given out only when the checkpoint is durable; a disk that fails stops the signing for this log until a restart.
 */
void witness_desk_submit(struct witness_desk *desk, struct arena *arena, struct text body,
                         struct witness_reply *reply);

/* The newest cosigned checkpoint of a log, by the SHA-256 of its origin in hexadecimal. False: none. */
bool witness_desk_latest(struct witness_desk *desk, struct arena *arena, struct text origin_hash, struct text *note);

#endif
