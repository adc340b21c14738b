#include "internal.h"

/*
 * A request waits at one place at a time: for http_answer(), for room for an upload, or for bytes of a stream. `wake`
 * settles the race between the connection's thread, which suspends the connection after the callback said "later", and the
 * other thread, which may be ready before that.
 *
 *     WAKE_NONE       nobody waits, nobody called
 *     WAKE_SUSPENDED  the connection is suspended: whoever calls must resume it
 *     WAKE_CALLED     called already: do not stay suspended
 *
 * The connection is suspended before WAKE_SUSPENDED is announced, because the caller may act on it at once; if the call came
 * in between, it is resumed straight away. A caller that finds WAKE_NONE must not touch the request any more.
 */
void later_clear(struct http_request *request)
{
    atomic_store(&request->wake, WAKE_NONE);
}

bool later_waits(struct http_request *request)
{
    return atomic_load(&request->wake) == WAKE_SUSPENDED;
}

void later_wait(struct http_request *request)
{
    int expected = WAKE_NONE;
    MHD_suspend_connection(request->connection);
    if (!atomic_compare_exchange_strong(&request->wake, &expected, WAKE_SUSPENDED))
        MHD_resume_connection(request->connection);
}

/* From any thread. */
void http_more(struct http_request *request)
{
    struct MHD_Connection *connection = request->connection;
    struct http_server *server = request->server;
    /* The library still uses its daemon after the request could be over: http_stop() waits for `calling`. */
    atomic_fetch_add(&server->calling, 1);
    if (atomic_exchange(&request->wake, WAKE_CALLED) == WAKE_SUSPENDED)
        MHD_resume_connection(connection);
    atomic_fetch_sub(&server->calling, 1);
}

void http_answer(struct http_request *request, int result, const struct error *error)
{
    if (result < 0)
        refuse(request, result, error);
    atomic_store(&request->answered, true);
    http_more(request);
}

int http_work(struct http_request *request,
              int (*function)(struct http_request *request, struct error *error), struct error *error)
{
    if (worker_add(request->server->workers, request, function))
        return HTTP_LATER;
    http_refuse_with(request, 503, 2);
    return error_set(error, ERROR_SYSTEM, "", "Try again in a few seconds.", "the server is busy");
}
