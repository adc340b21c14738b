#ifndef WITNESS_MIRROR_H
#define WITNESS_MIRROR_H

#include "ledger/log.h"
#include "witness/policy.h"

struct error;

/*
 * A full copy of a log in a folder, kept by somebody who trusts its host in nothing: every entry is hashed into the
 * tree of the copy's own, and the tree must be the one that the log signed, which makes it a continuation of all that
 * was copied before. The folder has the paths of C2SP tlog-tiles, so any web server can publish it as it is.
 *
 * All that is new is synced at once, and the checkpoint is written after that. However a run ends, also by a power cut,
 * the folder is a whole copy of the log as it was at some checkpoint, and the next run goes on from there.
 */
struct witness_mirror_settings {
    const char *url;    /* of the log: <url>/checkpoint, <url>/tile/...; without a slash at its end */
    const char *folder; /* made if it is not there */
    struct ledger_key log;
    const struct witness_policy *policy; /* which witnesses must have signed; NULL: the log's signature is enough */
    const char *ca_file;                 /* PEM file of further certificate authorities, or NULL */
    void (*progress)(void *context, uint64_t done, uint64_t of); /* entries; may be NULL */
    void *context;
};

struct witness_mirror_report {
    uint64_t before, size; /* of the copy */
    uint64_t tiles;        /* of hashes that the host shows, compared with our own */
    uint64_t shown;        /* the size that the host shows; below `before` if it shows an older checkpoint */
};

/*
 * Brings the copy up to what the log shows. First, and without the host, it looks at what it goes on from: its own
 * checkpoint, the tiles at the right edge, the entries of the last unfinished bundle. Of the rest only
 * witness_mirror_check() tells whether it is as it was.
 * ERROR_CHECK: that is damaged; or what the host shows is not a growth of what it showed before, or is not what it
 * signed; a signed checkpoint that speaks against it is kept as <folder>/refused-<size>.
 * ERROR_CONFLICT: another run is under way. ERROR_SYSTEM: network, disk.
 */
int witness_mirror_run(const struct witness_mirror_settings *settings, struct witness_mirror_report *report,
                       struct error *error);

/* Reads all of a copy and checks it: signatures, every entry, every tile. Needs no network. ERROR_CHECK. */
int witness_mirror_check(const char *folder, const struct ledger_key *log, const struct witness_policy *policy,
                         void (*progress)(void *context, uint64_t done, uint64_t of), void *context,
                         struct ledger_head *head, struct error *error);

#endif
