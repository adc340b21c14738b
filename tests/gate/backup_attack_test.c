/* A backup that was altered, forged, cut short or killed, and homes that must not be overwritten. */
#include "backup_home.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

/* The manifest with another text in place of one, and a sum that fits. */
static void rewrite_manifest(const char *folder, const char *old, const char *fresh)
{
    char path[PATH + 20], hex[65];
    uint8_t sum[32];
    snprintf(path, sizeof path, "%s/MANIFEST", folder);
    char *content = arena_string(arena, backup_content(path)), *at = strstr(content, old);
    assert_non_null(at);
    *strstr(content, "\nsha256 ") = 0;
    struct text made = arena_format(arena, "%.*s%s%s\n", (int)(at - content), content, fresh, at + strlen(old));
    crypto_hash_sha256(sum, (const uint8_t *)made.p, made.n);
    sodium_bin2hex(hex, sizeof hex, sum, sizeof sum);
    backup_write(path, arena_format(arena, "%.*ssha256 %s\n", TEXT_ARGS(made), hex));
}

static void a_backup_that_was_touched_is_refused(void **state)
{
    (void)state;
    char folder[PATH], other[PATH], to[PATH], path[PATH + 40], keys[PATH];
    backup_make(backup_path(folder, "b"));
    backup_path(to, "new");
    snprintf(keys, sizeof keys, "%s/keyholder", home.folder);
    struct gate_restoring restoring = backup_restoring(folder, to, NULL);
    restoring.keys = keys;

    /* every byte of the manifest */
    snprintf(path, sizeof path, "%s/MANIFEST", folder);
    struct text manifest = backup_content(path);
    for (size_t i = 0; i < manifest.n; i++) {
        char *altered = arena_string(arena, manifest);
        struct backup_manifest got;
        struct error error;
        altered[i] ^= 1;
        assert_int_equal(manifest_parse(arena, (struct text){altered, manifest.n}, "m", &got, &error), ERROR_CHECK);
        assert_int_equal(manifest_parse(arena, text_cut(manifest, 0, i), "m", &got, &error), ERROR_CHECK);
    }
    backup_write(path, text_cut(manifest, 0, manifest.n / 2));
    backup_refused(restoring, ERROR_CHECK, "MANIFEST", "altered or cut short");
    unlink(path);
    backup_refused(restoring, ERROR_CHECK, folder, "incomplete");
    assert_int_equal(symlink("/etc/passwd", path), 0);
    backup_refused(restoring, ERROR_CHECK, "MANIFEST", "not a plain file");
    unlink(path);
    backup_write(path, manifest);

    /* a byte here and there of each file; a byte less; a byte more */
    static const char *const files[] = {"data/proviso.db", "data/documents.db"};
    for (size_t f = 0; f < 2; f++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[f]);
        struct text whole = backup_content(path);
        for (size_t i = 0; i < 5; i++) {
            char *altered = arena_alloc(arena, whole.n);
            memcpy(altered, whole.p, whole.n);
            altered[i * (whole.n - 1) / 4] ^= 0x20;
            backup_write(path, (struct text){altered, whole.n});
            backup_refused(restoring, ERROR_CHECK, files[f], "not the one that the backup was made with");
        }
        backup_write(path, text_cut(whole, 0, whole.n - 1));
        backup_refused(restoring, ERROR_CHECK, files[f], "not the one");
        backup_write(path, arena_format(arena, "%.*s!", TEXT_ARGS(whole)));
        backup_refused(restoring, ERROR_CHECK, files[f], "not the one");
        unlink(path);
        backup_refused(restoring, ERROR_CHECK, files[f], "missing");
        char away[PATH];
        backup_write(backup_path(away, "away"), whole);
        assert_int_equal(symlink(away, path), 0); /* the right bytes, but somewhere else */
        backup_refused(restoring, ERROR_CHECK, files[f], "not a plain file");
        unlink(path);
        assert_int_equal(mkfifo(path, 0600), 0);
        backup_refused(restoring, ERROR_CHECK, files[f], "not a plain file");
        unlink(path);
        backup_write(path, whole);
    }
    shell("mv %s/data %s/away-data && ln -s ../away-data %s/data", folder, base, folder);
    backup_refused(restoring, ERROR_CHECK, "data/proviso.db", "not a plain file");
    shell("rm %s/data && mv %s/away-data %s/data", folder, base, folder);

    /* a manifest that fits itself, but names something else */
    rewrite_manifest(folder, "data/documents.db", "../../etc/passwd");
    backup_refused(restoring, ERROR_CHECK, "MANIFEST", "altered");
    backup_write((snprintf(path, sizeof path, "%s/MANIFEST", folder), path), manifest);
    rewrite_manifest(folder, "\"proviso_backup\":1", "\"proviso_backup\":2");
    backup_refused(restoring, ERROR_CHECK, "MANIFEST", "another version");
    backup_write(path, manifest);
    rewrite_manifest(folder, "\"root\":\"", "\"root\":\"00");
    backup_refused(restoring, ERROR_CHECK, "MANIFEST", "altered");
    backup_write(path, manifest);
    rewrite_manifest(folder, "\"size\":", "\"size\":1");
    backup_refused(restoring, ERROR_CHECK, "data/proviso.db", "not the one that the backup was made with");
    backup_write(path, manifest);
    /* fewer entries than were signed, and more than there are */
    struct backup_manifest read;
    struct error error;
    must(gate_backup_look(folder, arena, &read, &error), &error, "look");
    char was[40], less[40], more[40];
    snprintf(was, sizeof was, "\"entries\":%llu,", (unsigned long long)read.entries);
    snprintf(less, sizeof less, "\"entries\":%llu,", (unsigned long long)read.entries / 2);
    snprintf(more, sizeof more, "\"entries\":%llu,", (unsigned long long)read.entries + 1);
    rewrite_manifest(folder, was, less);
    backup_refused(restoring, ERROR_CHECK, "MANIFEST", "checkpoint");
    backup_write(path, manifest);
    rewrite_manifest(folder, was, more);
    backup_refused(restoring, ERROR_CHECK, "log_head", "not the one that the manifest describes");
    backup_write(path, manifest);

    /* the manifest of another backup */
    struct visit *teacher = home_visit(&home, "teacher");
    visit_end(&teacher);
    backup_make(backup_path(other, "other"));
    shell("cp %s/MANIFEST %s/MANIFEST", other, folder);
    backup_refused(restoring, ERROR_CHECK, "data/proviso.db", "not the one that the backup was made with");
    backup_write(path, manifest);
    /* what lies beside the files is not taken along: a log that SQLite would read, say */
    snprintf(path, sizeof path, "%s/data/proviso.db-wal", folder);
    backup_write(path, TEXT("something that is no log"));
    must(backup_restore(restoring, NULL, &error), &error, "whole again");
    struct gate *gate = backup_open(to);
    home_verify(gate, arena);
    gate_close(&gate);
}

