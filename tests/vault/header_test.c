/* Headers made and opened apart from the payload. */
#include "pieces.h"

#include <stdio.h>
#include <string.h>
#include "base/bytes.h"

struct world {
    struct arena *arena;
    struct vault_identity mine, other;
    struct vault_recipient for_me, for_other;
    struct vault_file_key key;
};

static int set_up(void **state)
{
    static struct world w;
    w.arena = arena_new(8 << 20, ARENA_SECRET);
    vault_identity_new(&w.mine);
    vault_identity_new(&w.other);
    w.key = vault_file_key_new();
    *state = &w;
    return vault_identity_recipient(&w.mine, &w.for_me, NULL) ||
           vault_identity_recipient(&w.other, &w.for_other, NULL);
}

static int tear_down(void **state)
{
    struct world *w = *state;
    arena_free(&w->arena);
    return 0;
}

static struct text make(struct world *w, const struct vault_recipient *recipients, size_t count)
{
    struct text header = {NULL, 0};
    assert_int_equal(vault_header_make(w->arena, &w->key, recipients, count, &header, NULL), 0);
    return header;
}

static int open_with(struct world *w, struct text header, const struct vault_identity *identity,
                     enum vault_verdict *verdict)
{
    struct vault_file_key key;
    struct error error = {0};
    int result = vault_header_open(w->arena, header, identity, 1, &key, verdict, &error);
    assert_int_equal(error.code, result);
    if (result == 0)
        assert_memory_equal(key.bytes, w->key.bytes, sizeof key.bytes);
    return result;
}

static void test_many_recipients(void **state)
{
    struct world *w = *state;
    struct vault_recipient both[] = {w->for_other, w->for_me};
    struct vault_identity stranger;
    enum vault_verdict verdict;
    vault_identity_new(&stranger);
    struct text header = make(w, both, 2);
    assert_int_equal(open_with(w, header, &w->mine, &verdict), 0);
    assert_int_equal(open_with(w, header, &w->other, &verdict), 0);
    assert_int_equal(verdict, VAULT_GOOD);
    assert_int_equal(open_with(w, header, &stranger, &verdict), ERROR_CHECK);
    assert_int_equal(verdict, VAULT_NO_KEY_FITS);
}

static void test_passphrase(void **state)
{
    struct world *w = *state;
    struct vault_recipient by = vault_recipient_passphrase(TEXT("correct horse"));
    struct vault_identity right = vault_identity_passphrase(TEXT("correct horse"));
    struct vault_identity wrong = vault_identity_passphrase(TEXT("correct hors"));
    enum vault_verdict verdict;
    struct text header = make(w, &by, 1);
    assert_true(text_find(header, TEXT(" 15\n")) > 0); /* the work factor of the design */
    assert_int_equal(open_with(w, header, &right, &verdict), 0);
    assert_int_equal(open_with(w, header, &wrong, &verdict), ERROR_CHECK);
    assert_int_equal(verdict, VAULT_NO_KEY_FITS);
    assert_int_equal(open_with(w, header, &w->mine, &verdict), ERROR_CHECK);
    assert_int_equal(verdict, VAULT_NO_KEY_FITS);
}

static void test_work_ceiling(void **state)
{
    struct world *w = *state;
    struct vault_recipient by = vault_recipient_passphrase(TEXT("p"));
    struct vault_identity with = vault_identity_passphrase(TEXT("p"));
    enum vault_verdict verdict;
    by.work = 11;
    struct text header = make(w, &by, 1);
    with.work_ceiling = 11;
    assert_int_equal(open_with(w, header, &with, &verdict), 0);
    with.work_ceiling = 10;
    assert_int_equal(open_with(w, header, &with, &verdict), ERROR_INPUT);
    /* Above the ordinary ceiling nothing is worked out, or this would need 8 GiB. */
    char text[512];
    int n = snprintf(text, sizeof text, "%.*s", (int)header.n, header.p);
    char *work = strstr(text, " 11\n");
    assert_non_null(work);
    memcpy(work, " 23\n", 4);
    with.work_ceiling = 0;
    assert_int_equal(open_with(w, (struct text){text, (size_t)n}, &with, &verdict), ERROR_INPUT);
    assert_int_equal(verdict, VAULT_HEADER_MALFORMED);
    by.work = 31;
    struct text out;
    assert_int_equal(vault_header_make(w->arena, &w->key, &by, 1, &out, NULL), ERROR_INVALID);
}

