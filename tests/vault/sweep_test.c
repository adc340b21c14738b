/* Whatever sealing and opening ask for is refused in turn: memory, files, the cryptographic library's memory. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base.h"
#include "output.h"
#include "support/folder.h"
#include "support/sweep.h"
#include "vault.h"

enum { PLAIN = 3 * VAULT_CHUNK + 100 };

struct ground {
    char folder[TEST_FOLDER_SIZE], plain[80], sealed[80];
    struct vault_identity identity[2];
    struct vault_recipient recipient[2];
    enum vault_way way;
    bool kept, opened;
    uint8_t content[PLAIN];
};

static struct ground ground;

static bool by_phrase(void)
{
    return ground.way == VAULT_BY_PASSPHRASE;
}

static void good(int result, const struct error *error)
{
    char line[800];
    if (result == 0)
        return;
    error_line(error, line, sizeof line);
    fail_msg("%s", line);
}

static int read_file(void *self, void *buffer, size_t room, size_t *got, struct error *error)
{
    ssize_t n = read(*(int *)self, buffer, room);
    if (n < 0)
        return error_system(error, errno, "the file", "cannot be read");
    *got = (size_t)n;
    return 0;
}

/* Compares what comes out with what went in. */
struct compared {
    size_t n;
    bool differs;
};

static int compare(void *self, const void *p, size_t n, struct error *error)
{
    struct compared *compared = self;
    (void)error;
    if (compared->n + n > PLAIN || memcmp(ground.content + compared->n, p, n) != 0)
        compared->differs = true;
    compared->n += n;
    return 0;
}

