/* Whatever the log asks for is refused in turn: memory, its files, the cryptographic library's memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base.h"
#include "ledger.h"
#include "signer.h"
#include "support/folder.h"
#include "support/sweep.h"

#define ORIGIN "log.example/partnership"

/* Appends that end in, at and beyond the edge of a tile. */
static const size_t STEPS[] = {3, 250, 3, 40};
enum { STEPS_N = sizeof STEPS / sizeof *STEPS, ALL = 3 + 250 + 3 + 40 };

struct ground {
    char folder[TEST_FOLDER_SIZE];
    struct ledger_folder place;
    struct ledger_storage storage;
    struct ledger_edge edge; /* what was acknowledged */
    struct test_signer log;
    bool proven;
};

static int append(struct ground *ground, struct arena *arena, const char *what, size_t count, struct error *error)
{
    struct ledger_growth growth;
    struct text *leaf = ARENA_ARRAY(arena, struct text, count);
    for (size_t i = 0; leaf && i < count; i++)
        leaf[i] = arena_format(arena, "%s %llu", what, (unsigned long long)(ground->edge.size + i));
    if (arena_exhausted(arena))
        return arena_error(arena, error);
    int result = ledger_append(&ground->storage, arena, &ground->edge, leaf, count, &ground->edge, &growth, error);
    return result ? result : ledger_growth_check(&growth, error);
}

/* A checkpoint signed, an entry proved, and all of it in one file that is then checked. */
static int prove(struct ground *ground, struct arena *arena, struct error *error)
{
    struct ledger_checkpoint checkpoint = {.origin = TEXT(ORIGIN), .head = ledger_edge_head(&ground->edge)};
    struct ledger_evidence evidence = {.index = 255}, again;
    struct text text, leaf;
    int result = ledger_checkpoint_text(arena, &checkpoint, &text, error);
    if (!result)
        result = test_note_sign(arena, text, &ground->log.signer, 1, 0, &evidence.checkpoint, error);
    if (!result)
        result = ledger_inclusion(&ground->storage, arena, ground->edge.size, 255, &evidence.inclusion, error);
    if (!result)
        result = ledger_leaf(&ground->storage, arena, ground->edge.size, 255, &leaf, error);
    if (!result)
        result = ledger_evidence_text(arena, &evidence, &text, error);
    if (!result)
        result = ledger_evidence_parse(arena, text, &again, error);
    if (!result)
        result = ledger_evidence_check(arena, &again, leaf, TEXT(ORIGIN), &ground->log.signer.key, 1, &checkpoint, NULL, error);
    ground->proven = !result;
    return result;
}

static int work(void *context, struct error *error)
{
    struct ground *ground = context;
    ARENA_SCOPE struct arena *arena = arena_new(16 << 20, ARENA_PLAIN);
    int result = arena ? 0 : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    for (size_t i = 0; !result && i < STEPS_N; i++)
        result = append(ground, arena, "leaf", STEPS[i], error);
    if (!result)
        result = prove(ground, arena, error);
    struct ledger_head head = ledger_edge_head(&ground->edge);
    struct ledger_edge loaded;
    if (!result)
        result = ledger_edge_load(&ground->storage, arena, &head, &loaded, error);
    return result ? result : ledger_audit(&ground->storage, &head, NULL, error);
}

static void good(int result, const struct error *error)
{
    char line[800];
    error_line(error, line, sizeof line);
    if (result)
        fail_msg("%s", line);
}

/* Whatever was begun and given up, what was acknowledged is a whole log that goes on growing. */
static void check(void *context, int code)
{
    struct ground *ground = context;
    struct error error = {0};
    struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    assert_true(code || (ground->edge.size == ALL && ground->proven));
    for (int i = 0; i < 2; i++) {
        struct ledger_head head = ledger_edge_head(&ground->edge);
        struct ledger_edge loaded;
        if (head.size) {
            good(ledger_edge_load(&ground->storage, arena, &head, &loaded, &error), &error);
            good(ledger_audit(&ground->storage, &head, NULL, &error), &error);
            for (uint64_t at = 0; at < head.size; at += 41) {
                struct text data;
                good(ledger_leaf(&ground->storage, arena, head.size, at, &data, &error), &error);
            }
        }
        good(append(ground, arena, "second try", 9, &error), &error);
    }
    arena_free(&arena);
}

