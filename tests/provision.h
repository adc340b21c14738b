#ifndef TESTS_PROVISION_H
#define TESTS_PROVISION_H

#include <stdio.h>

/*
 * Says that the running test shows a provision of docs/provisions.tsv. Written in the body of a test, it prints
 * a line that `make provisions` collects from the tests that passed.
 */
#define PROVISION(id) printf("PROVISION %s %s\n", (id), __func__)

#endif
