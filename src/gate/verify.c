#include "walk.h"

#include <stdarg.h>
#include <stdio.h>

enum { NAMED_MOST = 20, WALK_MEMORY = 128 << 20 };

void verify_differ(struct walk *walk, const struct ledgered *table, const char *format, ...)
{
    size_t place = table ? (size_t)(table - ledgered_tables) : VERIFY_TABLES - 1;
    walk->report->differences++;
    if (walk->named[place]++ >= NAMED_MOST)
        return;
    char line[400];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    buffer_string(&walk->lines, line);
    buffer_char(&walk->lines, '\n');
}

void verify_tell(struct walk *walk, int from, uint64_t done, uint64_t of, int share)
{
    if (walk->progress && of && done % 256 == 0)
        walk->progress(walk->context, from + (int)(done * (uint64_t)share / of));
}

int gate_verify(struct gate *gate, struct arena *arena, void (*progress)(void *context, int thousandths), void *context,
                struct verify_report *report, struct error *error)
{
    *report = (struct verify_report){0};
    ARENA_SCOPE struct arena *own = arena_new(WALK_MEMORY, ARENA_SECRET);
    if (!own)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    struct walk walk = {.gate = gate,
                        .arena = own,
                        .lines = buffer_in(arena),
                        .report = report,
                        .progress = progress,
                        .context = context};
    struct keyholder_description known;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = keyholder_describe(gate->keyholder, &known, error);
    if (!result)
        result = store_reader(gate->store, &session, error);
    if (!result)
        result = store_begin(session, STORE_READ, error);
    walk.session = session;
    if (!result)
        result = verify_log(&walk, &known, error);
    if (!result)
        result = verify_entries(&walk, error);
    if (!result)
        result = verify_strays(&walk, error);
    if (session)
        store_rollback(session);
    if (progress && !result)
        progress(context, 1000);
    report->lines = buffer_result(&walk.lines);
    return result;
}
