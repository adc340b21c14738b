/* The witness's desk: what it signs, what it refuses, what it remembers, also when it is ended at any point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/sha.h>

#include "base.h"
#include "host.h"
#include "support/folder.h"
#include "witness/desk.h"

#define ORIGIN "log.example/partnership"

static char folder[TEST_FOLDER_SIZE], home[TEST_FOLDER_SIZE + 16];
static struct arena *arena;
static struct error error;
static int64_t now = 1790000000 * CLOCK_SECOND;

static int64_t test_clock(void)
{
    return now;
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20, ARENA_PLAIN);
    if (test_folder_make("witness-desk", folder) != 0)
        return -1;
    snprintf(home, sizeof home, "%s/home", folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return test_folder_remove(folder);
}

static int open_desk_of(struct witness_desk **desk, const char *const *logs, size_t n)
{
    struct witness_desk_settings settings = {
        .home = home, .name = "witness.example/one", .logs = logs, .log_count = n, .clock = test_clock};
    return witness_desk_open(&settings, desk, &error);
}

static int open_desk(struct witness_desk **desk, const char *log)
{
    return open_desk_of(desk, &log, log != NULL);
}

static struct witness_reply submit(struct witness_desk *desk, struct text body)
{
    struct witness_reply reply;
    witness_desk_submit(desk, arena, body, &reply);
    return reply;
}

static void told_size(struct witness_reply reply, const char *size)
{
    assert_int_equal(reply.status, 409);
    assert_string_equal(reply.type, "text/x.tlog.size");
    assert_true(text_equal(reply.body, text_of(size)));
}

/* The answer is one line, and it is this witness's signature of the host's note at the present time. */
static void signed_now(struct witness_desk *desk, const struct host *host, struct witness_reply reply)
{
    struct ledger_key key;
    struct ledger_note note;
    struct ledger_note_verdict verdict;
    struct text merged;
    assert_int_equal(reply.status, 200);
    assert_true(text_starts(reply.body, TEXT("\xe2\x80\x94 witness.example/one ")));
    assert_int_equal(text_find_char(reply.body, '\n'), (ptrdiff_t)reply.body.n - 1);
    assert_int_equal(ledger_key_parse(witness_desk_key(desk, arena), &key, &error), 0);
    assert_int_equal(ledger_note_merge(arena, host->note, reply.body, &key, 1, &merged, &error), 0);
    assert_int_equal(ledger_note_parse(arena, merged, &note, &error), 0);
    assert_int_equal(ledger_note_verify(&note, &key, 1, &verdict, &error), 0);
    assert_true(verdict.time == (uint64_t)(now / CLOCK_SECOND));
}

/* By which a log is asked for: the SHA-256 of its name. */
static struct text hash_of(const char *origin)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256((const uint8_t *)origin, strlen(origin), digest);
    return hex_encode(arena, digest, sizeof digest);
}

