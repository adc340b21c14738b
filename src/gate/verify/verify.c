#include "walk.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Entries to one task, a multiple of the width of a tile: the log's leaves are read by tiles. */
enum { CHUNK = 16 * LEDGER_TILE_WIDTH, CHUNKS_MOST = VERIFY_TASKS - LEDGERED_MOST - VERIFY_THREADS - 8, OTHERS = 7 };

void verify_differ(struct verify *verify, const char *table, struct text row, int64_t entry, const char *format, ...)
{
    char what[400];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    findings_add(verify->findings, table, row, entry, what);
}

/* ---- sums ---- */

/* Lengths and number first, so that no two members are written alike. */
void sum_add(const struct verify *verify, struct sum *sum, struct text table, struct text id, uint64_t index)
{
    uint8_t member[512];
    uint64_t hash[2];
    size_t head = 3 * sizeof(uint64_t), most = sizeof member - head;
    const uint64_t said[3] = {index, table.n, id.n};
    struct text part_of_table = text_cut(table, 0, table.n < most ? table.n : most);
    size_t left = most - part_of_table.n;
    struct text part_of_id = text_cut(id, 0, id.n < left ? id.n : left);
    memcpy(member, said, head);
    if (part_of_table.n)
        memcpy(member + head, part_of_table.p, part_of_table.n);
    if (part_of_id.n)
        memcpy(member + head + part_of_table.n, part_of_id.p, part_of_id.n);
    crypto_shorthash_siphashx24((uint8_t *)hash, member, head + part_of_table.n + part_of_id.n, verify->sum_key);
    sum->low += hash[0];
    sum->high += hash[1];
}

bool sum_equal(const struct sum *a, const struct sum *b)
{
    return a->low == b->low && a->high == b->high;
}

/* A tally is nothing but numbers to be added. */
void tally_join(struct tally *all, const struct tally *part)
{
    enum { NUMBERS = sizeof *all / sizeof(uint64_t) };
    _Static_assert(NUMBERS * sizeof(uint64_t) == sizeof *all, "no gaps");
    uint64_t sum[NUMBERS], more[NUMBERS];
    memcpy(sum, all, sizeof sum);
    memcpy(more, part, sizeof more);
    for (size_t i = 0; i < NUMBERS; i++)
        sum[i] += more[i];
    memcpy(all, sum, sizeof sum);
}

/* ---- what is to be done ---- */

/* What takes long on its own first; the entries last and in many pieces, so that no thread waits for another at the end. */
static size_t plan_tasks(struct verify *verify, struct task *task, size_t room)
{
    size_t n = 0;
    uint64_t size = verify->head.size, chunks = (size + CHUNK - 1) / CHUNK, each = CHUNK;
    (void)room; /* VERIFY_TASKS has room for all of these */
    for (uint64_t part = 0; part < VERIFY_THREADS; part++)
        task[n++] = (struct task){.run = verify_documents, .from = part, .to = VERIFY_THREADS, .weight = size / 64 + 1};
    task[n++] = (struct task){.run = verify_log, .weight = size + 1};
    task[n++] = (struct task){.run = verify_keys, .weight = size / 2 + 1};
    for (const struct ledgered *table = ledgered_tables; table->name; table++)
        task[n++] = (struct task){.run = verify_living, .table = table, .weight = 1};
    task[n++] = (struct task){.run = verify_overwritten, .weight = size / 8 + 1};
    task[n++] = (struct task){.run = verify_made, .weight = size / 8 + 1};
    task[n++] = (struct task){.run = verify_tombstones, .weight = size / 8 + 1};
    if (chunks > CHUNKS_MOST) {
        chunks = CHUNKS_MOST;
        each = ((size / chunks) / LEDGER_TILE_WIDTH + 1) * LEDGER_TILE_WIDTH;
    }
    uint64_t from = 0;
    do {
        uint64_t to = from + each;
        task[n++] = (struct task){
            .run = verify_entries, .from = from, .to = to, .last = to >= size, .weight = each * 8};
        from = to;
    } while (from < size);
    return n;
}

static int finish(struct walk *walk, struct error *error)
{
    int result = verify_living_names(walk, error);
    if (!result)
        result = verify_overwritten_names(walk, error);
    if (!result)
        result = verify_tombstones_names(walk, error);
    return result ? result : verify_keys_names(walk, error);
}

/* Pages and indexes, beside the rest. */
struct beside {
    struct verify *verify;
    int result;
    struct error error;
};

static void *run_beside(void *context)
{
    struct beside *beside = context;
    beside->result = verify_pages(beside->verify, &beside->error);
    return NULL;
}

/* Where the file itself is damaged, that is why not all could be read: who did it must not keep the rest from being told. */
static int told_why(struct verify *verify, int result, const struct error *why)
{
    if (!store_told_damage(why) && !findings_any(verify->findings, "database") && !findings_any(verify->findings, "schema"))
        return result;
    verify_differ(verify, "database", TEXT("proviso.db"), -1, "not everything could be looked at: %s: %s", why->where, why->what);
    return 0;
}

static int run(struct verify *verify, struct error *error)
{
    static const struct plan plan = {plan_tasks, finish};
    struct beside beside = {.verify = verify};
    pthread_t thread;
    int number = pthread_create(&thread, NULL, run_beside, &beside);
    if (number)
        return error_system(error, number, "", "cannot start a thread");
    int result = verify_picture(verify, &plan, error);
    pthread_join(thread, NULL);
    if (!result && beside.result) {
        result = beside.result;
        *error = beside.error;
    }
    return result ? told_why(verify, result, error) : 0;
}

/* ---- the report ---- */

static int report_all(struct verify *verify, struct arena *arena, struct verify_report *report, struct error *error)
{
    const char *order[LEDGERED_MOST + OTHERS] = {"log", "entry"};
    size_t n = 2;
    for (const struct ledgered *table = ledgered_tables; table->name; table++)
        order[n++] = table->name;
    report->entries = verify->all.entries;
    report->rows = verify->all.rows;
    report->looks = verify->all.looks;
    report->documents = verify->all.documents;
    return findings_report(verify->findings, order, arena, report, error);
}

int gate_verify(struct gate *gate, struct arena *arena, const struct verify_asked *asked, struct verify_report *report,
                struct error *error)
{
    static const struct verify_asked nothing;
    ARENA_SCOPE struct arena *own = arena_new(1 << 20, ARENA_PLAIN);
    FINDINGS_SCOPE struct findings *findings = findings_new();
    struct verify *verify = own ? ARENA_NEW(own, struct verify) : NULL;
    *report = (struct verify_report){0};
    if (!verify || !findings)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    verify->gate = gate;
    verify->findings = findings;
    verify->asked = asked ? asked : &nothing;
    bytes_random(verify->sum_key, sizeof verify->sum_key);
    unsigned entered = keys_enter(gate);
    int result = 0;
    if (gate->copied)
        verify->known = *gate->copied;
    else
        result = keyholder_describe(gate->keyholder, &verify->known, error);
    if (!result)
        result = run(verify, error);
    keys_leave(gate, entered);
    if (!result)
        result = report_all(verify, arena, report, error);
    if (!result && verify->asked->progress)
        verify->asked->progress(verify->asked->context, 1000);
    return result;
}