static void test_refused_recipients(void **state)
{
    struct world *w = *state;
    struct vault_recipient both[] = {w->for_me, vault_recipient_passphrase(TEXT("p"))};
    struct vault_recipient empty = vault_recipient_passphrase(TEXT(""));
    struct vault_recipient low = {.way = VAULT_BY_KEY}; /* the point 0 */
    struct vault_recipient of_two_kinds[2] = {w->for_me};
    struct vault_identity hybrid;
    struct text out;
    vault_identity_new_hybrid(&hybrid);
    assert_int_equal(vault_identity_recipient(&hybrid, &of_two_kinds[1], NULL), 0);
    assert_int_equal(vault_header_make(w->arena, &w->key, of_two_kinds, 2, &out, NULL), ERROR_INVALID);
    assert_int_equal(vault_header_make(w->arena, &w->key, both, 0, &out, NULL), ERROR_INVALID);
    assert_int_equal(vault_header_make(w->arena, &w->key, both, 2, &out, NULL), ERROR_INVALID);
    assert_int_equal(vault_header_make(w->arena, &w->key, &empty, 1, &out, NULL), ERROR_INVALID);
    assert_int_equal(vault_header_make(w->arena, &w->key, &low, 1, &out, NULL), ERROR_INVALID);
}

/* No single changed byte of a header is let through, and none is taken for good. */
static void test_every_byte_counts(void **state)
{
    struct world *w = *state;
    struct vault_recipient both[] = {w->for_other, w->for_me};
    struct text header = make(w, both, 2);
    char copy[1024];
    int altered = 0;
    assert_true(header.n < sizeof copy);
    memcpy(copy, header.p, header.n); /* the arena is reset below */
    for (size_t i = 0; i < header.n; i++) {
        enum vault_verdict verdict;
        arena_reset(w->arena);
        copy[i] = (char)(copy[i] ^ 1);
        int result = open_with(w, (struct text){copy, header.n}, &w->mine, &verdict);
        assert_true(result == ERROR_INPUT || result == ERROR_CHECK);
        assert_int_not_equal(verdict, VAULT_GOOD);
        altered += verdict == VAULT_HEADER_ALTERED;
        copy[i] = (char)(copy[i] ^ 1);
    }
    assert_true(altered > 50);
    enum vault_verdict verdict;
    for (size_t n = 0; n < header.n; n++) {
        arena_reset(w->arena);
        assert_int_equal(open_with(w, (struct text){copy, n}, &w->mine, &verdict), ERROR_INPUT);
        assert_int_equal(verdict, VAULT_HEADER_MALFORMED);
    }
}

/* A payload is sealed once; headers are made for it later, for other people in other ways, and each makes a
 * file. */
static void test_header_apart(void **state)
{
    struct world *w = *state;
    arena_reset(w->arena);
    struct bytes plain = bytes_made(150000, 8), payload = {0};
    VAULT_SEALER_SCOPE struct vault_sealer *sealer = NULL;
    assert_int_equal(vault_sealer_new(&w->key, true, &sealer, NULL), 0);
    assert_int_equal(
        run_pieces(stepper_sealer(sealer), plain.p, plain.n, 10007, 65536, false, &payload, NULL), 0);

    struct vault_recipient recipients[] = {w->for_me, w->for_other,
                                           vault_recipient_passphrase(TEXT("mango-tulip"))};
    struct vault_identity identities[] = {w->mine, w->other, vault_identity_passphrase(TEXT("mango-tulip"))};
    for (size_t i = 0; i < 3; i++) {
        struct text header = make(w, &recipients[i], 1);
        for (size_t k = 0; k < 3; k++) {
            struct bytes file = {0}, opened = {0};
            bytes_add(&file, header.p, header.n);
            bytes_add(&file, payload.p, payload.n);
            VAULT_FILE_OPENER_SCOPE struct vault_file_opener *opener = NULL;
            assert_int_equal(vault_file_opener_new(&identities[k], 1, &opener, NULL), 0);
            int result =
                run_pieces(stepper_file_opener(opener), file.p, file.n, 4099, 5001, true, &opened, NULL);
            assert_int_equal(result, i == k ? 0 : ERROR_CHECK);
            if (i == k)
                bytes_assert(&opened, &plain);
            else
                assert_int_equal(opened.n, 0);
            bytes_free(&file);
            bytes_free(&opened);
        }
    }
    bytes_free(&plain);
    bytes_free(&payload);
}

