#include "tck.h"

#include <math.h>
#include <string.h>

static const xmlNode *from(const xmlNode *node, const char *name)
{
    while (node && (node->type != XML_ELEMENT_NODE || strcmp((const char *)node->name, name) != 0))
        node = node->next;
    return node;
}

const xmlNode *tck_child(const xmlNode *parent, const char *name)
{
    return parent ? from(parent->children, name) : NULL;
}

const xmlNode *tck_next(const xmlNode *node, const char *name)
{
    return from(node->next, name);
}

struct text tck_attribute(struct arena *arena, const xmlNode *node, const char *name)
{
    xmlChar *value = xmlGetProp(node, (const xmlChar *)name); /* with or without a namespace */
    struct text copy = arena_text(arena, text_of((const char *)value));
    xmlFree(value);
    return copy;
}

static bool is_nil(struct arena *arena, const xmlNode *node)
{
    return node && text_equal(tck_attribute(arena, node, "nil"), TEXT("true"));
}

struct simple {
    struct text type, content; /* type without its prefix: "decimal", "string", ... */
    bool nil;
};

static struct simple simple_of(struct arena *arena, const xmlNode *value)
{
    struct simple s = {tck_attribute(arena, value, "type"), {NULL, 0}, is_nil(arena, value)};
    ptrdiff_t colon = text_find_char(s.type, ':');
    s.type = text_cut(s.type, (size_t)(colon + 1), s.type.n);
    xmlChar *content = xmlNodeGetContent(value);
    s.content = arena_text(arena, text_of((const char *)content));
    xmlFree(content);
    if (!text_equal(s.type, TEXT("string")) && s.type.n)
        s.content = text_trim(s.content);
    return s;
}

static void quote(struct buffer *out, struct text t)
{
    buffer_char(out, '"');
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] == '"' || t.p[i] == '\\')
            buffer_char(out, '\\');
        buffer_char(out, t.p[i]);
    }
    buffer_char(out, '"');
}

static void write_simple(struct buffer *out, struct simple s)
{
    static const struct {
        struct text type;
        const char *function;
    } made[] = {{TEXT_INIT("date"), "date"},
                {TEXT_INIT("time"), "time"},
                {TEXT_INIT("dateTime"), "date and time"},
                {TEXT_INIT("duration"), "duration"}};
    static const char *const bare[] = {"decimal", "double", "integer", "int", "long", "float", "boolean"};
    if (s.nil) {
        buffer_string(out, "null");
        return;
    }
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
        if (text_equal(s.type, text_of(bare[i]))) {
            buffer_text(out, s.content);
            return;
        }
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        if (text_equal(s.type, made[i].type)) {
            buffer_format(out, "%s(", made[i].function);
            quote(out, s.content);
            buffer_char(out, ')');
            return;
        }
    quote(out, s.content);
}

void tck_write_feel(struct buffer *out, const xmlNode *node)
{
    const xmlNode *value = tck_child(node, "value"), *list = tck_child(node, "list");
    const xmlNode *component = tck_child(node, "component");
    if (value) {
        write_simple(out, simple_of(out->arena, value));
    } else if (list && !is_nil(out->arena, list)) {
        const char *before = "[";
        for (const xmlNode *item = tck_child(list, "item"); item; item = tck_next(item, "item")) {
            buffer_string(out, before);
            tck_write_feel(out, item);
            before = ", ";
        }
        buffer_string(out, *before == '[' ? "[]" : "]");
    } else if (component && !is_nil(out->arena, component)) {
        const char *before = "{";
        for (; component; component = tck_next(component, "component")) {
            buffer_string(out, before);
            quote(out, tck_attribute(out->arena, component, "name"));
            buffer_string(out, ": ");
            tck_write_feel(out, component);
            before = ", ";
        }
        buffer_char(out, '}');
    } else {
        buffer_string(out, "null");
    }
}

/* Numbers may differ where runners do: in the ninth digit. */
static bool near(struct number a, struct text wanted)
{
    struct number b;
    if (!number_parse(wanted, &b))
        return false;
    double x = number_to_double(a), y = number_to_double(b), size = fabs(y) > 1 ? fabs(y) : 1;
    return fabs(x - y) <= 1e-8 * size;
}

static bool matches_simple(struct simple s, const struct dmn_value *got)
{
    struct time_of_day time;
    struct date_time both;
    struct duration duration;
    int64_t months;
    struct dmn_value wanted = {.kind = got->kind};
    if (s.nil)
        return got->kind == DMN_NULL;
    switch (got->kind) {
    case DMN_BOOLEAN: return text_equal(s.content, got->as.boolean ? TEXT("true") : TEXT("false"));
    case DMN_NUMBER: return !text_equal(s.type, TEXT("string")) && near(got->as.number, s.content);
    case DMN_STRING:
        return (s.type.n == 0 || text_equal(s.type, TEXT("string"))) && text_equal(s.content, got->as.string);
    case DMN_DATE:
        if (!temporal_parse_date(s.content, &wanted.as.date))
            return false;
        break;
    case DMN_TIME:
        if (!temporal_parse_time(s.content, &time))
            return false;
        wanted.as.time = time;
        break;
    case DMN_DATE_TIME:
        if (!temporal_parse_date_time(s.content, &both))
            return false;
        wanted.as.date_time = both;
        break;
    case DMN_DURATION:
        if (!temporal_parse_duration(s.content, &duration))
            return false;
        wanted.as.duration = duration;
        break;
    case DMN_MONTHS:
        if (!temporal_parse_months(s.content, &months))
            return false;
        wanted.as.months = months;
        break;
    default: return false;
    }
    return dmn_value_equal(&wanted, got);
}

bool tck_matches(struct arena *arena, const xmlNode *node, const struct dmn_value *got)
{
    const xmlNode *value = tck_child(node, "value"), *list = tck_child(node, "list");
    const xmlNode *component = tck_child(node, "component");
    size_t count = 0;
    if (value)
        return matches_simple(simple_of(arena, value), got);
    if ((list && is_nil(arena, list)) || (component && is_nil(arena, component)) || (!list && !component))
        return got->kind == DMN_NULL;
    if (list) {
        if (got->kind != DMN_LIST)
            return false;
        for (const xmlNode *item = tck_child(list, "item"); item; item = tck_next(item, "item"), count++)
            if (count >= got->as.list.count || !tck_matches(arena, item, got->as.list.item[count]))
                return false;
        return count == got->as.list.count;
    }
    for (; component; component = tck_next(component, "component"), count++) {
        const struct dmn_value *member = dmn_context_get(got, tck_attribute(arena, component, "name"));
        if (!member || !tck_matches(arena, component, member))
            return false;
    }
    return got->kind == DMN_CONTEXT && count == got->as.context.count;
}