static int seal(struct error *error)
{
    struct vault_output output = {.fd = -1};
    FILE_SCOPE int fd = open(ground.plain, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_system(error, errno, ground.plain, "cannot be read");
    struct vault_reader reader = {read_file, &fd};
    int result = vault_output_open(&output, ground.sealed, 0600, error);
    struct vault_writer writer = vault_output_writer(&output);
    if (!result)
        result = vault_file_seal(&reader, &writer, ground.recipient, by_phrase() ? 1 : 2, by_phrase(), error);
    if (!result)
        result = vault_output_keep(&output, error);
    ground.kept = ground.kept || !result;
    vault_output_close(&output);
    return result;
}

static int open_again(struct error *error)
{
    struct compared compared = {0};
    enum vault_verdict verdict;
    FILE_SCOPE int fd = open(ground.sealed, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_system(error, errno, ground.sealed, "cannot be read");
    struct vault_reader reader = {read_file, &fd};
    struct vault_writer writer = {compare, &compared};
    int result = vault_file_open(&reader, &writer, &ground.identity[by_phrase() ? 0 : 1], 1, &verdict, error);
    /* what came out before it failed was true; and all of it, if it did not */
    assert_false(compared.differs);
    assert_true(result || compared.n == PLAIN);
    assert_true(!result || verdict == VAULT_SYSTEM_FAILED || result == ERROR_SYSTEM);
    ground.opened = !result;
    return result;
}

static int work(void *context, struct error *error)
{
    (void)context;
    int result = seal(error);
    return result ? result : open_again(error);
}

/* Whoever was told that it is there may throw the original away. */
static void assert_on_disk(void)
{
    char first[FAULT_PATH_SIZE];
    if (ground.kept && fault_unsynced(ground.folder, first))
        fail_msg("%s is kept, and not synced", first);
}

static void check(void *context, int code)
{
    (void)context;
    struct error error = {0};
    struct stat status;
    assert_true(code || (ground.kept && ground.opened));
    assert_on_disk();
    if (stat(ground.sealed, &status) == 0) /* what has the name is whole, told or not */
        good(open_again(&error), &error);
    else
        assert_false(ground.kept);
    good(work(NULL, &error), &error);
    assert_on_disk(); /* in the place of what was there, too */
}

static void make(void *context)
{
    (void)context;
    struct error error;
    ground.kept = ground.opened = false;
    assert_int_equal(0, test_folder_make_light("vault-sweep", ground.folder));
    snprintf(ground.plain, sizeof ground.plain, "%s/plain", ground.folder);
    snprintf(ground.sealed, sizeof ground.sealed, "%s/sealed", ground.folder);
    good(file_replace(ground.plain, (struct text){(const char *)ground.content, PLAIN}, 0600, &error), &error);
    for (int i = 0; i < 2; i++) {
        if (by_phrase()) {
            ground.recipient[i] = vault_recipient_passphrase(TEXT("eight words that nobody else knows of"));
            ground.recipient[i].work = 10;
            ground.identity[i] = vault_identity_passphrase(TEXT("eight words that nobody else knows of"));
        } else {
            if (ground.way == VAULT_BY_HYBRID)
                vault_identity_new_hybrid(&ground.identity[i]);
            else
                vault_identity_new(&ground.identity[i]);
            good(vault_identity_recipient(&ground.identity[i], &ground.recipient[i], &error), &error);
        }
    }
    fault_watch();
}

static void clear(void *context)
{
    (void)context;
    assert_int_equal(0, test_folder_remove(ground.folder));
}

static void sweep_files(enum vault_way way, const char *name)
{
    const struct sweep sweep = {.name = name,
                                .kinds = 1U << FAULT_MEMORY | 1U << FAULT_MEMORY_INNER | 1U << FAULT_READ |
                                         1U << FAULT_WRITE | 1U << FAULT_FULL | 1U << FAULT_SYNC | 1U << FAULT_NAME,
                                .make = make,
                                .work = work,
                                .check = check,
                                .clear = clear};
    ground.way = way;
    sweep_run(&sweep, NULL);
}

static void test_files(void **state)
{
    (void)state;
    sweep_files(VAULT_BY_KEY, "file by keys");
}

static void test_hybrid(void **state)
{
    (void)state;
    sweep_files(VAULT_BY_HYBRID, "file by post-quantum keys");
}

static void test_phrases(void **state)
{
    (void)state;
    sweep_files(VAULT_BY_PASSPHRASE, "file by phrase, as text");
}

/* ---- small sealed records ---- */

static int work_record(void *context, struct error *error)
{
    (void)context;
    static const uint8_t key[VAULT_RECORD_KEY] = {9};
    static char plain[5000];
    struct text sealed, opened;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_SECRET);
    if (!arena)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    int result = vault_record_seal(arena, key, TEXT("note/7"), (struct text){plain, sizeof plain}, &sealed, error);
    if (!result)
        result = vault_record_open(arena, key, TEXT("note/7"), sealed, &opened, error);
    assert_true(result || (opened.n == sizeof plain && memcmp(opened.p, plain, sizeof plain) == 0));
    return result;
}

static void check_record(void *context, int code)
{
    struct error error;
    if (code)
        good(work_record(context, &error), &error);
}

static void nothing(void *context)
{
    (void)context;
}

static void test_records(void **state)
{
    (void)state;
    const struct sweep sweep = {.name = "record",
                                .kinds = 1U << FAULT_MEMORY,
                                .make = nothing,
                                .work = work_record,
                                .check = check_record,
                                .clear = nothing};
    sweep_run(&sweep, NULL);
}

int main(void)
{
    struct error error;
    fault_libraries();
    for (size_t i = 0; i < PLAIN; i++)
        ground.content[i] = (uint8_t)(i * 31 + i / 251);
    /* What the cryptographic library keeps for ever it fetches at the first use. */
    for (int way = VAULT_BY_KEY; way <= VAULT_BY_PASSPHRASE; way++) {
        ground.way = (enum vault_way)way;
        make(NULL);
        if (work(NULL, &error))
            return 1;
        clear(NULL);
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_files), cmocka_unit_test(test_hybrid), cmocka_unit_test(test_phrases),
                                       cmocka_unit_test(test_records)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
