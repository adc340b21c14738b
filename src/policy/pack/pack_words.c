#include "read.h"

#include <string.h>

/* Words for codes and the glossary: of words.json, and of a pack in their place. */

static const char *const words_key[POLICY_WORDS_KINDS] = {
    [POLICY_WORDS_OUTCOME] = "outcome",       [POLICY_WORDS_BASIS] = "basis",
    [POLICY_WORDS_OBLIGATION] = "obligation", [POLICY_WORDS_CONSENT] = "consent",
    [POLICY_WORDS_CHANNEL] = "channel",       [POLICY_WORDS_CONDITION] = "condition",
    [POLICY_WORDS_RETENTION] = "retention",   [POLICY_WORDS_DEADLINE] = "deadline",
    [POLICY_WORDS_EVENT] = "event",
};

static void read_word(struct policy_pack *pack, struct word_list *list, struct text code,
                      const struct json *words)
{
    struct policy_words word = {.code = code}, *to = NULL;
    for (size_t i = 0; i < list->words; i++)
        if (text_equal(list->word[i].code, code))
            to = &list->word[i];
    if (to)
        word = *to;
    else
        word.code = arena_text(pack->arena, code);
    word.title = pack_text_or(pack, words, "title", word.title.n ? word.title : word.code);
    word.todo = pack_text_or(pack, words, "todo", word.todo);
    if (!to) {
        to = arena_grow(pack->arena, list->word, list->words, list->words + 1, sizeof *to);
        if (!to)
            return;
        list->word = to;
        to = &list->word[list->words++];
    }
    *to = word;
}

int pack_read_glossary(struct policy_pack *pack, const struct json *list, const char *where,
                       struct error *error)
{
    if (!list)
        return 0;
    if (!json_is(list, JSON_ARRAY))
        return error_set(error, ERROR_INPUT, where, "", "\"glossary\" must be a list");
    struct policy_term *grown =
        arena_grow(pack->arena, pack->term, pack->terms, pack->terms + list->count + 1, sizeof *grown);
    if (!grown)
        return arena_error(pack->arena, error);
    pack->term = grown;
    for (size_t i = 0; i < list->count; i++) {
        struct policy_term term = {pack_text(pack, json_get(&list->item[i], "term")),
                                   pack_text(pack, json_get(&list->item[i], "meaning"))};
        size_t at = 0;
        while (at < pack->terms && text_compare(grown[at].term, term.term) < 0)
            at++;
        bool same = at < pack->terms && text_equal(grown[at].term, term.term);
        if (!same) {
            memmove(grown + at + 1, grown + at, (pack->terms - at) * sizeof *grown);
            pack->terms++;
        }
        grown[at] = term;
    }
    return 0;
}

int pack_read_word_lists(struct policy_pack *pack, const struct json *root, const char *where,
                         struct error *error)
{
    for (size_t k = 0; k < POLICY_WORDS_KINDS; k++) {
        const struct json *codes = json_get(root, words_key[k]);
        for (size_t i = 0; json_is(codes, JSON_OBJECT) && i < codes->count; i++)
            read_word(pack, &pack->words[k], codes->key[i], &codes->item[i]);
    }
    return arena_exhausted(pack->arena) ? arena_error(pack->arena, error)
                                        : pack_read_glossary(pack, json_get(root, "glossary"), where, error);
}

int policy_read_words(struct policy_pack *pack, struct text source, struct error *error)
{
    const struct json *root;
    int result = json_read(pack->arena, source, "words.json", &root, error);
    if (result)
        return result;
    pack->guide.together = json_get(root, "together");
    return pack_read_word_lists(pack, root, "words.json", error);
}
