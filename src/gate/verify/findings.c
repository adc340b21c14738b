#include "findings.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLES_MOST = 64, KEPT_MOST = 20, TABLE_SIZE = 40, ROW_SIZE = 80, WHAT_SIZE = 240 };

struct finding {
    int64_t entry;
    char row[ROW_SIZE], what[WHAT_SIZE];
};

struct finding_table {
    char name[TABLE_SIZE];
    uint64_t count;
    size_t kept;
    struct finding item[KEPT_MOST]; /* ascending */
};

struct findings {
    pthread_mutex_t lock;
    size_t tables;
    struct finding_table table[TABLES_MOST];
};

struct findings *findings_new(void)
{
    struct findings *findings = calloc(1, sizeof *findings);
    if (findings)
        pthread_mutex_init(&findings->lock, NULL);
    return findings;
}

void findings_free(struct findings **slot)
{
    if (!*slot)
        return;
    pthread_mutex_destroy(&(*slot)->lock);
    free(*slot);
    *slot = NULL;
}

/* A changed id may hold anything: it must not reach a terminal as it is. */
static void copy_printable(char *out, size_t size, struct text from)
{
    size_t n = from.n < size ? from.n : size - 1;
    for (size_t i = 0; i < n; i++)
        out[i] = from.p[i] >= ' ' && from.p[i] < 0x7f ? from.p[i] : '?';
    out[n] = 0;
}

/* The last one gathers what has no room of its own. */
static struct finding_table *find_table(struct findings *findings, const char *name)
{
    for (size_t i = 0; i < findings->tables; i++)
        if (strcmp(findings->table[i].name, name) == 0)
            return &findings->table[i];
    if (findings->tables == TABLES_MOST)
        return &findings->table[TABLES_MOST - 1];
    struct finding_table *table = &findings->table[findings->tables++];
    copy_printable(table->name, sizeof table->name, text_of(name));
    return table;
}

static int compare(const struct finding *a, const struct finding *b)
{
    if (a->entry != b->entry)
        return a->entry < b->entry ? -1 : 1;
    int by_row = strcmp(a->row, b->row);
    return by_row ? by_row : strcmp(a->what, b->what);
}

void findings_add(struct findings *findings, const char *name, struct text row, int64_t entry, const char *what)
{
    struct finding found = {.entry = entry};
    copy_printable(found.row, sizeof found.row, row);
    copy_printable(found.what, sizeof found.what, text_of(what));
    pthread_mutex_lock(&findings->lock);
    struct finding_table *table = find_table(findings, name);
    table->count++;
    size_t at = table->kept;
    while (at > 0 && compare(&found, &table->item[at - 1]) < 0)
        at--;
    if (at < KEPT_MOST) {
        if (table->kept < KEPT_MOST)
            table->kept++;
        memmove(&table->item[at + 1], &table->item[at], (table->kept - 1 - at) * sizeof found);
        table->item[at] = found;
    }
    pthread_mutex_unlock(&findings->lock);
}

bool findings_any(struct findings *findings, const char *name)
{
    bool any = false;
    pthread_mutex_lock(&findings->lock);
    for (size_t i = 0; i < findings->tables; i++)
        any |= strcmp(findings->table[i].name, name) == 0;
    pthread_mutex_unlock(&findings->lock);
    return any;
}

static void add_lines(struct buffer *lines, const struct finding_table *table)
{
    for (size_t i = 0; i < table->kept; i++) {
        const struct finding *found = &table->item[i];
        buffer_format(lines, "%s%s%s: %s\n", table->name, found->row[0] ? " " : "", found->row, found->what);
    }
    if (table->count > table->kept)
        buffer_format(lines, "%s: and %llu more\n", table->name, (unsigned long long)(table->count - table->kept));
}

static void add_table(const struct finding_table *table, struct arena *arena, struct verify_report *report,
                      struct verify_table *out, struct buffer *lines)
{
    const struct finding *first = &table->item[0];
    out[report->tables++] =
        (struct verify_table){.differences = table->count,
                              .first = {.table = arena_text(arena, text_of(table->name)),
                                        .row = arena_text(arena, text_of(first->row)),
                                        .entry = first->entry,
                                        .what = arena_text(arena, text_of(first->what))}};
    report->differences += table->count;
    add_lines(lines, table);
}

int findings_report(struct findings *findings, const char *const *order, struct arena *arena,
                    struct verify_report *report, struct error *error)
{
    struct verify_table *out = ARENA_ARRAY(arena, struct verify_table, findings->tables + 1);
    struct buffer lines = buffer_in(arena);
    bool told[TABLES_MOST] = {false};
    if (!out)
        return arena_error(arena, error);
    report->table = out;
    report->tables = 0;
    report->differences = 0;
    for (; *order; order++)
        for (size_t i = 0; i < findings->tables; i++)
            if (!told[i] && strcmp(findings->table[i].name, *order) == 0) {
                told[i] = true;
                add_table(&findings->table[i], arena, report, out, &lines);
            }
    for (size_t i = 0; i < findings->tables; i++)
        if (!told[i])
            add_table(&findings->table[i], arena, report, out, &lines);
    report->lines = buffer_result(&lines);
    return arena_exhausted(arena) ? arena_error(arena, error) : 0;
}
