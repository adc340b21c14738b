#include "walk.h"

#include <string.h>

static int visit_leaf(void *self, uint64_t index, struct text data, struct error *error)
{
    struct walk *walk = self;
    int got = store_next(walk->entries, error);
    if (got < 0)
        return got;
    if (got == 0 || (uint64_t)store_int(walk->entries, 0) != index)
        return error_set(error, ERROR_CHECK, "entry", "", "entry %llu is missing", (unsigned long long)index);
    if (!text_equal(store_bytes(walk->entries, 1), data))
        verify_differ(walk, NULL, "entry %llu: its leaf is not the one in the log", (unsigned long long)index);
    walk->report->entries++;
    verify_tell(walk, 0, index, walk->size, 300);
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
        verify_differ(walk, NULL, "log: %s has %llu entries, the database has another or an older one of %llu", what,
               (unsigned long long)from->size, (unsigned long long)head->size);
        return 0;
    }
    int result = from->size ? ledger_consistency(&pieces, walk->arena, from->size, head->size, &growth.proof, error) : 0;
    if (result == ERROR_CHECK || (!result && ledger_growth_check(&growth, &why) != 0)) {
        verify_differ(walk, NULL, "log: it does not begin with the %llu entries of %s", (unsigned long long)from->size, what);
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
        verify_differ(walk, NULL, "log: the checkpoint in the database is not one of this log: %s", why.what);
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

int verify_log(struct walk *walk, const struct keyholder_description *known, struct error *error)
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
        verify_differ(walk, NULL, "entry %lld: it is not in the log", (long long)store_int(walk->entries, 0));
    store_done(&walk->entries);
    if (result == ERROR_CHECK) {
        verify_differ(walk, NULL, "log: %s%s%s", error->where, error->where[0] ? ": " : "", error->what);
        return 0;
    }
    return result;
}
