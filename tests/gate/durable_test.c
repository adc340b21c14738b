/*
 * What a power cut leaves: once a home was opened, a backup made or a home restored, every file of ours and every name in
 * it is on the disk. (SQLite sees to what it writes itself: gate-torn.) And what two pictures of two databases are, where
 * documents come and go between them.
 */
#include "backup_home.h"

#include "backup/escrow.h"
#include "backup/folder.h"
#include "forget/forget_inside.h"
#include "gate/escrow.h"
#include "keyholder.h"
#include "store.h"
#include "support/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void assert_on_disk(const char *folder, const char *after)
{
    char first[FAULT_PATH_SIZE];
    if (fault_unsynced(folder, first))
        fail_msg("%s: %s is not synced", after, first);
}

/* ---- what is done at a place inside: the linker sends these calls here ---- */

static void (*between_pictures)(void), (*before_writing)(void);
static bool escrow_awaited;

static void once(void (**what)(void))
{
    void (*now)(void) = *what;
    *what = NULL;
    if (now)
        now();
}

int __real_store_copy_begin(struct store *store, struct store_copy **out, struct error *error);
int __wrap_store_copy_begin(struct store *store, struct store_copy **out, struct error *error);
int __wrap_store_copy_begin(struct store *store, struct store_copy **out, struct error *error)
{
    int result = __real_store_copy_begin(store, out, error);
    once(&between_pictures);
    return result;
}

int __real_store_copy_write(struct store_copy *copy, const char *path, const struct store_progress *progress, struct error *error);
int __wrap_store_copy_write(struct store_copy *copy, const char *path, const struct store_progress *progress, struct error *error);
int __wrap_store_copy_write(struct store_copy *copy, const char *path, const struct store_progress *progress, struct error *error)
{
    once(&before_writing);
    return __real_store_copy_write(copy, path, progress, error);
}

/* From here on the keyholder lets the older epoch go. */
int __real_keyholder_escrowed(struct keyholder *keyholder, uint32_t epoch, struct error *error);
int __wrap_keyholder_escrowed(struct keyholder *keyholder, uint32_t epoch, struct error *error);
int __wrap_keyholder_escrowed(struct keyholder *keyholder, uint32_t epoch, struct error *error)
{
    if (escrow_awaited)
        assert_on_disk(base, "shares were written");
    escrow_awaited = false;
    return __real_keyholder_escrowed(keyholder, epoch, error);
}

/* A disk that keeps something else than it was given. */
static const char *garbled; /* a part of the path */

int __real_file_replace(const char *path, struct text content, unsigned mode, struct error *error);
int __wrap_file_replace(const char *path, struct text content, unsigned mode, struct error *error);
int __wrap_file_replace(const char *path, struct text content, unsigned mode, struct error *error)
{
    if (!garbled || !strstr(path, garbled))
        return __real_file_replace(path, content, mode, error);
    char *other = arena_string(arena, content);
    other[content.n / 2] ^= 1;
    return __real_file_replace(path, (struct text){other, content.n}, mode, error);
}

/* ---- names and files ---- */

static void a_home_that_was_made_stays(void **state)
{
    (void)state;
    char fresh[PATH];
    struct gate_settings settings = backup_settings(backup_path(fresh, "fresh"));
    struct gate *gate;
    struct error error;
    settings.escrow = plan;
    escrow_awaited = true;
    fault_watch();
    must(gate_open(&settings, &gate, &error), &error, "gate_open");
    assert_false(escrow_awaited);
    gate_close(&gate);
    assert_on_disk(base, "the service has ended");
}

/* A share that does not read back is found now; and the keyholder is not told that the agencies have theirs. */
static void a_share_that_the_disk_garbled_is_found(void **state)
{
    (void)state;
    char fresh[PATH], shares[PATH + 20];
    struct gate_escrow_state state_of;
    struct gate_settings settings = backup_settings(backup_path(fresh, "fresh"));
    struct gate *gate;
    struct error error = {0};
    settings.escrow = plan;
    snprintf(shares, sizeof shares, "%s/data/escrow/epoch-1", fresh);
    garbled = "epoch-1.part/03-";
    must(gate_open(&settings, &gate, &error), &error, "the service goes on without them");
    assert_int_equal(gate_escrow(gate, &error), ERROR_SYSTEM);
    assert_string_equal(error.what, "the share that was written does not read back");
    must(gate_escrow_look(gate, &state_of, &error), &error, "gate_escrow_look");
    assert_false(state_of.safe || backup_is_there(shares));
    garbled = NULL;
    must(gate_escrow(gate, &error), &error, "the disk is good again");
    must(gate_escrow_look(gate, &state_of, &error), &error, "gate_escrow_look");
    assert_true(state_of.safe && backup_is_there(shares));
    gate_close(&gate);
}

static void a_backup_and_what_is_restored_from_it_stay(void **state)
{
    (void)state;
    char folder[PATH], to[PATH], demo[PATH];
    struct error error;
    snprintf(demo, sizeof demo, "%s/demo", home.folder);
    backup_write(demo, TEXT("a mark\n")); /* the small file that goes along */
    fault_watch();
    backup_make(backup_path(folder, "b"));
    assert_on_disk(base, "a backup was made");
    const char *share[] = {backup_open_share(home.folder, 1, 1, "s1"), backup_open_share(home.folder, 1, 3, "s3"), NULL};
    fault_watch();
    must(backup_restore(backup_restoring(folder, backup_path(to, "new"), share), NULL, &error), &error, "gate_restore");
    assert_on_disk(base, "a home was restored");
    snprintf(demo, sizeof demo, "%s/demo", to);
    assert_true(text_equal(backup_content(demo), TEXT("a mark\n")));
}

