#include "commands.h"
#include "settings.h"

#include "gate.h"
#include "ledger.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "proviso ledger verify [--against NOTE-FILE]... [--json] [--home DIR] [--config FILE]\n\n"
    "Holds everything in the database against the record, and the record against its signature. The server may run.\n"
    "--against names a checkpoint of this log that a partner or witness kept: a home that was put back whole, keys and all,\n"
    "is found by that only.";

enum { AGAINST_MOST = 32, NOTE_MOST = 1 << 20 };

struct arguments {
    const char *home, *file, *against[AGAINST_MOST];
    size_t against_n;
    bool json;
};

static bool parse(int argc, char **argv, struct arguments *arguments)
{
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--json") == 0) {
            arguments->json = true;
            continue;
        }
        if (!value)
            return false;
        if (strcmp(argv[i], "--home") == 0)
            arguments->home = value;
        else if (strcmp(argv[i], "--config") == 0)
            arguments->file = value;
        else if (strcmp(argv[i], "--against") == 0 && arguments->against_n < AGAINST_MOST)
            arguments->against[arguments->against_n++] = value;
        else
            return false;
        i++;
    }
    return true;
}

/* On a terminal one line that is written over; otherwise a line for each tenth. */
static void show_progress(void *context, int thousandths)
{
    int *last = context, now = isatty(STDERR_FILENO) ? thousandths / 10 : thousandths / 100 * 10;
    if (now == *last)
        return;
    *last = now;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\rverifying: %3d %%%s", now, now == 100 ? "\n" : "");
    else
        fprintf(stderr, "verifying: %d %%\n", now);
}

/* ---- for people ---- */

static void print_words(const struct verify_report *report)
{
    printf("%.*s", TEXT_ARGS(report->lines));
    if (report->lines.n)
        printf("\n");
    for (size_t i = 0; i < report->tables; i++) {
        const struct verify_difference *first = &report->table[i].first;
        printf("%.*s: %llu difference%s; the first: %.*s%s%.*s", TEXT_ARGS(first->table),
               (unsigned long long)report->table[i].differences, report->table[i].differences == 1 ? "" : "s",
               TEXT_ARGS(first->row), first->row.n ? ": " : "", TEXT_ARGS(first->what));
        printf("\n");
    }
    printf("%llu entries, %llu rows, %llu looks and %llu documents checked: ", (unsigned long long)report->entries,
           (unsigned long long)report->rows, (unsigned long long)report->looks, (unsigned long long)report->documents);
    if (report->differences == 0)
        printf("the record holds\n");
    else
        printf("%llu difference%s\n", (unsigned long long)report->differences, report->differences == 1 ? "" : "s");
}

/* ---- for programs ---- */

static void put_number(struct json_writer *w, const char *key, uint64_t value)
{
    json_member_int(w, key, (int64_t)value);
}

static void put_text(struct json_writer *w, const char *key, struct text value)
{
    json_key(w, key);
    if (value.n)
        json_put_text(w, value);
    else
        json_put_null(w);
}

static void put_table(struct json_writer *w, const struct verify_table *table)
{
    json_object(w);
    put_text(w, "table", table->first.table);
    put_number(w, "differences", table->differences);
    json_key(w, "first");
    json_object(w);
    put_text(w, "row", table->first.row);
    json_key(w, "entry");
    if (table->first.entry < 0)
        json_put_null(w);
    else
        json_put_int(w, table->first.entry);
    put_text(w, "what", table->first.what);
    json_end(w);
    json_end(w);
}

static void print_json(const struct verify_report *report, struct arena *arena)
{
    struct buffer out = buffer_in(arena);
    struct json_writer w = json_writer_in(&out);
    json_object(&w);
    json_member_bool(&w, "holds", report->differences == 0);
    put_number(&w, "entries", report->entries);
    put_number(&w, "rows", report->rows);
    put_number(&w, "looks", report->looks);
    put_number(&w, "documents", report->documents);
    put_number(&w, "differences", report->differences);
    json_key(&w, "tables");
    json_array(&w);
    for (size_t i = 0; i < report->tables; i++)
        put_table(&w, &report->table[i]);
    json_end(&w);
    json_end(&w);
    printf("%.*s\n", TEXT_ARGS(buffer_result(&out)));
}

/* Whoever reads the answer with a program gets one also where the record could not be looked at: then "holds" is null. */
static void print_json_problem(const struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    if (!arena)
        return;
    struct buffer out = buffer_in(arena);
    struct json_writer w = json_writer_in(&out);
    json_object(&w);
    json_key(&w, "holds");
    if (error->code == ERROR_CHECK)
        json_put_bool(&w, false);
    else
        json_put_null(&w);
    json_key(&w, "problem");
    json_object(&w);
    json_member_text(&w, "where", text_of(error->where));
    json_member_text(&w, "what", text_of(error->what));
    json_member_text(&w, "fix", text_of(error->fix));
    json_end(&w);
    json_end(&w);
    printf("%.*s\n", TEXT_ARGS(buffer_result(&out)));
}

/* A file of something else says nothing about the record, and must not raise an alarm. */
static int read_note(struct arena *arena, const char *file, struct text *note, struct error *error)
{
    struct ledger_note parsed;
    struct ledger_checkpoint checkpoint;
    int result = file_read(arena, file, NOTE_MOST, note, error);
    if (result)
        return result;
    if (ledger_note_parse(arena, *note, &parsed, error) == 0 && ledger_checkpoint_parse(parsed.text, &checkpoint, error) == 0)
        return 0;
    return error_set(error, ERROR_INPUT, file, "Give the file as the partner or witness kept it.", "this is not a checkpoint of a log");
}

static int verify(const struct arguments *arguments, struct arena *arena, struct gate *gate, bool *told, struct error *error)
{
    struct text note[AGAINST_MOST];
    struct verify_report report;
    int last = -1, result = 0;
    for (size_t i = 0; !result && i < arguments->against_n; i++)
        result = read_note(arena, arguments->against[i], &note[i], error);
    struct verify_asked asked = {
        .progress = show_progress, .context = &last, .against = note, .against_n = arguments->against_n};
    if (!result)
        result = gate_verify(gate, arena, &asked, &report, error);
    if (result)
        return result;
    *told = true;
    if (arguments->json)
        print_json(&report, arena);
    else
        print_words(&report);
    return report.differences == 0
               ? 0
               : error_set(error, ERROR_CHECK, "",
                           "Copy the whole home as it is now, change nothing in it, and tell the governance lead. A backup"
                           " from before shows what was there.",
                           "the record does not hold");
}

int ledger_verify_command(int argc, char **argv)
{
    struct arguments arguments = {0};
    if (!parse(argc, argv, &arguments))
        return command_usage(argc, argv, usage);
    ARENA_SCOPE struct arena *arena = arena_new(128 << 20, ARENA_PLAIN);
    struct settings settings;
    struct error error = {0};
    struct gate *gate = NULL;
    int result = settings_read_home(arena, arguments.file, arguments.home, &settings, &error);
    struct gate_settings asked = settings_gate(&settings);
    asked.read_only = true;
    if (!result)
        result = gate_open(&asked, &gate, &error);
    bool told = false;
    if (!result)
        result = verify(&arguments, arena, gate, &told, &error);
    if (result && arguments.json && !told)
        print_json_problem(&error);
    gate_close(&gate);
    return result ? command_fail("ledger verify", &error) : 0;
}
