#ifndef KEYHOLDER_TREE_H
#define KEYHOLDER_TREE_H

#include "folder.h"
#include "ledger/proof.h"

/*
 * The last signed tree, remembered in the file `tree`: two blocks on pages of their own. One of them is
 * always whole on the disk: new states are written over the other one, again and again, until a sync has made
 * that one the durable one and the roles change. A power cut can tear only what was being written.
 */
struct keyholder_tree {
    struct ledger_head head;
    uint64_t sequence; /* of states; the whole block with the larger one counts */
    int fd;
    unsigned durable; /* 0 or 1: the block that must not be touched */
    bool unsynced;    /* the other one has been written since the last sync */
};

/* The file for a log without entries. */
int keyholder_tree_create(const struct keyholder_folder *folder, struct error *error);

/*
 * ERROR_CHECK if no block is whole: without it the keyholder cannot tell growth from a roll-back. Of a folder that is
 * only read: the newest state that is whole while its keyholder writes the other one; `fd` stays -1.
 */
int keyholder_tree_load(const struct keyholder_folder *folder, struct keyholder_tree *tree,
                        struct error *error);
void keyholder_tree_close(struct keyholder_tree *tree);

/*
 * May `growth->to` be signed? 0: yes, the last tree itself or one grown from it. ERROR_CONFLICT: honest, but
 * from another place. ERROR_CHECK: not the same log.
 */
int keyholder_tree_judge(const struct keyholder_tree *tree, const struct ledger_growth *growth,
                         struct error *error);

/* Takes the new tree into memory and to the file; survives the end of this process, and a power cut after a
 * settle. After an error the last tree still is the one that was remembered before, unless the disk takes nothing any
 * more: then it may be the last that was settled. */
int keyholder_tree_advance(struct keyholder_tree *tree, const struct ledger_head *head, struct error *error);

/* Syncs. After a failure the state of the disk is unknown: the caller ends the process. */
int keyholder_tree_settle(struct keyholder_tree *tree, struct error *error);

#endif