static void statuses(void **state)
{
    (void)state;
    struct host host, stranger, impostor, forked;
    struct witness_desk *desk;
    host_make(&host, ORIGIN, 1);
    host_make(&forked, ORIGIN, 1);
    host_make(&impostor, ORIGIN, 2);
    host_make(&stranger, "log.example/other", 1);
    assert_int_equal(open_desk(&desk, host_key(&host)), 0);
    host_grow(&host, 5, "leaf");
    host_grow(&forked, 5, "leaf");
    host_grow(&impostor, 5, "leaf");
    host_grow(&stranger, 5, "leaf");
    assert_int_equal(submit(desk, TEXT("")).status, 400);
    assert_int_equal(submit(desk, TEXT("old 0\n\nhello\n")).status, 400);
    assert_int_equal(submit(desk, host_submission(&stranger, 0)).status, 404);
    assert_int_equal(submit(desk, host_submission(&impostor, 0)).status, 403);
    assert_int_equal(submit(desk, arena_format(arena, "old 6\n\n%.*s", TEXT_ARGS(host.note))).status, 400);
    told_size(submit(desk, host_submission(&host, 3)), "0\n");
    assert_int_equal(submit(desk, arena_format(arena, "old 0\n%s\n\n%.*s", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", TEXT_ARGS(host.note))).status,
                     422);
    signed_now(desk, &host, submit(desk, host_submission(&host, 0)));
    told_size(submit(desk, host_submission(&host, 0)), "5\n");
    now += 7 * CLOCK_SECOND;
    signed_now(desk, &host, submit(desk, host_submission(&host, 5))); /* the same again, at a new time */
    struct text old_note = host.note;
    host_grow(&host, 295, "leaf");
    host_grow(&forked, 295, "lie");
    assert_int_equal(submit(desk, host_submission(&forked, 4)).status, 409);
    signed_now(desk, &host, submit(desk, host_submission(&host, 5)));
    /* back to the old tree; another tree of the same size; another that has grown */
    assert_int_equal(submit(desk, arena_format(arena, "old 300\n\n%.*s", TEXT_ARGS(old_note))).status, 400);
    told_size(submit(desk, arena_format(arena, "old 5\n\n%.*s", TEXT_ARGS(old_note))), "300\n");
    told_size(submit(desk, host_submission(&forked, 300)), "300\n");
    host_grow(&forked, 10, "lie");
    assert_int_equal(submit(desk, host_submission(&forked, 300)).status, 422);
    host_grow(&host, 1, "leaf");
    struct text wrong = host_submission(&host, 300);
    char *flipped = arena_string(arena, wrong);
    flipped[9] = flipped[9] == 'A' ? 'B' : 'A';
    assert_int_equal(submit(desk, (struct text){flipped, wrong.n}).status, 422);
    signed_now(desk, &host, submit(desk, wrong));
    witness_desk_close(&desk);
    host_free(&host);
    host_free(&forked);
    host_free(&impostor);
    host_free(&stranger);
}

/* What the standards allow and our own log never does: an empty tree, extension lines, many large signatures of strangers. */
static void unlike_ours(void **state)
{
    (void)state;
    struct host host;
    struct witness_desk *desk;
    host_make(&host, "log.example/foreign", 9);
    assert_int_equal(open_desk(&desk, host_key(&host)), 0);
    struct ledger_head empty = {0, ledger_hash_empty()};
    host.note = host_sign(&host, &empty);
    for (int i = 0; i < 2; i++)
        signed_now(desk, &host, submit(desk, arena_format(arena, "old 0\n\n%.*s", TEXT_ARGS(host.note))));
    host_grow(&host, 5, "leaf");
    assert_int_equal(submit(desk, arena_format(arena, "old 0\n%s\n\n%.*s", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", TEXT_ARGS(host.note))).status,
                     422);
    signed_now(desk, &host, submit(desk, host_submission(&host, 0)));
    assert_int_equal(submit(desk, arena_format(arena, "old 5\n%s\n\n%.*s", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", TEXT_ARGS(host.note))).status,
                     422); /* between equal sizes there is nothing to prove */
    /* extension lines are the log's affair, and signed with the rest */
    struct ledger_checkpoint checkpoint = {.origin = host.origin, .head = host_head(&host, 5), .extension = TEXT("one\ntwo\n")};
    struct text text;
    assert_int_equal(ledger_checkpoint_text(arena, &checkpoint, &text, &error), 0);
    assert_int_equal(test_note_sign(arena, text, &host.signer.signer, 1, 0, &host.note, &error), 0);
    signed_now(desk, &host, submit(desk, host_submission(&host, 5)));
    /* sixteen signatures of nearly 5 kB, as of post-quantum keys, before the log's own */
    host_grow(&host, 6, "leaf");
    struct ledger_note parsed;
    struct text own;
    assert_int_equal(ledger_note_parse(arena, host.note, &parsed, &error), 0);
    assert_int_equal(ledger_note_sign_line(arena, parsed.text, &host.signer.signer, 0, &own, &error), 0);
    struct buffer note = buffer_in(arena);
    static const char large[4900] = {1, 2, 3, 4};
    buffer_text(&note, parsed.text);
    buffer_char(&note, '\n');
    for (int i = 0; i < 16; i++) {
        buffer_format(&note, "\xe2\x80\x94 stranger.example/%d ", i);
        base64_write(&note, BASE64_STANDARD, large, sizeof large);
        buffer_char(&note, '\n');
    }
    buffer_text(&note, own);
    host.note = buffer_result(&note);
    signed_now(desk, &host, submit(desk, host_submission(&host, 5)));
    witness_desk_close(&desk);
    host_free(&host);
}

static void remembers(void **state)
{
    (void)state;
    struct host host;
    struct witness_desk *desk, *second;
    struct stat status;
    struct text key, note;
    char path[200];
    host_make(&host, ORIGIN, 1);
    assert_int_equal(open_desk(&desk, host_key(&host)), 0);
    key = witness_desk_key(desk, arena);
    assert_int_equal(open_desk(&second, host_key(&host)), ERROR_CONFLICT); /* the home is taken */
    assert_null(second);
    witness_desk_close(&desk);
    snprintf(path, sizeof path, "%s/key", home);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(open_desk(&desk, host_key(&host)), 0);
    assert_true(text_equal(witness_desk_key(desk, arena), key));
    /* what the test before had it sign is there still */
    host_grow(&host, 5, "leaf");
    host_grow(&host, 295, "leaf");
    host_grow(&host, 1, "leaf");
    told_size(submit(desk, host_submission(&host, 0)), "301\n");
    struct text hash = TEXT("48c2e57f1a8b5dd3"); /* no such log */
    assert_false(witness_desk_latest(desk, arena, hash, &note));
    witness_desk_close(&desk);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(open_desk(&desk, NULL), ERROR_INPUT); /* others may read the key */
    assert_int_equal(chmod(path, 0600), 0);
    host_free(&host);
}

/* A checkpoint that it did not sign itself, put in the place of the one that it did. */
static void tampered(void **state)
{
    (void)state;
    struct host host;
    struct witness_desk *desk;
    char command[400];
    host_make(&host, ORIGIN, 1);
    host_grow(&host, 2, "leaf");
    snprintf(command, sizeof command, "for f in %s/logs/*; do cp $f %s/kept; echo $f > %s/name; done", home, folder, folder);
    assert_int_equal(system(command), 0);
    char path[300];
    snprintf(path, sizeof path, "%s/name", folder);
    struct text name;
    assert_int_equal(file_read(arena, path, 4096, &name, &error), 0);
    const char *file = arena_string(arena, text_trim(name));
    assert_int_equal(file_replace(file, host.note, 0600, &error), 0);
    assert_int_equal(open_desk(&desk, host_key(&host)), ERROR_CHECK);
    snprintf(command, sizeof command, "cp %s/kept %s", folder, file);
    assert_int_equal(system(command), 0);
    assert_int_equal(open_desk(&desk, host_key(&host)), 0);
    witness_desk_close(&desk);
    host_free(&host);
}

/* Where the disk does not take it, no signature is given, then or later. */
static void disk_fails(void **state)
{
    (void)state;
    struct host host;
    struct witness_desk *desk;
    struct text note;
    char logs[200], aside[200];
    host_make(&host, ORIGIN, 1);
    assert_int_equal(open_desk(&desk, host_key(&host)), 0);
    host_grow(&host, 301, "leaf");
    host_grow(&host, 9, "leaf");
    snprintf(logs, sizeof logs, "%s/logs", home);
    snprintf(aside, sizeof aside, "%s/aside", home);
    assert_int_equal(rename(logs, aside), 0);
    assert_true(witness_desk_latest(desk, arena, hash_of(ORIGIN), &note));
    assert_int_equal(submit(desk, host_submission(&host, 301)).status, 500);
    assert_int_equal(rename(aside, logs), 0);
    assert_int_equal(submit(desk, host_submission(&host, 301)).status, 500);
    assert_false(witness_desk_latest(desk, arena, hash_of(ORIGIN), &note)); /* nor is anything shown that may not last */
    witness_desk_close(&desk);
    assert_int_equal(open_desk(&desk, host_key(&host)), 0);
    assert_true(witness_desk_latest(desk, arena, hash_of(ORIGIN), &note));
    signed_now(desk, &host, submit(desk, host_submission(&host, 301)));
    witness_desk_close(&desk);
    host_free(&host);
}

/* What is given as the key of a log, and is none, or is there already. */
static void logs_refused(void **state)
{
    (void)state;
    struct host host, replaced;
    struct witness_desk *desk;
    struct test_signer witness;
    host_make(&host, ORIGIN, 1);
    host_make(&replaced, ORIGIN, 2);
    test_signer_make(&witness, LEDGER_KEY_WITNESS, "log.example/witness", 7);
    assert_int_equal(open_desk(&desk, "log.example"), ERROR_INPUT);
    assert_int_equal(open_desk(&desk, ledger_key_text(arena, &witness.signer.key).p), ERROR_INPUT);
    const char *const twice[] = {host_key(&host), host_key(&host)}, *const changed[] = {host_key(&host), host_key(&replaced)};
    assert_int_equal(open_desk_of(&desk, twice, 2), ERROR_INPUT);
    assert_int_equal(open_desk_of(&desk, changed, 2), ERROR_INPUT);
    assert_null(desk);
    assert_int_equal(open_desk(&desk, host_key(&host)), 0); /* the home was given back */
    witness_desk_close(&desk);
    host_free(&host);
    host_free(&replaced);
}

/* Both trees of a log that lied are kept, signed by it. */
static void keeps_the_proof(void **state)
{
    (void)state;
    struct host host, forked, third, longer;
    struct witness_desk *desk;
    struct text first, second;
    struct ledger_checkpoint a, b;
    char path[300], command[400];
    host_make(&host, "log.example/two-faced", 4);
    host_make(&forked, "log.example/two-faced", 4);
    host_make(&third, "log.example/two-faced", 4);
    host_make(&longer, "log.example/two-faced", 4);
    assert_int_equal(open_desk(&desk, host_key(&host)), 0);
    host_grow(&host, 7, "leaf");
    host_grow(&forked, 7, "lie");
    host_grow(&third, 7, "other lie");
    signed_now(desk, &host, submit(desk, host_submission(&host, 0)));
    told_size(submit(desk, host_submission(&host, 0)), "7\n"); /* who asks again about the same tree has not lied */
    host_grow(&longer, 9, "leaf");
    told_size(submit(desk, host_submission(&longer, 3)), "7\n"); /* nor who has a larger one, and is behind with its question */
    snprintf(command, sizeof command, "test -z \"$(ls %s/conflicts | grep %.*s)\"", home, TEXT_ARGS(hash_of(host.origin.p)));
    assert_int_equal(system(command), 0);
    told_size(submit(desk, host_submission(&forked, 0)), "7\n"); /* also where the question itself is out of date */
    told_size(submit(desk, host_submission(&third, 0)), "7\n");  /* what was kept stays */
    snprintf(command, sizeof command, "cd %s/conflicts && mv *-7-first first && mv *-7-second second", home);
    assert_int_equal(system(command), 0);
    snprintf(path, sizeof path, "%s/conflicts/first", home);
    assert_int_equal(file_read(arena, path, 4096, &first, &error), 0);
    snprintf(path, sizeof path, "%s/conflicts/second", home);
    assert_int_equal(file_read(arena, path, 4096, &second, &error), 0);
    const struct ledger_key *key = &host.signer.signer.key;
    assert_int_equal(ledger_checkpoint_open(arena, first, host.origin, key, 1, &a, NULL, &error), 0);
    assert_int_equal(ledger_checkpoint_open(arena, second, host.origin, key, 1, &b, NULL, &error), 0);
    struct ledger_head told = host_head(&host, 7), lied = host_head(&forked, 7);
    assert_true(a.head.size == 7 && ledger_hash_equal(&a.head.root, &told.root));
    assert_true(b.head.size == 7 && ledger_hash_equal(&b.head.root, &lied.root));
    witness_desk_close(&desk);
    host_free(&host);
    host_free(&third);
    host_free(&forked);
    host_free(&longer);
}

/* What comes with others' signatures, or under the log's name with none of its own, is kept and shown without them. */
static void keeps_no_others(void **state)
{
    (void)state;
    struct host host, impostor;
    struct witness_desk *desk;
    struct test_signer other;
    struct text note, signed_by_all, forged;
    struct ledger_note parsed;
    host_make(&host, "log.example/visited", 6);
    host_make(&impostor, "log.example/visited", 7);
    host_grow(&host, 4, "leaf");
    host_grow(&impostor, 4, "leaf");
    test_signer_make(&other, LEDGER_KEY_WITNESS, "witness.example/other", 8);
    assert_int_equal(open_desk(&desk, host_key(&host)), 0);
    assert_int_equal(ledger_note_parse(arena, host.note, &parsed, &error), 0);
    assert_int_equal(ledger_note_sign_line(arena, parsed.text, &impostor.signer.signer, 0, &forged, &error), 0);
    assert_int_equal(test_note_add(arena, host.note, &other.signer, 1790000000, &signed_by_all, &error), 0);
    signed_by_all = arena_format(arena, "%.*s%.*s", TEXT_ARGS(signed_by_all), TEXT_ARGS(forged));
    signed_now(desk, &host, submit(desk, arena_format(arena, "old 0\n\n%.*s", TEXT_ARGS(signed_by_all))));
    assert_true(witness_desk_latest(desk, arena, hash_of("log.example/visited"), &note));
    assert_int_equal(ledger_note_parse(arena, note, &parsed, &error), 0);
    assert_int_equal(parsed.signature_count, 2);
    assert_true(text_equal(parsed.signature[0].name, host.origin) && parsed.signature[0].id == host.signer.signer.key.id);
    assert_true(text_equal(parsed.signature[1].name, TEXT("witness.example/one")));
    witness_desk_close(&desk);
    assert_int_equal(open_desk(&desk, host_key(&host)), 0); /* and what was kept is good */
    witness_desk_close(&desk);
    host_free(&host);
    host_free(&impostor);
}

/* Of two requests that both prove growth from the same tree, one wins; the other is told the new size. */
struct racer {
    struct witness_desk *desk;
    struct text body;
    struct witness_reply reply;
    pthread_barrier_t *start;
    struct arena *arena;
};

static void *race(void *context)
{
    struct racer *racer = context;
    pthread_barrier_wait(racer->start);
    witness_desk_submit(racer->desk, racer->arena, racer->body, &racer->reply);
    return NULL;
}

static void races(void **state)
{
    (void)state;
    enum { RACERS = 8, ROUNDS = 20 };
    struct witness_desk *desk;
    struct host host;
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, RACERS);
    host_make(&host, "log.example/race", 5);
    assert_int_equal(open_desk(&desk, host_key(&host)), 0);
    for (size_t round = 0; round < ROUNDS; round++) {
        struct racer racer[RACERS];
        pthread_t thread[RACERS];
        uint64_t seen = host.edge.size;
        for (size_t i = 0; i < RACERS; i++) { /* each a larger tree, all proven from the same one */
            host_grow(&host, 1, "leaf");
            racer[i] = (struct racer){desk, host_submission(&host, seen), {0}, &start, arena_new(4 << 20, ARENA_PLAIN)};
        }
        for (size_t i = 0; i < RACERS; i++)
            assert_int_equal(pthread_create(&thread[i], NULL, race, &racer[i]), 0);
        size_t won = 0, winner = 0;
        for (size_t i = 0; i < RACERS; i++) {
            pthread_join(thread[i], NULL);
            assert_true(racer[i].reply.status == 200 || racer[i].reply.status == 409);
            won += racer[i].reply.status == 200;
            winner = racer[i].reply.status == 200 ? i : winner;
        }
        assert_int_equal(won, 1);
        for (size_t i = 0; i < RACERS; i++) {
            if (i != winner)
                told_size(racer[i].reply, arena_format(arena, "%llu\n", (unsigned long long)(seen + winner + 1)).p);
            arena_free(&racer[i].arena);
        }
        if (winner + 1 < RACERS)
            signed_now(desk, &host, submit(desk, host_submission(&host, seen + winner + 1)));
    }
    witness_desk_close(&desk);
    host_free(&host);
    pthread_barrier_destroy(&start);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(statuses),   cmocka_unit_test(remembers),
                                       cmocka_unit_test(tampered),   cmocka_unit_test(disk_fails),
                                       cmocka_unit_test(logs_refused), cmocka_unit_test(keeps_the_proof),
                                       cmocka_unit_test(keeps_no_others), cmocka_unit_test(unlike_ours),
                                       cmocka_unit_test(races)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