/* A backup whose databases were altered, with a manifest that was made to fit; and how it is restored with the old keys. */
static struct gate_restoring altered(char folder[PATH], char keys[PATH], const char *to, const char *records, const char *documents)
{
    char path[PATH + 40];
    struct manifest_reading reading = {&(struct backup_progress){NULL, NULL}, "", 0, 0};
    struct backup_manifest manifest;
    struct error error;
    backup_make(backup_path(folder, "b"));
    shell("sqlite3 %s/data/proviso.db \"%s\" 2>/dev/null", folder, records);
    shell("sqlite3 %s/data/documents.db \"%s\"", folder, documents);
    must(gate_backup_look(folder, arena, &manifest, &error), &error, "look");
    for (size_t i = 0; i < manifest.files; i++)
        must(manifest_file(folder, manifest_name(i), NULL, &reading, &manifest.file[i], &error), &error, "manifest_file");
    snprintf(path, sizeof path, "%s/MANIFEST", folder);
    backup_write(path, manifest_write(arena, &manifest));
    snprintf(keys, PATH, "%s/keyholder", home.folder);
    struct gate_restoring restoring = backup_restoring(folder, to, NULL);
    restoring.keys = keys;
    return restoring;
}

/* A manifest whose signed tree is an older one, and whose own is not that of the database. */
static void a_manifest_of_another_tree_is_refused(void **state)
{
    (void)state;
    char old[PATH], folder[PATH], to[PATH], keys[PATH], path[PATH + 20];
    struct backup_manifest older, manifest;
    struct error error;
    backup_make(backup_path(old, "old"));
    must(gate_backup_look(old, arena, &older, &error), &error, "look");
    struct visit *teacher = home_visit(&home, "teacher");
    visit_end(&teacher);
    backup_make(backup_path(folder, "b"));
    must(gate_backup_look(folder, arena, &manifest, &error), &error, "look");
    assert_true(older.entries < manifest.entries);
    manifest.checkpoint = older.checkpoint;
    manifest.root[0] ^= 1;
    snprintf(path, sizeof path, "%s/MANIFEST", folder);
    backup_write(path, manifest_write(arena, &manifest));
    snprintf(keys, sizeof keys, "%s/keyholder", home.folder);
    struct gate_restoring restoring = backup_restoring(folder, backup_path(to, "new"), NULL);
    restoring.keys = keys;
    backup_refused(restoring, ERROR_CHECK, "log_head", "not the one that the manifest describes");
}

