#include "builtin.h"

BUILTIN(get_value)
{
    const struct dmn_value *m = call_arg(c, 0, DMN_CONTEXT), *key = call_arg(c, 1, DMN_STRING);
    const struct dmn_value *found = m && key ? dmn_context_get(m, key->as.string) : NULL;
    return found ? found : call_null(c, "the context has no such entry");
}

BUILTIN(get_entries)
{
    const struct dmn_value *m = call_arg(c, 0, DMN_CONTEXT);
    struct values out = {0};
    if (!m)
        return call_null(c, "there is no context");
    for (size_t i = 0; i < m->as.context.count && engine_step(c->e); i++) {
        struct entries pair = {0};
        entries_put(c->e, &pair, TEXT("key"), dmn_string(c->e->arena, m->as.context.entry[i].name));
        entries_put(c->e, &pair, TEXT("value"), m->as.context.entry[i].value);
        values_push(c->e, &out, entries_context(c->e, &pair));
    }
    return values_list(c->e, &out);
}

BUILTIN(context)
{
    const struct dmn_value *list = call_list(c, 0);
    struct entries out = {0};
    if (!list)
        return call_null(c, "there are no entries");
    for (size_t i = 0; i < list->as.list.count && engine_step(c->e); i++) {
        const struct dmn_value *entry = list->as.list.item[i];
        const struct dmn_value *key = dmn_context_get(entry, TEXT("key")), *v = dmn_context_get(entry, TEXT("value"));
        if (!key || key->kind != DMN_STRING || !v)
            return call_null(c, "an entry has no key or no value");
        if (!entries_put(c->e, &out, key->as.string, v))
            return call_null(c, "two entries have the same key");
    }
    return entries_context(c->e, &out);
}

static struct entries copied(const struct call *c, const struct dmn_value *m)
{
    struct entries out = {0};
    for (size_t i = 0; m && i < m->as.context.count && engine_step(c->e); i++)
        entries_put(c->e, &out, m->as.context.entry[i].name, m->as.context.entry[i].value);
    return out;
}

/* Puts `value` where the keys from `at` on lead; contexts on the way are copied or made. NULL: not possible. */
static const struct dmn_value *put(const struct call *c, const struct dmn_value *m, const struct dmn_value *keys,
                                   size_t at)
{
    const struct dmn_value *key = keys->as.list.item[at], *value = c->arg[2];
    if ((m && m->kind != DMN_CONTEXT) || key->kind != DMN_STRING || at > 100)
        return NULL;
    if (at + 1 < keys->as.list.count) {
        value = put(c, m ? dmn_context_get(m, key->as.string) : NULL, keys, at + 1);
        if (!value)
            return NULL;
    }
    struct entries out = copied(c, m);
    entries_put(c->e, &out, key->as.string, value);
    return entries_context(c->e, &out);
}

BUILTIN(context_put)
{
    const struct dmn_value *m = call_arg(c, 0, DMN_CONTEXT), *keys = call_list(c, 1), *out = NULL;
    bool one_key = c->variant == 1, is_list = c->arg[1]->kind == DMN_LIST;
    if (m && keys && keys->as.list.count > 0 && !(one_key && is_list))
        out = put(c, m, keys, 0);
    return out ? out : call_null(c, "there is no context, or no key that leads into it");
}

BUILTIN(context_merge)
{
    const struct dmn_value *list = call_list(c, 0);
    struct entries out = {0};
    if (!list)
        return call_null(c, "there are no contexts");
    for (size_t i = 0; i < list->as.list.count; i++) {
        const struct dmn_value *m = list->as.list.item[i];
        if (m->kind != DMN_CONTEXT)
            return call_null(c, "an item is not a context");
        for (size_t j = 0; j < m->as.context.count && engine_step(c->e); j++)
            entries_put(c->e, &out, m->as.context.entry[j].name, m->as.context.entry[j].value);
    }
    return entries_context(c->e, &out);
}
