#include "walk.h"
#include "writer/pieces.h"

#include <stdio.h>

/* ---- growth ---- */

/* Does the log begin with the tree of `from`, which was signed? */
static int check_begins(struct walk *walk, const struct ledger_head *from, const char *what, struct error *error)
{
    const struct ledger_head *head = &walk->verify->head;
    struct ledger_storage pieces = pieces_in(walk->session);
    struct ledger_growth growth = {.from = *from, .to = *head};
    struct error why;
    if (from->size == head->size && ledger_hash_equal(&from->root, &head->root))
        return 0;
    if (from->size >= head->size) {
        verify_differ(walk->verify, "log", TEXT(""), -1,
                      "%s has %llu entries, the database has another or an older one of %llu", what,
                      (unsigned long long)from->size, (unsigned long long)head->size);
        return 0;
    }
    int result = from->size ? ledger_consistency(&pieces, walk->arena, from->size, head->size, &growth.proof, error) : 0;
    if (result == ERROR_CHECK || (!result && ledger_growth_check(&growth, &why) != 0)) {
        verify_differ(walk->verify, "log", TEXT(""), -1, "it does not begin with the %llu entries of %s",
                      (unsigned long long)from->size, what);
        return 0;
    }
    return result;
}

static int check_note(struct walk *walk, struct text note, const char *what, struct error *error)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_key key;
    struct error why;
    struct text origin = text_of(walk->gate->published.origin);
    int result = ledger_key_make(LEDGER_KEY_LOG, origin, walk->gate->published.public_key, &key, error);
    if (result)
        return result;
    if (ledger_checkpoint_open(walk->arena, note, origin, &key, 1, &checkpoint, NULL, &why) != 0) {
        verify_differ(walk->verify, "log", TEXT(""), -1, "%s is not one of this log: %s", what, why.what);
        return 0;
    }
    return check_begins(walk, &checkpoint.head, what, error);
}

/* Is it the name of a log that ended with a restoration? While one is going on that is not on record yet. */
static int is_of_ended(struct walk *walk, struct text origin, bool *is, struct error *error)
{
    int64_t n = 0;
    int result = store_one_int(walk->session, "SELECT count(*) FROM restoration WHERE old_log = $1", STORE_BIND(STORE_TEXT(origin)), &n,
                               error);
    *is = n > 0 || walk->verify->asked->names_due;
    return result;
}

/* What witnesses signed is a checkpoint of this log, or (after a restoration) of one that has ended. */
static int check_cosigned(struct walk *walk, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(walk->session, "SELECT id, size, note FROM log_cosigned", STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct ledger_checkpoint checkpoint;
        struct error why;
        struct text note = store_text_in(rows, 2, walk->arena), origin = text_of(walk->gate->published.origin);
        ptrdiff_t end = text_find(note, TEXT("\n\n"));
        bool ended = false;
        if (store_int(rows, 0) != 1 || end < 0 ||
            ledger_checkpoint_parse(text_cut(note, 0, (size_t)end + 1), &checkpoint, &why) != 0 ||
            store_int(rows, 1) != (int64_t)checkpoint.head.size)
            verify_differ(walk->verify, "log_cosigned", TEXT(""), -1, "it is not a checkpoint with its size beside it");
        else if (text_equal(checkpoint.origin, origin))
            got = check_note(walk, note, "the checkpoint that witnesses signed", error);
        else if ((got = is_of_ended(walk, checkpoint.origin, &ended, error)) == 0 && !ended)
            verify_differ(walk->verify, "log_cosigned", TEXT(""), -1, "it is a checkpoint of another log");
        got = got > 0 ? 0 : got;
    }
    return got;
}

/* ---- nothing beside the log ---- */

/*
 * Every piece is of this tree, and no longer than it needs: ledger_audit reads what there should be, and overlooks what
 * there should not be.
 */
static int check_pieces(struct walk *walk, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(walk->session, "SELECT level, idx, length(content) FROM log_piece ORDER BY level, idx",
                          STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        int64_t level = store_int(rows, 0), index = store_int(rows, 1);
        bool known = level >= LEDGER_LEVEL_ENTRIES && level <= LEDGER_LEVEL_MAX && index >= 0;
        unsigned width = known ? ledger_tile_width((int)level, (uint64_t)index, walk->verify->head.size) : 0;
        int64_t each = level == LEDGER_LEVEL_ENTRIES ? 2 + LEDGER_LEAF_SIZE : LEDGER_HASH_SIZE;
        char name[60];
        snprintf(name, sizeof name, "%lld/%lld", (long long)level, (long long)index);
        if (width == 0)
            verify_differ(walk->verify, "log_piece", text_of(name), -1, "the log has no such piece");
        else if (store_int(rows, 2) != width * each)
            verify_differ(walk->verify, "log_piece", text_of(name), -1, "it is longer or shorter than the log");
        got = 0;
    }
    return got;
}

static int check_one_head(struct walk *walk, struct error *error)
{
    int64_t heads = 0;
    int result = store_one_int(walk->session, "SELECT count(*) FROM log_head", STORE_BIND(), &heads, error);
    if (!result && heads != (walk->verify->head.size ? 1 : heads))
        verify_differ(walk->verify, "log_head", TEXT(""), -1, "there are %lld heads of the log", (long long)heads);
    return result;
}

int verify_log(struct walk *walk, const struct task *task, struct error *error)
{
    (void)task;
    struct verify *verify = walk->verify;
    const struct verify_asked *asked = verify->asked;
    int result = check_begins(walk, &verify->known.signed_tree, "the last tree that was signed", error);
    if (!result && verify->note.n)
        result = check_note(walk, verify->note, "the checkpoint in the database", error);
    for (size_t i = 0; !result && i < asked->against_n; i++)
        result = check_note(walk, asked->against[i], "the checkpoint that was kept elsewhere", error);
    if (!result)
        result = check_cosigned(walk, error);
    if (!result)
        result = check_one_head(walk, error);
    if (!result)
        result = check_pieces(walk, error);
    struct ledger_storage pieces = pieces_in(walk->session);
    if (!result && verify->head.size)
        result = ledger_audit(&pieces, &verify->head, NULL, error);
    if (result == ERROR_CHECK) {
        verify_differ(verify, "log", TEXT(""), -1, "%s%s%s", error->where, error->where[0] ? ": " : "", error->what);
        return 0;
    }
    return result;
}
