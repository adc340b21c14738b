/* Where the log stands when a home is opened, and whether this home may go on from there. */
#include "own.h"
#include "pieces.h"
#include "writer_inside.h"

#include "keyholder.h"
#include "store.h"

#include <stdio.h>
#include <string.h>

/* The head that the database has, with the checkpoint of then; none yet is an empty tree. */
static int read_head(struct gate *gate, struct store_session *session, struct ledger_head *head, struct error *error)
{
    struct published *published = &gate->published;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    *head = (struct ledger_head){.size = 0, .root = ledger_hash_empty()};
    int result = store_one(session, "SELECT size, root, note FROM log_head WHERE id = 1", STORE_BIND(), &rows, error);
    if (result)
        return result == ERROR_MISSING ? 0 : result;
    struct text root = store_bytes(rows, 1);
    if (root.n != sizeof head->root.byte)
        return error_set(error, ERROR_CHECK, "log_head", "Restore a backup.", "the head of the log is damaged");
    head->size = (uint64_t)store_int(rows, 0);
    memcpy(head->root.byte, root.p, root.n);
    snprintf(published->note, sizeof published->note, "%.*s", TEXT_ARGS(store_text(rows, 2)));
    return 0;
}

/* A crash between commit and signature: the stored tree has grown from the one that was signed last. */
static int sign_again(struct gate *gate, struct store_session *session, struct arena *arena, const struct ledger_head *head,
                      struct error *error)
{
    struct keyholder_description known;
    struct ledger_storage pieces = pieces_in(session);
    int result = keyholder_describe(gate->keyholder, &known, error);
    const struct ledger_head *signed_last = &known.signed_tree;
    if (result || (head->size == 0 && signed_last->size == 0))
        return result;
    if (signed_last->size > head->size)
        return error_set(error, ERROR_CHECK, "log_head",
                         "The disk lost its last writes, or an older copy was put back. Keep a copy of the files as they are, "
                         "then restore the newest backup (proviso restore).",
                         "the database is older than the last tree that was signed: %llu entries against %llu",
                         (unsigned long long)head->size, (unsigned long long)signed_last->size);
    bool grown = signed_last->size < head->size;
    struct ledger_growth growth = {.from = *signed_last, .to = *head};
    result = own_database(gate, session, arena, head, signed_last, error);
    if (!result && signed_last->size && grown)
        result = ledger_consistency(&pieces, arena, signed_last->size, head->size, &growth.proof, error);
    return result ? result : head_sign(gate, grown ? &growth : NULL, arena, error);
}

int writer_resume(struct gate *gate, struct store_session *session, struct arena *arena, struct error *error)
{
    struct writer *writer = gate->writer;
    struct ledger_storage pieces = pieces_in(session);
    struct ledger_head head;
    int result = read_head(gate, session, &head, error);
    if (!result && head.size)
        result = ledger_edge_load(&pieces, arena, &head, &writer->edge, error);
    if (result == ERROR_INPUT)
        return error_set(error, ERROR_CHECK, "log_head", "Restore a backup.", "the head of the log is damaged");
    if (!result)
        result = store_one_int(session, "SELECT coalesce(max(seq), 0) FROM look", STORE_BIND(), &writer->look_seq, error);
    if (!result && writer->look_seq == INT64_MAX && !gate->read_only)
        return error_set(error, ERROR_CHECK, "look", "Restore a backup.", "the last look has a number after which there is none");
    writer->look_seq += writer->look_seq < INT64_MAX;
    gate->published.head = head;
    return result || gate->read_only ? result : sign_again(gate, session, arena, &head, error);
}
