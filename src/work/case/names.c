#include "names.h"

#include "base.h"
#include "store.h"

#include <sodium.h>
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/uchar.h>

enum { LONGEST = 400, PIECE = 10 }; /* bytes of a digest that are kept */

/* ICU's own macro for this does not pass our warnings. */
static UChar32 next_character(const UChar *text, int32_t length, int32_t *at)
{
    UChar32 high = text[(*at)++];
    if (high < 0xd800 || high > 0xdbff || *at >= length)
        return high;
    UChar32 low = text[*at];
    if (low < 0xdc00 || low > 0xdfff)
        return high;
    (*at)++;
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* Letters and digits folded, marks dropped, all else a single space; a space at both ends. */
static int fold(struct text name, UChar32 *out, size_t *n)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar source[LONGEST], decomposed[2 * LONGEST], folded[2 * LONGEST];
    int32_t length = 0;
    const UNormalizer2 *nfkd = unorm2_getNFKDInstance(&status);
    u_strFromUTF8(source, LONGEST, &length, name.p, (int32_t)name.n, &status);
    length = unorm2_normalize(nfkd, source, length, decomposed, 2 * LONGEST, &status);
    length = u_strFoldCase(folded, 2 * LONGEST, decomposed, length, U_FOLD_CASE_DEFAULT, &status);
    if (U_FAILURE(status))
        return -1;
    *n = 0;
    out[(*n)++] = ' ';
    for (int32_t i = 0; i < length;) {
        UChar32 c = next_character(folded, length, &i);
        if (u_isalnum(c))
            out[(*n)++] = c;
        else if (u_charType(c) != U_NON_SPACING_MARK && out[*n - 1] != ' ')
            out[(*n)++] = ' ';
    }
    if (out[*n - 1] != ' ')
        out[(*n)++] = ' ';
    return 0;
}

/* What lies in the table for a trigram. An agency's is another's no more than the agency's names are. */
static struct text digest(struct arena *arena, const uint8_t key[TURN_KEY_SIZE], struct text agency, struct text trigram)
{
    crypto_generichash_state state;
    uint8_t hash[crypto_generichash_BYTES_MIN];
    char text[2 * PIECE + 1];
    crypto_generichash_init(&state, key, TURN_KEY_SIZE, sizeof hash);
    crypto_generichash_update(&state, (const uint8_t *)agency.p, agency.n);
    crypto_generichash_update(&state, (const uint8_t *)"/", 1);
    crypto_generichash_update(&state, (const uint8_t *)trigram.p, trigram.n);
    crypto_generichash_final(&state, hash, sizeof hash);
    bytes_wipe(&state, sizeof state); /* it begins with the key */
    return arena_text(arena, text_of(sodium_bin2hex(text, sizeof text, hash, PIECE)));
}

int name_pieces(struct turn *turn, const uint8_t key[TURN_KEY_SIZE], struct text agency, struct text name, struct text **out,
                size_t *n, struct error *error)
{
    UChar32 letters[2 * LONGEST + 2];
    size_t count;
    if (name.n > LONGEST || fold(name, letters, &count))
        return error_set(error, ERROR_INVALID, "name", "Write a shorter name.", "the name is too long");
    struct text *list = ARENA_ARRAY(turn->arena, struct text, count);
    size_t made = 0;
    for (size_t i = 0; list && i + 3 <= count; i++) {
        if (letters[i + 1] == ' ')
            continue; /* a trigram does not span two words */
        char utf8[3 * 4 + 1];
        UChar units[3 * 2];
        int32_t length = 0, unit_count = 0;
        UErrorCode status = U_ZERO_ERROR;
        u_strFromUTF32(units, 3 * 2, &unit_count, &letters[i], 3, &status);
        u_strToUTF8(utf8, sizeof utf8, &length, units, unit_count, &status);
        list[made++] = digest(turn->arena, key, agency, (struct text){utf8, (size_t)length});
    }
    if (!list || arena_exhausted(turn->arena))
        return arena_error(turn->arena, error);
    *out = list;
    *n = made;
    return 0;
}

/* ---- the order in which a name shows ---- */

static bool turns(const char *p)
{
    unsigned char a = (unsigned char)p[0], b = (unsigned char)p[1], c = (unsigned char)p[2];
    return a == 0xe2 && ((b == 0x80 && c >= 0xaa && c <= 0xae) || (b == 0x81 && c >= 0xa6 && c <= 0xa9));
}

struct text name_in_order(struct arena *arena, struct text name)
{
    char *to = arena_alloc(arena, name.n);
    size_t n = 0;
    for (size_t i = 0; to && i < name.n; i++)
        if (i + 2 < name.n && turns(name.p + i))
            i += 2;
        else
            to[n++] = name.p[i];
    return to ? (struct text){to, n} : name;
}