/* The log and the keys tell. */
static void a_forged_backup_is_found_by_its_record(void **state)
{
    (void)state;
    static const char *const forgery[] = {
        "UPDATE item SET confidence = 'rumour', historical = 1",
        "UPDATE name_key SET key_id = ''", /* as if names had never been indexed */
    };
    for (size_t i = 0; i < sizeof forgery / sizeof *forgery; i++) {
        char folder[PATH], to[PATH], keys[PATH];
        struct gate_restoring restoring = altered(folder, keys, backup_path(to, "new"), forgery[i], "");
        backup_refused(restoring, ERROR_CHECK, folder, "the record in the backup does not hold");
        shell("rm -r %s", folder);
    }
}

/* Made by a version that knew less of both databases, and that had the letters of names as they are: restored, it is one of this version. */
static void an_older_backup_is_brought_up_to_date(void **state)
{
    (void)state;
    char folder[PATH], to[PATH], keys[PATH];
    struct error error;
    struct gate_restoring restoring =
        altered(folder, keys, backup_path(to, "new"),
                "DELETE FROM record_key WHERE id IN (SELECT key_id FROM name_key); DROP TABLE name_key; DROP TABLE policy_case_gone; DROP TABLE witness_alarm; DROP TABLE parcel;"
                "UPDATE subject_trigram SET trigram = 'rob' WHERE trigram = (SELECT min(trigram) FROM subject_trigram);"
                "DELETE FROM store_migration WHERE number >= 13",
                "DROP TABLE upload; DELETE FROM store_migration WHERE name = 'uploads'");
    must(backup_restore(restoring, NULL, &error), &error, "gate_restore");
    struct gate *gate = backup_open(to);
    home_verify(gate, arena);
    gate_close(&gate);
}

