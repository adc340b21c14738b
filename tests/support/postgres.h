#ifndef TESTS_SUPPORT_POSTGRES_H
#define TESTS_SUPPORT_POSTGRES_H

/*
 * A PostgreSQL server of the test's own: in a new folder under /tmp, reached by a socket in it, gone with the test.
 * Started as root it runs as the user postgres. Whatever goes wrong ends the program with a message.
 */
struct test_postgres;

struct test_postgres *test_postgres_start(void);
void test_postgres_stop(struct test_postgres **server); /* NULL is fine */

/* Makes an empty database; its connection string is written to `address`. */
void test_postgres_database(struct test_postgres *server, const char *name, char *address,
                            unsigned long size);

/* Ends the server as a crash would, without writing what is in memory, and starts it again on the same data. */
void test_postgres_crash(struct test_postgres *server);

#endif