/* A file that cannot be read to its end is not taken for a shorter one. */
static void a_file_that_cannot_be_read_is_told(void **state)
{
    (void)state;
    char folder[PATH];
    struct error error;
    struct backup_file file;
    struct manifest_reading reading = {&(struct backup_progress){NULL, NULL}, "", 0, 0};
    backup_make(backup_path(folder, "b"));
    bool struck = true;
    for (long nth = 1; struck; nth++) {
        fault_arm(FAULT_READ, nth, false);
        int result = manifest_file(folder, manifest_name(0), NULL, &reading, &file, &error);
        struck = fault_disarm(NULL) > 0;
        assert_int_equal(result != 0, struck);
    }
}

/* Nor is a name called durable that the disk did not take. */
static void a_folder_that_cannot_be_synchronised_is_told(void **state)
{
    (void)state;
    struct error error;
    must(file_sync_folder(base, &error), &error, "file_sync_folder");
    fault_arm(FAULT_SYNC, 1, false);
    int result = file_sync_folder(base, &error);
    assert_int_equal(fault_disarm(NULL), 1);
    assert_int_equal(result, ERROR_SYSTEM);
}

/* ---- two pictures ---- */

static struct visit *teacher, *head, *principal;

static void sign_in(void)
{
    home_hire(&home, &home.school, "principal", "manager");
    teacher = home_visit(&home, "teacher");
    head = home_visit(&home, "head");
    principal = home_visit(&home, "principal");
}

static void sign_out(void)
{
    visit_end(&teacher);
    visit_end(&head);
    visit_end(&principal);
}

static void attach(void)
{
    home_attach(teacher, home.arena, &decided.case_id, TEXT("one more"));
}

/* Its row goes, then its payload. */
static void dispose(void)
{
    struct error error;
    struct disposal_proposed proposed;
    struct disposal_settled settled;
    struct disposal_propose propose = {.case_id = decided.case_id,
                                       .document_id = document,
                                       .rule = TEXT("retention"),
                                       .stands = TEXT("Our retention schedule of 2026, line 12"),
                                       .paper = TEXT("shredding-service"),
                                       .media = TEXT("erased")};
    must(visit_act_wait(head, &disposal_propose_command, &propose, &proposed, &error), &error, "disposal.propose");
    struct disposal_of of = {proposed.disposal_id};
    must(visit_act_wait(principal, &disposal_approve_command, &of, &settled, &error), &error, "disposal.approve");
    must(forget_payloads(home.gate, &error), &error, "forget_payloads");
}

/* The record's picture comes first: a row that it has was written after its payload. */
static void a_document_attached_between_the_pictures_harms_nothing(void **state)
{
    (void)state;
    char folder[PATH];
    sign_in();
    between_pictures = attach;
    struct backup_report report = backup_make(backup_path(folder, "b"));
    assert_null(between_pictures);
    assert_int_equal(report.documents, 1);
    assert_int_equal(backup_make(backup_path(folder, "later")).documents, 2);
    sign_out();
}

/* Both pictures are taken before the first is written, which may last: what goes meanwhile is in both. */
static void a_document_disposed_of_while_it_copies_harms_nothing(void **state)
{
    (void)state;
    char folder[PATH];
    sign_in();
    before_writing = dispose;
    struct backup_report report = backup_make(backup_path(folder, "b"));
    assert_null(before_writing);
    assert_int_equal(report.documents, 1);
    assert_int_equal(backup_make(backup_path(folder, "later")).documents, 0);
    sign_out();
}

/* The one moment that parts them: it is told, nothing is left, and the next is whole. */
static void a_document_disposed_of_between_the_pictures_is_told(void **state)
{
    (void)state;
    char folder[PATH];
    struct backup_report report;
    struct error error = {0};
    sign_in();
    between_pictures = dispose;
    assert_int_equal(backup_try(backup_path(folder, "b"), &report, &error), ERROR_CHECK);
    assert_non_null(strstr(error.fix, "something was disposed of meanwhile, run it again"));
    assert_false(backup_is_there(folder));
    assert_int_equal(backup_make(folder).documents, 0);
    sign_out();
}

int main(void)
{
#define TEST_OF(name) cmocka_unit_test_setup_teardown(name, backup_begin, backup_end)
    log_threshold((enum log_level)(LOG_LEVEL_ERROR + 1));
    const struct CMUnitTest tests[] = {
        TEST_OF(a_home_that_was_made_stays),
        TEST_OF(a_share_that_the_disk_garbled_is_found),
        TEST_OF(a_backup_and_what_is_restored_from_it_stay),
        TEST_OF(a_file_that_cannot_be_read_is_told),
        TEST_OF(a_folder_that_cannot_be_synchronised_is_told),
        TEST_OF(a_document_attached_between_the_pictures_harms_nothing),
        TEST_OF(a_document_disposed_of_while_it_copies_harms_nothing),
        TEST_OF(a_document_disposed_of_between_the_pictures_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
