#ifndef TESTS_STORE_FAULT_VFS_H
#define TESTS_STORE_FAULT_VFS_H

#include <stdbool.h>

/*
 * An SQLite file layer named "fault" over the system's: it counts writes and syncs of all its files and makes the nth
 * fail. One for the whole program, as SQLite's register of file layers is.
 */
enum fault_kind {
    FAULT_WRITE, /* the nth write: input/output error */
    FAULT_SYNC,  /* the nth sync: input/output error */
    FAULT_FULL,  /* the nth write: no space left */
};

void fault_vfs_install(void);
void fault_vfs_arm(enum fault_kind kind, int nth, bool for_good); /* for_good: every later one fails too */
int fault_vfs_disarm(void);                                       /* how often it failed since armed */

#endif
