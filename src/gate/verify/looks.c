#include "walk.h"

#include <stdio.h>

int verify_looks_begin(struct walk *walk, const struct task *task, struct error *error)
{
    walk->look_waits = false;
    return store_query(walk->session,
                       "SELECT idx, seq, at, account_id, post_id, view, about, case_id FROM look"
                       " WHERE idx >= $1 AND idx <= $2 ORDER BY idx, seq",
                       STORE_BIND(STORE_INT(task_from(task)), STORE_INT(task_until(task))),
                       &walk->look, error);
}

/* Puts the cursor on the next look that is not yet taken: 1, or 0 at the end. */
static int peek(struct walk *walk, struct error *error)
{
    int got = walk->look_waits ? 1 : store_next(walk->look, error);
    walk->look_waits = got > 0;
    return got;
}

static void tell_stray(struct walk *walk)
{
    char name[32];
    snprintf(name, sizeof name, "%lld", (long long)store_int(walk->look, 1));
    verify_differ(walk->verify, "look", text_of(name), store_int(walk->look, 0), "no entry tells of this look");
    walk->look_waits = false;
}

/* Passes over the looks before `index`: no entry has asked for them. */
static int pass(struct walk *walk, int64_t index, struct error *error)
{
    int got;
    while ((got = peek(walk, error)) > 0 && store_int(walk->look, 0) < index)
        tell_stray(walk);
    return got < 0 ? got : 0;
}

/* *n looks say that they are of this entry; those past `most` are not hashed. *root of them where they are `most`. */
static int gather(struct walk *walk, int64_t index, int64_t most, struct ledger_hash *root, int64_t *n, struct error *error)
{
    struct ledger_hash *hash = ARENA_ARRAY(walk->arena, struct ledger_hash, (size_t)most);
    int got;
    if (!hash)
        return arena_error(walk->arena, error);
    *n = 0;
    while ((got = peek(walk, error)) > 0 && store_int(walk->look, 0) == index) {
        struct store_rows *rows = walk->look;
        if (*n < most) {
            struct text content =
                look_content(walk->arena, store_int(rows, 1), store_int(rows, 2), store_text(rows, 3), store_text(rows, 4),
                             store_text(rows, 5), store_text(rows, 6), store_text(rows, 7));
            if (!content.p)
                return arena_error(walk->arena, error);
            hash[*n] = ledger_hash_leaf(content);
        }
        (*n)++;
        walk->look_waits = false;
    }
    if (*n == most && most)
        *root = ledger_list_root(hash, (size_t)most);
    return got < 0 ? got : 0;
}

/* Their entry does not open, which is told already: there is nothing to hold them against. */
static int skip(struct walk *walk, int64_t index, struct error *error)
{
    int got;
    while ((got = peek(walk, error)) > 0 && store_int(walk->look, 0) == index)
        walk->look_waits = false;
    return got < 0 ? got : 0;
}

int verify_looks(struct walk *walk, uint64_t index, const struct ledger_entry *entry, struct error *error)
{
    int result = pass(walk, (int64_t)index, error);
    if (result || !entry)
        return result ? result : skip(walk, (int64_t)index, error);
    const struct text *type = ledger_entry_field(entry, "type");
    bool of_looks = type && text_equal(*type, TEXT("looks"));
    const struct text *said = of_looks ? ledger_entry_field(entry, "root") : NULL;
    const struct text *count = of_looks ? ledger_entry_field(entry, "count") : NULL;
    int64_t expected = 0, n = 0;
    if (of_looks && (!said || !count || !text_to_int64(*count, &expected) || expected < 1 || expected > 100000)) {
        verify_differ(walk->verify, "entry", TEXT(""), (int64_t)index, "entry %llu is not a well-formed entry of looks",
                      (unsigned long long)index);
        return 0;
    }
    struct ledger_hash made = {{0}};
    result = gather(walk, (int64_t)index, expected, &made, &n, error);
    if (result)
        return result;
    if (n != expected || (of_looks && !text_equal(*said, (struct text){(const char *)made.byte, sizeof made.byte})))
        verify_differ(walk->verify, "look", TEXT(""), (int64_t)index,
                      "the looks of entry %llu are not those that were recorded", (unsigned long long)index);
    walk->tally.looks += (uint64_t)n;
    return 0;
}

int verify_looks_end(struct walk *walk, struct error *error)
{
    int got = 0;
    while (walk->look && (got = peek(walk, error)) > 0)
        tell_stray(walk);
    store_done(&walk->look);
    return got;
}
