/* A backup, and a home again from it: what is in it and what is not, and that it is whole while others work. */
#include "backup_home.h"
#include "inside.h"
#include "writer/writer.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

/* ---- what a restored home tells ---- */

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

/* What witnesses had signed of the old log, and said against it, lies in the backup; it is none of the log that goes on. */
static int keep_cosigned(struct store_session *session, void *context, struct error *error)
{
    const struct gate *gate = context;
    int result = store_run(session, "INSERT INTO log_cosigned (id, size, note) VALUES (1, $1, $2)",
                           STORE_BIND(STORE_INT((int64_t)gate->published.head.size), STORE_STRING(gate->published.note)), NULL, error);
    return result ? result
                  : store_run(session, "INSERT INTO witness_alarm (witness, at, problem) VALUES ('leeds', 1, 'it has seen more')",
                              STORE_BIND(), NULL, error);
}

static void check_shown(const char *folder, const char *origin, int64_t cosigned)
{
    int64_t kept = 0;
    struct gate *gate;
    struct text note, line;
    struct error error;
    struct gate_settings settings = backup_settings(folder);
    settings.read_only = true;
    must(gate_open(&settings, &gate, &error), &error, folder);
    must(gate_checkpoint_shown(gate, arena, &note, &error), &error, "gate_checkpoint_shown");
    assert_true(text_next(&note, '\n', &line) && text_equal(line, text_of(origin)));
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    must(store_reader(gate->store, &session, &error), &error, "reader");
    must(store_one_int(session, "SELECT count(*) FROM log_cosigned", STORE_BIND(), &kept, &error), &error, "log_cosigned");
    assert_int_equal(kept, cosigned);
    must(store_one_int(session, "SELECT count(*) FROM witness_alarm", STORE_BIND(), &kept, &error), &error, "witness_alarm");
    assert_int_equal(kept, cosigned);
    store_give_back(&session);
    gate_close(&gate);
}

/* ---- the tests ---- */

static void a_home_comes_back_with_the_shares_of_enough_agencies(void **state)
{
    (void)state;
    char folder[PATH], to[PATH], other[PATH];
    struct error error;
    must(writer_do(home.gate, keep_cosigned, home.gate, false, &error), &error, "log_cosigned");
    struct backup_report made = backup_make(backup_path(folder, "b"));
    assert_int_equal(made.documents, 1);
    assert_true(made.rows > 5);
    /* what came after it is not in it */
    struct visit *teacher = home_visit(&home, "teacher");
    struct item_record item = {.case_id = decided.case_id, .text = TEXT("Later."), .nature = TEXT("fact")};
    struct item_recorded recorded;
    must(visit_act_wait(teacher, &item_record_command, &item, &recorded, &error), &error, "item.record");
    visit_end(&teacher);

    const char *share[] = {backup_open_share(home.folder, 1, 1, "s1"), backup_open_share(home.folder, 1, 3, "s3"), NULL};
    struct gate_restoring restoring = backup_restoring(folder, backup_path(to, "new"), share);
    restoring.reason = TEXT("the disk broke");
    restoring.seen = made.manifest.entries + 3;
    struct restore_report report;
    must(backup_restore(restoring, &report, &error), &error, "gate_restore");
    assert_int_equal(report.manifest.entries, made.manifest.entries);
    assert_string_not_equal(report.origin, made.manifest.origin);

    struct gate *gate = backup_open(to);
    home_verify(gate, arena);
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
    check_shown(to, report.origin, 0);
    check_shown(home.folder, made.manifest.origin, 1);

    /* with the old folder of keys in place of shares */
    restoring = backup_restoring(folder, backup_path(other, "other/"), NULL);
    char keys[PATH];
    snprintf(keys, sizeof keys, "%s/keyholder", home.folder);
    restoring.keys = keys;
    must(backup_restore(restoring, &report, &error), &error, "gate_restore");
    gate = backup_open(other);
    home_verify(gate, arena);
    gate_close(&gate);
}

static int64_t one_moment;

static int64_t at_one_moment(void)
{
    return one_moment;
}

static int64_t a_day_later(void)
{
    return clock_now() + CLOCK_DAY;
}

