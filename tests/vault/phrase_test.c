/* Spoken passphrases: the list keeps its promises, and what a person types is understood. */
#include "pieces.h"

#include "phrase_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_list(void **state)
{
    (void)state;
    for (size_t i = 0; i < VAULT_PHRASE_WORDS; i++) {
        const char *word = vault_phrase_words[i];
        size_t n = strlen(word);
        assert_true(n >= 4 && n <= 8);
        assert_int_equal(strspn(word, "abcdefghijklmnopqrstuvwxyz"), n);
        if (i > 0 && strncmp(vault_phrase_words[i - 1], word, 4) >= 0)
            fail_msg("%s and %s: out of order, or the same four letters", vault_phrase_words[i - 1], word);
    }
    /* Eight words of 1024 are 80 bits; the longest phrase fits. */
    assert_int_equal(VAULT_PHRASE_SECRET * 10, 80);
    assert_true((VAULT_PHRASE_CODE + VAULT_PHRASE_SECRET) * 9 <= VAULT_PHRASE_MAX);
}

/* One letter wrong, missing, added, or two neighbours swapped. */
static bool one_slip(const char *a, const char *b)
{
    size_t same = 0, la = strlen(a), lb = strlen(b);
    while (a[same] && a[same] == b[same])
        same++;
    if (la == lb)
        return strcmp(a + same + 1, b + same + 1) == 0 ||
               (a[same] == b[same + 1] && a[same + 1] == b[same] && strcmp(a + same + 2, b + same + 2) == 0);
    if (la + 1 == lb)
        return strcmp(a + same, b + same + 1) == 0;
    return lb + 1 == la && strcmp(a + same + 1, b + same) == 0;
}

static void test_no_slip_gives_another_word(void **state)
{
    (void)state;
    assert_true(one_slip("mango", "mangp") && one_slip("mango", "mago") && one_slip("mango", "mnago"));
    assert_true(one_slip("mango", "mangoo") && !one_slip("mango", "bango0") && !one_slip("mango", "tulip"));
    for (size_t i = 0; i < VAULT_PHRASE_WORDS; i++)
        for (size_t k = 0; k < i; k++)
            if (one_slip(vault_phrase_words[i], vault_phrase_words[k]))
                fail_msg("%s and %s are one slip apart", vault_phrase_words[i], vault_phrase_words[k]);
}

static void replace(char *word, const char *from, const char *to)
{
    for (char *at; (at = strstr(word, from));) {
        char rest[32];
        snprintf(rest, sizeof rest, "%s", at + strlen(from));
        sprintf(at, "%s%s", to, rest);
    }
}

/*
 * How a word sounds on a bad line: voiced and unvoiced consonants count as one, and so do all vowels. Rough,
 * and stricter than need be.
 */
static void sound(const char *word, char out[32])
{
    static const char *const spelling[][2] = {
        {"tch", "j"}, {"ch", "j"}, {"dge", "j"}, {"sh", "s"},  {"ph", "f"}, {"gh", ""},  {"ck", "k"},
        {"kn", "n"},  {"wr", "r"}, {"wh", "w"},  {"qu", "kw"}, {"x", "ks"}, {"th", "t"},
    };
    char copy[32];
    size_t n = 0;
    snprintf(copy, sizeof copy, "%s", word);
    for (size_t i = 0; i < sizeof spelling / sizeof spelling[0]; i++)
        replace(copy, spelling[i][0], spelling[i][1]);
    for (size_t i = 0; copy[i]; i++) {
        char c = copy[i], next = copy[i + 1];
        bool soft = next && strchr("eiy", next);
        if (c == 'c')
            c = soft ? 's' : 'k';
        else if (c == 'g')
            c = soft ? 'j' : 'k';
        else if (strchr("qzvdb", c))
            c = "ksftp"[strchr("qzvdb", c) - "qzvdb"];
        if (i > 0 && strchr("aeiouy", c))
            c = 'a';
        if (n == 0 || out[n - 1] != c)
            out[n++] = c;
    }
    if (n > 2 && out[n - 1] == 'a')
        n--;
    out[n] = '\0';
}

