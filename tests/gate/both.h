#ifndef TESTS_GATE_BOTH_H
#define TESTS_GATE_BOTH_H

/*
 * For a test that is two programs (gate_test_both in CMakeLists.txt): one on SQLite, and one, with ON_POSTGRES, on a PostgreSQL
 * server of its own.
 */
const char *both_database(void); /* a new one, empty, to open; lent until the next. NULL on SQLite: where the home has it */
void both_end(void); /* when nothing is open any more */

#endif
