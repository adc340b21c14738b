#include "engine.h"

#include <stdarg.h>
#include <stdio.h>

enum { NOTES_MOST = 100 };

bool engine_step(struct engine *e)
{
    if (e->stopped)
        return false;
    if (e->steps == 0) {
        e->stopped = "the evaluation takes too many steps";
        return false;
    }
    e->steps--;
    if (arena_exhausted(e->arena))
        e->stopped = "the evaluation takes too much memory";
    return !e->stopped;
}

void engine_charge(struct engine *e, size_t size)
{
    uint64_t cost = size / 64;
    e->steps -= cost < e->steps ? cost : e->steps;
}

bool engine_enter(struct engine *e)
{
    if (++e->depth > e->depth_most && !e->stopped)
        e->stopped = "the evaluation is nested too deeply";
    return engine_step(e);
}

void engine_leave(struct engine *e)
{
    e->depth--;
}

__attribute__((format(printf, 3, 0))) static void note(struct engine *e, int line, const char *what, va_list args)
{
    char text[300];
    if (e->notes == NOTES_MOST || e->stopped)
        return;
    if (!e->note) {
        e->note = ARENA_ARRAY(e->arena, struct dmn_note, NOTES_MOST);
        if (!e->note)
            return;
    }
    int n = vsnprintf(text, sizeof text, what, args);
    struct text t = {text, n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1};
    struct dmn_note *out = &e->note[e->notes++];
    out->what = arena_text(e->arena, t);
    out->where = line ? arena_format(e->arena, "%.*s, line %d", TEXT_ARGS(e->where), line) : e->where;
}

void engine_note(struct engine *e, int line, const char *what, ...)
{
    va_list args;
    va_start(args, what);
    note(e, line, what, args);
    va_end(args);
}

const struct dmn_value *engine_null(struct engine *e, int line, const char *what, ...)
{
    va_list args;
    va_start(args, what);
    note(e, line, what, args);
    va_end(args);
    return &dmn_null;
}

const struct frame *frame_bind(struct engine *e, const struct frame *outer, struct text name,
                               const struct dmn_value *value)
{
    struct frame *frame = ARENA_NEW(e->arena, struct frame);
    if (!frame)
        return outer;
    frame->outer = outer;
    frame->name = name;
    frame->value = value;
    return frame;
}

const struct frame *frame_open(struct engine *e, const struct frame *outer, const struct dmn_value *members)
{
    struct frame *frame = ARENA_NEW(e->arena, struct frame);
    if (!frame)
        return outer;
    frame->outer = outer;
    frame->members = members;
    return frame;
}

void values_push(struct engine *e, struct values *values, const struct dmn_value *value)
{
    values->item = arena_more(e->arena, values->item, values->count, &values->room, sizeof *values->item);
    if (values->item)
        values->item[values->count++] = value;
    else
        *values = (struct values){0};
}

const struct dmn_value *values_list(struct engine *e, const struct values *values)
{
    return dmn_list(e->arena, values->item, values->count);
}

/* With few entries they are looked through; with many, found by hash. */
enum { ENTRIES_FEW = 16 };

static size_t slot_of(const struct entries *entries, struct text name)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < name.n; i++)
        h = (h ^ (unsigned char)name.p[i]) * UINT64_C(1099511628211);
    size_t mask = entries->room * 2 - 1, at = (size_t)(h ^ h >> 29) & mask;
    while (entries->slot[at] && !text_equal(entries->item[entries->slot[at] - 1].name, name))
        at = (at + 1) & mask;
    return at;
}

static bool entries_grow(struct engine *e, struct entries *entries)
{
    size_t room = entries->room ? entries->room * 2 : 8;
    entries->item = arena_grow(e->arena, entries->item, entries->room, room, sizeof *entries->item);
    entries->slot = room > ENTRIES_FEW ? ARENA_ARRAY(e->arena, size_t, room * 2) : NULL;
    if (!entries->item || (room > ENTRIES_FEW && !entries->slot)) {
        *entries = (struct entries){0};
        return false;
    }
    entries->room = room;
    for (size_t i = 0; entries->slot && i < entries->count; i++)
        entries->slot[slot_of(entries, entries->item[i].name)] = i + 1;
    return true;
}

/* The entry of that name, or NULL. */
static struct dmn_entry *entries_find(const struct entries *entries, struct text name)
{
    if (entries->slot) {
        size_t found = entries->slot[slot_of(entries, name)];
        return found ? &entries->item[found - 1] : NULL;
    }
    for (size_t i = 0; i < entries->count; i++)
        if (text_equal(entries->item[i].name, name))
            return &entries->item[i];
    return NULL;
}

bool entries_put(struct engine *e, struct entries *entries, struct text name, const struct dmn_value *value)
{
    struct dmn_entry *found = entries_find(entries, name);
    if (found) {
        found->value = value;
        return false;
    }
    if (entries->count == entries->room && !entries_grow(e, entries))
        return true;
    if (entries->slot)
        entries->slot[slot_of(entries, name)] = entries->count + 1;
    entries->item[entries->count++] = (struct dmn_entry){name, value};
    return true;
}

const struct dmn_value *entries_context(struct engine *e, const struct entries *entries)
{
    return dmn_context(e->arena, entries->item, entries->count);
}
