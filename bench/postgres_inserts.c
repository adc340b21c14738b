#include "postgres_inserts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of its own and gone afterwards; every setting as it comes, but for where its socket is and how clients are known. */
struct cluster {
    char folder[40];
    const char *as; /* root may not run it */
};

static void fail(const char *line)
{
    fprintf(stderr, "%s: failed\n", line);
    exit(1);
}

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void run(const char *format, ...)
{
    char line[2000];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    if (system(line) != 0)
        fail(line);
}

#define PROGRAMS "$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)/"

static void start(struct cluster *cluster)
{
    snprintf(cluster->folder, sizeof cluster->folder, "/tmp/proviso-bench-XXXXXX");
    if (!mkdtemp(cluster->folder))
        fail(cluster->folder);
    cluster->as = geteuid() == 0 ? "runuser -u postgres --" : "env";
    if (geteuid() == 0)
        run("chown postgres %s", cluster->folder);
    run("cd %s && %s " PROGRAMS "initdb -D %s/data -U bench -A trust --no-sync >/dev/null", cluster->folder, cluster->as,
        cluster->folder);
    run("cd %s && %s " PROGRAMS "pg_ctl -D %s/data -l %s/log -w -o \"-k %s -c listen_addresses=''\" start >/dev/null",
        cluster->folder, cluster->as, cluster->folder, cluster->folder, cluster->folder);
}

static void stop(struct cluster *cluster)
{
    run("cd %s && %s " PROGRAMS "pg_ctl -D %s/data -w -m fast stop >/dev/null; rm -rf %s", cluster->folder, cluster->as,
        cluster->folder, cluster->folder);
}

/* Random bytes, as what is sealed is: anything else PostgreSQL would make smaller before it writes it. */
static void fill(const struct cluster *cluster, long bytes)
{
    unsigned char byte;
    char line[400];
    snprintf(line, sizeof line, "%s psql -q -v ON_ERROR_STOP=1 -h %s -U bench postgres >/dev/null", cluster->as,
             cluster->folder);
    FILE *psql = popen(line, "w"), *random = fopen("/dev/urandom", "r");
    if (!psql || !random)
        fail(line);
    fprintf(psql, "CREATE TABLE kept (id TEXT PRIMARY KEY, sealed BYTEA NOT NULL);\n"
                  "CREATE TABLE sample (content BYTEA NOT NULL);\nINSERT INTO sample VALUES ('\\x");
    for (long i = 0; i < bytes && fread(&byte, 1, 1, random) == 1; i++)
        fprintf(psql, "%02x", byte);
    fprintf(psql, "');\n\\q\n");
    fclose(random);
    if (pclose(psql) != 0)
        fail(line);
    run("echo \"INSERT INTO kept SELECT gen_random_uuid()::text, content FROM sample;\" >%s/insert.sql", cluster->folder);
}

struct inserts postgres_inserts(int clients, int seconds, long bytes)
{
    struct inserts inserts = {0};
    struct cluster cluster;
    char line[400], said[400];
    start(&cluster);
    fill(&cluster, bytes);
    snprintf(line, sizeof line, "%s pgbench -n -M prepared -c %d -j 2 -T %d -f %s/insert.sql -h %s -U bench postgres 2>/dev/null",
             cluster.as, clients, seconds, cluster.folder, cluster.folder);
    FILE *output = popen(line, "r");
    while (output && fgets(said, sizeof said, output))
        if (strncmp(said, "tps = ", 6) == 0)
            inserts.rate = strtod(said + 6, NULL);
    if (!output || pclose(output) != 0 || inserts.rate <= 0)
        fail(line);
    stop(&cluster);
    return inserts;
}

long row_bytes(struct server *server, struct arena *arena)
{
    struct text said = server_shell(server, arena,
                                    "sqlite3 %s/data/proviso.db 'SELECT CAST(avg(length(d.sealed)) + (SELECT"
                                    " avg(length(sealed)) FROM entry) AS INTEGER) FROM decision d'", server->home);
    return strtol(arena_string(arena, said), NULL, 10);
}