static void test_header_too_long(void **state)
{
    struct world *w = *state;
    struct bytes file = {0}, out = {0};
    struct error error;
    VAULT_FILE_OPENER_SCOPE struct vault_file_opener *opener = NULL;
    bytes_add(&file, "age-encryption.org/v1\n", 22);
    for (int i = 0; i < VAULT_HEADER_MAX / 8; i++)
        bytes_add(&file, "-> x y\n\n", 8);
    assert_int_equal(vault_file_opener_new(&w->mine, 1, &opener, NULL), 0);
    assert_int_equal(run_pieces(stepper_file_opener(opener), file.p, file.n, 65536, 100, false, &out, &error),
                     ERROR_INPUT);
    assert_non_null(strstr(error.what, "longer than"));
    bytes_free(&file);
    bytes_free(&out);
}

static void test_malformed(void **state)
{
    struct world *w = *state;
#define VERSION "age-encryption.org/v1\n"
#define MAC "--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
    static const struct {
        const char *header, *where;
    } wrong[] = {
        {VERSION MAC, "header line 2"},                   /* no recipient */
        {VERSION "-> x\n\n" MAC "more", "header line 4"}, /* goes on */
        {VERSION "-> x\n" MAC, "header line 3"},          /* no body */
        {VERSION "-> x  y\n\n" MAC, "header line 2"},     /* an empty argument */
        {VERSION "->\n\n" MAC, "header line 2"},          /* no argument */
        {VERSION "-> x\x7f\n\n" MAC, "header line 2"},    /* a strange character */
        {VERSION "-> x\nAA==\n" MAC, "header line 3"},    /* padding */
        {VERSION "-> x\nAB\n" MAC, "header line 3"},      /* not canonical */
        {VERSION "-> x\n\nAAAA\n" MAC, "header line 4"},  /* a second body */
        {"age-encryption.org/v2\n-> x\n\n" MAC, "header line 1"},
        {VERSION "-> scrypt AAAAAAAAAAAAAAAAAAAAAA 1\n\n-> x\n\n" MAC, "header"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct vault_file_key key;
        struct error error = {0};
        enum vault_verdict verdict;
        assert_int_equal(
            vault_header_open(w->arena, text_of(wrong[i].header), &w->mine, 1, &key, &verdict, &error),
            ERROR_INPUT);
        assert_string_equal(error.where, wrong[i].where);
        assert_int_equal(verdict, VAULT_HEADER_MALFORMED);
    }
}

/* Something that is no age file is refused from its first bytes, however long it is. */
static void test_not_age(void **state)
{
    struct world *w = *state;
    VAULT_FILE_OPENER_SCOPE struct vault_file_opener *opener = NULL;
    uint8_t room[10];
    struct vault_flow flow = {(const uint8_t *)"agE", 3, room, sizeof room};
    assert_int_equal(vault_file_opener_new(&w->mine, 1, &opener, NULL), 0);
    assert_int_equal(vault_file_opener_step(opener, &flow, false, NULL), ERROR_INPUT);
    assert_int_equal(vault_file_opener_verdict(opener), VAULT_HEADER_MALFORMED);
}

/* The end of the line that names the first recipient: its share, or its salt and work. */
static struct text end_of_share(struct text header)
{
    struct text line;
    assert_true(text_next(&header, '\n', &line) && text_next(&header, '\n', &line) && line.n > 20);
    return text_cut(line, line.n - 20, line.n);
}

/* Two headers of one key for one recipient: the share of each kind, its last part too, and the salt. */
static void test_no_share_comes_twice(void **state)
{
    struct world *w = *state;
    struct vault_identity hybrid;
    struct vault_recipient for_each[3] = {w->for_me, vault_recipient_passphrase(TEXT("open sesame"))};
    for_each[1].work = 1;
    vault_identity_new_hybrid(&hybrid);
    assert_int_equal(vault_identity_recipient(&hybrid, &for_each[2], NULL), 0);
    for (size_t i = 0; i < 3; i++)
        assert_false(text_equal(end_of_share(make(w, &for_each[i], 1)), end_of_share(make(w, &for_each[i], 1))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_recipients),   cmocka_unit_test(test_passphrase),
        cmocka_unit_test(test_work_ceiling),      cmocka_unit_test(test_refused_recipients),
        cmocka_unit_test(test_every_byte_counts), cmocka_unit_test(test_header_apart),
        cmocka_unit_test(test_header_too_long),   cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_not_age),           cmocka_unit_test(test_no_share_comes_twice),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
