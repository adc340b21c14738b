#include "gate/backup.h"

#include "folder.h"
#include "gate/verify.h"
#include "inside.h"
#include "manifest.h"
#include "postgres.h"
#include "schema.h"

#include "keyholder.h"
#include "ledger.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct making {
    const struct gate_restoring *asked;
    struct arena *arena;
    const struct backup_progress *progress;
    struct restore_report *report;
    char part[PATH_MAX]; /* HOME.restoring */
};

/* ---- before anything is done ---- */

static int name_seen(void *self, const char *name, struct error *error)
{
    (void)self;
    return error_set(error, ERROR_CONFLICT, name, "Name an empty home: nothing is restored over what is there.",
                     "there is something in the home already");
}

static int check_home(const struct making *making, struct error *error)
{
    const char *home = making->asked->home;
    struct stat status;
    if (lstat(making->part, &status) == 0)
        return error_set(error, ERROR_CONFLICT, making->part, "Remove it, then try again. It may hold keys.",
                         "an earlier restore did not end");
    if (lstat(home, &status) != 0)
        return errno == ENOENT ? 0 : error_system(error, errno, home, "cannot be looked at");
    if (!S_ISDIR(status.st_mode))
        return error_set(error, ERROR_CONFLICT, home, "Name a new folder.", "there is something of this name already");
    int result = folder_list(home, name_seen, NULL, error);
    return result ? error_within(error, home) : 0;
}

static int check_age(const struct making *making, struct error *error)
{
    const struct gate_restoring *asked = making->asked;
    uint64_t entries = making->report->manifest.entries;
    if (asked->seen <= entries || asked->reason.n)
        return 0;
    return error_set(error, ERROR_CHECK, asked->folder,
                     "Look for a newer backup. If there is none, say why with --older-because: it will stand in the record.",
                     "the backup has %llu entries; a witness has seen %llu", (unsigned long long)entries,
                     (unsigned long long)asked->seen);
}

/* A name that no log has had. */
static int name_log(struct making *making, struct error *error)
{
    const struct gate_restoring *asked = making->asked;
    char when[40];
    time_t now = (time_t)((asked->clock ? asked->clock() : clock_now()) / CLOCK_SECOND);
    struct tm parts;
    struct text old = text_of(making->report->manifest.origin);
    ptrdiff_t again = text_find(old, TEXT("/restored-"));
    if (again > 0)
        old.n = (size_t)again; /* of a log that was restored before: its name does not grow each time */
    strftime(when, sizeof when, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &parts));
    if (text_ends(text_of(making->report->manifest.origin), text_of(when))) { /* of a log that began in this very second */
        now++;
        strftime(when, sizeof when, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &parts));
    }
    making->report->origin =
        asked->log_name ? asked->log_name : arena_string(making->arena, arena_format(making->arena, "%.*s/restored-%s", TEXT_ARGS(old), when));
    return making->report->origin ? 0 : arena_error(making->arena, error);
}

/* ---- files and keys ---- */

static int copy_files(const struct making *making, struct error *error)
{
    const struct backup_manifest *manifest = &making->report->manifest;
    struct manifest_reading reading = {making->progress, "copying the backup", 0, 0};
    char to[PATH_MAX];
    int result = 0;
    for (size_t i = 0; i < manifest->files; i++)
        reading.of += manifest->file[i].size;
    for (size_t i = 0; !result && i < manifest->files; i++) {
        struct backup_file file;
        snprintf(to, sizeof to, "%s/%s", making->part, manifest->file[i].name);
        result = manifest_file(making->asked->folder, manifest->file[i].name, to, &reading, &file, error);
        if (!result && (file.size != manifest->file[i].size || memcmp(file.sha256, manifest->file[i].sha256, BACKUP_HASH) != 0)) {
            error_set(error, ERROR_CHECK, file.name, "Use another backup.", "the file is not the one that the backup was made with");
            result = error_within(error, making->asked->folder);
        }
    }
    return result;
}

