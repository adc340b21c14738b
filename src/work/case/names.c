#include "names.h"

#include "base.h"
#include "store.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/uchar.h>

enum { LONGEST = 400 };

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

int name_trigrams(struct arena *arena, struct text name, struct text **out, size_t *n, struct error *error)
{
    UChar32 letters[2 * LONGEST + 2];
    size_t count;
    if (name.n > LONGEST || fold(name, letters, &count))
        return error_set(error, ERROR_INVALID, "name", "Write a shorter name.", "the name is too long");
    struct text *list = ARENA_ARRAY(arena, struct text, count);
    size_t made = 0;
    for (size_t i = 0; list && i + 3 <= count; i++) {
        if (letters[i + 1] == ' ')
            continue; /* a trigram does not span two words */
        struct buffer b = buffer_in(arena);
        for (size_t k = i; k < i + 3; k++) {
            char utf8[8];
            UChar units[2];
            int32_t length = 0, unit_count = 0;
            UErrorCode status = U_ZERO_ERROR;
            u_strFromUTF32(units, 2, &unit_count, &letters[k], 1, &status);
            u_strToUTF8(utf8, sizeof utf8, &length, units, unit_count, &status);
            buffer_bytes(&b, utf8, (size_t)length);
        }
        list[made++] = buffer_result(&b);
    }
    if (!list || arena_exhausted(arena))
        return arena_error(arena, error);
    *out = list;
    *n = made;
    return 0;
}

int need_to_know_add(struct turn *turn, const struct id *id, const struct id *case_id, const struct id *post,
                     struct error *error)
{
    int result = store_run(
        turn->session,
        "INSERT INTO need_to_know (id, case_id, post_id, added_by, added_at) VALUES ($1, $2, $3, $4, $5)",
        STORE_BIND(STORE_TEXT(id_text(id)), STORE_TEXT(id_text(case_id)), STORE_TEXT(id_text(post)),
                   STORE_TEXT(id_text(&turn->actor->post)), STORE_INT(turn->now)),
        NULL, error);
    return result ? result : turn_wrote(turn, "need_to_know", id, error);
}

/* Of the two tables the one that is written to now: see work_schema_12. */
int name_index_add(struct turn *turn, const struct id *subject, const struct text *trigram, size_t n, struct error *error)
{
    int64_t second = 0;
    const struct store_value agency = STORE_TEXT(id_text(&turn->actor->agency)), id = STORE_TEXT(id_text(subject));
    int result = store_one_int(turn->session, "SELECT second FROM trigram_side WHERE id = 1", STORE_BIND(), &second, error);
    for (size_t i = 0; !result && i < n; i++)
        result = second ? store_run(turn->session,
                                    "INSERT INTO subject_trigram_2 (agency_id, trigram, subject_id) VALUES ($1, $2, $3)"
                                    " ON CONFLICT DO NOTHING",
                                    STORE_BIND(agency, STORE_TEXT(trigram[i]), id), NULL, error)
                        : store_run(turn->session,
                                    "INSERT INTO subject_trigram (agency_id, trigram, subject_id) VALUES ($1, $2, $3)"
                                    " ON CONFLICT DO NOTHING",
                                    STORE_BIND(agency, STORE_TEXT(trigram[i]), id), NULL, error);
    return result;
}
