#include "floor.h"
#include "load.h"
#include "postgres_inserts.h"

#include <signal.h>
#include <stdio.h>

/*
 * Decisions recorded by the real server, beside what else could be done on the same disk in the same run: what cannot be
 * avoided by one writer that answers one at a time (append and fdatasync), and PostgreSQL with as many clients that each
 * only insert one row, of the size of a recorded decision with its entry, durably; and with one such client. What one
 * client waits for is also held against what it would if a decision were nothing (floor.h).
 */
enum { SECONDS = 8, ALONE_SECONDS = 4 };

int main(void)
{
    struct server server = {0};
    ARENA_SCOPE struct arena *arena = arena_new(16 << 20, ARENA_PLAIN);
    server_make(&server);
    server.plain = true;
    server_start(&server);
    double before = load_syncs(&server);
    struct load many = load_decisions(&server, LOAD_CLIENTS, SECONDS);
    double between = load_syncs(&server);
    struct load alone = load_decisions(&server, 1, ALONE_SECONDS);
    double after = load_syncs(&server);
    long bytes = row_bytes(&server, arena);
    int code = server_end(&server, SIGTERM);
    struct floor floor = floor_measure(&server, ALONE_SECONDS);
    struct inserts inserts = postgres_inserts(LOAD_CLIENTS, SECONDS, bytes), one = postgres_inserts(1, ALONE_SECONDS, bytes);

    double syncs = before > between ? before : between; /* others use the disk too: what it can do at best */
    syncs = syncs > after ? syncs : after;
    printf("decisions recorded: %.0f a second by %d clients; half within %.1f ms, 99 of 100 within %.1f ms\n", many.rate,
           LOAD_CLIENTS, many.half, many.most);
    printf("decisions recorded: %.0f a second by one client; half within %.2f ms\n", alone.rate, alone.half);
    printf("fdatasync by one writer: %.0f, %.0f, %.0f a second: before, between and after\n", before, between, after);
    double sync_ms = 1000 / syncs, beside = 1000 / alone.rate - sync_ms;
    printf("one client waits %.2f ms beside the %.2f ms of a sync: two fifths of its rate where a sync takes %.2f ms or more\n",
           beside, sync_ms, beside * 0.4 / (1 - 0.4));
    double least_ms = 1000 / floor.answers + 1000 / floor.entries;
    printf("one client, of nothing: %.0f empty answers a second; %.0f entries of the log, durable and signed: %.3f ms both; two fifths"
           " of fdatasync leave %.3f ms for all else\n", floor.answers, floor.entries, least_ms, sync_ms / 0.4 - least_ms);
    printf("PostgreSQL: %.0f rows of %ld bytes a second by %d clients of pgbench, synchronous_commit = on\n", inserts.rate, bytes,
           LOAD_CLIENTS);
    printf("PostgreSQL: %.0f such rows a second by one client: %.2f of fdatasync\n", one.rate, one.rate / syncs);
    double thousands = many.rate / 10000, of_postgres = many.rate / inserts.rate / 0.6;
    printf("ratio decisions of 64 clients to ten thousand a second: %.2f (aim 1.00)\n", thousands);
    printf("ratio decisions of 64 clients to single rows in PostgreSQL: %.2f (aim 0.60)\n", many.rate / inserts.rate);
    printf("ratio the better of these two to its aim: %.2f (aim 1.00)\n", thousands > of_postgres ? thousands : of_postgres);
    printf("ratio 100 ms to what 99 of 100 decisions waited for their signed checkpoint: %.2f (aim 1.00)\n", 100 / many.most);
    printf("ratio decisions of one client to fdatasync: %.2f (aim 0.40)\n", alone.rate / syncs);
    printf("ratio an empty answer and a signed entry of nothing to a decision, one client: %.2f\n", least_ms * alone.rate / 1000);
    printf("ratio decisions of one client to its single rows in PostgreSQL: %.2f\n", alone.rate / one.rate);
    printf("ratio decisions of 64 clients to fdatasync by one writer: %.2f (aim 0.50)\n", many.rate / syncs);
    server_drop(&server);
    return code;
}