static int restore_keys(const struct making *making, struct error *error)
{
    const struct gate_restoring *asked = making->asked;
    const struct backup_manifest *manifest = &making->report->manifest;
    char keys[PATH_MAX];
    snprintf(keys, sizeof keys, "%s/keyholder", making->part);
    struct keyholder_restoring restoring = {.program = asked->program,
                                            .home = keys,
                                            .origin = making->report->origin,
                                            .log = manifest->origin,
                                            .epoch = manifest->epoch,
                                            .epoch_count = manifest->epochs,
                                            .share = asked->share,
                                            .share_count = asked->shares,
                                            .identity = asked->identity,
                                            .identity_count = asked->identities,
                                            .keys = asked->keys};
    return keyholder_restore(&restoring, error);
}

/* A backup of an older version becomes one of this. */
static int migrate(const struct making *making, const char *name, const struct store_migration *migrations, size_t n,
                   struct error *error)
{
    char path[PATH_MAX];
    STORE_SCOPE struct store *store = NULL;
    snprintf(path, sizeof path, "%s/%s", making->part, name);
    struct store_settings settings = {
        .database = path, .may_write = true, .append_only = gate_append_only, .append_only_count = gate_append_only_n};
    if (migrations != gate_migrations)
        settings.append_only_count = 0;
    int result = store_open(&settings, &store, error);
    return result ? result : store_migrate(store, migrations, n, error);
}

/* ---- into PostgreSQL ---- */

static void tell_rows(void *context, int64_t done, int64_t of)
{
    const struct making *making = context;
    if (making->progress->tell && of)
        making->progress->tell(making->progress->context, "filling the database", (int)(done * 1000 / of));
}

static int fill(struct making *making, struct error *error)
{
    char record[PATH_MAX], documents[PATH_MAX];
    struct store_progress told = {tell_rows, making};
    snprintf(record, sizeof record, "%s/%s", making->part, manifest_name(0));
    snprintf(documents, sizeof documents, "%s/%s", making->part, manifest_name(1));
    int result = postgres_fill(making->asked->database, record, documents, &told, error);
    if (!result && (unlink(record) != 0 || unlink(documents) != 0)) /* what is verified, and goes on, lies in the database now */
        result = error_system(error, errno, making->part, "the copies cannot be removed");
    return result;
}

/* ---- what was restored, against itself ---- */

static void tell_verify(void *context, int thousandths)
{
    const struct making *making = context;
    if (making->progress->tell)
        making->progress->tell(making->progress->context, "verifying the record", thousandths);
}

/* The old log's name and key: what lies in the database was signed with it. */
static int judge_as_old(const struct backup_manifest *manifest, struct gate *gate, struct error *error)
{
    struct ledger_key key;
    int result = ledger_key_parse(manifest->log_key, &key, error);
    if (result)
        return result;
    snprintf(gate->published.origin, sizeof gate->published.origin, "%s", manifest->origin);
    memcpy(gate->published.public_key, key.public_key, sizeof gate->published.public_key);
    struct ledger_head head = manifest_head(manifest);
    if (gate->published.head.size != head.size || (head.size && !ledger_hash_equal(&gate->published.head.root, &head.root)))
        return error_set(error, ERROR_CHECK, "log_head", "Use another backup.", "the database is not the one that the manifest describes");
    return 0;
}

static struct gate_settings settings_of(const struct making *making, bool read_only)
{
    return (struct gate_settings){.home = making->part,
                                  .database = making->asked->database,
                                  .packs = making->asked->packs,
                                  .pack = making->asked->pack,
                                  .program = making->asked->program,
                                  .clock = making->asked->clock,
                                  .read_only = read_only};
}

static int verify(struct making *making, struct error *error)
{
    struct gate *gate = NULL;
    struct verify_report found = {0};
    struct gate_settings settings = settings_of(making, true);
    struct verify_asked asked = {.progress = tell_verify, .context = making, .names_due = true};
    int result = gate_open(&settings, &gate, error);
    if (!result)
        result = judge_as_old(&making->report->manifest, gate, error);
    if (!result)
        result = gate_verify(gate, making->arena, &asked, &found, error);
    gate_close(&gate);
    making->report->rows = found.rows;
    making->report->looks = found.looks;
    making->report->documents = found.documents;
    making->report->differences = found.lines;
    if (!result && found.differences)
        result = error_set(error, ERROR_CHECK, making->asked->folder, "Use another backup.",
                           "the record in the backup does not hold: %llu differences", (unsigned long long)found.differences);
    return result;
}

/* ---- the record says so ---- */

