/*
 * The whole record against its log. Four walks:
 *   1. the checkpoint's signature, growth from the tree that was signed last, every tile, and each entry's stored leaf against the log's;
 *   2. each entry's body against its leaf; each row that it lists and is the last word on, against the living row;
 *   3. each living row of the ledgered tables: is there an entry that is the last word on it?
 *   4. each look against the Merkle root in its batch's entry.
 */
#include "inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NAMED_MOST = 20, WALK_MEMORY = 128 << 20 };

struct walk {
    struct gate *gate;
    struct store_session *session;
    struct arena *arena; /* of one entry */
    struct buffer lines;
    struct verify_report *report;
    void (*progress)(void *context, int thousandths);
    void *context;
    struct store_rows *entries; /* walk 1: the entry table beside the leaves */
    uint64_t size;
    size_t named[40]; /* for each ledgered table, and one for all else */
};

static void differ(struct walk *walk, const struct ledgered *table, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void differ(struct walk *walk, const struct ledgered *table, const char *format, ...)
{
    size_t place = table ? (size_t)(table - ledgered_tables) : 39;
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

static void tell(struct walk *walk, int from, uint64_t done, uint64_t of, int share)
{
    if (walk->progress && of && done % 256 == 0)
        walk->progress(walk->context, from + (int)(done * (uint64_t)share / of));
}

/* ---- 1: the log ---- */

static int visit_leaf(void *self, uint64_t index, struct text data, struct error *error)
{
    struct walk *walk = self;
    int got = store_next(walk->entries, error);
    if (got < 0)
        return got;
    if (got == 0 || (uint64_t)store_int(walk->entries, 0) != index)
        return error_set(error, ERROR_CHECK, "entry", "", "entry %llu is missing", (unsigned long long)index);
    if (!text_equal(store_bytes(walk->entries, 1), data))
        differ(walk, NULL, "entry %llu: its leaf is not the one in the log", (unsigned long long)index);
    walk->report->entries++;
    tell(walk, 0, index, walk->size, 300);
    return 0;
}

/* Does the log of `head` begin with the tree of `from`, which was signed? */
static int check_begins(struct walk *walk, const struct ledger_head *from, const struct ledger_head *head,
                        const char *what, struct error *error)
{
    struct ledger_storage pieces = pieces_in(walk->session);
    struct ledger_growth growth = {.from = *from, .to = *head};
    struct error why;
    if (from->size == head->size && ledger_hash_equal(&from->root, &head->root))
        return 0;
    if (from->size >= head->size) {
        differ(walk, NULL, "log: %s has %llu entries, the database has another or an older one of %llu", what,
               (unsigned long long)from->size, (unsigned long long)head->size);
        return 0;
    }
    int result = from->size ? ledger_consistency(&pieces, walk->arena, from->size, head->size, &growth.proof, error) : 0;
    if (result == ERROR_CHECK || (!result && ledger_growth_check(&growth, &why) != 0)) {
        differ(walk, NULL, "log: it does not begin with the %llu entries of %s", (unsigned long long)from->size, what);
        return 0;
    }
    return result;
}

static int check_note(struct walk *walk, struct text note, const struct ledger_head *head, struct error *error)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_key key;
    struct error why;
    struct text origin = text_of(walk->gate->origin);
    int result = note.n ? ledger_key_make(LEDGER_KEY_LOG, origin, walk->gate->public_key, &key, error) : 0;
    if (result || !note.n)
        return result;
    if (ledger_checkpoint_open(walk->arena, note, origin, &key, 1, &checkpoint, NULL, &why) != 0) {
        differ(walk, NULL, "log: the checkpoint in the database is not one of this log: %s", why.what);
        return 0;
    }
    return check_begins(walk, &checkpoint.head, head, "the checkpoint in the database", error);
}

static int read_head(struct walk *walk, struct ledger_head *head, struct text *note, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    *head = (struct ledger_head){.size = 0, .root = ledger_hash_empty()};
    *note = (struct text){NULL, 0};
    int result = store_one(walk->session, "SELECT size, root, note FROM log_head WHERE id = 1", STORE_BIND(), &rows, error);
    if (result)
        return result == ERROR_MISSING ? 0 : result;
    head->size = (uint64_t)store_int(rows, 0);
    if (store_bytes(rows, 1).n == sizeof head->root.byte)
        memcpy(head->root.byte, store_bytes(rows, 1).p, sizeof head->root.byte);
    *note = store_text_in(rows, 2, walk->arena);
    return 0;
}

/* `known` was told before the picture of the database was taken, so that a living log can only have grown since. */
static int check_log(struct walk *walk, const struct keyholder_description *known, struct error *error)
{
    struct ledger_head head;
    struct text note;
    int result = read_head(walk, &head, &note, error);
    walk->size = head.size;
    if (!result)
        result = check_begins(walk, &known->signed_tree, &head, "the last tree that was signed", error);
    if (!result)
        result = check_note(walk, note, &head, error);
    if (result)
        return result;

    struct ledger_storage pieces = pieces_in(walk->session);
    struct ledger_visitor visitor = {.self = walk, .leaf = visit_leaf};
    result = store_query(walk->session, "SELECT idx, leaf FROM entry ORDER BY idx", STORE_BIND(), &walk->entries, error);
    if (!result && head.size)
        result = ledger_audit(&pieces, &head, &visitor, error);
    if (!result && store_next(walk->entries, error) > 0)
        differ(walk, NULL, "entry %lld: it is not in the log", (long long)store_int(walk->entries, 0));
    store_done(&walk->entries);
    if (result == ERROR_CHECK) {
        differ(walk, NULL, "log: %s%s%s", error->where, error->where[0] ? ": " : "", error->what);
        return 0;
    }
    return result;
}

/* ---- 2: entries and the rows they list ---- */

static int check_row(struct walk *walk, uint64_t index, const struct ledger_entry *entry, const struct ledger_row *row,
                     struct error *error)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", TEXT_ARGS(row->table));
    const struct ledgered *table = ledgered_find(name);
    if (!table) {
        differ(walk, NULL, "entry %llu: lists a row of the table %s, which is not ledgered", (unsigned long long)index, name);
        return 0;
    }
    int64_t last = 0;
    int result = store_one_int(walk->session, "SELECT idx FROM written WHERE tbl = $1 AND id = $2",
                               STORE_BIND(STORE_TEXT(row->table), STORE_TEXT(row->key)), &last, error);
    if (result == ERROR_MISSING || (!result && (uint64_t)last < index)) {
        differ(walk, table, "%s %.*s: entry %llu wrote it, but the index of last writes says otherwise", name,
               TEXT_ARGS(row->key), (unsigned long long)index);
        return 0;
    }
    if (result || (uint64_t)last > index)
        return result; /* a later entry has the last word */
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct text content;
    result = table->one(walk->session, row->key, &rows, error);
    if (result == ERROR_MISSING) {
        differ(walk, table, "%s %.*s: the row is gone", name, TEXT_ARGS(row->key));
        return 0;
    }
    if (!result)
        result = row_content(walk->arena, table, rows, &content, error);
    if (result)
        return result;
    struct ledger_hash digest = ledger_row_digest(entry->salt, row->table, row->key, content);
    if (!ledger_hash_equal(&digest, &row->digest))
        differ(walk, table, "%s %.*s: the row is not what entry %llu recorded", name, TEXT_ARGS(row->key),
               (unsigned long long)index);
    walk->report->rows++;
    return 0;
}

