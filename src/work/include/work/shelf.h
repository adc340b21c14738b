#ifndef WORK_SHELF_H
#define WORK_SHELF_H

#include "base/arena.h"
#include "base/error.h"
#include "base/id.h"

struct policy_pack;
struct policy_pack_files;

/* How far working out the effect of a proposal has come. */
struct shelf_progress {
    bool working;
    size_t done, of;  /* recorded decisions */
    bool failed;      /* it came to an end without a result; it can be asked for again */
};

/*
 * The packs that are at hand, lent to a turn by the gate: the versions that the record keeps, and what lies in the
 * operator's folder of packs.
 */
struct shelf {
    void *self;

    /* A kept version, loaded at most once and never given back while the gate lives. ERROR_MISSING, ERROR_CHECK (it was
     * altered), ERROR_TOO_LARGE (too many are loaded). */
    int (*kept)(void *self, const struct id *version, const struct policy_pack **out, struct error *error);

    /* The pack as it lies in the folder now: give it back by policy_pack_free. Errors as policy_pack_load. */
    int (*folder)(void *self, const char *id, struct policy_pack **out, struct error *error);
    int (*folder_list)(void *self, struct arena *arena, struct text **ids, size_t *n, struct error *error);

    struct shelf_progress (*progress)(void *self, const struct id *adoption);
};

/* SHA-256 over the five files of a pack, in hexadecimal: two versions are one if it is the same. */
enum { SHELF_DIGEST = 65 };
void shelf_digest(const struct policy_pack_files *files, char digest[SHELF_DIGEST]);

#endif
