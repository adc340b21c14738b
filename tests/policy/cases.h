#ifndef TESTS_POLICY_CASES_H
#define TESTS_POLICY_CASES_H

#include "policy.h"

#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* A case of a pack as one line: facts in, and what the answer must have. */

/* The packs of the repository. Fails the test where a pack does not load. */
struct policy_pack *case_pack(const char *id);

/* The answer to facts written as JSON. Fails the test on an error. The arena is reset first. */
struct policy_answer case_answer(const struct policy_pack *pack, enum policy_decision decision, const char *facts);

bool case_lists(const struct text *list, size_t count, const char *code);
bool case_cites(const struct policy_answer *answer, const char *where);

/*
 * Checks a case; words separated by spaces:
 *   "=share" the outcome, "=null" open, "?consent" asked, "!?consent" not asked, "+code" basis, obligation,
 *   condition or medium instead, "-code" none of them, "@" nothing asked for the outcome
 *   "only" no basis, obligation or condition but those named by "+code"
 */
void case_check(const struct policy_pack *pack, enum policy_decision decision, const char *facts, const char *expect);

/* The same for a case that is `base` but for what `changes` says (null: unknown). */
void case_but(const struct policy_pack *pack, enum policy_decision decision, const char *base, const char *changes,
              const char *expect);

/* A small generator, the same on every machine. */
uint64_t case_random(uint64_t *state);

#endif
