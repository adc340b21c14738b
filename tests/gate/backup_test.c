/*
 * A backup, and a home again from it: what is in it and what is not; who can open it; what is refused, and with which words.
 */
#include "home.h"

#include "inside.h"
#include "manifest.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <sqlite3.h>
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

enum { AGENCIES = 3, NEEDED = 2, PATH = 200 };

static struct test_home home;
static struct vault_identity agency[AGENCIES];
static char base[64], plan[PATH], program[4096];
static struct arena *arena;
static struct decided decided;
static struct id document;

/* ---- small things ---- */

static char *path_of(char *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static char *path_of(char *out, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int n = snprintf(out, PATH, "%s/", base);
    vsnprintf(out + n, (size_t)(PATH - n), format, list);
    va_end(list);
    return out;
}

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void shell(const char *format, ...)
{
    char line[1000];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    if (system(line) != 0)
        fail_msg("%s", line);
}

static bool is_there(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static struct text content_of(const char *path)
{
    struct text content;
    struct error error;
    must(file_read(arena, path, 64 << 20, &content, &error), &error, path);
    return content;
}

static void write_file(const char *path, struct text content)
{
    struct error error;
    must(file_replace(path, content, 0600, &error), &error, path);
}

/* ---- agencies ---- */

static void make_plan(unsigned needed)
{
    char line[AGENCIES * 120], recipient[VAULT_RECIPIENT_LENGTH + 1];
    int n = snprintf(line, sizeof line, "needed %u\n", needed);
    for (int i = 0; i < AGENCIES; i++) {
        struct vault_recipient point;
        struct error error;
        must(vault_identity_recipient(&agency[i], &point, &error), &error, "recipient");
        vault_recipient_format(&point, recipient);
        n += snprintf(line + n, sizeof line - (size_t)n, "agency %s Agency Number %d\n", recipient, i + 1);
    }
    write_file(path_of(plan, "plan"), text_of(line));
}

/* The agency takes its file from the server's folder and opens it. */
static const char *open_share(const char *from, unsigned epoch, int number, const char *name)
{
    char sealed[PATH + 100];
    uint8_t plain[4096];
    struct vault_file_opener *opener VAULT_FILE_OPENER_SCOPE = NULL;
    struct error error;
    snprintf(sealed, sizeof sealed, "%s/data/escrow/epoch-%u/%02d-agency-number-%d.age", from, epoch, number, number);
    struct text file = content_of(sealed);
    struct vault_flow flow = {(const uint8_t *)file.p, file.n, plain, sizeof plain};
    must(vault_file_opener_new(&agency[number - 1], 1, &opener, &error), &error, "opener");
    while (!vault_file_opener_done(opener))
        must(vault_file_opener_step(opener, &flow, true, &error), &error, sealed);
    char *path = arena_alloc(arena, PATH);
    write_file(path_of(path, "%s", name), (struct text){(const char *)plain, sizeof plain - flow.out_left});
    return path;
}

/* ---- the calls ---- */

static struct gate_settings settings_of(const char *folder)
{
    return (struct gate_settings){.home = folder, .packs = "packs", .program = program};
}

static int try_backup(const char *folder, struct backup_report *report, struct error *error)
{
    struct gate_settings settings = settings_of(home.folder);
    return gate_backup(&settings, folder, arena, NULL, report, error);
}

static struct backup_report backup_to(const char *folder)
{
    struct backup_report report;
    struct error error;
    must(try_backup(folder, &report, &error), &error, "gate_backup");
    return report;
}

/* Must be given a list ended by NULL. */
static struct gate_restoring restoring_of(const char *folder, const char *to, const char *const *share)
{
    struct gate_restoring restoring = {.folder = folder, .home = to, .packs = "packs", .program = program, .share = share};
    while (share && share[restoring.shares])
        restoring.shares++;
    return restoring;
}

static int try_restore(struct gate_restoring restoring, struct restore_report *report, struct error *error)
{
    struct restore_report own;
    return gate_restore(&restoring, arena, NULL, report ? report : &own, error);
}

static void refused(struct gate_restoring restoring, int code, const char *where, const char *what)
{
    struct error error = {0};
    char part[PATH + 20];
    int result = try_restore(restoring, NULL, &error);
    if (result != code || !strstr(error.where, where) || !strstr(error.what, what) || !error.fix[0])
        fail_msg("expected %d %s / %s, got %d: %s: %s (%s)", code, where, what, result, error.where, error.what, error.fix);
    snprintf(part, sizeof part, "%s.restoring", restoring.home);
    assert_false(is_there(part));
    assert_false(is_there(restoring.home));
}

static struct text read_document(struct visit *visit, const struct id *id)
{
    struct document_open in = {.document_id = *id};
    struct view_rows rows;
    struct error error;
    struct document_sender *sender;
    must(visit_look(visit, &document_open_view, &in, &rows, &error), &error, "document.open");
    must(document_send(visit->gate, VISIT_ROW(rows, struct document_key, 0), &sender, &error), &error, "document_send");
    char *content = arena_alloc(arena, 1 << 20);
    size_t n = 0, got = 1;
    while (got) {
        must(document_read(sender, content + n, (1 << 20) - n, &got, &error), &error, "document_read");
        n += got;
    }
    document_send_end(&sender);
    return (struct text){content, n};
}

static struct id attach(struct visit *visit, const struct id *case_id, struct text content)
{
    struct error error;
    struct document_receiver *receiver;
    struct document_attach in;
    struct document_attached out;
    must(document_receive(visit, case_id, TEXT("notes.txt"), TEXT("text/plain"), &receiver, &error), &error, "document_receive");
    must(document_piece(receiver, content.p, content.n, &error), &error, "document_piece");
    must(document_received(receiver, arena, &in, &error), &error, "document_received");
    document_receive_end(&receiver);
    must(visit_act_wait(visit, &document_attach_command, &in, &out, &error), &error, "document.attach");
    return out.document_id;
}

/* The home that was restored, opened as a server would. */
static struct gate *open_home(const char *folder)
{
    struct gate *gate;
    struct gate_settings settings = settings_of(folder);
    struct error error;
    must(gate_open(&settings, &gate, &error), &error, folder);
    return gate;
}

static void verified(struct gate *gate)
{
    struct verify_report report;
    struct error error;
    must(gate_verify(gate, arena, NULL, NULL, &report, &error), &error, "gate_verify");
    if (report.differences)
        fail_msg("%.*s", TEXT_ARGS(report.lines));
}

static struct text items_of(struct gate *gate)
{
    struct visit *visit VISIT_SCOPE = NULL;
    struct error error;
    struct session_begin in = {.login = TEXT("teacher"), .password = TEXT(HOME_PASSWORD)};
    struct session_begun out;
    must(visit_begin(gate, arena, &visit, &error), &error, "visit_begin");
    must(visit_act_wait(visit, &session_begin_command, &in, &out, &error), &error, "session.begin");
    must(visit_by_session(visit, out.token, &error), &error, "visit_by_session");
    struct view_rows rows;
    struct item_list asked = {.case_id = decided.case_id};
    must(visit_look(visit, &item_list_view, &asked, &rows, &error), &error, "item.list");
    assert_true(text_equal(read_document(visit, &document), TEXT("what the neighbour said")));
    assert_int_equal(rows.n, 1);
    return VISIT_ROW(rows, struct item_row, 0)->text;
}

static struct restoration_row restoration_of(struct gate *gate)
{
    struct visit *visit VISIT_SCOPE = NULL;
    struct view_rows rows;
    struct error error;
    must(visit_begin(gate, arena, &visit, &error), &error, "visit_begin");
    visit_as_operator(visit);
    must(visit_look(visit, &restoration_list_view, NULL, &rows, &error), &error, "restoration.list");
    assert_int_equal(rows.n, 1);
    return *VISIT_ROW(rows, struct restoration_row, 0);
}

/* Every key, or every other one, is wrapped anew. */
static void rewrap(bool half)
{
    char path[PATH];
    sqlite3 *db;
    sqlite3_stmt *rows, *update;
    struct error error;
    snprintf(path, sizeof path, "%s/data/proviso.db", home.folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT id, wrapped FROM record_key", -1, &rows, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "UPDATE record_key SET wrapped = ? WHERE id = ?", -1, &update, NULL), SQLITE_OK);
    for (int i = 0; sqlite3_step(rows) == SQLITE_ROW; i++) {
        struct wrapped_key old;
        struct rewrapped_key fresh;
        if (half && i % 2)
            continue;
        memcpy(old.byte, sqlite3_column_blob(rows, 1), sizeof old.byte);
        must(keyholder_rewrap(home.gate->keyholder, &old, 1, &fresh, &error), &error, "rewrap");
        assert_int_equal(fresh.verdict, WRAPPED_GOOD);
        sqlite3_reset(update);
        sqlite3_bind_blob(update, 1, fresh.wrapped.byte, sizeof fresh.wrapped.byte, SQLITE_TRANSIENT);
        sqlite3_bind_text(update, 2, (const char *)sqlite3_column_text(rows, 0), -1, SQLITE_TRANSIENT);
        assert_int_equal(sqlite3_step(update), SQLITE_DONE);
    }
    sqlite3_finalize(rows), sqlite3_finalize(update);
    sqlite3_close(db);
}

/* The older epoch goes only when the shares of the newer one are safe; then its own shares go too. */
static void finish_turn(uint32_t older)
{
    struct error error;
    rewrap(false);
    must(gate_escrow(home.gate, &error), &error, "gate_escrow");
    must(keyholder_retire(home.gate->keyholder, older, &error), &error, "keyholder_retire");
    must(gate_escrow(home.gate, &error), &error, "gate_escrow");
}

static uint32_t begin_turn(void)
{
    uint32_t epoch;
    struct error error;
    must(keyholder_turn(home.gate->keyholder, &epoch, &error), &error, "keyholder_turn");
    assert_int_equal(keyholder_retire(home.gate->keyholder, epoch - 1, &error), ERROR_CONFLICT);
    return epoch - 1;
}

/* ---- each test has a home of its own ---- */

static int begin(void **state)
{
    (void)state;
    snprintf(base, sizeof base, "/tmp/proviso-backup-XXXXXX");
    if (!mkdtemp(base))
        return -1;
    arena = arena_new(512 << 20, ARENA_SECRET);
    for (int i = 0; i < AGENCIES; i++)
        vault_identity_new(&agency[i]);
    make_plan(NEEDED);
    home = (struct test_home){.escrow = plan};
    home_make(&home);
    struct visit *teacher = home_visit(&home, "teacher");
    decided = home_decide(&home, teacher, (struct text){NULL, 0});
    document = attach(teacher, &decided.case_id, TEXT("what the neighbour said"));
    visit_end(&teacher);
    return 0;
}

static int end(void **state)
{
    (void)state;
    home_drop(&home);
    arena_free(&arena);
    shell("rm -rf %s", base);
    return 0;
}

/* ---- the tests ---- */

static void a_home_comes_back_with_the_shares_of_enough_agencies(void **state)
{
    (void)state;
    char folder[PATH], to[PATH], other[PATH];
    struct backup_report made = backup_to(path_of(folder, "b"));
    assert_int_equal(made.documents, 1);
    assert_true(made.rows > 5);
    /* what came after it is not in it */
    struct visit *teacher = home_visit(&home, "teacher");
    struct item_record item = {.case_id = decided.case_id, .text = TEXT("Later."), .nature = TEXT("fact")};
    struct item_recorded recorded;
    struct error error;
    must(visit_act_wait(teacher, &item_record_command, &item, &recorded, &error), &error, "item.record");
    visit_end(&teacher);

    const char *share[] = {open_share(home.folder, 1, 1, "s1"), open_share(home.folder, 1, 3, "s3"), NULL};
    struct gate_restoring restoring = restoring_of(folder, path_of(to, "new"), share);
    restoring.reason = TEXT("the disk broke");
    restoring.seen = made.manifest.entries + 3;
    struct restore_report report;
    must(try_restore(restoring, &report, &error), &error, "gate_restore");
    assert_int_equal(report.manifest.entries, made.manifest.entries);
    assert_string_not_equal(report.origin, made.manifest.origin);

    struct gate *gate = open_home(to);
    verified(gate);
    assert_true(text_equal(items_of(gate), TEXT("Came with a bruise on the arm.")));
    struct restoration_row row = restoration_of(gate);
    assert_true(text_equal(row.reason, TEXT("the disk broke")));
    assert_true(text_equal(row.old_log, text_of(made.manifest.origin)));
    assert_true(text_equal(row.new_log, text_of(report.origin)));
    assert_int_equal(row.entries, made.manifest.entries);
    assert_int_equal(row.seen, made.manifest.entries + 3);
    assert_int_equal(row.made_at.at, made.manifest.made_at);
    assert_true(row.bytes > 100000 && row.restored_by.n);
    /* the log that goes on holds the old one's entries, under the new name and key */
    struct text note;
    must(gate_checkpoint(gate, arena, &note, &error), &error, "gate_checkpoint");
    assert_true(text_starts(note, text_of(report.origin)));
    gate_close(&gate);

    /* with the old folder of keys in place of shares; and a backup of the restored home */
    restoring = restoring_of(folder, path_of(other, "other"), NULL);
    char keys[PATH];
    snprintf(keys, sizeof keys, "%s/keyholder", home.folder);
    restoring.keys = keys;
    must(try_restore(restoring, &report, &error), &error, "gate_restore");
    gate = open_home(other);
    verified(gate);
    gate_close(&gate);
}

static void nothing_in_a_backup_is_a_key(void **state)
{
    (void)state;
    char folder[PATH], path[PATH];
    struct error error;
    uint8_t block[84];
    backup_to(path_of(folder, "b"));
    snprintf(path, sizeof path, "%s/keyholder/epoch-1", home.folder);
    struct text key = content_of(path);
    assert_int_equal(key.n, sizeof block);
    for (size_t i = 0; manifest_name(i); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, manifest_name(i));
        if (!is_there(path))
            continue;
        struct text file = content_of(path);
        assert_int_equal(text_find(file, (struct text){key.p + 20, 32}), -1);
        assert_int_equal(text_find(file, TEXT("age-encryption.org")), -1);
        assert_int_equal(text_find(file, TEXT("bruise")), -1);
        assert_int_equal(text_find(file, TEXT("neighbour")), -1);
    }
    shell("test -z \"$(find %s -name '*.age')\"", folder);
    shell("test -z \"$(find %s -name 'epoch*')\"", folder);
    (void)error;
}

static void shares_that_are_too_few_or_wrong_are_refused_with_what_to_do(void **state)
{
    (void)state;
    char folder[PATH], to[PATH], sealed[PATH + 60], key[PATH], altered[PATH];
    backup_to(path_of(folder, "b"));
    path_of(to, "new");
    const char *first = open_share(home.folder, 1, 1, "s1"), *second = open_share(home.folder, 1, 2, "s2");
    const char *one[] = {first, NULL}, *twice[] = {first, first, first, NULL}, *none[] = {NULL};
    refused(restoring_of(folder, to, one), ERROR_CHECK, "shares", "2 shares of epoch 1 are needed; 1 was given");
    refused(restoring_of(folder, to, twice), ERROR_CHECK, "shares", "2 shares of epoch 1 are needed; 1 was given");
    refused(restoring_of(folder, to, none), ERROR_INPUT, "--share", "without keys");

    struct text text = content_of(second);
    char *copy = arena_string(arena, text);
    char *value = strstr(copy, "value ") + 6;
    value[3] = value[3] == 'a' ? 'b' : 'a';
    write_file(path_of(altered, "altered"), text_of(copy));
    const char *bad[] = {first, altered, NULL};
    refused(restoring_of(folder, to, bad), ERROR_CHECK, "altered", "its sum is wrong");
    const char *nonsense[] = {first, plan, NULL};
    refused(restoring_of(folder, to, nonsense), ERROR_INPUT, "plan", "not a share");
    const char *missing[] = {first, "/nowhere/share", NULL};
    struct error error;
    assert_true(try_restore(restoring_of(folder, to, missing), NULL, &error) != 0);
    assert_non_null(strstr(error.where, "/nowhere/share"));

    /* sealed ones: without a key, with another agency's, with its own */
    snprintf(sealed, sizeof sealed, "%s/data/escrow/epoch-1/02-agency-number-2.age", home.folder);
    const char *closed[] = {first, sealed, NULL};
    refused(restoring_of(folder, to, closed), ERROR_INPUT, "02-agency-number-2.age", "still sealed");
    char written[VAULT_IDENTITY_LENGTH + 1];
    struct gate_restoring restoring = restoring_of(folder, to, closed);
    const char *identities[] = {path_of(key, "key")};
    restoring.identity = identities;
    restoring.identities = 1;
    vault_identity_format(&agency[2], written);
    write_file(key, text_of(written));
    refused(restoring, ERROR_INPUT, "02-agency-number-2.age", "none of the keys");
    vault_identity_format(&agency[1], written);
    write_file(key, text_of(written));
    must(try_restore(restoring, NULL, &error), &error, "with the agency's key");
}

static void shares_of_another_making_or_log_are_refused(void **state)
{
    (void)state;
    char folder[PATH], to[PATH], other[PATH];
    struct error error;
    backup_to(path_of(folder, "b"));
    path_of(to, "new");
    const char *first = open_share(home.folder, 1, 1, "s1"), *second = open_share(home.folder, 1, 2, "s2");
    /* the plan changes: at the next start the shares are made anew */
    make_plan(3);
    home_reopen(&home);
    const char *fresh = open_share(home.folder, 1, 2, "fresh"), *mixed[] = {first, fresh, NULL};
    refused(restoring_of(folder, to, mixed), ERROR_CHECK, "fresh", "were not made together");
    const char *good[] = {first, second, NULL};
    must(try_restore(restoring_of(folder, to, good), NULL, &error), &error, "shares of before still fit together");

    /* the restored home is another log: its shares do not open the old one's backups */
    struct gate_settings settings = settings_of(to);
    settings.escrow = plan;
    struct gate *gate;
    must(gate_open(&settings, &gate, &error), &error, "gate_open");
    gate_close(&gate);
    const char *foreign[] = {open_share(to, 1, 1, "foreign"), NULL};
    refused(restoring_of(folder, path_of(other, "third"), foreign), ERROR_CHECK, "foreign", "this share is of the log");
}

static void after_the_keys_were_renewed_an_older_backup_stays_closed(void **state)
{
    (void)state;
    char old[PATH], between[PATH], fresh[PATH], to[PATH], keys[PATH];
    struct error error;
    backup_to(path_of(old, "old"));
    const char *of_one[] = {open_share(home.folder, 1, 1, "one-1"), open_share(home.folder, 1, 2, "one-2"), NULL};

    /* halfway: both epochs are needed, and both are there */
    uint32_t older = begin_turn();
    rewrap(true);
    struct error why;
    must(gate_escrow(home.gate, &why), &why, "gate_escrow");
    struct backup_report half = backup_to(path_of(between, "between"));
    assert_int_equal(half.manifest.epochs, 2);
    path_of(to, "new");
    refused(restoring_of(between, to, of_one), ERROR_CHECK, "shares", "there is no share of epoch 2");
    const char *both[] = {of_one[0], of_one[1], open_share(home.folder, 2, 2, "two-2"), open_share(home.folder, 2, 3, "two-3"), NULL};
    must(try_restore(restoring_of(between, to, both), NULL, &error), &error, "both epochs");
    struct gate *gate = open_home(to);
    verified(gate);
    gate_close(&gate);
    shell("rm -rf %s", to);

    /* the turn is finished, after a restart in the middle of it; and then comes another */
    home_reopen(&home);
    finish_turn(older);
    finish_turn(begin_turn());
    shell("test ! -e %s/data/escrow/epoch-1 && test ! -e %s/data/escrow/epoch-2 && test -e %s/data/escrow/epoch-3", home.folder,
          home.folder, home.folder);
    const char *of_three[] = {open_share(home.folder, 3, 1, "three-1"), open_share(home.folder, 3, 2, "three-2"), NULL};
    refused(restoring_of(old, to, of_three), ERROR_CHECK, "three-1", "this share is of epoch 3; the backup was sealed in epoch 1");
    struct gate_restoring restoring = restoring_of(old, to, NULL);
    snprintf(keys, sizeof keys, "%s/keyholder", home.folder);
    restoring.keys = keys;
    refused(restoring, ERROR_CHECK, "keyholder", "the key of epoch 1, in which the backup was sealed, is not here any more");
    /* a backup from after it opens, but not with shares that should have been destroyed */
    backup_to(path_of(fresh, "fresh"));
    refused(restoring_of(fresh, to, of_one), ERROR_CHECK, "one-1", "this share is of epoch 1");
    must(try_restore(restoring_of(fresh, to, of_three), NULL, &error), &error, "the new backup");
}

/* The manifest with another text in place of one, and a sum that fits. */
static void rewrite_manifest(const char *folder, const char *old, const char *fresh)
{
    char path[PATH + 20], hex[65];
    uint8_t sum[32];
    snprintf(path, sizeof path, "%s/MANIFEST", folder);
    char *content = arena_string(arena, content_of(path)), *at = strstr(content, old);
    assert_non_null(at);
    *strstr(content, "\nsha256 ") = 0;
    struct text made = arena_format(arena, "%.*s%s%s\n", (int)(at - content), content, fresh, at + strlen(old));
    crypto_hash_sha256(sum, (const uint8_t *)made.p, made.n);
    sodium_bin2hex(hex, sizeof hex, sum, sizeof sum);
    write_file(path, arena_format(arena, "%.*ssha256 %s\n", TEXT_ARGS(made), hex));
}

static void a_backup_that_was_touched_is_refused(void **state)
{
    (void)state;
    char folder[PATH], other[PATH], to[PATH], path[PATH + 40], keys[PATH];
    backup_to(path_of(folder, "b"));
    path_of(to, "new");
    snprintf(keys, sizeof keys, "%s/keyholder", home.folder);
    struct gate_restoring restoring = restoring_of(folder, to, NULL);
    restoring.keys = keys;

    /* every byte of the manifest */
    snprintf(path, sizeof path, "%s/MANIFEST", folder);
    struct text manifest = content_of(path);
    for (size_t i = 0; i < manifest.n; i++) {
        char *altered = arena_string(arena, manifest);
        struct backup_manifest got;
        struct error error;
        altered[i] ^= 1;
        assert_int_equal(manifest_parse(arena, (struct text){altered, manifest.n}, "m", &got, &error), ERROR_CHECK);
        assert_int_equal(manifest_parse(arena, text_cut(manifest, 0, i), "m", &got, &error), ERROR_CHECK);
    }
    write_file(path, text_cut(manifest, 0, manifest.n / 2));
    refused(restoring, ERROR_CHECK, "MANIFEST", "altered or cut short");
    unlink(path);
    refused(restoring, ERROR_CHECK, folder, "incomplete");
    assert_int_equal(symlink("/etc/passwd", path), 0);
    refused(restoring, ERROR_CHECK, "MANIFEST", "not a plain file");
    unlink(path);
    write_file(path, manifest);

    /* a byte here and there of each file; a byte less; a byte more */
    static const char *const files[] = {"data/proviso.db", "data/documents.db"};
    for (size_t f = 0; f < 2; f++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[f]);
        struct text whole = content_of(path);
        for (size_t i = 0; i < 5; i++) {
            char *altered = arena_alloc(arena, whole.n);
            memcpy(altered, whole.p, whole.n);
            altered[i * (whole.n - 1) / 4] ^= 0x20;
            write_file(path, (struct text){altered, whole.n});
            refused(restoring, ERROR_CHECK, files[f], "not the one that the backup was made with");
        }
        write_file(path, text_cut(whole, 0, whole.n - 1));
        refused(restoring, ERROR_CHECK, files[f], "not the one");
        write_file(path, arena_format(arena, "%.*s!", TEXT_ARGS(whole)));
        refused(restoring, ERROR_CHECK, files[f], "not the one");
        unlink(path);
        refused(restoring, ERROR_CHECK, files[f], "missing");
        char away[PATH];
        write_file(path_of(away, "away"), whole);
        assert_int_equal(symlink(away, path), 0); /* the right bytes, but somewhere else */
        refused(restoring, ERROR_CHECK, files[f], "not a plain file");
        unlink(path);
        assert_int_equal(mkfifo(path, 0600), 0);
        refused(restoring, ERROR_CHECK, files[f], "not a plain file");
        unlink(path);
        write_file(path, whole);
    }
    shell("mv %s/data %s/away-data && ln -s ../away-data %s/data", folder, base, folder);
    refused(restoring, ERROR_CHECK, "data/proviso.db", "not a plain file");
    shell("rm %s/data && mv %s/away-data %s/data", folder, base, folder);

    /* a manifest that fits itself, but names something else */
    rewrite_manifest(folder, "data/documents.db", "../../etc/passwd");
    refused(restoring, ERROR_CHECK, "MANIFEST", "altered");
    write_file((snprintf(path, sizeof path, "%s/MANIFEST", folder), path), manifest);
    rewrite_manifest(folder, "\"proviso_backup\":1", "\"proviso_backup\":2");
    refused(restoring, ERROR_CHECK, "MANIFEST", "another version");
    write_file(path, manifest);
    rewrite_manifest(folder, "\"root\":\"", "\"root\":\"00");
    refused(restoring, ERROR_CHECK, "MANIFEST", "altered");
    write_file(path, manifest);
    /* fewer entries than were signed, and more than there are */
    struct backup_manifest read;
    struct error error;
    must(gate_backup_look(folder, arena, &read, &error), &error, "look");
    char was[40], less[40], more[40];
    snprintf(was, sizeof was, "\"entries\":%llu,", (unsigned long long)read.entries);
    snprintf(less, sizeof less, "\"entries\":%llu,", (unsigned long long)read.entries / 2);
    snprintf(more, sizeof more, "\"entries\":%llu,", (unsigned long long)read.entries + 1);
    rewrite_manifest(folder, was, less);
    refused(restoring, ERROR_CHECK, "MANIFEST", "checkpoint");
    write_file(path, manifest);
    rewrite_manifest(folder, was, more);
    refused(restoring, ERROR_CHECK, "log_head", "not the one that the manifest describes");
    write_file(path, manifest);

    /* the manifest of another backup */
    struct visit *teacher = home_visit(&home, "teacher");
    visit_end(&teacher);
    backup_to(path_of(other, "other"));
    shell("cp %s/MANIFEST %s/MANIFEST", other, folder);
    refused(restoring, ERROR_CHECK, "data/proviso.db", "not the one that the backup was made with");
    write_file(path, manifest);
    /* what lies beside the files is not taken along: a log that SQLite would read, say */
    snprintf(path, sizeof path, "%s/data/proviso.db-wal", folder);
    write_file(path, TEXT("something that is no log"));
    must(try_restore(restoring, NULL, &error), &error, "whole again");
    struct gate *gate = open_home(to);
    verified(gate);
    gate_close(&gate);
}

/* A record that was altered, with a manifest that was made to fit: the log and the keys tell. */
static void a_forged_backup_is_found_by_its_record(void **state)
{
    (void)state;
    char folder[PATH], to[PATH], path[PATH + 40], keys[PATH];
    backup_to(path_of(folder, "b"));
    snprintf(path, sizeof path, "%s/data/proviso.db", folder);
    shell("sqlite3 %s \"UPDATE item SET confidence = 'rumour', historical = 1\" 2>/dev/null", path);
    struct manifest_reading reading = {&(struct backup_progress){NULL, NULL}, "", 0, 0};
    struct backup_manifest manifest;
    struct error error;
    must(gate_backup_look(folder, arena, &manifest, &error), &error, "look");
    must(manifest_file(folder, manifest_name(0), NULL, &reading, &manifest.file[0], &error), &error, "manifest_file");
    snprintf(path, sizeof path, "%s/MANIFEST", folder);
    write_file(path, manifest_write(arena, &manifest));
    snprintf(keys, sizeof keys, "%s/keyholder", home.folder);
    struct gate_restoring restoring = restoring_of(folder, path_of(to, "new"), NULL);
    restoring.keys = keys;
    refused(restoring, ERROR_CHECK, folder, "the record in the backup does not hold");
}

static void nothing_is_restored_over_what_is_there(void **state)
{
    (void)state;
    char folder[PATH], to[PATH], keys[PATH], part[PATH + 20];
    struct error error;
    struct backup_report made = backup_to(path_of(folder, "b"));
    snprintf(keys, sizeof keys, "%s/keyholder", home.folder);
    path_of(to, "new");
    struct gate_restoring restoring = restoring_of(folder, to, NULL);
    restoring.keys = keys;
    /* older than a witness has seen */
    restoring.seen = made.manifest.entries + 1;
    refused(restoring, ERROR_INVALID, folder, "a witness has seen");
    restoring.seen = made.manifest.entries;
    restoring.log_name = made.manifest.origin;
    refused(restoring, ERROR_INVALID, "--log-name", "cannot have this name");
    restoring.log_name = "a name with spaces";
    refused(restoring, ERROR_INVALID, "--log-name", "cannot have this name");
    restoring.log_name = "proviso.example/again";
    /* a home with something in it */
    shell("mkdir %s && touch %s/letter", to, to);
    assert_int_equal(try_restore(restoring, NULL, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.what, "something in the home already"));
    shell("rm %s/letter", to);
    /* what an earlier one left */
    snprintf(part, sizeof part, "%s.restoring", to);
    shell("mkdir %s", part);
    assert_int_equal(try_restore(restoring, NULL, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.what, "earlier restore did not end"));
    shell("rmdir %s", part);
    /* an empty one will do */
    must(try_restore(restoring, NULL, &error), &error, "an empty home");
    assert_int_equal(try_restore(restoring, NULL, &error), ERROR_CONFLICT);
    /* nor is a backup written over anything */
    struct backup_report report;
    assert_int_equal(try_backup(folder, &report, &error), ERROR_CONFLICT);
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
    int result = try_backup(folder, &report, &error);
    _exit(result == 0 ? 0 : result == ERROR_SYSTEM && strstr(error.fix, "space") ? 10 : 11);
}

static void a_full_disk_leaves_nothing(void **state)
{
    (void)state;
    char folder[PATH];
    int status;
    path_of(folder, "b");
    for (rlim_t limit = 4096; limit < 300000; limit += 60000) {
        pid_t pid = back_up_in_another_process(folder, limit);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 10);
        assert_false(is_there(folder));
    }
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
        pid_t pid = back_up_in_another_process(path_of(folder, "k%d", i), 0);
        usleep((useconds_t)(i * 4000));
        kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (!is_there(folder))
            continue;
        int result = gate_backup_look(folder, arena, &manifest, &error);
        char path[PATH + 20];
        snprintf(path, sizeof path, "%s/MANIFEST", folder);
        assert_int_equal(result == 0, is_there(path));
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

int main(void)
{
    snprintf(program, sizeof program, "%s/keyholder-main", getenv("PROVISO_BUILD"));
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_home_comes_back_with_the_shares_of_enough_agencies),
        TEST(nothing_in_a_backup_is_a_key),
        TEST(shares_that_are_too_few_or_wrong_are_refused_with_what_to_do),
        TEST(shares_of_another_making_or_log_are_refused),
        TEST(after_the_keys_were_renewed_an_older_backup_stays_closed),
        TEST(a_backup_that_was_touched_is_refused),
        TEST(a_forged_backup_is_found_by_its_record),
        TEST(nothing_is_restored_over_what_is_there),
        TEST(a_full_disk_leaves_nothing),
        TEST(a_backup_that_was_killed_never_looks_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
