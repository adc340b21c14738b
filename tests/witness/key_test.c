/* The witness's own key: its owner's alone, and one that is whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base.h"
#include "key.h"
#include "support/folder.h"

static char folder[TEST_FOLDER_SIZE], path[TEST_FOLDER_SIZE + 8];
static struct arena *arena;
static struct error error;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(1 << 20, ARENA_PLAIN);
    if (test_folder_make("witness-key", folder) != 0)
        return -1;
    snprintf(path, sizeof path, "%s/key", folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return test_folder_remove(folder);
}

static int open_key(const char *name, uint32_t *id)
{
    struct witness_key key;
    int result = witness_key_open(folder, name, &key, &error);
    if (result == 0 && id)
        *id = key.signer.key.id;
    witness_key_close(&key);
    return result;
}

static void is_its_owners_alone(void **state)
{
    (void)state;
    static const mode_t open_to_others[] = {0640, 0620, 0604, 0602, 0610, 0601};
    uint32_t made, again;
    assert_int_equal(open_key("witness.example/one", &made), 0);
    for (size_t i = 0; i < sizeof open_to_others / sizeof *open_to_others; i++) {
        assert_int_equal(chmod(path, open_to_others[i]), 0);
        assert_int_equal(open_key(NULL, NULL), ERROR_INPUT);
        assert_string_equal(error.what, "others may read the key");
    }
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(open_key(NULL, &again), 0);
    assert_true(made == again);
}

static void keeps_its_name(void **state)
{
    (void)state;
    assert_int_equal(open_key("witness.example/one", NULL), 0);
    assert_int_equal(open_key("witness.example/other", NULL), ERROR_INPUT);
    assert_non_null(strstr(error.what, "\"witness.example/one\""));
    assert_int_equal(open_key("witness.example/one", NULL), 0);
}

/* A letter of it that has changed is told, whichever it is; so is a key of another kind. */
static void is_whole(void **state)
{
    (void)state;
    struct text whole, decoded;
    assert_int_equal(open_key("witness.example/one", NULL), 0);
    assert_int_equal(file_read(arena, path, 4096, &whole, &error), 0);
    for (size_t i = 0; i + 1 < whole.n; i++) {
        char *altered = arena_string(arena, whole);
        altered[i] = altered[i] == 'b' ? 'c' : 'b';
        assert_int_equal(file_replace(path, (struct text){altered, whole.n}, 0600, &error), 0);
        assert_int_equal(open_key(NULL, NULL), ERROR_INPUT);
    }
    for (size_t i = 0; i < whole.n - 1; i++) {
        assert_int_equal(file_replace(path, text_cut(whole, 0, i), 0600, &error), 0);
        assert_int_equal(open_key(NULL, NULL), ERROR_INPUT);
    }
    struct text coded = text_trim(whole), part;
    for (int i = 0; i < 4; i++) /* PRIVATE, KEY, the name, the id */
        assert_true(text_next(&coded, '+', &part));
    assert_true(base64_decode(arena, BASE64_STANDARD, coded, &decoded));
    char *other = arena_string(arena, decoded);
    other[0] = LEDGER_KEY_LOG;
    struct text line = arena_format(arena, "%.*s%.*s\n", (int)(coded.p - whole.p), whole.p,
                                    TEXT_ARGS(base64_encode(arena, BASE64_STANDARD, other, decoded.n)));
    assert_int_equal(file_replace(path, line, 0600, &error), 0);
    assert_int_equal(open_key(NULL, NULL), ERROR_INPUT);
    assert_string_equal(error.what, "the key of this witness is damaged");
    assert_int_equal(file_replace(path, whole, 0600, &error), 0);
    assert_int_equal(open_key(NULL, NULL), 0);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {EACH(is_its_owners_alone), EACH(keeps_its_name), EACH(is_whole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
