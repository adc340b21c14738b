#ifndef HTTP_WORKER_H
#define HTTP_WORKER_H

#include <stdbool.h>

/* Threads that take requests from a queue with a fixed number of places. */
struct worker_pool;
struct http_request;
struct error;

typedef int worker_function(struct http_request *request, struct error *error);

struct worker_pool *worker_pool_new(unsigned threads, unsigned places); /* NULL: no memory or no thread */
void worker_pool_free(struct worker_pool **pool);                       /* runs what is queued first */

/* False: the queue is full. */
bool worker_add(struct worker_pool *pool, struct http_request *request, worker_function *function);

#endif
