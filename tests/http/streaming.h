#ifndef TESTS_HTTP_STREAMING_H
#define TESTS_HTTP_STREAMING_H

#include <stdint.h>

/* What tests of bodies and answers in pieces share. */
#define STREAMING_BIG (UINT64_C(512) << 20)

/* A thread that says http_more() to the request a little later. */
void *more_soon(void *request);

/* Memory of this process that is in use now, in bytes. */
uint64_t resident(void);

/* Waits until the counter has the value; one that goes past it fails the test. */
void wait_for(_Atomic int *counter, int value);

#endif
