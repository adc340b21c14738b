#include "both.h"

#ifdef ON_POSTGRES

#include <stdio.h>

#include "support/postgres.h"

static struct test_postgres *server;

const char *both_database(void)
{
    static char address[512], name[32];
    static int number;
    if (!server)
        server = test_postgres_start();
    snprintf(name, sizeof name, "partnership%d", ++number);
    test_postgres_database(server, name, address, sizeof address);
    return address;
}

void both_end(void)
{
    test_postgres_stop(&server);
}

#else

#include <stddef.h>

const char *both_database(void)
{
    return NULL;
}

void both_end(void)
{
}

#endif
