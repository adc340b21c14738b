/*
 * A parcel for somebody outside opens with a phrase that nobody can destroy: so once it is disposed of, no copy made before opens
 * with the phrase and the keys of today, and one that was open in a browser is closed.
 */
#include "forget_fixture.h"
#include "raw.h"

#include "inside.h"
#include "keys.h"
#include "parcels.h"
#include "vault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#define SECRET_WORDS "what nobody is to read again"

static struct id send_outside(const struct marked *marked, struct share_sent *sent)
{
    struct error error;
    struct item_record item = {.case_id = marked->case_id, .text = TEXT(SECRET_WORDS), .nature = TEXT("fact")};
    struct item_recorded recorded;
    must(visit_act_wait(home.teacher, &item_record_command, &item, &recorded, &error), &error, "item.record");
    struct decision_record record = {
        .cases = {&marked->case_id, 1},
        .outside = TEXT("health"),
        .facts = {TEXT("{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"confidential\":true,"
                       "\"consent\":\"given\",\"consent_covers\":true,\"child_harm\":\"evidence\",\"proportionate\":true,"
                       "\"urgent\":false,\"recipient_needs_to_know\":true,\"informing_raises_risk\":false}")},
        .outcome = TEXT("share"),
        .reasons = TEXT("The clinic treats the injury."),
    };
    struct decision_recorded decided;
    must(visit_act_wait(home.teacher, &decision_record_command, &record, &decided, &error), &error, "decision.record");
    struct share_send send = {.decisions = {&decided.decision_id, 1},
                              .items = {&recorded.item_id, 1},
                              .outside_name = TEXT("A clinic"),
                              .link_medium = TEXT("email"),
                              .phrase_medium = TEXT("landline")};
    must(visit_act_wait(home.teacher, &share_send_command, &send, sent, &error), &error, "share.send");
    return recorded.item_id;
}

static int try_it(const struct share_sent *sent, struct pickup_tried *tried)
{
    struct error error;
    struct visit *visitor;
    must(visit_begin(home.home.gate, home.home.arena, &visitor, &error), &error, "visit_begin");
    struct pickup_try try = {.link = sent->link, .phrase = sent->phrase};
    return visit_act_wait(visitor, &pickup_try_command, &try, tried, &error);
}

/* ---- somebody who has a copy of the data, the phrase, and the keyholder of today ---- */

struct thief {
    const struct share_sent *sent;
    struct vault_phrase phrase;
    size_t sealed, opened;
};

static int drop_bytes(void *self, const void *p, size_t n, struct error *error)
{
    (void)self, (void)p, (void)n, (void)error;
    return 0;
}

static int read_some(void *self, void *into, size_t room, size_t *got, struct error *error)
{
    (void)error;
    struct text *rest = self;
    *got = rest->n < room ? rest->n : room;
    if (*got)
        memcpy(into, rest->p, *got);
    *rest = text_cut(*rest, *got, rest->n);
    return 0;
}

static bool opens_with_phrase(const struct thief *thief, struct text file)
{
    struct error error;
    enum vault_verdict verdict = VAULT_GOOD;
    struct vault_identity identity = vault_identity_passphrase(text_of(thief->phrase.secret));
    return file.n && vault_file_open(&(struct vault_reader){read_some, &file}, &(struct vault_writer){drop_bytes, NULL}, &identity, 1,
                                     &verdict, &error) == 0;
}