/* A restored home is backed up and restored as any other is. Its log has a new name once more, which is not longer for it. */
static void a_restored_home_is_restored_again(void **state)
{
    (void)state;
    char folder[PATH], first[PATH], again[PATH], second[PATH], third[PATH], keys[PATH + 20];
    struct error error;
    struct restore_report once, twice;
    struct backup_report report;
    backup_make(backup_path(folder, "b"));
    snprintf(keys, sizeof keys, "%s/keyholder", home.folder);
    struct gate_restoring restoring = backup_restoring(folder, backup_path(first, "first"), NULL);
    restoring.keys = keys;
    one_moment = clock_now();
    restoring.clock = at_one_moment;
    must(backup_restore(restoring, &once, &error), &error, "gate_restore");
    struct gate_settings settings = backup_settings(first);
    must(gate_backup(&settings, backup_path(again, "again"), arena, NULL, &report, &error), &error, "gate_backup");
    snprintf(keys, sizeof keys, "%s/keyholder", first);
    restoring = backup_restoring(again, backup_path(second, "second"), NULL);
    restoring.keys = keys;
    restoring.clock = a_day_later;
    must(backup_restore(restoring, &twice, &error), &error, "gate_restore");
    assert_string_not_equal(once.origin, twice.origin);
    assert_int_equal(strlen(once.origin), strlen(twice.origin));
    /* in the very second in which the first began */
    restoring.home = backup_path(third, "third");
    restoring.clock = at_one_moment;
    must(backup_restore(restoring, &twice, &error), &error, "gate_restore");
    assert_string_not_equal(once.origin, twice.origin);
}

/* A home in which nobody has done anything yet. */
static void an_empty_home_comes_back(void **state)
{
    (void)state;
    char empty[PATH], folder[PATH], to[PATH], keys[PATH + 20];
    struct error error;
    struct gate *gate;
    struct backup_report report;
    struct gate_settings settings = backup_settings(backup_path(empty, "empty"));
    must(gate_open(&settings, &gate, &error), &error, "gate_open");
    gate_close(&gate);
    must(gate_backup(&settings, backup_path(folder, "b"), arena, NULL, &report, &error), &error, "gate_backup");
    snprintf(keys, sizeof keys, "%s/keyholder", empty);
    struct gate_restoring restoring = backup_restoring(folder, backup_path(to, "new"), NULL);
    restoring.keys = keys;
    must(backup_restore(restoring, NULL, &error), &error, "gate_restore");
    gate = backup_open(to);
    home_verify(gate, arena);
    gate_close(&gate);
}

static void nothing_in_a_backup_is_a_key(void **state)
{
    (void)state;
    char folder[PATH], path[PATH];
    uint8_t block[84];
    backup_make(backup_path(folder, "b"));
    snprintf(path, sizeof path, "%s/keyholder/epoch-1", home.folder);
    struct text key = backup_content(path);
    assert_int_equal(key.n, sizeof block);
    for (size_t i = 0; manifest_name(i); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, manifest_name(i));
        if (!backup_is_there(path))
            continue;
        struct text file = backup_content(path);
        assert_int_equal(text_find(file, (struct text){key.p + 20, 32}), -1);
        assert_int_equal(text_find(file, TEXT("age-encryption.org")), -1);
        assert_int_equal(text_find(file, TEXT("bruise")), -1);
        assert_int_equal(text_find(file, TEXT("neighbour")), -1);
    }
    shell("test -z \"$(find %s -name '*.age')\"", folder);
    shell("test -z \"$(find %s -name 'epoch*')\"", folder);
    /* nor does making it, which opens it to verify it, leave anything else there */
    shell("test \"$(cd %s && echo $(find . -type f | LC_ALL=C sort))\" = './MANIFEST ./data/documents.db ./data/proviso.db'", folder);
}

/* Documents come all the time; each copy has what its rows speak of. The verification of the copy reads every one. */
static _Atomic bool enough;
static _Atomic int attached;

static void *attach_on(void *context)
{
    struct visit *visit = context;
    char content[2000];
    memset(content, 'x', sizeof content);
    while (!atomic_load(&enough)) {
        home_attach(visit, home.arena, &decided.case_id, (struct text){content, sizeof content});
        atomic_fetch_add(&attached, 1);
    }
    return NULL;
}

static void documents_that_come_meanwhile_are_whole(void **state)
{
    (void)state;
    char folder[PATH];
    pthread_t thread;
    uint64_t last = 0;
    struct visit *visit = home_visit(&home, "teacher");
    atomic_store(&enough, false);
    assert_int_equal(pthread_create(&thread, NULL, attach_on, visit), 0);
    for (int i = 0; i < 8; i++) {
        int from = atomic_load(&attached);
        struct backup_report report = backup_make(backup_path(folder, "b%d", i));
        assert_true(report.documents >= last);
        last = report.documents;
        for (int tries = 0; atomic_load(&attached) == from && tries < 6000; tries++)
            usleep(10000);
    }
    atomic_store(&enough, true);
    pthread_join(thread, NULL);
    visit_end(&visit);
    assert_true(last > 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, backup_begin, backup_end)
    const struct CMUnitTest tests[] = {
        TEST(a_home_comes_back_with_the_shares_of_enough_agencies),
        TEST(a_restored_home_is_restored_again),
        TEST(an_empty_home_comes_back),
        TEST(nothing_in_a_backup_is_a_key),
        TEST(documents_that_come_meanwhile_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
