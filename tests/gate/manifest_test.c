/* A manifest that has a good sum, and still is not believed. */
#include "backup/manifest.h"

#include "ledger.h"
#include "signer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sodium.h>
#include <cmocka.h>

#define ORIGIN "proviso.example/log"

static struct arena *arena;
static struct test_signer signer, other;
static struct error error;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(8 << 20, ARENA_PLAIN);
    test_signer_make(&signer, LEDGER_KEY_LOG, ORIGIN, 1);
    test_signer_make(&other, LEDGER_KEY_LOG, ORIGIN, 2);
    return arena ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct text checkpoint_of(const struct test_signer *by, uint64_t size, uint8_t root)
{
    struct ledger_checkpoint checkpoint = {.origin = TEXT(ORIGIN), .head.size = size};
    struct text body, note;
    memset(checkpoint.head.root.byte, root, sizeof checkpoint.head.root.byte);
    assert_int_equal(ledger_checkpoint_text(arena, &checkpoint, &body, &error), 0);
    assert_int_equal(test_note_sign(arena, body, &by->signer, 1, 0, &note, &error), 0);
    return note;
}

/* Ten entries, the newest signed tree is that of eight. */
static struct backup_manifest whole(void)
{
    struct backup_manifest manifest = {.made_at = 1790000000 * CLOCK_SECOND,
                                       .origin = ORIGIN,
                                       .log_key = ledger_key_text(arena, &signer.signer.key),
                                       .checkpoint = checkpoint_of(&signer, 8, 8),
                                       .entries = 10,
                                       .epoch = {4, 5},
                                       .epochs = 1,
                                       .file = {{manifest_name(0), 4096, {1}},
                                                {manifest_name(1), 8192, {2}},
                                                {manifest_name(2), 3, {3}}},
                                       .files = 2};
    memset(manifest.root, 10, sizeof manifest.root);
    return manifest;
}

static int parse(struct text source)
{
    struct backup_manifest read;
    return manifest_parse(arena, source, "m", &read, &error);
}

static void good(struct backup_manifest manifest)
{
    struct backup_manifest read;
    assert_int_equal(manifest_parse(arena, manifest_write(arena, &manifest), "m", &read, &error), 0);
    assert_true(read.entries == manifest.entries && read.epochs == manifest.epochs && read.files == manifest.files);
    assert_memory_equal(read.root, manifest.root, sizeof read.root);
    assert_memory_equal(read.epoch, manifest.epoch, manifest.epochs * sizeof *read.epoch);
}

static void refused(struct backup_manifest manifest, const char *what)
{
    assert_int_equal(parse(manifest_write(arena, &manifest)), ERROR_CHECK);
    assert_non_null(strstr(error.what, what));
}

/* The text of a good one with `fresh` in place of `old`, and a sum that fits. */
static struct text altered(const char *old, const char *fresh)
{
    struct backup_manifest manifest = whole();
    uint8_t sum[crypto_hash_sha256_BYTES];
    char *content = arena_string(arena, manifest_write(arena, &manifest)), *at = strstr(content, old);
    assert_non_null(at);
    *(strstr(content, "\nsha256 ") + 1) = 0;
    struct text made = arena_format(arena, "%.*s%s%s", (int)(at - content), content, fresh, at + strlen(old));
    crypto_hash_sha256(sum, (const uint8_t *)made.p, made.n);
    return arena_format(arena, "%.*ssha256 %.*s\n", TEXT_ARGS(made), TEXT_ARGS(hex_encode(arena, sum, sizeof sum)));
}

/* What was signed is a beginning of what the manifest names. */
static void its_checkpoint(void **state)
{
    (void)state;
    static const char no_signature[] = "not one that this log signed";
    struct backup_manifest manifest = whole();
    good(manifest);
    manifest.checkpoint = checkpoint_of(&signer, 10, 10);
    good(manifest);
    manifest.checkpoint = checkpoint_of(&signer, 10, 9); /* another tree of this size */
    refused(manifest, no_signature);
    manifest.checkpoint = checkpoint_of(&signer, 11, 11); /* more was signed than there is */
    refused(manifest, no_signature);
    manifest.checkpoint = checkpoint_of(&signer, 11, 10);
    refused(manifest, no_signature);
    manifest.checkpoint = checkpoint_of(&other, 8, 8);
    refused(manifest, no_signature);
    manifest.checkpoint = TEXT("");
    refused(manifest, no_signature);
    manifest.entries = 0;
    good(manifest);
    manifest.origin = "proviso.example/another"; /* the key is of the log that it names */
    refused(manifest, no_signature);
    manifest = whole();
    manifest.origin = "proviso.example/another";
    refused(manifest, no_signature);
    manifest.origin = "";
    refused(manifest, no_signature);
    manifest = whole();
    manifest.log_key = ledger_key_text(arena, &other.signer.key);
    refused(manifest, no_signature);
    assert_int_equal(parse(altered("\"log\":\"" ORIGIN "\"", "\"log\":\"" ORIGIN "\\u0000\"")), ERROR_CHECK);
}

static void its_epochs(void **state)
{
    (void)state;
    static const uint32_t gaps[][2] = {{4, 6}, {4, 4}, {5, 4}, {0, 1}};
    struct backup_manifest manifest = whole();
    manifest.epochs = 2;
    good(manifest);
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
        memcpy(manifest.epoch, gaps[i], sizeof gaps[i]);
        refused(manifest, "altered");
    }
    manifest.epochs = 0;
    refused(manifest, "altered");
    assert_int_equal(parse(altered("\"epochs\":[4]", "\"epochs\":[4,5,6]")), ERROR_CHECK);
    assert_int_equal(parse(altered("\"epochs\":[4]", "\"epochs\":[4294967296]")), ERROR_CHECK);
}

/* Of the list, in its order, the first two always. */
static void its_files(void **state)
{
    (void)state;
    struct backup_manifest manifest = whole();
    manifest.files = 3;
    good(manifest);
    manifest.files = 1;
    refused(manifest, "altered");
    manifest.files = 2;
    manifest.file[1].name = manifest_name(2);
    refused(manifest, "altered");
    manifest.file[1].name = manifest_name(0);
    refused(manifest, "altered");
    manifest = whole();
    manifest.file[1].size = -1;
    refused(manifest, "altered");
    char four[700] = "\"files\":[";
    static const char *const names[] = {"data/proviso.db", "data/documents.db", "demo", "demo"};
    for (size_t i = 0; i < 4; i++)
        snprintf(four + strlen(four), sizeof four - strlen(four), "{\"name\":\"%s\",\"size\":1,\"sha256\":\"%064d\"}%s", names[i], 7,
                 i == 3 ? "]" : ",");
    manifest = whole();
    char *from = strstr(arena_string(arena, manifest_write(arena, &manifest)), "\"files\":[");
    *(strchr(from, ']') + 1) = 0;
    assert_int_equal(parse(altered(from, four)), ERROR_CHECK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(its_checkpoint), cmocka_unit_test(its_epochs), cmocka_unit_test(its_files)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