/* ---- 4: looks of one entry ---- */

static int check_looks(struct walk *walk, uint64_t index, const struct ledger_entry *entry, struct error *error)
{
    const struct text *root = ledger_entry_field(entry, "root"), *count = ledger_entry_field(entry, "count");
    int64_t expected = 0;
    if (!root || !count || !text_to_int64(*count, &expected) || expected < 1 || expected > 100000) {
        differ(walk, NULL, "entry %llu: it is not a well-formed entry of looks", (unsigned long long)index);
        return 0;
    }
    struct ledger_hash *hash = ARENA_ARRAY(walk->arena, struct ledger_hash, (size_t)expected);
    if (!hash)
        return arena_error(walk->arena, error);
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(walk->session,
                          "SELECT seq, at, account_id, post_id, view, about, case_id FROM look WHERE idx = $1 ORDER BY seq",
                          STORE_BIND(STORE_INT((int64_t)index)), &rows, error);
    int64_t n = 0;
    while (!got && (got = store_next(rows, error)) > 0) {
        got = 0;
        if (n < expected) {
            struct text content =
                look_content(walk->arena, store_int(rows, 0), store_int(rows, 1), store_text(rows, 2), store_text(rows, 3),
                             store_text(rows, 4), store_text(rows, 5), store_text(rows, 6));
            hash[n] = ledger_hash_leaf(content);
        }
        n++;
    }
    if (got)
        return got;
    struct ledger_hash made = {0};
    if (n == expected)
        made = ledger_list_root(hash, (size_t)n);
    if (n != expected || !text_equal(*root, (struct text){(const char *)made.byte, sizeof made.byte}))
        differ(walk, NULL, "look: the looks of entry %llu are not those that were recorded", (unsigned long long)index);
    walk->report->looks += (uint64_t)n;
    return 0;
}

/* Entries whose keys are asked for together: a round trip to the keyholder is what this walk waits for. */
enum { TOGETHER = KEYHOLDER_BATCH, HELD_MOST = 1 << 20 };

struct sealed_entry {
    uint64_t index;
    struct text key_id, leaf, sealed, wrapped;
};

struct group {
    struct sealed_entry entry[TOGETHER];
    size_t n, held; /* held: bytes sealed */
};

