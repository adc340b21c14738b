#ifndef STORE_BLOB_H
#define STORE_BLOB_H

#include "store/session.h"

/*
 * Content larger than memory (documents of several GiB), written and read piece by piece. The name of a blob is
 * any text of the caller's. The tables are made by store_migrate.
 *
 * A blob is begun, appended to, finished; then it never changes until it is deleted. Each call is one short
 * transaction unless the caller has opened one; for a large upload leave that to the calls, so that other
 * writers get their turn between pieces, and refer to the blob only once it is finished.
 */
enum { STORE_BLOB_PIECE = 256 * 1024 }; /* pieces of this size, or a multiple, are stored best */

/* ERROR_CONFLICT if there is one of that name. `at` is the instant, as store_blob_look tells it. */
int store_blob_begin(struct store_session *session, struct text name, int64_t at, struct error *error);

/*
 * Appends `piece` (at most 64 pieces' worth, 16 MiB) at byte `offset`, which must be the present size: a
 * client that lost the answer asks for the size and goes on from there. ERROR_CONFLICT if it is not, or the
 * blob is finished; ERROR_MISSING if there is no such blob.
 */
int store_blob_append(struct store_session *session, struct text name, int64_t offset, struct text piece,
                      struct error *error);

/* No more will come; `size` must be what is there (ERROR_CONFLICT otherwise). */
int store_blob_finish(struct store_session *session, struct text name, int64_t size, struct error *error);

struct store_blob {
    int64_t size;
    int64_t begun_at;
    bool finished;
};

/* ERROR_MISSING if there is no such blob. */
int store_blob_look(struct store_session *session, struct text name, struct store_blob *out,
                    struct error *error);

/*
 * Reads from byte `offset` into `into`, up to `capacity` bytes. `got` is less than `capacity` only at the end;
 * 0 there. Memory used: `capacity`, and one piece.
 */
int store_blob_read(struct store_session *session, struct text name, int64_t offset, void *into,
                    size_t capacity, size_t *got, struct error *error);

/*
 * Do its pieces follow each other without a gap, none longer than it is read? ERROR_CHECK if not: something could lie there
 * that no reader sees.
 */
int store_blob_check(struct store_session *session, struct text name, const struct store_blob *blob, struct error *error);

/*
 * Deletes, in steps: removes at most `pieces` stored pieces from the end and then, when none is left, the blob
 * itself; `gone` says whether it is. A blob whose deletion has begun cannot be read or appended to (ERROR_MISSING);
 * deleting it again goes on. No such blob: gone, no error.
 */
int store_blob_delete(struct store_session *session, struct text name, int pieces, bool *gone,
                      struct error *error);

#endif
