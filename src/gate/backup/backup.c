#include "gate/backup.h"

#include "folder.h"
#include "gate/verify.h"
#include "inside.h"
#include "manifest.h"
#include "own.h"
#include "postgres.h"

#include "keyholder.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct making {
    const struct gate_settings *settings;
    const char *folder;
    struct arena *arena;
    const struct backup_progress *progress;
    struct backup_report *report;
    struct keyholder_description known; /* before the pictures were taken: they can only have grown since */
    char keys[PATH_MAX];
};

static int describe_keys(struct making *making, struct error *error)
{
    struct keyholder *keyholder = NULL;
    struct keyholder_options options = {.program = making->settings->program, .home = making->keys, .read_only = true};
    int result = keyholder_start(&options, &keyholder, error);
    if (!result)
        result = keyholder_describe(keyholder, &making->known, error);
    keyholder_stop(&keyholder);
    return result;
}

/* ---- copying ---- */

struct stage {
    const struct backup_progress *progress;
    const char *what;
};

static void tell_pages(void *context, int64_t done, int64_t of)
{
    const struct stage *stage = context;
    if (stage->progress->tell && of)
        stage->progress->tell(stage->progress->context, stage->what, (int)(done * 1000 / of));
}

static int write_copy(const struct making *making, struct store_copy *copy, const char *name, const char *what, struct error *error)
{
    char path[PATH_MAX];
    struct stage stage = {making->progress, what};
    struct store_progress progress = {tell_pages, &stage};
    snprintf(path, sizeof path, "%s/%s", making->folder, name);
    return store_copy_write(copy, path, &progress, error);
}

/*
 * A document's row is written when its payload is whole, and goes before it: so the picture of the record is taken first, that
 * of the documents right after it, and every row finds its payload. Only a disposal in the moment between could part them,
 * which the verification tells.
 */
static int copy_both(const struct making *making, struct store *record, struct store *documents, struct error *error)
{
    struct store_copy *first = NULL, *second = NULL;
    int result = store_copy_begin(record, &first, error);
    if (!result)
        result = store_copy_begin(documents, &second, error);
    if (!result)
        result = write_copy(making, first, manifest_name(0), "copying the record", error);
    store_copy_end(&first); /* the server's log may be emptied again while the documents are copied */
    if (!result)
        result = write_copy(making, second, manifest_name(1), "copying the documents", error);
    store_copy_end(&second);
    return result;
}

static int copy_postgres(const struct making *making, struct store *from, struct error *error)
{
    char record[PATH_MAX], documents[PATH_MAX];
    struct stage first = {making->progress, "copying the record"}, second = {making->progress, "copying the documents"};
    struct store_progress told = {tell_pages, &first}, then = {tell_pages, &second};
    snprintf(record, sizeof record, "%s/%s", making->folder, manifest_name(0));
    snprintf(documents, sizeof documents, "%s/%s", making->folder, manifest_name(1));
    return postgres_copy(from, record, documents, &told, &then, error);
}

static int copy_databases(const struct making *making, struct error *error)
{
    char record[PATH_MAX], documents[PATH_MAX];
    const struct gate_settings *settings = making->settings;
    STORE_SCOPE struct store *from = NULL;
    STORE_SCOPE struct store *papers = NULL;
    snprintf(record, sizeof record, "%s/data/proviso.db", settings->home);
    snprintf(documents, sizeof documents, "%s/data/documents.db", settings->home);
    struct store_settings one = {.database = settings->database ? settings->database : record};
    struct store_settings two = {.database = documents};
    int result = settings->database ? 0 : own_file(record, &making->known.signed_tree, error);
    if (!result)
        result = store_open(&one, &from, error);
    if (!result && store_kind(from) == STORE_POSTGRES)
        return copy_postgres(making, from, error);
    if (!result)
        result = store_open(&two, &papers, error);
    return result ? result : copy_both(making, from, papers, error);
}

static int copy_mark(const struct making *making, struct error *error)
{
    char from[PATH_MAX], to[PATH_MAX];
    struct stat status;
    struct text content;
    snprintf(from, sizeof from, "%s/%s", making->settings->home, manifest_name(2));
    snprintf(to, sizeof to, "%s/%s", making->folder, manifest_name(2));
    if (stat(from, &status) != 0)
        return 0;
    int result = file_read(making->arena, from, 4096, &content, error);
    return result ? result : file_replace(to, content, 0600, error);
}

/* ---- verifying ---- */

static void tell_verify(void *context, int thousandths)
{
    const struct making *making = context;
    if (making->progress->tell)
        making->progress->tell(making->progress->context, "verifying the copy", thousandths);
}

static int read_epochs(struct gate *gate, const struct making *making, struct backup_manifest *manifest, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_reader(gate->store, &session, error);
    if (!got)
        got = store_query(session, "SELECT DISTINCT substr(wrapped, 1, 5) AS epoch FROM record_key ORDER BY epoch", STORE_BIND(),
                          &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct wrapped_key head = {0};
        struct text bytes = store_bytes(rows, 0);
        got = 0;
        if (bytes.n != 5 || manifest->epochs == BACKUP_EPOCHS)
            return error_set(error, ERROR_CHECK, "record_key", "Run 'proviso ledger verify'.", "keys are wrapped in a way that is unknown");
        memcpy(head.byte, bytes.p, bytes.n);
        manifest->epoch[manifest->epochs++] = wrapped_key_epoch(&head);
    }
    store_done(&rows);
    if (!got && manifest->epochs == 0)
        manifest->epoch[manifest->epochs++] = making->known.epoch;
    return got;
}

