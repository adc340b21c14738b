#ifndef TESTS_POLICY_PACK_CASES_H
#define TESTS_POLICY_PACK_CASES_H

#include "base_case.h"
#include "cases.h"

/* The cases of one pack: a program of tests loads its pack once, and each case is a line (cases.h has the words). */

/* The pack of this program; set while its tests run. */
extern struct policy_pack *pack;

/* May it be shared? `changes` to BASE_CASE, or the facts `stated` with nothing else known. */
void share(const char *changes, const char *expect);
void stated(const char *facts, const char *expect);

/* Whose consent, and by which channel. */
void consent(const char *facts, const char *expect);
void channel(const char *facts, const char *expect);

/* Loads packs/id, runs the tests, gives what main() returns. */
#define RUN_PACK_CASES(id, tests) (pack_id = (id), cmocka_run_group_tests((tests), load_pack, unload_pack))
extern const char *pack_id;
int load_pack(void **state);
int unload_pack(void **state);

#endif
