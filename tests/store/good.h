#ifndef TESTS_STORE_GOOD_H
#define TESTS_STORE_GOOD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"

struct store;

/* 0, or the test fails with the error's words. */
void expect_good(int code, const struct error *error, const char *file, int line);

/* A call that must succeed, with its last argument. */
#define GOOD_WITH(call, error) expect_good((call), (error), __FILE__, __LINE__)

/* A copy of the whole, as it is now. */
int copy_store(struct store *store, const char *path, struct error *error);

#endif