/* Who runs this, for the record: by the machine's own word. */
static struct text who_runs(struct arena *arena)
{
    char host[65] = "";
    const char *behind = getenv("SUDO_USER");
    const struct passwd *user = getpwuid(getuid());
    gethostname(host, sizeof host - 1);
    if (behind && strlen(behind) < 64)
        return arena_format(arena, "%s on %s", behind, host);
    return arena_format(arena, "%s on %s", user ? user->pw_name : "unknown", host);
}

static int write_down(struct making *making, struct gate *gate, struct error *error)
{
    const struct backup_manifest *manifest = &making->report->manifest;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_SECRET);
    struct visit *visit VISIT_SCOPE = NULL;
    struct record_restored out;
    struct record_restore in = {.made_at.at = manifest->made_at,
                                .entries = (int64_t)manifest->entries,
                                .seen = (int64_t)making->asked->seen,
                                .old_log = text_of(manifest->origin),
                                .new_log = text_of(making->report->origin),
                                .restored_by = who_runs(making->arena),
                                .reason = making->asked->reason};
    for (size_t i = 0; i < manifest->files; i++)
        in.bytes += manifest->file[i].size;
    int result = arena ? visit_begin(gate, arena, &visit, error) : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (result)
        return result;
    visit_as_operator(visit);
    return visit_act_wait(visit, &record_restore_command, &in, &out, error);
}

/* Opened to be written: everything is signed anew, by the new key. */
static int take_over(struct making *making, struct error *error)
{
    struct gate *gate = NULL;
    struct gate_settings settings = settings_of(making, false);
    int result = gate_open(&settings, &gate, error);
    if (!result)
        result = write_down(making, gate, error);
    if (!result) {
        making->report->log_key = gate_log_key(gate, making->arena);
        result = making->report->log_key.p ? 0 : arena_error(making->arena, error);
    }
    gate_close(&gate);
    return result;
}

static int give_name(const struct making *making, struct error *error)
{
    char data[PATH_MAX];
    snprintf(data, sizeof data, "%s/data", making->part);
    int result = file_sync_folder(data, error);
    if (!result && rename(making->part, making->asked->home) != 0)
        result = error_system(error, errno, making->asked->home, "the restored home cannot be given its name");
    return result ? result : file_sync_folder(making->asked->home, error);
}

static int make(struct making *making, struct error *error)
{
    char data[PATH_MAX];
    snprintf(data, sizeof data, "%s/data", making->part);
    if (mkdir(making->part, 0700) != 0 || mkdir(data, 0700) != 0)
        return error_system(error, errno, making->part, "cannot make the folder");
    /* Keys first: who has too few of them need not wait for the files. */
    int result = restore_keys(making, error);
    if (!result)
        result = copy_files(making, error);
    if (!result)
        result = migrate(making, manifest_name(0), gate_migrations, gate_migrations_n, error);
    if (!result)
        result = migrate(making, manifest_name(1), gate_document_migrations, gate_document_migrations_n, error);
    if (!result && making->asked->database)
        result = fill(making, error);
    if (!result)
        result = verify(making, error);
    if (!result)
        result = take_over(making, error);
    return result ? result : give_name(making, error);
}

int gate_restore(const struct gate_restoring *asked, struct arena *arena, const struct backup_progress *progress,
                 struct restore_report *report, struct error *error)
{
    static const struct backup_progress nobody;
    struct making making = {.asked = asked, .arena = arena, .progress = progress ? progress : &nobody, .report = report};
    struct error ignored;
    size_t n = strlen(asked->home);
    *report = (struct restore_report){.manifest.made_at = 0};
    while (n > 1 && asked->home[n - 1] == '/')
        n--;
    if (n + 64 > PATH_MAX || strlen(asked->folder) + 64 > PATH_MAX)
        return error_set(error, ERROR_INPUT, "restore", "", "the path is too long");
    snprintf(making.part, sizeof making.part, "%.*s.restoring", (int)n, asked->home);
    int result = gate_backup_look(asked->folder, arena, &report->manifest, error);
    if (!result)
        result = check_home(&making, error);
    if (!result)
        result = check_age(&making, error);
    if (!result)
        result = name_log(&making, error);
    if (result)
        return result;
    result = make(&making, error);
    if (result && folder_remove(making.part, &ignored) != 0)
        log_line(LOG_LEVEL_WARNING, "restore", "what was begun could not be removed: %s: %s", ignored.where, ignored.what);
    return result;
}
