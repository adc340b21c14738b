#ifndef TESTS_GATE_SEALED_H
#define TESTS_GATE_SEALED_H

#include "home.h"

/* What lies sealed with a decision, and what somebody who has the keys and the database could put in its place. */
struct text sealed_decision(struct test_home *home, const struct id *decision);
void sealed_decision_forge(struct test_home *home, const struct id *decision, struct text plain);

/* The text with the first `was` replaced; fails the test where it is not there. In the home's arena. */
struct text sealed_altered(struct test_home *home, struct text plain, const char *was, const char *is);

#endif
