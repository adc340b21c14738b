#include "read.h"

ptrdiff_t policy_fact_index(const struct policy_pack *pack, struct text key)
{
    for (size_t i = 0; i < pack->facts; i++)
        if (text_equal(pack->fact[i].info.key, key))
            return (ptrdiff_t)i;
    return -1;
}

int policy_read_vocabulary(struct policy_pack *pack, struct text source, struct error *error)
{
    static const char where[] = "vocabulary.json";
    const struct json *root, *list;
    struct text key;
    int result = json_read(pack->arena, source, where, &root, error);
    if (result)
        return result;
    pack->guide.usual = json_get(root, "usual");
    list = json_get(root, "facts");
    if (!json_is(list, JSON_ARRAY))
        return error_set(error, ERROR_INPUT, where, "", "\"facts\" must be a list");
    pack->fact = ARENA_ARRAY(pack->arena, struct space_fact, DIAGRAM_VARIABLES);
    for (size_t i = 0; pack->fact && i < list->count; i++) {
        if ((result = pack_key_of(&list->item[i], where, &key, error)))
            return result;
        if (pack->facts == DIAGRAM_VARIABLES || policy_fact_index(pack, key) >= 0)
            return pack_bad(error, where, key, "stands twice, or there are more than 256 facts");
        if ((result = pack_new_fact(pack, &list->item[i], &pack->fact[pack->facts], where, error)))
            return result;
        pack->facts++;
    }
    return arena_exhausted(pack->arena) ? arena_error(pack->arena, error) : 0;
}
