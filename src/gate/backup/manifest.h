#ifndef GATE_MANIFEST_H
#define GATE_MANIFEST_H

#include "gate/backup.h"

struct ledger_head;

/*
 * The MANIFEST of a backup: a JSON object, and after it a line "sha256 HEX" over all that stands before that line. Names of
 * files are of a fixed list and each stands there once, so nothing outside the backup can be named.
 */
enum { MANIFEST_SIZE = 1 << 16 };

struct text manifest_write(struct arena *arena, const struct backup_manifest *manifest);

/* ERROR_CHECK: altered, cut short, of another version. `where` names the source. */
int manifest_parse(struct arena *arena, struct text source, const char *where, struct backup_manifest *manifest,
                   struct error *error);

struct ledger_head manifest_head(const struct backup_manifest *manifest);

/*
 * Copies (`to` NULL: only reads) one file of a backup and gives size and digest of what was read. Nothing in the way is a
 * symbolic link, and the file is a plain one: ERROR_CHECK. `told` is called with bytes done and is added to.
 */
struct manifest_reading {
    const struct backup_progress *progress;
    const char *what;
    int64_t done, of;
};
int manifest_file(const char *folder, const char *name, const char *to, struct manifest_reading *reading,
                  struct backup_file *file, struct error *error);

/* "data/proviso.db", ...; NULL past the last. The first two must be there. */
const char *manifest_name(size_t index);

#endif
