#include "alter_judge.h"

#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct alter_home *home;
static struct text docs;
static FILE *out;
static long every;
static size_t lot, part, parts; /* the lots lot % parts == part are chosen */
static size_t turn, tried, found, outside, wrong;

/* ---- what docs/sealed-and-plain.md says ---- */

/* The line of the document that names the table first; what it is held against. */
static struct text held_against(const char *table)
{
    char name[80];
    struct text rest = docs, line;
    snprintf(name, sizeof name, "`%s`", table);
    while (text_next(&rest, '\n', &line)) {
        ptrdiff_t bar = text_starts(line, TEXT("| `")) ? text_find(line, TEXT("` | ")) : -1;
        if (bar > 0 && text_find(text_cut(line, 0, (size_t)bar + 1), text_of(name)) >= 0)
            return text_cut(line, (size_t)bar + 4, line.n);
    }
    return TEXT("");
}

static bool is_outside(const char *table, const char *column)
{
    char name[160];
    struct text held = held_against(table);
    snprintf(name, sizeof name, "`%s.%s`", table, column ? column : "");
    if (text_starts(held, TEXT("(nothing")))
        return true;
    ptrdiff_t at = column ? text_find(held, text_of(name)) : -1;
    return at >= 0 && text_find(text_cut(held, 0, (size_t)at), TEXT("(")) >= 0;
}

/* ---- one alteration ---- */

/* Under which other names a difference is told. */
static bool is_told(const struct alteration *a, const char *said)
{
    const char *table = a->table->name;
    static const char *const other[][4] = {
        {"log_piece", "log"},       {"log_head", "log", "log_head"},      {"log_cosigned", "log"},
        {"store_blob", "document"}, {"store_piece", "document"},          {"trigram_side", "name_key"},
        {"policy_case_gone", "policy_case"}, {"subject_trigram_2", "subject_trigram"}, {"name_key", "subject_trigram", "record_key"},
        {"record_key", "entry", "name_key", "subject_trigram"}, {"store_migration", "database", "Migration", "schema"},
        {"look", "entry"}, {"subject_trigram", "name_key"}, {"draft", "record_key"}};
    if (alter_names(said, table))
        return true;
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        for (size_t k = 1; k < 4 && strcmp(other[i][0], table) == 0 && other[i][k]; k++)
            if (alter_names(said, other[i][k]))
                return true;
    sqlite3 *db = alter_begin(a->file);
    bool index = alter_names_index(db, said, a->table);
    sqlite3_close(db);
    if (index)
        return true;
    bool any = strcmp(table, "written") == 0 || strcmp(table, "record_key") == 0;
    for (const struct ledgered *l = ledgered_tables; any && l->name; l++)
        if (alter_names(said, l->name))
            return true;
    return false;
}

/* Before anything was looked at: the file is none, or its head is none of a log. */
static bool is_refused(const struct alter_outcome *outcome)
{
    return outcome->code == ERROR_CHECK;
}

static void judge(const struct alteration *a, const struct alter_outcome *outcome)
{
    bool held = outcome->result == ALTER_HELD, may = held && (a->may_hold || (!a->inside && is_outside(a->table->name, a->column)));
    bool told = outcome->result == ALTER_FOUND && (a->any || is_told(a, outcome->said));
    bool refused = outcome->result == ALTER_REFUSED && is_refused(outcome);
    int first = (int)strcspn(outcome->said, "\n");
    tried++;
    found += told || refused;
    outside += may;
    if (out) {
        fprintf(out, "%s\t%s\t%s\t%s\t%s\t%d\t%.*s\n", may ? "outside" : told || refused ? "ok" : "WRONG", a->table->name,
                a->column ? a->column : "", a->what, alter_result_name(outcome->result), outcome->code, first, outcome->said);
        fflush(out);
    }
    if (may || told || refused)
        return;
    wrong++;
    print_message("%s %s: %s: %s %d\n%s\n", a->table->name, a->column ? a->column : "", a->what, alter_result_name(outcome->result),
                  outcome->code, outcome->said);
}

void alter_next_lot(void)
{
    lot++;
}

bool alter_chosen(const char *table)
{
    const char *only = getenv("ALTER_ONLY");
    size_t step = (size_t)every * (every > 1 && ledgered_find(table) ? 8 : 1); /* which gate-matrix tries too */
    if (only && strcmp(only, table) != 0)
        return false;
    return turn++ % step == 0 && lot % parts == part;
}

bool alter_brief(void)
{
    return every > 90;
}

void alter_tell_home(const struct alteration *a)
{
    struct alter_outcome outcome;
    alter_verify(&home->forget.home, &outcome);
    judge(a, &outcome);
}

void alter_tell(const struct alteration *a, sqlite3 **db)
{
    alter_write(a->file, db);
    alter_tell_home(a);
    alter_put_back(a->file);
}

void alter_judge_begin(struct alter_home *of)
{
    struct error error;
    const char *wish = getenv("ALTER_EVERY"), *path = getenv("ALTER_OUT");
    home = of;
    turn = tried = found = outside = wrong = 0;
    every = wish ? strtol(wish, NULL, 10) : 1;
    assert_true(every > 0);
    lot = part = 0, parts = 1;
    if (getenv("ALTER_PART")) {
        int read = sscanf(getenv("ALTER_PART"), "%zu/%zu", &part, &parts);
        assert_true(read == 2 && part < parts);
    }
    out = path ? fopen(path, "a") : NULL;
    must(file_read(home->forget.home.arena, "docs/sealed-and-plain.md", 1 << 20, &docs, &error), &error, "docs");
    ptrdiff_t from = text_find(docs, TEXT("## What is held against the record"));
    assert_true(from > 0);
    docs = text_cut(docs, (size_t)from, docs.n);
}

void alter_judge_end(void)
{
    print_message("%zu altered, %zu found, %zu outside the promise, %zu wrong\n", tried, found, outside, wrong);
    if (out)
        fclose(out);
    out = NULL;
    assert_true(tried > 0);
    assert_int_equal(wrong, 0);
}
