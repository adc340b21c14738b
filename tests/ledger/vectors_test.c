/* The published vectors of Merkle proofs, read where they lie: $PROVISO_VECTORS or ../shared/vectors. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base.h"
#include "codec.h"
#include "ledger.h"

static const char *vectors_folder(void)
{
    const char *folder = getenv("PROVISO_VECTORS");
    return folder && *folder ? folder : "../shared/vectors";
}

typedef void vector_function(struct arena *arena, const char *path, const struct json *vector);

static size_t vectors_walk(const char *folder, vector_function *judge)
{
    DIR *open_folder = opendir(folder);
    if (!open_folder)
        return 0;
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(open_folder));) {
        char path[4096];
        struct stat status;
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        assert_int_equal(stat(path, &status), 0);
        if (S_ISDIR(status.st_mode)) {
            count += vectors_walk(path, judge);
            continue;
        }
        if (!text_ends(text_of(path), TEXT(".json")))
            continue;
        ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
        struct error error;
        struct text source;
        const struct json *vector;
        assert_int_equal(file_read(arena, path, 1 << 18, &source, &error), 0);
        assert_int_equal(json_read(arena, source, path, &vector, &error), 0);
        judge(arena, path, vector);
        count++;
    }
    closedir(open_folder);
    return count;
}

/* Sizes go up to 2^64 - 1, which is more than a log of ours can have, but fits the type. */
static uint64_t vector_number(const struct json *vector, const char *key)
{
    const struct json *value = json_get(vector, key);
    assert_true(json_is(value, JSON_NUMBER));
    char digits[32] = "";
    assert_true(value->text.n < sizeof digits);
    memcpy(digits, value->text.p, value->text.n);
    return strtoull(digits, NULL, 10);
}

static bool vector_hash(const struct json *value, struct ledger_hash *hash)
{
    return ledger_base64_parse(json_text(value), hash->byte, LEDGER_HASH_SIZE);
}

static bool vector_proof(const struct json *vector, struct ledger_proof *proof)
{
    const struct json *list = json_get(vector, "proof");
    *proof = (struct ledger_proof){0};
    for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++)
        if (i >= LEDGER_PROOF_MAX || !vector_hash(&list->item[i], &proof->hash[proof->count++]))
            return false;
    return true;
}

/* Roots in these vectors may be of any length ("don't care"); shorter ones are filled up, so that they are
 * judged. */
static bool vector_root(struct arena *arena, const struct json *value, struct ledger_hash *root)
{
    struct text bytes;
    *root = (struct ledger_hash){0};
    if (!base64_decode(arena, BASE64_STANDARD, json_text(value), &bytes) || bytes.n > LEDGER_HASH_SIZE)
        return false;
    if (bytes.n > 0)
        memcpy(root->byte, bytes.p, bytes.n);
    return true;
}

static void vector_verdict(const char *path, const struct json *vector, bool accepted)
{
    bool refuse = json_is(json_get(vector, "wantErr"), JSON_TRUE);
    if (accepted == refuse)
        fail_msg("%s: %s", path, refuse ? "accepted, but is wrong" : "refused, but is right");
}

static void judge_inclusion(struct arena *arena, const char *path, const struct json *vector)
{
    (void)arena;
    struct ledger_head head = {.size = vector_number(vector, "treeSize")};
    struct ledger_hash leaf;
    struct ledger_proof proof;
    struct error error;
    bool accepted =
        vector_hash(json_get(vector, "root"), &head.root) &&
        vector_hash(json_get(vector, "leafHash"), &leaf) && vector_proof(vector, &proof) &&
        ledger_inclusion_check(&head, vector_number(vector, "leafIdx"), &leaf, &proof, &error) == 0;
    vector_verdict(path, vector, accepted);
}

static void judge_consistency(struct arena *arena, const char *path, const struct json *vector)
{
    struct ledger_head from = {.size = vector_number(vector, "size1")},
                       to = {.size = vector_number(vector, "size2")};
    struct ledger_proof proof;
    struct error error;
    bool accepted = vector_root(arena, json_get(vector, "root1"), &from.root) &&
                    vector_root(arena, json_get(vector, "root2"), &to.root) && vector_proof(vector, &proof) &&
                    ledger_consistency_check(&from, &to, &proof, &error) == 0;
    vector_verdict(path, vector, accepted);
}

/* Any set of such cases will do, larger or smaller than the published one; a folder without any will not. */
static void run(const char *name, vector_function *judge)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/merkle/%s", vectors_folder(), name);
    if (access(folder, F_OK) != 0) {
        printf("left out: merkle/%s (no vectors in %s)\n", name, vectors_folder());
        return;
    }
    size_t count = vectors_walk(folder, judge);
    printf("%zu cases of merkle/%s\n", count, name);
    assert_true(count > 0);
}

static void inclusion_vectors(void **state)
{
    (void)state;
    run("inclusion", judge_inclusion);
}

static void consistency_vectors(void **state)
{
    (void)state;
    run("consistency", judge_consistency);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(inclusion_vectors),
                                       cmocka_unit_test(consistency_vectors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
