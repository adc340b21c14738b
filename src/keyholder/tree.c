#include "tree.h"

#include "block.h"

#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 4096 };
static const char NAME[] = "proviso tree 1";

struct tree_block {
    uint8_t name[BLOCK_NAME_SIZE];
    uint8_t sequence[8], size[8];
    uint8_t root[LEDGER_HASH_SIZE];
    uint8_t sum[BLOCK_SUM_SIZE];
};

static struct tree_block block_of(const struct ledger_head *head, uint64_t sequence)
{
    struct tree_block block;
    keyholder_put_number(block.sequence, sizeof block.sequence, sequence);
    keyholder_put_number(block.size, sizeof block.size, head->size);
    memcpy(block.root, head->root.byte, sizeof block.root);
    keyholder_block_finish(&block, sizeof block, NAME);
    return block;
}

int keyholder_tree_create(const struct keyholder_folder *folder, struct error *error)
{
    uint8_t pages[2 * PAGE] = {0};
    const struct ledger_head empty = {.size = 0, .root = ledger_hash_empty()};
    struct tree_block block = block_of(&empty, 1);
    memcpy(pages, &block, sizeof block);
    return keyholder_folder_write(folder, "tree", pages, sizeof pages, error);
}

static int read_pages(const struct keyholder_folder *folder, struct keyholder_tree *tree, uint8_t pages[2 * PAGE],
                      struct error *error)
{
    bool found = false;
    if (folder->read_only) {
        int result = keyholder_folder_read(folder, "tree", pages, (size_t)2 * PAGE, &found, error);
        return result || found ? result
                               : error_set(error, ERROR_CHECK, "tree", "Put the folder back from its escrow or backup.",
                                           "the file is missing");
    }
    int result = keyholder_folder_edit(folder, "tree", (size_t)2 * PAGE, &tree->fd, error);
    errno = 0;
    if (result == 0 && pread(tree->fd, pages, (size_t)2 * PAGE, 0) != (ssize_t)2 * PAGE)
        result = error_system(error, errno ? errno : EIO, "tree", "the last signed tree cannot be read");
    return result;
}

int keyholder_tree_load(const struct keyholder_folder *folder, struct keyholder_tree *tree,
                        struct error *error)
{
    bool any = false;
    uint8_t pages[2 * PAGE];
    *tree = (struct keyholder_tree){.fd = -1};
    int result = read_pages(folder, tree, pages, error);
    for (unsigned i = 0; result == 0 && i < 2; i++) {
        struct tree_block block;
        memcpy(&block, pages + (size_t)i * PAGE, sizeof block);
        uint64_t sequence = keyholder_get_number(block.sequence, sizeof block.sequence);
        if (!keyholder_block_whole(&block, sizeof block, NAME) || sequence <= tree->sequence)
            continue;
        any = true;
        tree->sequence = sequence;
        tree->durable = i;
        tree->head.size = keyholder_get_number(block.size, sizeof block.size);
        memcpy(tree->head.root.byte, block.root, sizeof block.root);
    }
    if (result == 0 && !any)
        result = error_set(error, ERROR_CHECK, "tree", "Put the folder back from its escrow or backup.",
                           "the record of the last signed tree is damaged");
    /* What the last process wrote may not be on the disk yet; from now on it is the one that must not be
     * touched. */
    if (result == 0 && !folder->read_only && fdatasync(tree->fd) != 0)
        result = error_system(error, errno, "tree", "the last signed tree cannot be synced");
    return result;
}

void keyholder_tree_close(struct keyholder_tree *tree)
{
    file_close(&tree->fd);
}

int keyholder_tree_judge(const struct keyholder_tree *tree, const struct ledger_growth *growth,
                         struct error *error)
{
    const struct ledger_head *last = &tree->head, *to = &growth->to;
    static const char fix[] =
        "Find out whether the database was rolled back, restored or altered, and keep a copy. "
        "If an older copy was put back on purpose, see proviso keyholder --new-log.";
    if (to->size == last->size)
        return ledger_hash_equal(&to->root, &last->root)
                   ? 0
                   : error_set(error, ERROR_CHECK, "checkpoint", fix,
                               "a tree of %" PRIu64 " entries has been signed before with another root",
                               to->size);
    if (to->size < last->size)
        return error_set(error, ERROR_CHECK, "checkpoint", fix,
                         "the tree has %" PRIu64 " entries, but one of %" PRIu64 " has been signed", to->size,
                         last->size);
    if (growth->from.size != last->size)
        return error_set(error, ERROR_CONFLICT, "checkpoint", "Prove the growth from the last signed tree.",
                         "the tree is shown to grow from %" PRIu64
                         " entries; the last one signed has %" PRIu64,
                         growth->from.size, last->size);
    /* The proof is checked against what was signed here, not against what the request says was signed. */
    struct ledger_growth from_here = {.from = *last, .to = *to, .proof = growth->proof};
    if (ledger_growth_check(&from_here, error) != 0)
        return error_set(error, ERROR_CHECK, "checkpoint", fix,
                         "the tree of %" PRIu64 " entries does not begin with the %" PRIu64
                         " entries that have been signed",
                         to->size, last->size);
    return 0;
}

int keyholder_tree_advance(struct keyholder_tree *tree, const struct ledger_head *head, struct error *error)
{
    struct tree_block block = block_of(head, tree->sequence + 1);
    off_t place = (off_t)(tree->durable ^ 1U) * PAGE;
    errno = 0;
    if (pwrite(tree->fd, &block, sizeof block, place) != (ssize_t)sizeof block) {
        int number = errno ? errno : EIO;
        /* There lay the last signed tree, unless it is synced: put back, it outlives this process. */
        struct tree_block last = block_of(&tree->head, tree->sequence);
        if (tree->unsynced)
            (void)!pwrite(tree->fd, &last, sizeof last, place);
        return error_system(error, number, "tree", "the tree to be signed cannot be remembered");
    }
    tree->sequence++;
    tree->head = *head;
    tree->unsynced = true;
    return 0;
}

int keyholder_tree_settle(struct keyholder_tree *tree, struct error *error)
{
    if (!tree->unsynced)
        return 0;
    if (fdatasync(tree->fd) != 0)
        return error_system(error, errno, "tree", "the last signed tree cannot be synced");
    tree->unsynced = false;
    tree->durable ^= 1U;
    return 0;
}
