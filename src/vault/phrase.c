#include "vault/phrase.h"

#include <string.h>
#include "base/bytes.h"
#include "base/error.h"
#include "phrase_words.h"

enum { ENOUGH = 4, LONGEST = VAULT_PHRASE_WORD_LENGTH };

static void append(char out[VAULT_PHRASE_MAX], size_t index)
{
    size_t n = strlen(out);
    if (n > 0)
        out[n++] = '-';
    memcpy(out + n, vault_phrase_words[index], strlen(vault_phrase_words[index]) + 1);
}

void vault_phrase_new(struct vault_phrase *phrase)
{
    uint16_t random[VAULT_PHRASE_CODE + VAULT_PHRASE_SECRET];
    bytes_random(random, sizeof random);
    phrase->code[0] = phrase->secret[0] = '\0';
    for (size_t i = 0; i < VAULT_PHRASE_CODE + VAULT_PHRASE_SECRET; i++)
        append(i < VAULT_PHRASE_CODE ? phrase->code : phrase->secret, random[i] % VAULT_PHRASE_WORDS);
    bytes_wipe(random, sizeof random);
}

void vault_phrase_wipe(struct vault_phrase *phrase)
{
    bytes_wipe(phrase, sizeof *phrase);
}

/*
 * What stands between words: spaces, controls, ASCII punctuation, and the characters outside ASCII that text
 * programs put in place of hyphens and spaces (no-break space, dashes, soft hyphen). Returns the bytes it
 * takes, 0 for anything else.
 */
static size_t separator(struct text t)
{
    static const char *const others[] = {
        "\xc2\xa0",     "\xc2\xad",     "\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x92",
        "\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x80\x95", "\xe2\x88\x92", "\xe2\x80\x89",
        "\xe2\x80\xaf", "\xe2\x80\x8b", "\xef\xbb\xbf",
    };
    unsigned char c = (unsigned char)t.p[0];
    if (c <= ' ' || c == 127 || strchr("-_,.;:/'\"", c))
        return 1;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (text_starts(t, text_of(others[i])))
            return strlen(others[i]);
    return 0;
}

/* -1 if it is no word of the list. */
static int find(const char *word, size_t n)
{
    int low = 0, high = VAULT_PHRASE_WORDS;
    if (n == 0)
        return -1;
    while (low < high) { /* the first word that is not before `word` */
        int middle = (low + high) / 2;
        if (strncmp(vault_phrase_words[middle], word, n) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == VAULT_PHRASE_WORDS || strncmp(vault_phrase_words[low], word, n) != 0)
        return -1;
    return n >= ENOUGH || vault_phrase_words[low][n] == '\0' ? low : -1;
}

/* Takes the next word; false when none is left. A word too long or with strange characters comes out as size
 * 0. */
static bool next_word(struct text *rest, char word[LONGEST + 1], size_t *size)
{
    size_t gap, n = 0;
    bool strange = false, any = false;
    while (rest->n > 0 && (gap = separator(*rest)) > 0)
        *rest = text_cut(*rest, gap, rest->n);
    while (rest->n > 0 && separator(*rest) == 0) {
        char c = rest->p[0];
        any = true;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + 32);
        if (c < 'a' || c > 'z' || n == LONGEST)
            strange = true;
        else
            word[n++] = c;
        *rest = text_cut(*rest, 1, rest->n);
    }
    *size = strange ? 0 : n;
    return any;
}

int vault_phrase_normalise(struct text typed, size_t count, char out[VAULT_PHRASE_MAX], struct error *error)
{
    char word[LONGEST + 1] = {0};
    size_t used = 0, size;
    int result = 0;
    memset(out, 0, VAULT_PHRASE_MAX);
    while (result == 0 && next_word(&typed, word, &size)) {
        if (used == count || used == VAULT_PHRASE_CODE + VAULT_PHRASE_SECRET) {
            result = error_set(error, ERROR_INVALID, "phrase", "", "more than %zu words", count);
            break;
        }
        used++;
        int index = find(word, size);
        if (index < 0)
            result = error_set(error, ERROR_INVALID, "phrase", "ask for the word again",
                               "word %zu is not in the list", used);
        else
            append(out, (size_t)index);
    }
    if (result == 0 && used < count)
        result = error_set(error, ERROR_INVALID, "phrase", "", "%zu words where %zu are needed", used, count);
    if (result)
        bytes_wipe(out, VAULT_PHRASE_MAX);
    bytes_wipe(word, sizeof word);
    return result;
}

int vault_phrase_parse(struct text typed, struct vault_phrase *out, struct error *error)
{
    char all[VAULT_PHRASE_MAX];
    int result = vault_phrase_normalise(typed, VAULT_PHRASE_CODE + VAULT_PHRASE_SECRET, all, error);
    memset(out, 0, sizeof *out);
    if (result == 0) {
        char *cut = all;
        for (int i = 0; i < VAULT_PHRASE_CODE; i++)
            cut = strchr(cut, '-') + 1;
        memcpy(out->code, all, (size_t)(cut - all) - 1);
        memcpy(out->secret, cut, strlen(cut));
    }
    bytes_wipe(all, sizeof all);
    return result;
}