static void nothing_is_restored_over_what_is_there(void **state)
{
    (void)state;
    char folder[PATH], to[PATH], keys[PATH], part[PATH + 20];
    struct error error;
    struct backup_report made = backup_make(backup_path(folder, "b"));
    snprintf(keys, sizeof keys, "%s/keyholder", home.folder);
    backup_path(to, "new");
    struct gate_restoring restoring = backup_restoring(folder, to, NULL);
    restoring.keys = keys;
    /* older than a witness has seen */
    restoring.seen = made.manifest.entries + 1;
    backup_refused(restoring, ERROR_CHECK, folder, "a witness has seen");
    restoring.seen = made.manifest.entries;
    restoring.log_name = made.manifest.origin;
    backup_refused(restoring, ERROR_INVALID, "--log-name", "cannot have this name");
    restoring.log_name = "a name with spaces";
    backup_refused(restoring, ERROR_INVALID, "--log-name", "cannot have this name");
    restoring.log_name = "proviso.example/again";
    /* a home with something in it */
    shell("mkdir %s && touch %s/letter", to, to);
    assert_int_equal(backup_restore(restoring, NULL, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.what, "something in the home already"));
    shell("rm %s/letter", to);
    /* what an earlier one left */
    snprintf(part, sizeof part, "%s.restoring", to);
    shell("mkdir %s", part);
    assert_int_equal(backup_restore(restoring, NULL, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.what, "earlier restore did not end"));
    shell("rmdir %s", part);
    /* an empty one will do */
    must(backup_restore(restoring, NULL, &error), &error, "an empty home");
    assert_int_equal(backup_restore(restoring, NULL, &error), ERROR_CONFLICT);
    /* nor is a file of it, or what a link leads to */
    char there[PATH], link[PATH];
    struct backup_file file;
    struct manifest_reading reading = {&(struct backup_progress){NULL, NULL}, "", 0, 0};
    backup_write(backup_path(there, "there"), TEXT("mine"));
    assert_int_equal(symlink("nowhere", backup_path(link, "link")), 0);
    assert_int_equal(manifest_file(folder, manifest_name(0), there, &reading, &file, &error), ERROR_SYSTEM);
    assert_int_equal(manifest_file(folder, manifest_name(0), link, &reading, &file, &error), ERROR_SYSTEM);
    assert_true(text_equal(backup_content(there), TEXT("mine")));
    /* nor is a backup written over anything */
    struct backup_report report;
    assert_int_equal(backup_try(folder, &report, &error), ERROR_CONFLICT);
    must(gate_backup_look(folder, arena, &made.manifest, &error), &error, "it is as it was");
}

/* ---- a disk that is full, a program that is killed ---- */

static pid_t back_up_in_another_process(const char *folder, rlim_t limit)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    struct rlimit most = {limit, limit};
    signal(SIGXFSZ, SIG_IGN);
    if (limit)
        setrlimit(RLIMIT_FSIZE, &most);
    struct backup_report report;
    struct error error = {0};
    int result = backup_try(folder, &report, &error);
    _exit(result == 0 ? 0 : result == ERROR_SYSTEM && strstr(error.fix, "space") ? 10 : 11);
}

static void a_full_disk_leaves_nothing(void **state)
{
    (void)state;
    char folder[PATH];
    int status;
    backup_path(folder, "b");
    for (rlim_t limit = 4096; limit < 300000; limit += 60000) {
        pid_t pid = back_up_in_another_process(folder, limit);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 10);
        assert_false(backup_is_there(folder));
    }
}

/* The copy is held against its own record before it is called a backup. */
static void what_does_not_hold_is_no_backup(void **state)
{
    (void)state;
    char folder[PATH];
    struct backup_report report;
    struct error error = {0};
    shell("sqlite3 %s/data/proviso.db \"UPDATE decision SET decided = 'do-not-share'\"", home.folder);
    assert_int_equal(backup_try(backup_path(folder, "b"), &report, &error), ERROR_CHECK);
    assert_non_null(strstr(error.what, "does not hold"));
    assert_true(text_find(report.differences, TEXT("decision ")) >= 0); /* what it was, for the operator */
    assert_false(backup_is_there(folder));
}

