#ifndef TESTS_STORE_FAULT_VFS_H
#define TESTS_STORE_FAULT_VFS_H

#include "support/fault.h"

/*
 * An SQLite file layer named "fault" over the system's: what it does with files is counted by support/fault.h and fails
 * when that says so. One for the whole program, as SQLite's register of file layers is.
 */
void fault_vfs_install(void);

#endif
