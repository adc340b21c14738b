#ifndef TESTS_GATE_BACKUP_HOME_H
#define TESTS_GATE_BACKUP_HOME_H

#include "home.h"

#include "backup/manifest.h"

#include "vault.h"

/* For the tests of backups: a home whose key is kept by three agencies, two of them needed, with a case, a decision and a document. */
enum { AGENCIES = 3, NEEDED = 2, PATH = 200 };

extern struct test_home home;
extern struct vault_identity agency[AGENCIES];
extern char base[64]; /* a folder of its own */
extern char plan[PATH], program[4096];
extern struct arena *arena;
extern struct decided decided;
extern struct id document;

int backup_begin(void **state);
int backup_end(void **state);

/* A path in the place's own folder. */
char *backup_path(char *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool backup_is_there(const char *path);
struct text backup_content(const char *path);
void backup_write(const char *path, struct text content);

void backup_plan(unsigned needed);
/* The agency takes its file from the server's folder, opens it, and keeps the text under this name, whose path is given. */
const char *backup_open_share(const char *from, unsigned epoch, int number, const char *name);

struct gate_settings backup_settings(const char *folder);
int backup_try(const char *folder, struct backup_report *report, struct error *error);
struct backup_report backup_make(const char *folder);

/* `share` ends with NULL. */
struct gate_restoring backup_restoring(const char *folder, const char *to, const char *const *share);
int backup_restore(struct gate_restoring restoring, struct restore_report *report, struct error *error);
/* It is refused with these words, tells what to do, and leaves nothing behind. */
void backup_refused(struct gate_restoring restoring, int code, const char *where, const char *what);

struct gate *backup_open(const char *folder); /* as a server would */

#endif