static void a_backup_that_was_killed_never_looks_complete(void **state)
{
    (void)state;
    char folder[PATH];
    int whole = 0, broken = 0;
    for (int i = 0; i < 40; i++) {
        int status;
        struct backup_manifest manifest;
        struct error error;
        pid_t pid = back_up_in_another_process(backup_path(folder, "k%d", i), 0);
        usleep((useconds_t)(i * 9000));
        kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (!backup_is_there(folder))
            continue;
        int result = gate_backup_look(folder, arena, &manifest, &error);
        char path[PATH + 20];
        snprintf(path, sizeof path, "%s/MANIFEST", folder);
        assert_int_equal(result == 0, backup_is_there(path));
        whole += result == 0;
        broken += result != 0;
        for (size_t f = 0; !result && f < manifest.files; f++) { /* with its manifest all of it is there */
            struct manifest_reading reading = {&(struct backup_progress){NULL, NULL}, "", 0, 0};
            struct backup_file file;
            must(manifest_file(folder, manifest.file[f].name, NULL, &reading, &file, &error), &error, "file");
            assert_memory_equal(file.sha256, manifest.file[f].sha256, sizeof file.sha256);
        }
    }
    print_message("%d were whole, %d were not\n", whole, broken);
    assert_true(broken > 0);
}

static pid_t restore_in_another_process(struct gate_restoring restoring, rlim_t limit)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    struct rlimit most = {limit, limit};
    signal(SIGXFSZ, SIG_IGN);
    if (limit)
        setrlimit(RLIMIT_FSIZE, &most);
    struct error error = {0};
    int result = backup_restore(restoring, NULL, &error);
    _exit(result == 0 ? 0 : result == ERROR_SYSTEM ? 10 : 11);
}

static void a_restore_that_was_killed_or_had_no_room_leaves_no_home(void **state)
{
    (void)state;
    char folder[PATH], to[PATH], part[PATH + 20], keys[PATH];
    int status, cut = 0;
    backup_make(backup_path(folder, "b"));
    snprintf(keys, sizeof keys, "%s/keyholder", home.folder);
    struct gate_restoring restoring = backup_restoring(folder, backup_path(to, "new"), NULL);
    restoring.keys = keys;
    snprintf(part, sizeof part, "%s.restoring", to);
    for (rlim_t limit = 4096; limit < 300000; limit += 90000) {
        pid_t pid = restore_in_another_process(restoring, limit);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 10);
        assert_false(backup_is_there(to) || backup_is_there(part));
    }
    for (int i = 0; i < 25; i++) {
        struct error error;
        pid_t pid = restore_in_another_process(restoring, 0);
        usleep((useconds_t)(i * 18000));
        kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (backup_is_there(to)) { /* then all of it is */
            struct gate *gate = backup_open(to);
            home_verify(gate, arena);
            gate_close(&gate);
            shell("rm -rf %s", to);
            continue;
        }
        if (!backup_is_there(part))
            continue;
        cut++;
        assert_int_equal(backup_restore(restoring, NULL, &error), ERROR_CONFLICT);
        assert_string_equal(error.where, part);
        /* the keyholder that was at work ends a moment later */
        shell("for i in $(seq 300); do rm -rf %s 2>/dev/null && sleep 0.05 && test ! -e %s && exit; sleep 0.1; done; exit 1", part, part);
    }
    print_message("%d were cut short\n", cut);
    assert_true(cut > 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, backup_begin, backup_end)
    const struct CMUnitTest tests[] = {
        TEST(a_backup_that_was_touched_is_refused),
        TEST(an_older_backup_is_brought_up_to_date),
        TEST(a_manifest_of_another_tree_is_refused),
        TEST(a_forged_backup_is_found_by_its_record),
        TEST(nothing_is_restored_over_what_is_there),
        TEST(a_full_disk_leaves_nothing),
        TEST(what_does_not_hold_is_no_backup),
        TEST(a_backup_that_was_killed_never_looks_complete),
        TEST(a_restore_that_was_killed_or_had_no_room_leaves_no_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