/* Each cell of the copy in which a parcel may lie: as it is, and by whatever key of `keys` the keyholder opens. */
static struct thief rob(const struct share_sent *sent, const char *keys)
{
    struct error error;
    char path[200];
    sqlite3 *copy;
    sqlite3_stmt *cells;
    struct thief thief = {.sent = sent};
    must(vault_phrase_parse(sent->phrase, &thief.phrase, &error), &error, "the phrase");
    snprintf(path, sizeof path, "%s/copy/proviso.db", home.home.folder);
    assert_int_equal(sqlite3_open(path, &copy), SQLITE_OK);
    struct text attach = arena_format(home.home.arena, "ATTACH '%s/%s/proviso.db' AS keys", home.home.folder, keys);
    assert_int_equal(sqlite3_exec(copy, attach.p, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(copy, "SELECT '', parcel, NULL FROM main.pickup UNION ALL"
                                              " SELECT p.id, p.sealed, k.wrapped FROM main.parcel p LEFT JOIN keys.record_key k ON k.id = p.key_id",
                                        -1, &cells, NULL), SQLITE_OK);
    while (sqlite3_step(cells) == SQLITE_ROW) {
        struct text cell = {sqlite3_column_blob(cells, 1), (size_t)sqlite3_column_bytes(cells, 1)}, file;
        struct text wrapped = {sqlite3_column_blob(cells, 2), (size_t)sqlite3_column_bytes(cells, 2)};
        uint8_t plain[1][TURN_KEY_SIZE];
        thief.sealed += cell.n > 0;
        thief.opened += opens_with_phrase(&thief, cell);
        if (wrapped.n && keys_open(home.home.gate, 1, &wrapped, plain, &error) == 0 &&
            vault_record_open(home.home.arena, plain[0], arena_format(home.home.arena, "parcel/%s", sqlite3_column_text(cells, 0)), cell,
                              &file, &error) == 0)
            thief.opened += opens_with_phrase(&thief, file);
    }
    sqlite3_finalize(cells);
    sqlite3_close(copy);
    return thief;
}

static void copy_data(void)
{
    shell("rm -rf %s/copy && cp -r %s/data %s/copy", home.home.folder, home.home.folder, home.home.folder);
}

static void turn(void)
{
    struct error error;
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
}

static void test_case(void **state)
{
    (void)state;
    struct share_sent sent;
    struct pickup_tried tried;
    struct marked one = forget_mark(&home, "MARKPARCEL", "Robin Example");
    send_outside(&one, &sent);
    assert_int_equal(try_it(&sent, &tried), 0);
    assert_true(text_find(tried.parcel.json, TEXT(SECRET_WORDS)) > 0);
    forget_verify(&home);
    copy_data();
    struct thief before = rob(&sent, "copy");
    assert_true(before.opened == 1 && before.sealed >= 2); /* who has both halves opens it: so the search can find it */

    forget_dispose(&home, &(struct disposal_propose){.case_id = one.case_id, FORGET_BY_RULE});
    assert_int_equal(try_it(&sent, &tried), ERROR_MISSING);
    turn();
    assert_int_equal(rob(&sent, "copy").opened, 0);
    assert_int_equal(rob(&sent, "data").opened, 0);
    assert_int_equal(rob(&sent, "copy").sealed, before.sealed);
    forget_verify(&home);
}

/* The case stays, and with it the keys of all else that was sent. */
static void test_item(void **state)
{
    (void)state;
    struct share_sent sent;
    struct pickup_tried tried;
    struct marked one = forget_mark(&home, "MARKPART", "Sam Example");
    struct id item = send_outside(&one, &sent);
    copy_data();
    forget_dispose(&home, &(struct disposal_propose){.case_id = one.case_id, .item_id = item, FORGET_BY_RULE});
    assert_int_equal(try_it(&sent, &tried), ERROR_CONFLICT);
    turn();
    assert_int_equal(rob(&sent, "copy").opened, 0);
    assert_int_equal(rob(&sent, "data").opened, 0);
    forget_verify(&home);
}

/* What a browser has open, and what nobody comes back for. */
static void test_open(void **state)
{
    (void)state;
    struct error error;
    struct share_sent sent;
    struct pickup_tried tried;
    struct text token, content;
    struct marked one = forget_mark(&home, "MARKOPEN", "Kim Example");
    send_outside(&one, &sent);
    assert_int_equal(try_it(&sent, &tried), 0);
    must(parcel_keep(home.home.gate, tried.parcel.json, home.home.arena, &token, &error), &error, "parcel_keep");
    must(parcel_kept(home.home.gate, token, home.home.arena, &content, &error), &error, "parcel_kept");
    assert_true(text_find(content, TEXT(SECRET_WORDS)) > 0);
    int64_t now = clock_steady();
    parcels_forget(home.home.gate->parcels, now + 14 * 60 * CLOCK_SECOND); /* its quarter of an hour is not over */
    must(parcel_kept(home.home.gate, token, home.home.arena, &content, &error), &error, "parcel_kept");
    forget_dispose(&home, &(struct disposal_propose){.case_id = one.case_id, FORGET_BY_RULE});
    assert_int_equal(parcel_kept(home.home.gate, token, home.home.arena, &content, &error), ERROR_MISSING);

    must(parcel_keep(home.home.gate, tried.parcel.json, home.home.arena, &token, &error), &error, "parcel_keep");
    parcels_forget(home.home.gate->parcels, clock_steady() + 15 * 60 * CLOCK_SECOND);
    assert_int_equal(parcel_kept(home.home.gate, token, home.home.arena, &content, &error), ERROR_MISSING);

    /* one whose opening was under way when it was disposed of */
    must(parcel_keep(home.home.gate, tried.parcel.json, home.home.arena, &token, &error), &error, "parcel_keep");
    turn();
    assert_int_equal(parcel_kept(home.home.gate, token, home.home.arena, &content, &error), ERROR_MISSING);
}

/* ---- memory that was given back ---- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OWN_MALLOC 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OWN_MALLOC 0
#endif
#endif
#ifndef OWN_MALLOC
#define OWN_MALLOC 1
#endif

/* How often `mark` lies in the memory of this process. */
static size_t in_memory(const uint8_t *mark, size_t n)
{
    char line[400];
    size_t found = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    uint8_t *page = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(maps && memory >= 0 && page != MAP_FAILED);
    while (fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        if (sscanf(line, "%lx-%lx rw", &from, &to) != 2 || (from <= (uintptr_t)page && (uintptr_t)page < to))
            continue;
        for (unsigned long at = from; at < to; at += 1 << 20) {
            ssize_t got = pread(memory, page, to - at < 1 << 20 ? to - at : 1 << 20, (off_t)at);
            for (uint8_t *p = page; got > 0 && (p = memmem(p, (size_t)(page + got - p), mark, n)) != NULL; p += n)
                found++;
        }
    }
    munmap(page, 1 << 20);
    close(memory);
    fclose(maps);
    return found;
}

static void test_memory(void **state)
{
    (void)state;
    enum { BLOCKS = 100, SIZE = 60000, MARK = 16 };
    if (!OWN_MALLOC)
        skip();
    static char *block[BLOCKS]; /* every other one stays, so that the system is not given all of it back at once */
    uint8_t mark[MARK];
    bytes_random(mark, sizeof mark);
    for (int i = 0; i < BLOCKS; i++) {
        assert_non_null(block[i] = calloc(1, SIZE));
        for (size_t at = 0; i % 2 && at + MARK <= SIZE; at += MARK)
            memcpy(block[i] + at, mark, MARK);
    }
    size_t all = in_memory(mark, MARK);
    assert_true(all >= BLOCKS / 2 * (SIZE / MARK));
    for (int i = 1; i < BLOCKS; i += 2)
        free(block[i]);
    assert_true(in_memory(mark, MARK) > all / 2); /* it stays as it was */
    turn();
    assert_true(in_memory(mark, MARK) < all / 4);
    for (int i = 0; i < BLOCKS; i += 2)
        free(block[i]);
}

/* Those that were sent before there were such keys lie in the pickup's own row: they are opened still. */
static void test_older(void **state)
{
    (void)state;
    struct error error;
    struct share_sent sent;
    struct pickup_tried tried;
    struct marked one = forget_mark(&home, "MARKOLDER", "Alex Example");
    send_outside(&one, &sent);
    struct raw raw = raw_open(&home.home, "proviso");
    sqlite3_stmt *newest;
    assert_int_equal(sqlite3_prepare_v2(raw.db, "SELECT p.id, p.sealed, k.wrapped FROM parcel p JOIN record_key k ON k.id = p.key_id"
                                                " ORDER BY p.id DESC LIMIT 1", -1, &newest, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(newest), SQLITE_ROW);
    struct text id = arena_format(home.home.arena, "%s", sqlite3_column_text(newest, 0)), file,
                sealed = {sqlite3_column_blob(newest, 1), (size_t)sqlite3_column_bytes(newest, 1)},
                wrapped = {sqlite3_column_blob(newest, 2), (size_t)sqlite3_column_bytes(newest, 2)};
    uint8_t plain[1][TURN_KEY_SIZE];
    must(keys_open(home.home.gate, 1, &wrapped, plain, &error), &error, "keys_open");
    must(vault_record_open(home.home.arena, plain[0], arena_format(home.home.arena, "parcel/%s", id.p), sealed, &file, &error), &error,
         "the parcel");
    sqlite3_finalize(newest);
    struct buffer hex = buffer_in(home.home.arena);
    for (size_t i = 0; i < file.n; i++)
        buffer_format(&hex, "%02x", (unsigned char)file.p[i]);
    raw_run(&raw, "UPDATE pickup SET parcel = x'%.*s' WHERE id = (SELECT pickup_id FROM parcel WHERE id = '%s')",
            TEXT_ARGS(buffer_result(&hex)), id.p);
    raw_run(&raw, "DELETE FROM parcel WHERE id = '%s'", id.p);
    assert_int_equal(try_it(&sent, &tried), 0);
    assert_true(text_find(tried.parcel.json, TEXT(SECRET_WORDS)) > 0);
    raw_close(&raw);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_case),
        cmocka_unit_test(test_item),
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_older), /* leaves the record as nobody wrote it */
    };
    return cmocka_run_group_tests(tests, make, drop);
}