static int check_body(struct walk *walk, const struct sealed_entry *sealed, const uint8_t plain[TURN_KEY_SIZE],
                      struct error *error)
{
    struct text body, bound = arena_format(walk->arena, "entry/%.*s", TEXT_ARGS(sealed->key_id));
    struct ledger_leaf leaf;
    struct ledger_entry entry;
    struct error why;
    if (sealed->leaf.n != sizeof leaf.byte)
        return 0; /* told by the first walk */
    memcpy(leaf.byte, sealed->leaf.p, sizeof leaf.byte);
    int result = vault_record_open(walk->arena, plain, bound, sealed->sealed, &body, &why);
    if (!result)
        result = ledger_entry_check(walk->arena, body, &leaf, &why);
    if (!result)
        result = ledger_entry_parse(walk->arena, body, &entry, &why);
    if (arena_exhausted(walk->arena))
        return arena_error(walk->arena, error);
    if (result) {
        differ(walk, NULL, "entry %llu: %s", (unsigned long long)sealed->index, why.what);
        return 0;
    }
    for (size_t i = 0; !result && i < entry.row_count; i++)
        result = check_row(walk, sealed->index, &entry, &entry.row[i], error);
    const struct text *type = ledger_entry_field(&entry, "type");
    if (!result && type && text_equal(*type, TEXT("looks")))
        result = check_looks(walk, sealed->index, &entry, error);
    return result;
}

/* One by one where they do not open together: one of them is bad. */
static int check_group(struct walk *walk, struct group *group, struct error *error)
{
    struct text wrapped[TOGETHER];
    uint8_t plain[TOGETHER][TURN_KEY_SIZE];
    struct error why;
    for (size_t i = 0; i < group->n; i++)
        wrapped[i] = group->entry[i].wrapped;
    int opened = group->n ? keys_open(walk->gate, group->n, wrapped, plain, &why) : 0, result = 0;
    for (size_t i = 0; !result && i < group->n; i++) {
        int one = opened ? keys_open(walk->gate, 1, &wrapped[i], &plain[i], &why) : 0;
        if (one == ERROR_SYSTEM) {
            *error = why;
            result = one;
        } else if (one) {
            differ(walk, NULL, "entry %llu: %s", (unsigned long long)group->entry[i].index, why.what);
        } else {
            result = check_body(walk, &group->entry[i], plain[i], error);
        }
    }
    bytes_wipe(plain, sizeof plain);
    *group = (struct group){.n = 0};
    arena_reset(walk->arena);
    return result;
}

static int add_entry(struct walk *walk, struct group *group, struct store_rows *rows, struct error *error)
{
    struct sealed_entry *entry = &group->entry[group->n++];
    *entry = (struct sealed_entry){.index = (uint64_t)store_int(rows, 0),
                                   .key_id = store_text_in(rows, 1, walk->arena),
                                   .leaf = store_bytes_in(rows, 2, walk->arena),
                                   .sealed = store_bytes_in(rows, 3, walk->arena),
                                   .wrapped = store_bytes_in(rows, 4, walk->arena)};
    group->held += entry->sealed.n;
    if (arena_exhausted(walk->arena))
        return arena_error(walk->arena, error);
    return group->n == TOGETHER || group->held > HELD_MOST ? check_group(walk, group, error) : 0;
}

static int check_entries(struct walk *walk, struct error *error)
{
    struct group group = {.n = 0};
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(walk->session,
                          "SELECT e.idx, e.key_id, e.leaf, e.sealed, k.wrapped FROM entry e"
                          " LEFT JOIN record_key k ON k.id = e.key_id ORDER BY e.idx",
                          STORE_BIND(), &rows, error);
    uint64_t done = 0;
    while (!got && (got = store_next(rows, error)) > 0) {
        got = 0;
        if (store_is_null(rows, 4))
            differ(walk, NULL, "entry %lld: its key is gone", (long long)store_int(rows, 0));
        else
            got = add_entry(walk, &group, rows, error);
        tell(walk, 300, done++, walk->size, 600);
    }
    return got ? got : check_group(walk, &group, error);
}

/* ---- 3: rows that no entry knows ---- */

static int check_strays(struct walk *walk, struct error *error)
{
    for (const struct ledgered *table = ledgered_tables; table->name; table++) {
        STORE_ROWS_SCOPE struct store_rows *rows = NULL;
        int got = table->all(walk->session, &rows, error);
        while (!got && (got = store_next(rows, error)) > 0) {
            int64_t idx = -1;
            struct text id = store_text(rows, 0);
            got = store_one_int(walk->session, "SELECT idx FROM written WHERE tbl = $1 AND id = $2",
                                STORE_BIND(STORE_STRING(table->name), STORE_TEXT(id)), &idx, error);
            if (got == ERROR_MISSING || (!got && (uint64_t)idx >= walk->size)) {
                differ(walk, table, "%s %.*s: no entry ever wrote this row", table->name, TEXT_ARGS(id));
                got = 0;
            }
        }
        if (got)
            return got;
    }
    int64_t stray = 0;
    int result = store_one_int(walk->session,
                               "SELECT count(*) FROM look WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.idx = look.idx)",
                               STORE_BIND(), &stray, error);
    if (!result && stray)
        differ(walk, NULL, "look: %lld looks belong to no entry", (long long)stray);
    return result;
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
        result = check_log(&walk, &known, error);
    if (!result)
        result = check_entries(&walk, error);
    if (!result)
        result = check_strays(&walk, error);
    if (session)
        store_rollback(session);
    if (progress && !result)
        progress(context, 1000);
    report->lines = buffer_result(&walk.lines);
    return result;
}