static void make(void *context)
{
    struct ground *ground = context;
    struct error error = {0};
    *ground = (struct ground){.proven = false};
    assert_int_equal(0, test_folder_make_light("ledger-sweep", ground->folder));
    good(ledger_folder_open(text_of(ground->folder), &ground->place, &error), &error);
    ground->storage = ledger_folder_storage(&ground->place);
    test_signer_make(&ground->log, LEDGER_KEY_LOG, ORIGIN, 1);
    /* An append that was begun once and given up: what it left must not be taken for the log's. */
    struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    good(append(ground, arena, "lost", 200, &error), &error);
    ground->edge = (struct ledger_edge){0};
    arena_free(&arena);
}

static void clear(void *context)
{
    struct ground *ground = context;
    assert_int_equal(0, test_folder_remove(ground->folder));
}

/* ---- an entry from its fields to one opened alone ---- */

static int work_entry(void *context, struct error *error)
{
    (void)context;
    ARENA_SCOPE struct arena *arena = arena_new(16 << 20, ARENA_PLAIN);
    const uint8_t salt[LEDGER_SALT_SIZE] = {7};
    struct ledger_entry entry, again;
    struct ledger_leaf leaf;
    struct ledger_hash row_key;
    struct text body;
    if (!arena)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    struct ledger_entry_builder builder = ledger_entry_begin(arena, salt, TEXT("note.add"), TEXT("1790000000"));
    for (int i = 0; i < 40; i++) {
        struct text name = arena_format(arena, "field %d", i);
        ledger_entry_add(&builder, name, TEXT("what it holds"));
        ledger_entry_add_row(&builder, TEXT("note"), name, TEXT("what is written"));
    }
    int result = arena_exhausted(arena) ? arena_error(arena, error) : ledger_entry_finish(&builder, &entry, error);
    if (!result)
        result = ledger_entry_leaf(&entry, &leaf, error);
    if (!result)
        result = ledger_entry_encode(arena, &entry, &body, error);
    if (!result)
        result = ledger_entry_open(arena, body, &leaf, &again, &row_key, error);
    return result;
}

static void check_entry(void *context, int code)
{
    struct error error = {0};
    if (code)
        good(work_entry(context, &error), &error);
}

static void nothing(void *context)
{
    (void)context;
}

static void test_log(void **state)
{
    (void)state;
    struct ground ground;
    const struct sweep sweep = {.name = "log",
                                .kinds = 1U << FAULT_MEMORY | 1U << FAULT_MEMORY_INNER | 1U << FAULT_READ |
                                         1U << FAULT_WRITE | 1U << FAULT_FULL | 1U << FAULT_SYNC | 1U << FAULT_NAME,
                                .make = make,
                                .work = work,
                                .check = check,
                                .clear = clear};
    sweep_run(&sweep, &ground);
}

static void test_entry(void **state)
{
    (void)state;
    int none = 0;
    const struct sweep sweep = {.name = "entry",
                                .kinds = 1U << FAULT_MEMORY,
                                .make = nothing,
                                .work = work_entry,
                                .check = check_entry,
                                .clear = nothing};
    sweep_run(&sweep, &none);
}

/* What many tiles are written without waiting for is on the disk once it is synced, and who asks for that is told if it is not. */
static void test_deferred(void **state)
{
    (void)state;
    struct ground ground;
    struct error error = {0};
    char first[FAULT_PATH_SIZE];
    struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    make(&ground);
    fault_watch();
    ledger_folder_defer(&ground.place, 0);
    good(append(&ground, arena, "leaf", 600, &error), &error);
    assert_true(fault_unsynced(ground.folder, first) > 0);
    fault_arm(FAULT_SYNC, 1, false);
    assert_int_equal(ledger_folder_sync(&ground.place, &error), ERROR_SYSTEM);
    assert_int_equal(fault_disarm(NULL), 1);
    good(ledger_folder_sync(&ground.place, &error), &error);
    if (fault_unsynced(ground.folder, first))
        fail_msg("%s is not synced", first);
    arena_free(&arena);
    clear(&ground);
}

int main(void)
{
    struct ground warm;
    struct error error = {0};
    fault_libraries();
    /* What the cryptographic library keeps for ever it fetches at the first use. */
    make(&warm);
    if (work(&warm, &error) || test_folder_remove(warm.folder))
        return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_log), cmocka_unit_test(test_entry), cmocka_unit_test(test_deferred)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
