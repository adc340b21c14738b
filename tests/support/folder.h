#ifndef TESTS_SUPPORT_FOLDER_H
#define TESTS_SUPPORT_FOLDER_H

/* A new empty folder under /tmp for one program of tests. `name` tells whose it is. 0, or -1 (a set-up's return). */
enum { TEST_FOLDER_SIZE = 64 };
int test_folder_make(const char *name, char folder[TEST_FOLDER_SIZE]);

/* The same in memory, where the machine has such a place: for what syncs very often and proves nothing by it. */
int test_folder_make_light(const char *name, char folder[TEST_FOLDER_SIZE]);

/* Removes it with all that is in it; follows no link. 0, or -1. */
int test_folder_remove(const char *folder);

#endif
