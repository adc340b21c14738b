#include "walk.h"

#include <stdlib.h>

/* The rows on which the entry in hand has the last word: of each entry that is written in its rows' own transaction. */
struct last_word {
    struct text table, id;
    bool heard; /* the entry lists the row */
};

struct last_words {
    struct store_rows *rows;
    bool waits; /* it stands on a row that is not yet taken */
    struct last_word *word; /* ascending */
    size_t n;
};

static int compare(const void *a, const void *b)
{
    const struct last_word *left = a, *right = b;
    int by_table = text_compare(left->table, right->table);
    return by_table ? by_table : text_compare(left->id, right->id);
}

int verify_last_begin(struct walk *walk, const struct task *task, struct error *error)
{
    struct last_words *last = calloc(1, sizeof *last);
    walk->last = last;
    if (!last)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    return store_query(walk->session, "SELECT idx, tbl, id FROM written WHERE idx >= $1 AND idx <= $2 ORDER BY idx",
                       STORE_BIND(STORE_INT(task_from(task)), STORE_INT(task_until(task))),
                       &last->rows, error);
}

static void tell_unheard(const struct walk *walk, struct text table, struct text id, int64_t index)
{
    const struct ledgered *known = ledgered_named(table);
    if (known)
        verify_differ(walk->verify, known->name, id, index,
                      "the index of last writes names entry %lld, which did not write this row, or can no longer be read",
                      (long long)index);
    else
        verify_differ(walk->verify, "written", id, index, "it names the table %.*s, which is not ledgered", TEXT_ARGS(table));
}

static int take(struct walk *walk, size_t *room, struct error *error)
{
    struct last_words *last = walk->last;
    struct last_word *grown = arena_more(walk->arena, last->word, last->n, room, sizeof *grown);
    if (!grown)
        return arena_error(walk->arena, error);
    last->word = grown;
    last->word[last->n++] = (struct last_word){.table = arena_text(walk->arena, store_cell(last->rows, 1).text),
                                               .id = arena_text(walk->arena, store_cell(last->rows, 2).text)};
    return arena_exhausted(walk->arena) ? arena_error(walk->arena, error) : 0;
}

int verify_last(struct walk *walk, uint64_t index, struct error *error)
{
    struct last_words *last = walk->last;
    size_t room = 0;
    int got = 0;
    last->word = NULL;
    last->n = 0;
    while ((got = last->waits ? 1 : store_next(last->rows, error)) > 0) {
        int64_t of = store_int(last->rows, 0);
        last->waits = of > (int64_t)index;
        if (last->waits)
            break;
        if (of < (int64_t)index)
            tell_unheard(walk, store_text(last->rows, 1), store_text(last->rows, 2), of);
        else if ((got = take(walk, &room, error)) < 0)
            return got;
    }
    if (last->n > 1)
        qsort(last->word, last->n, sizeof *last->word, compare);
    return got < 0 ? got : 0;
}

bool verify_has_last_word(struct walk *walk, const struct ledger_row *row)
{
    const struct last_words *last = walk->last;
    const struct last_word wanted = {.table = row->table, .id = row->key};
    struct last_word *found = last->n ? bsearch(&wanted, last->word, last->n, sizeof *last->word, compare) : NULL;
    if (found)
        found->heard = true;
    return found;
}

void verify_last_told(struct walk *walk, uint64_t index)
{
    for (size_t i = 0; i < walk->last->n; i++)
        if (!walk->last->word[i].heard)
            tell_unheard(walk, walk->last->word[i].table, walk->last->word[i].id, (int64_t)index);
}

int verify_last_end(struct walk *walk, struct error *error)
{
    int result = verify_last(walk, INT64_MAX, error);
    if (!result)
        verify_last_told(walk, INT64_MAX); /* there is no such entry either */
    return result;
}

void verify_last_done(struct walk *walk)
{
    if (walk->last)
        store_done(&walk->last->rows);
    free(walk->last);
    walk->last = NULL;
}
