#include "read.h"

#include <string.h>

/* pack.json: what the pack says of itself, of its facts, words and domains. */

static int read_pack_facts(struct policy_pack *pack, const struct json *list, const char *where,
                           struct error *error)
{
    struct text key;
    int result;
    size_t placed = 0;
    if (!json_is(list, JSON_ARRAY))
        return error_set(error, ERROR_INPUT, where, "", "\"facts\" must be a list");
    for (size_t i = 0; i < list->count; i++) {
        const struct json *object = &list->item[i];
        struct space_fact fact;
        if ((result = pack_key_of(object, where, &key, error)))
            return result;
        ptrdiff_t at = policy_fact_index(pack, key);
        if (at >= 0 && (size_t)at < placed)
            return pack_bad(error, where, key, "stands twice");
        if (at < 0) {
            if (!json_get(object, "kind"))
                return pack_bad(error, where, key,
                           "is not in vocabulary.json; a fact of the pack's own needs kind and values");
            if (pack->facts == DIAGRAM_VARIABLES)
                return pack_bad(error, where, key, "there are more than 256 facts");
            if ((result = pack_new_fact(pack, object, &fact, where, error)))
                return result;
            fact.info.own = true;
            at = (ptrdiff_t)pack->facts++;
        } else {
            if (json_get(object, "of"))
                return pack_bad(error, where, key, "of whom it is, vocabulary.json says");
            fact = pack->fact[at];
            pack_read_wording(pack, &fact, object);
            if ((result = pack_read_values(pack, &fact, json_get(object, "values"), false, where, error)))
                return result;
        }
        fact.mentioned = true;
        /* The facts that the pack speaks of come first, in its order: that is the order of the diagrams too.
         */
        memmove(pack->fact + placed + 1, pack->fact + placed, ((size_t)at - placed) * sizeof fact);
        pack->fact[placed++] = fact;
    }
    return 0;
}

static int read_sources(struct policy_pack *pack, const struct json *root, const char *where,
                        struct error *error)
{
    const struct json *list = json_get(root, "sources"), *notes = json_get(root, "notes");
    size_t count = json_is(list, JSON_ARRAY) ? list->count : 0;
    if (!count)
        return error_set(error, ERROR_INPUT, where, "", "\"sources\" must be a list of {code, title}");
    struct policy_source *source = ARENA_ARRAY(pack->arena, struct policy_source, count);
    for (size_t i = 0; source && i < count; i++) {
        source[i].code = pack_text(pack, json_get(&list->item[i], "code"));
        source[i].title = pack_text(pack, json_get(&list->item[i], "title"));
        if (!source[i].code.n)
            return error_set(error, ERROR_INPUT, where, "", "a source without a code");
    }
    pack->info.source = source;
    pack->info.sources = count;
    count = json_is(notes, JSON_ARRAY) ? notes->count : 0;
    struct text *note = ARENA_ARRAY(pack->arena, struct text, count);
    for (size_t i = 0; note && i < count; i++)
        note[i] = pack_text(pack, &notes->item[i]);
    pack->info.note = note;
    pack->info.notes = note ? count : 0;
    return 0;
}

int policy_read_pack(struct policy_pack *pack, struct text source, const char *id, struct error *error)
{
    const struct json *root;
    const char *where = arena_string(pack->arena, arena_format(pack->arena, "%s/pack.json", id));
    struct policy_pack_info *info = &pack->info;
    struct date day;
    if (!where)
        return arena_error(pack->arena, error);
    int result = json_read(pack->arena, source, where, &root, error);
    if (result)
        return result;
    info->id = pack_text(pack, json_get(root, "id"));
    info->title = pack_text(pack, json_get(root, "title"));
    info->jurisdiction = pack_text(pack, json_get(root, "jurisdiction"));
    info->version = pack_text(pack, json_get(root, "version"));
    info->valid_from = pack_text(pack, json_get(root, "valid_from"));
    info->valid_to = pack_text(pack, json_get(root, "valid_to"));
    info->review_by = pack_text(pack, json_get(root, "review_by"));
    if (!text_equal(info->id, text_of(id)))
        return error_set(error, ERROR_INPUT, where, "", "\"id\" must be the name of the folder, \"%s\"", id);
    if (!info->title.n || !info->version.n)
        return error_set(error, ERROR_INPUT, where, "", "\"title\" and \"version\" are needed");
    if (!date_parse(info->valid_from, &day) || (info->valid_to.n && !date_parse(info->valid_to, &day)) ||
        (info->review_by.n && !date_parse(info->review_by, &day)))
        return error_set(error, ERROR_INPUT, where, "",
                         "valid_from, valid_to and review_by must be ISO dates");
    if ((result = read_sources(pack, root, where, error)) ||
        (result = read_pack_facts(pack, json_get(root, "facts"), where, error)) ||
        (result = pack_read_domains(pack, json_get(root, "domains"), where, error)) ||
        (result = pack_read_word_lists(pack, json_get(root, "words"), where, error)) ||
        (result = pack_read_glossary(pack, json_get(root, "glossary"), where, error)))
        return result;
    pack->guide.own_usual = json_get(root, "usual");
    pack->guide.own_together = json_get(root, "together");
    for (size_t i = 0; i < pack->facts; i++) {
        struct space_fact *fact = &pack->fact[i];
        if (fact->info.kind == POLICY_FACT_CHOICE || fact->info.kind == POLICY_FACT_BOOLEAN) {
            fact->classes = (uint16_t)fact->info.values;
            fact->class_name = fact->info.value;
            fact->sample = ARENA_ARRAY(pack->arena, struct text, fact->classes);
            if (fact->sample)
                memcpy(fact->sample, fact->info.value, fact->classes * sizeof *fact->sample);
        }
    }
    return arena_exhausted(pack->arena) ? arena_error(pack->arena, error) : 0;
}
