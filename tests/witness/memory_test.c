/* What a witness remembers, changed behind its back: what it notices when it starts, and what it alone cannot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/sha.h>

#include "base.h"
#include "host.h"
#include "support/folder.h"
#include "witness/compare.h"
#include "witness/desk.h"

static char folder[TEST_FOLDER_SIZE], home[TEST_FOLDER_SIZE + 16];
static struct arena *arena;
static struct error error;

static int begin(void **state)
{
    (void)state;
    arena = arena_new(64 << 20, ARENA_PLAIN);
    if (!arena || test_folder_make("witness-memory", folder) != 0)
        return -1;
    snprintf(home, sizeof home, "%s/home", folder);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return test_folder_remove(folder);
}

static int open_desk(struct witness_desk **desk, const char *log)
{
    struct witness_desk_settings settings = {.home = home, .name = "witness.example/one", .logs = &log, .log_count = 1};
    return witness_desk_open(&settings, desk, &error);
}

static void signs(struct witness_desk *desk, struct text body)
{
    struct witness_reply reply;
    witness_desk_submit(desk, arena, body, &reply);
    assert_int_equal(reply.status, 200);
}

/* It has seen so many entries. */
static void refuses(struct witness_desk *desk, struct text body, const char *seen)
{
    struct witness_reply reply;
    witness_desk_submit(desk, arena, body, &reply);
    assert_int_equal(reply.status, 409);
    assert_true(text_equal(reply.body, text_of(seen)));
}

/* The file in which a witness remembers the log of this host, and what is in it. */
static const char *memory_of(const struct host *host, struct text *content)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256((const uint8_t *)host->origin.p, host->origin.n, digest);
    const char *path = arena_format(arena, "%s/logs/%.*s", home, TEXT_ARGS(hex_encode(arena, digest, sizeof digest))).p;
    assert_int_equal(file_read(arena, path, 1 << 16, content, &error), 0);
    return path;
}

/* Nobody starts with a memory that is not whole: what was seen would be forgotten. */
static void never_starts_with(struct host *host, const char *path, struct text content)
{
    struct witness_desk *desk;
    assert_int_equal(file_replace(path, content, 0600, &error), 0);
    int result = open_desk(&desk, host_key(host));
    if (result != ERROR_CHECK || !strstr(error.where, path) || !strstr(error.fix, "copy of the whole home"))
        fail_msg("%d %s: %s. %s: with\n%.*s", result, error.where, error.what, error.fix, TEXT_ARGS(content));
}

static void a_memory_that_was_altered_or_cut_short_is_refused(void **state)
{
    (void)state;
    struct host host;
    struct witness_desk *desk;
    struct text memory;
    host_make(&host, "log.example/altered", 1);
    assert_int_equal(open_desk(&desk, host_key(&host)), 0);
    host_grow(&host, 4, "leaf");
    signs(desk, host_submission(&host, 0));
    witness_desk_close(&desk);
    const char *path = memory_of(&host, &memory);
    for (size_t i = 0; i < memory.n; i++) {
        char *other = arena_string(arena, memory);
        other[i] = other[i] == '1' ? '2' : '1';
        never_starts_with(&host, path, (struct text){other, memory.n});
        if (i % 5 == 0)
            never_starts_with(&host, path, text_cut(memory, 0, i));
    }
    never_starts_with(&host, path, text_cut(memory, 0, memory.n - 1));
    never_starts_with(&host, path, host.note); /* without its own signature */
    const char *key = arena_format(arena, "%s/key", home).p, *aside = arena_format(arena, "%s/aside", home).p;
    assert_int_equal(rename(key, aside), 0);
    never_starts_with(&host, path, memory); /* with the signature of a key that is not its own any more */
    assert_int_equal(rename(aside, key), 0);
    assert_int_equal(file_replace(path, memory, 0600, &error), 0);
    assert_int_equal(open_desk(&desk, host_key(&host)), 0);
    /* while it runs it goes by what it holds in memory, and puts that in the place of what was altered */
    assert_int_equal(file_replace(path, TEXT("nonsense"), 0600, &error), 0);
    host_grow(&host, 3, "leaf");
    signs(desk, host_submission(&host, 4));
    witness_desk_close(&desk);
    assert_int_equal(open_desk(&desk, host_key(&host)), 0);
    refuses(desk, host_submission(&host, 4), "7\n");
    witness_desk_close(&desk);
    host_free(&host);
}

/*
 * What docs/promises.md says that a witness alone cannot notice: an older memory of its own, and one that was taken away. Both are
 * whole in themselves. Two signatures of one size and different trees are then in the world, which are the proof for anybody else.
 */
static void an_older_memory_of_its_own_looks_whole(void **state)
{
    (void)state;
    for (int away = 0; away < 2; away++) {
        struct host host, fork;
        struct witness_desk *desk;
        struct text older, newer;
        const char *origin = away ? "log.example/away" : "log.example/older";
        host_make(&host, origin, 1);
        host_make(&fork, origin, 1);
        assert_int_equal(open_desk(&desk, host_key(&host)), 0);
        host_grow(&host, 4, "leaf");
        host_grow(&fork, 4, "leaf");
        signs(desk, host_submission(&host, 0));
        const char *path = memory_of(&host, &older);
        host_grow(&host, 5, "leaf");
        host_grow(&fork, 5, "lie");
        signs(desk, host_submission(&host, 4));
        refuses(desk, host_submission(&fork, 4), "9\n");
        memory_of(&host, &newer);
        witness_desk_close(&desk);
        assert_int_equal(away ? unlink(path) : file_replace(path, older, 0600, &error), 0);
        assert_int_equal(open_desk(&desk, host_key(&host)), 0);
        struct text body = away ? arena_format(arena, "old 0\n\n%.*s", TEXT_ARGS(fork.note)) : host_submission(&fork, 4);
        signs(desk, body);
        witness_desk_close(&desk);
        /* put side by side, what it signed before and now contradict each other */
        struct text now_signed;
        struct ledger_head heads[2], none = {.size = 0};
        enum witness_comparison comparison;
        memory_of(&host, &now_signed);
        assert_int_equal(witness_compare(arena, &host.signer.signer.key, newer, now_signed, NULL, &none, &comparison, heads, &error), 0);
        assert_int_equal(comparison, WITNESS_LIED);
        host_free(&host);
        host_free(&fork);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_memory_that_was_altered_or_cut_short_is_refused),
        cmocka_unit_test(an_older_memory_of_its_own_looks_whole),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
