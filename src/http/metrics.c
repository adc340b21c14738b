#include "metrics.h"

#include "base/clock.h"

#include <stdatomic.h>

static const int statuses[] = {0,   200, 201, 202, 204, 206, 301, 302, 303, 304, 400, 401, 403, 404, 405, 408,
                               409, 410, 412, 413, 414, 415, 417, 421, 422, 429, 431, 451, 500, 501, 503};
enum { STATUSES = sizeof statuses / sizeof statuses[0], OTHER = STATUSES, SPECIAL = 3 };

static const int64_t bounds[] = {1000, 5000, 25000, 100000, 500000, 2500000, 10000000}; /* microseconds */
enum { BOUNDS = sizeof bounds / sizeof bounds[0] };

struct line {
    _Atomic uint64_t status[STATUSES + 1];
    _Atomic uint64_t within[BOUNDS + 1]; /* the last: longer than any bound */
    _Atomic uint64_t microseconds, bytes;
};

struct metrics {
    const struct router *router;
    size_t n;
    struct line *line; /* the routes', then the special ones */
};

struct metrics *metrics_new(struct arena *arena, const struct router *router)
{
    struct metrics *metrics = ARENA_NEW(arena, struct metrics);
    if (!metrics)
        return NULL;
    metrics->router = router;
    metrics->n = router_count(router) + SPECIAL;
    metrics->line = ARENA_ARRAY(arena, struct line, metrics->n);
    return metrics->line ? metrics : NULL;
}

static void add(_Atomic uint64_t *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static uint64_t value(const _Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void metrics_count(struct metrics *metrics, int route_number, int status, int64_t microseconds,
                   uint64_t bytes)
{
    size_t index = route_number >= 0 ? (size_t)route_number
                                     : router_count(metrics->router) + (size_t)(-1 - route_number);
    struct line *line = &metrics->line[index];
    size_t s = 0, b = 0;
    while (s < STATUSES && statuses[s] != status)
        s++;
    while (b < BOUNDS && microseconds > bounds[b])
        b++;
    add(&line->status[s], 1);
    add(&line->within[b], 1);
    add(&line->microseconds, (uint64_t)microseconds);
    add(&line->bytes, bytes);
}

static void write_route(const struct metrics *metrics, size_t index, struct buffer *out)
{
    static const char *const special[SPECIAL] = {"asset", "unknown", "malformed"};
    size_t routes = router_count(metrics->router);
    if (index >= routes) {
        buffer_format(out, "method=\"\",route=\"%s\"", special[index - routes]);
        return;
    }
    const struct http_route *route = router_route(metrics->router, index);
    buffer_format(out, "method=\"%s\",route=\"%s\"", http_method_name(route->method), route->pattern);
}

static void write_histogram(const struct metrics *metrics, size_t index, struct buffer *out)
{
    const struct line *line = &metrics->line[index];
    uint64_t sum = 0;
    for (size_t b = 0; b <= BOUNDS; b++)
        sum += value(&line->within[b]);
    if (sum == 0)
        return;
    sum = 0;
    for (size_t b = 0; b <= BOUNDS; b++) {
        sum += value(&line->within[b]);
        buffer_string(out, "http_request_seconds_bucket{");
        write_route(metrics, index, out);
        if (b < BOUNDS)
            buffer_format(out, ",le=\"%g\"} %llu\n", (double)bounds[b] / CLOCK_SECOND,
                          (unsigned long long)sum);
        else
            buffer_format(out, ",le=\"+Inf\"} %llu\n", (unsigned long long)sum);
    }
    buffer_string(out, "http_request_seconds_sum{");
    write_route(metrics, index, out);
    buffer_format(out, "} %.6f\nhttp_request_seconds_count{",
                  (double)value(&line->microseconds) / CLOCK_SECOND);
    write_route(metrics, index, out);
    buffer_format(out, "} %llu\n", (unsigned long long)sum);
}

void metrics_write(const struct metrics *metrics, struct buffer *out)
{
    buffer_string(out,
                  "# HELP http_requests_total Requests by route and status (0: the connection was lost).\n"
                  "# TYPE http_requests_total counter\n");
    for (size_t i = 0; i < metrics->n; i++) {
        for (size_t s = 0; s <= STATUSES; s++) {
            uint64_t n = value(&metrics->line[i].status[s]);
            if (n == 0)
                continue;
            buffer_string(out, "http_requests_total{");
            write_route(metrics, i, out);
            if (s == OTHER)
                buffer_format(out, ",status=\"other\"} %llu\n", (unsigned long long)n);
            else
                buffer_format(out, ",status=\"%d\"} %llu\n", statuses[s], (unsigned long long)n);
        }
    }
    buffer_string(out, "# HELP http_request_seconds Time from request line to the end of the answer.\n"
                       "# TYPE http_request_seconds histogram\n");
    for (size_t i = 0; i < metrics->n; i++)
        write_histogram(metrics, i, out);
    buffer_string(out, "# HELP http_answer_bytes_total Bytes of answers' bodies.\n"
                       "# TYPE http_answer_bytes_total counter\n");
    for (size_t i = 0; i < metrics->n; i++) {
        uint64_t n = value(&metrics->line[i].bytes);
        if (n == 0)
            continue;
        buffer_string(out, "http_answer_bytes_total{");
        write_route(metrics, i, out);
        buffer_format(out, "} %llu\n", (unsigned long long)n);
    }
}