static int compare_sounds(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void test_no_two_sound_alike(void **state)
{
    (void)state;
    static char sounds[VAULT_PHRASE_WORDS][32];
    char a[32], b[32];
    sound("bizarre", a);
    sound("bazaar", b);
    assert_string_equal(a, b);
    for (size_t i = 0; i < VAULT_PHRASE_WORDS; i++)
        sound(vault_phrase_words[i], sounds[i]);
    qsort(sounds, VAULT_PHRASE_WORDS, sizeof sounds[0], compare_sounds);
    for (size_t i = 1; i < VAULT_PHRASE_WORDS; i++)
        if (strcmp(sounds[i - 1], sounds[i]) == 0)
            fail_msg("two words sound like %s", sounds[i]);
}

static size_t words_in(const char *phrase)
{
    size_t n = 1;
    for (; *phrase; phrase++)
        n += *phrase == '-';
    return n;
}

static void test_made(void **state)
{
    (void)state;
    struct vault_phrase last = {0};
    static bool seen[VAULT_PHRASE_WORDS];
    for (int i = 0; i < 4000; i++) {
        struct vault_phrase phrase, parsed;
        char both[2 * VAULT_PHRASE_MAX];
        vault_phrase_new(&phrase);
        assert_int_equal(words_in(phrase.code), VAULT_PHRASE_CODE);
        assert_int_equal(words_in(phrase.secret), VAULT_PHRASE_SECRET);
        assert_string_not_equal(phrase.secret, last.secret);
        last = phrase;
        snprintf(both, sizeof both, "%s-%s", phrase.code, phrase.secret);
        assert_int_equal(vault_phrase_parse(text_of(both), &parsed, NULL), 0);
        assert_string_equal(parsed.code, phrase.code);
        assert_string_equal(parsed.secret, phrase.secret);
        for (char *word = strtok(both, "-"); word; word = strtok(NULL, "-"))
            for (size_t k = 0; k < VAULT_PHRASE_WORDS; k++)
                seen[k] = seen[k] || strcmp(word, vault_phrase_words[k]) == 0;
    }
    /* 40,000 draws: that one of 1024 words never came has a chance of one in 10^13. */
    for (size_t k = 0; k < VAULT_PHRASE_WORDS; k++)
        assert_true(seen[k]);
}

static void test_typed(void **state)
{
    (void)state;
    char out[VAULT_PHRASE_MAX];
    static const char *const ways[] = {
        "mango-tulip-acorn",
        "MANGO TULIP ACORN",
        "  Mango,  tulip;\tacorn.\n",
        "mang tuli acor",
        "mango--tulip - acorn",
        "mango\xe2\x80\x93tulip\xc2\xa0\x61\x63orn",
        "\xef\xbb\xbfmango_tulip/acorn",
        "\"Mango tulip 'acorn'\"",
        "MANG tulip Acor",
    };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        assert_int_equal(vault_phrase_normalise(text_of(ways[i]), 3, out, NULL), 0);
        assert_string_equal(out, "mango-tulip-acorn");
    }
}

static void test_refused(void **state)
{
    (void)state;
    struct error error;
    char out[VAULT_PHRASE_MAX];
    static const struct {
        const char *typed, *what;
    } wrong[] = {
        {"", "0 words"},
        {"mango", "1 words"},
        {"mango tulip acorn", "more than 2 words"},
        {"mango tulpi", "word 2 is not"},
        {"man tulip", "word 1 is not"},
        {"mango tulips", "word 2 is not"},
        {"mango tulipx", "word 2 is not"},
        {"mango tulip3", "word 2 is not"},
        {"mango t\xc3\xbblip", "word 2 is not"},
        {"mangomangomangomangomango tulip", "word 1 is not"},
        {"m tulip", "word 1 is not"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        memset(out, 'x', sizeof out);
        assert_int_equal(vault_phrase_normalise(text_of(wrong[i].typed), 2, out, &error), ERROR_INVALID);
        assert_non_null(strstr(error.what, wrong[i].what));
        assert_null(strstr(error.what, "mango")); /* never the words */
        assert_string_equal(out, "");
    }
}

/* No word follows from another: the server knows the code. */
static void test_each_word_by_itself(void **state)
{
    (void)state;
    enum { WORDS = VAULT_PHRASE_CODE + VAULT_PHRASE_SECRET, TIMES = 40 };
    bool differ[WORDS][WORDS] = {{false}}, changed[WORDS] = {false};
    char word[WORDS][VAULT_PHRASE_WORD_LENGTH + 1], first[WORDS][VAULT_PHRASE_WORD_LENGTH + 1];
    for (int time = 0; time < TIMES; time++) {
        struct vault_phrase phrase;
        char all[2 * VAULT_PHRASE_MAX];
        vault_phrase_new(&phrase);
        snprintf(all, sizeof all, "%s-%s", phrase.code, phrase.secret);
        struct text rest = text_of(all), one;
        for (size_t i = 0; i < WORDS; i++) {
            assert_true(text_next(&rest, '-', &one) && one.n < sizeof word[i]);
            memcpy(word[i], one.p, one.n);
            word[i][one.n] = '\0';
            for (size_t k = 0; k < i; k++)
                differ[k][i] = differ[k][i] || strcmp(word[k], word[i]) != 0;
        }
        if (time == 0)
            memcpy(first, word, sizeof first);
        for (size_t i = 0; i < WORDS; i++)
            changed[i] = changed[i] || strcmp(word[i], first[i]) != 0;
    }
    for (size_t i = 0; i < WORDS; i++) {
        assert_true(changed[i]);
        for (size_t k = 0; k < i; k++)
            assert_true(differ[k][i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_no_slip_gives_another_word),
        cmocka_unit_test(test_no_two_sound_alike),
        cmocka_unit_test(test_made),
        cmocka_unit_test(test_each_word_by_itself),
        cmocka_unit_test(test_typed),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