static int describe_copy(struct gate *gate, struct making *making, struct error *error)
{
    struct backup_manifest *manifest = &making->report->manifest;
    manifest->origin = arena_string(making->arena, text_of(gate->published.origin));
    manifest->log_key = gate_log_key(gate, making->arena);
    manifest->checkpoint = arena_text(making->arena, text_of(gate->published.note));
    manifest->entries = gate->published.head.size;
    memcpy(manifest->root, gate->published.head.root.byte, sizeof manifest->root);
    if (arena_exhausted(making->arena))
        return arena_error(making->arena, error);
    return read_epochs(gate, making, manifest, error);
}

static int verify_copy(struct making *making, struct error *error)
{
    struct gate *gate = NULL;
    struct verify_report found;
    struct verify_asked asked = {.progress = tell_verify, .context = making};
    struct gate_settings settings = {.home = making->folder,
                                     .keys = making->keys,
                                     .packs = making->settings->packs,
                                     .pack = making->settings->pack,
                                     .program = making->settings->program,
                                     .read_only = true};
    int result = gate_open(&settings, &gate, error);
    if (!result) {
        gate->copied = &making->known;
        result = gate_verify(gate, making->arena, &asked, &found, error);
    }
    if (!result) {
        making->report->rows = found.rows;
        making->report->looks = found.looks;
        making->report->documents = found.documents;
        making->report->differences = found.lines;
    }
    if (!result && found.differences)
        result = error_set(error, ERROR_CHECK, "backup",
                           "If keys were renewed or something was disposed of meanwhile, run it again; otherwise run 'proviso ledger verify'.",
                           "the copy does not hold: %llu differences", (unsigned long long)found.differences);
    if (!result)
        result = describe_copy(gate, making, error);
    gate_close(&gate);
    return result;
}

/* ---- the manifest ---- */

static int digest_files(struct making *making, struct error *error)
{
    struct backup_manifest *manifest = &making->report->manifest;
    struct manifest_reading reading = {making->progress, "reading it back", 0, 0};
    char path[PATH_MAX];
    struct stat status;
    for (int sizes = 1, result; sizes >= 0; sizes--)
        for (size_t i = 0; manifest_name(i); i++) {
            snprintf(path, sizeof path, "%s/%s", making->folder, manifest_name(i));
            if (stat(path, &status) != 0)
                continue;
            if (sizes)
                reading.of += status.st_size;
            else if ((result = manifest_file(making->folder, manifest_name(i), NULL, &reading, &manifest->file[manifest->files++], error)))
                return result;
        }
    return 0;
}

static int finish(struct making *making, struct error *error)
{
    char path[PATH_MAX];
    int result = digest_files(making, error);
    if (result)
        return result;
    struct text content = manifest_write(making->arena, &making->report->manifest);
    if (arena_exhausted(making->arena))
        return arena_error(making->arena, error);
    snprintf(path, sizeof path, "%s/MANIFEST", making->folder);
    return file_replace(path, content, 0600, error);
}

static int make(struct making *making, struct error *error)
{
    char path[PATH_MAX];
    int result = describe_keys(making, error);
    snprintf(path, sizeof path, "%s/data", making->folder);
    if (!result && mkdir(path, 0700) != 0)
        result = error_system(error, errno, path, "cannot make the folder");
    if (!result)
        result = copy_databases(making, error);
    if (!result)
        result = copy_mark(making, error);
    if (!result)
        result = verify_copy(making, error);
    return result ? result : finish(making, error);
}

int gate_backup(const struct gate_settings *settings, const char *folder, struct arena *arena,
                const struct backup_progress *progress, struct backup_report *report, struct error *error)
{
    static const struct backup_progress nobody;
    struct making making = {settings, folder, arena, progress ? progress : &nobody, report, .known = {.epoch = 0}};
    struct error ignored;
    *report = (struct backup_report){.manifest.made_at = settings->clock ? settings->clock() : clock_now()};
    if (strlen(folder) + 64 > PATH_MAX || strlen(settings->home) + 64 > PATH_MAX)
        return error_set(error, ERROR_INPUT, "backup", "", "the path is too long");
    snprintf(making.keys, sizeof making.keys, "%s/keyholder", settings->home);
    if (mkdir(folder, 0700) != 0)
        return errno == EEXIST ? error_set(error, ERROR_CONFLICT, folder, "Name a new folder.", "there is something of this name already")
               : errno == ENOENT ? error_set(error, ERROR_MISSING, folder, "Make the folder above it first, or name another.",
                                             "the folder in which it is to be is not there")
                                 : error_system(error, errno, folder, "cannot make the folder");
    int result = make(&making, error);
    if (!result)
        result = file_sync_folder(folder, error); /* its name is durable too */
    if (result && folder_remove(folder, &ignored) != 0)
        log_line(LOG_LEVEL_WARNING, "backup", "what was begun could not be removed: %s: %s", ignored.where, ignored.what);
    return result;
}

int gate_backup_look(const char *folder, struct arena *arena, struct backup_manifest *manifest, struct error *error)
{
    char path[PATH_MAX];
    struct stat status;
    struct text content;
    if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode))
        return error_set(error, ERROR_MISSING, folder, "Name the folder of a backup.", "there is no such folder");
    snprintf(path, sizeof path, "%s/MANIFEST", folder);
    if (lstat(path, &status) != 0 && errno == ENOENT)
        return error_set(error, ERROR_CHECK, folder, "Use another backup: this one was not finished.",
                         "the backup is incomplete: it has no MANIFEST");
    if (lstat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return error_set(error, ERROR_CHECK, path, "Use another backup.", "it is not a plain file");
    int result = file_read(arena, path, MANIFEST_SIZE, &content, error);
    return result ? result : manifest_parse(arena, content, path, manifest, error);
}
