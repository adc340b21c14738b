#include "internal.h"

const struct policy_words *policy_words(const struct policy_pack *pack, enum policy_words_kind kind,
                                        struct text code, struct policy_words *out)
{
    const struct word_list *list = &pack->words[kind];
    *out = (struct policy_words){code, code, {"", 0}};
    for (size_t i = 0; i < list->words; i++)
        if (text_equal(list->word[i].code, code))
            *out = list->word[i];
    return out;
}

struct text policy_value_words(const struct policy_pack *pack, struct text key, struct text value)
{
    ptrdiff_t at = policy_fact_index(pack, key);
    for (size_t i = 0; at >= 0 && pack->fact[at].option && i < pack->fact[at].info.values; i++)
        if (text_equal(pack->fact[at].option[i].value, value))
            return pack->fact[at].option[i].label;
    return value;
}

struct text policy_fact_words(const struct policy_pack *pack, struct text key)
{
    ptrdiff_t at = policy_fact_index(pack, key);
    return at >= 0 && pack->fact[at].name.n ? pack->fact[at].name : key;
}

const struct policy_term *policy_glossary(const struct policy_pack *pack, size_t *count)
{
    *count = pack->terms;
    return pack->term;
}
