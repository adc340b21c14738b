#include "script.h"

#include "support/postgres.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * scenario FILE [postgres]: carries out a script against the real program, on SQLite or on PostgreSQL. A line
 * is a command; a line that begins with a space goes on with the one before; # begins a remark. $NAME stands
 * for what was kept.
 *
 *   serve, stop, kill         starts the server (TLS), ends it in order (it must end with 0), ends it by
 * SIGKILL as LOGIN                  who asks from here on, signed in with a token of their own; `as nobody`
 *   get PATH                  a view                          send PATH JSON     a command
 *   attach PATH NAME TEXT     a document with this name and text
 *   refused STATUS            what was asked is refused so; without this line it must succeed
 *   keep NAME MEMBER          $NAME is a member of the answer, e.g. rows/0/case_id or rows/name=X/agency_id
 *   holds MEMBER VALUE        a member is this               rows N, has TEXT, lacks TEXT
 *   until PATH MEMBER VALUE   asks again and again until a member of the answer is this
 *   verify [finds TEXT]       `proviso ledger verify` passes, or fails with 1 and tells TEXT
 *   replay [finds TEXT]       the same with `proviso policy replay`
 *   run ARGUMENTS             another command of the program; `has` then looks at what it prints
 *   sql STATEMENT             changes the database by hand    keep-sql NAME QUERY
 *   save NAME, restore NAME   copies the database as it is, puts the copy back
 *   unserved TEXT             `proviso serve` ends at once with 1 and tells TEXT
 *   shows BUC-15              the provision that was shown
 */

void script_fail(struct script *script, const char *format, ...)
{
    va_list list;
    fprintf(stderr, "%s:%d: ", script->file, script->line);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fprintf(stderr, "\n");
    server_fail(&script->server, "  the last answer: %d %.*s", script->last.status,
                TEXT_ARGS(script->last.body));
}

static void keep(struct script *script, struct text name, struct text value)
{
    for (size_t i = 0; i < script->kept_n; i++)
        if (text_equal(script->kept[i].name, name)) {
            script->kept[i].value = value;
            return;
        }
    if (script->kept_n == SCRIPT_KEPT)
        script_fail(script, "too much is kept");
    script->kept[script->kept_n++] = (struct kept){name, value};
}

static struct text expand(struct script *script, struct text line)
{
    struct buffer b = buffer_in(script->arena);
    for (size_t i = 0; i < line.n;) {
        size_t n = 0;
        while (line.p[i] == '$' && i + 1 + n < line.n &&
               strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789", line.p[i + 1 + n]))
            n++;
        if (n == 0) {
            buffer_char(&b, line.p[i++]);
            continue;
        }
        struct text name = {line.p + i + 1, n};
        size_t k = 0;
        while (k < script->kept_n && !text_equal(script->kept[k].name, name))
            k++;
        if (k == script->kept_n)
            script_fail(script, "nothing is kept as $%.*s", TEXT_ARGS(name));
        buffer_text(&b, script->kept[k].value);
        i += 1 + n;
    }
    return arena_text(script->arena, buffer_result(&b));
}

/* The word up to a space off the front. */
static struct text word(struct text *rest)
{
    struct text first = TEXT("");
    *rest = text_trim(*rest);
    if (rest->n)
        text_next(rest, ' ', &first);
    *rest = rest->p ? text_trim(*rest) : TEXT("");
    return first;
}

/* ---- asking ---- */

static void as(struct script *script, struct text login)
{
    script->token = NULL;
    if (text_equal(login, TEXT("nobody")))
        return;
    for (size_t i = 0; i < script->signed_in_n; i++)
        if (text_equal(script->signed_in[i].name, login)) {
            script->token = script->signed_in[i].value.p;
            return;
        }
    struct text body = arena_format(
        script->arena, "{\"login\":\"%.*s\",\"password\":\"" SERVER_PASSWORD "\",\"label\":\"scenario\"}",
        TEXT_ARGS(login));
    script->last = client_ask(script->client, script->arena, NULL, "token", body.p);
    struct text token = json_text(json_get(script->last.json, "token"));
    if (script->last.status != 200 || token.n == 0 || script->signed_in_n == SCRIPT_KEPT)
        script_fail(script, "%.*s cannot sign in", TEXT_ARGS(login));
    token = arena_text(script->arena, token);
    script->signed_in[script->signed_in_n++] = (struct kept){login, token};
    script->token = token.p;
}

static const struct json *step_into(const struct json *value, struct text name)
{
    int64_t index;
    ptrdiff_t equals = text_find_char(name, '=');
    if (json_is(value, JSON_ARRAY) && text_to_int64(name, &index))
        return index >= 0 && (size_t)index < value->count ? &value->item[index] : NULL;
    for (size_t i = 0; equals > 0 && json_is(value, JSON_ARRAY) && i < value->count; i++)
        for (size_t k = 0; k < value->item[i].count; k++)
            if (text_equal(value->item[i].key[k], text_cut(name, 0, (size_t)equals)) &&
                text_equal(value->item[i].item[k].text, text_cut(name, (size_t)equals + 1, name.n)))
                return &value->item[i];
    for (size_t i = 0; json_is(value, JSON_OBJECT) && i < value->count; i++)
        if (text_equal(value->key[i], name))
            return &value->item[i];
    return NULL;
}

static struct text member(struct script *script, struct text path)
{
    struct text rest = path, name;
    const struct json *value = script->last.json;
    while (value && text_next(&rest, '/', &name))
        value = step_into(value, name);
    if (!value)
        script_fail(script, "the answer has no %.*s", TEXT_ARGS(path));
    if (json_is(value, JSON_TRUE) || json_is(value, JSON_FALSE))
        return value->kind == JSON_TRUE ? TEXT("true") : TEXT("false");
    return value->text;
}

static void settle(struct script *script)
{
    if (script->asked && script->last.status != 200)
        script_fail(script, "this was refused");
    script->asked = false;
}

static void ask(struct script *script, struct text path, const char *type, const char *name, const char *body)
{
    script->last = client_send(script->client, script->arena, script->token, path.p, type, name, text_of(body));
    script->asked = true;
}

/* ---- commands ---- */

static void do_get(struct script *script, struct text rest)
{
    ask(script, arena_text(script->arena, rest), NULL, NULL, NULL);
}

static void do_send(struct script *script, struct text rest)
{
    struct text path = arena_text(script->arena, word(&rest));
    ask(script, path, "application/json", NULL, arena_string(script->arena, rest));
}

static void do_attach(struct script *script, struct text rest)
{
    struct text path = arena_text(script->arena, word(&rest));
    const char *name = arena_string(script->arena, word(&rest));
    ask(script, path, "text/plain", name, arena_string(script->arena, rest));
}

static void do_refused(struct script *script, struct text rest)
{
    int64_t status;
    if (!text_to_int64(rest, &status) || !script->asked || script->last.status != status)
        script_fail(script, "it was not refused with %.*s", TEXT_ARGS(rest));
    if (!text_equal(script->last.type, TEXT("application/problem+json")) && status != 503)
        script_fail(script, "the refusal is not a problem");
    script->asked = false;
}

static void do_keep(struct script *script, struct text rest)
{
    struct text name = word(&rest);
    keep(script, name, arena_text(script->arena, member(script, rest)));
}

static void do_holds(struct script *script, struct text rest)
{
    struct text path = word(&rest), value = member(script, path);
    if (!text_equal(value, rest))
        script_fail(script, "%.*s is \"%.*s\"", TEXT_ARGS(path), TEXT_ARGS(value));
}

static void do_rows(struct script *script, struct text rest)
{
    int64_t n;
    const struct json *rows = json_get(script->last.json, "rows");
    if (!text_to_int64(rest, &n) || !json_is(rows, JSON_ARRAY) || rows->count != (size_t)n)
        script_fail(script, "there are not %.*s rows", TEXT_ARGS(rest));
}

static void do_has(struct script *script, struct text rest)
{
    if (text_find(script->last.body, rest) < 0)
        script_fail(script, "it does not have \"%.*s\"", TEXT_ARGS(rest));
}

static void do_lacks(struct script *script, struct text rest)
{
    if (text_find(script->last.body, rest) >= 0)
        script_fail(script, "it has \"%.*s\"", TEXT_ARGS(rest));
}

static void do_serve(struct script *script, struct text rest)
{
    (void)rest;
    server_start(&script->server);
    if (client_ask(script->client, script->arena, NULL, "/healthz", NULL).status != 200)
        script_fail(script, "the server is not well");
}

static void do_stop(struct script *script, struct text rest)
{
    (void)rest;
    int code = server_end(&script->server, SIGTERM);
    if (code != 0)
        script_fail(script, "it ended with %d", code);
}

static void do_kill(struct script *script, struct text rest)
{
    (void)rest;
    server_end(&script->server, SIGKILL);
}

static void do_run(struct script *script, struct text rest)
{
    script->last = (struct answered){.status = 0};
    int code =
        server_run(&script->server, script->arena, arena_string(script->arena, rest), &script->last.body);
    if (code != 0)
        script_fail(script, "it ended with %d", code);
}

/* A command that passes, or ends with 1 and tells what it found. */
static void pass_or_find(struct script *script, const char *arguments, struct text rest)
{
    struct text finds = TEXT("");
    if (text_equal(word(&rest), TEXT("finds")))
        finds = rest;
    script->last = (struct answered){.status = 0};
    int code = server_run(&script->server, script->arena, arguments, &script->last.body);
    if (code != (finds.n ? 1 : 0))
        script_fail(script, "\"%s\" ended with %d", arguments, code);
    if (text_find(script->last.body, finds) < 0)
        script_fail(script, "\"%s\" does not tell \"%.*s\"", arguments, TEXT_ARGS(finds));
}

static void do_verify(struct script *script, struct text rest)
{
    pass_or_find(script, "ledger verify", rest);
}

static void do_replay(struct script *script, struct text rest)
{
    pass_or_find(script, "policy replay", rest);
}

/* Two minutes, which only a fault needs. */
static void do_until(struct script *script, struct text rest)
{
    struct text path = arena_text(script->arena, word(&rest)), name = word(&rest);
    for (int i = 0; i < 1200; i++) {
        ask(script, path, NULL, NULL, NULL);
        settle(script);
        if (text_equal(member(script, name), rest))
            return;
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    }
    script_fail(script, "it never became so");
}

static void do_unserved(struct script *script, struct text rest)
{
    script->last = (struct answered){.status = 0};
    int code = server_run(&script->server, script->arena, "serve", &script->last.body);
    if (code != 1)
        script_fail(script, "serving ended with %d", code);
    do_has(script, rest);
}

static struct text sql(struct script *script, struct text statement)
{
    char path[120];
    struct error error;
    snprintf(path, sizeof path, "%s/sql", script->server.folder);
    if (file_replace(path, statement, 0600, &error) != 0)
        script_fail(script, "%s", error.what);
    return server_shell(&script->server, script->arena, "sqlite3 -bail %s/data/proviso.db < %s",
                        script->server.home, path);
}

/* Whoever can write the file can take away the triggers that keep its tables. */
static void do_sql(struct script *script, struct text rest)
{
    struct text drops =
        sql(script, TEXT("SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_master WHERE type = 'trigger';"));
    struct text output =
        sql(script, arena_format(script->arena, "%.*s PRAGMA foreign_keys = OFF; %.*s; SELECT changes();",
                                 TEXT_ARGS(drops), TEXT_ARGS(rest)));
    int64_t changed;
    if (!text_to_int64(text_trim(output), &changed) || changed < 1)
        script_fail(script, "it changed nothing: %.*s", TEXT_ARGS(output));
}

static void do_keep_sql(struct script *script, struct text rest)
{
    struct text name = word(&rest), value = text_trim(sql(script, rest));
    if (value.n == 0)
        script_fail(script, "the query gives nothing");
    keep(script, name, value);
}

static void do_save(struct script *script, struct text rest)
{
    server_shell(&script->server, script->arena, "rm -rf %s/%.*s && cp -a %s/data %s/%.*s",
                 script->server.folder, TEXT_ARGS(rest), script->server.home, script->server.folder,
                 TEXT_ARGS(rest));
}

static void do_restore(struct script *script, struct text rest)
{
    server_shell(&script->server, script->arena, "rm -rf %s/data && cp -a %s/%.*s %s/data",
                 script->server.home, script->server.folder, TEXT_ARGS(rest), script->server.home);
}

static void do_shows(struct script *script, struct text rest)
{
    (void)script;
    printf("PROVISION %.*s scenario\n", TEXT_ARGS(rest));
}

static const struct {
    const char *name;
    void (*run)(struct script *script, struct text rest);
    bool looks; /* at the answer that is there */
} commands[] = {
    {"as", as, false},
    {"get", do_get, false},
    {"send", do_send, false},
    {"attach", do_attach, false},
    {"refused", do_refused, true},
    {"keep", do_keep, false},
    {"holds", do_holds, false},
    {"rows", do_rows, false},
    {"has", do_has, true},
    {"lacks", do_lacks, true},
    {"serve", do_serve, false},
    {"stop", do_stop, false},
    {"kill", do_kill, false},
    {"run", do_run, false},
    {"verify", do_verify, false},
    {"sql", do_sql, false},
    {"keep-sql", do_keep_sql, false},
    {"save", do_save, false},
    {"restore", do_restore, false},
    {"shows", do_shows, false},
    {"unserved", do_unserved, false},
    {"replay", do_replay, false},
    {"until", do_until, false},
};

static void carry_out(struct script *script, struct text line)
{
    struct text rest = expand(script, line), name = word(&rest);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (text_equal(name, text_of(commands[i].name))) {
            if (!commands[i].looks)
                settle(script);
            commands[i].run(script, rest);
            return;
        }
    script_fail(script, "there is no command \"%.*s\"", TEXT_ARGS(name));
}

static void carry_out_all(struct script *script, struct text source)
{
    struct text rest = source, line;
    int number = 0;
    struct buffer whole = buffer_in(script->arena);
    while (text_next(&rest, '\n', &line)) {
        number++;
        if (line.n && line.p[0] == ' ') {
            buffer_char(&whole, ' ');
            buffer_text(&whole, text_trim(line));
            continue;
        }
        if (whole.n)
            carry_out(script, arena_text(script->arena, buffer_result(&whole)));
        whole = buffer_in(script->arena);
        script->line = number;
        if (line.n && line.p[0] != '#')
            buffer_text(&whole, line);
        else if (line.n)
            printf("%.*s\n", TEXT_ARGS(line));
    }
    if (whole.n)
        carry_out(script, arena_text(script->arena, buffer_result(&whole)));
    settle(script);
}

int main(int count, char **argument)
{
    struct error error;
    struct text source;
    bool on_postgres = count == 3 && strcmp(argument[2], "postgres") == 0;
    struct script script = {.file = count == 2 || on_postgres ? argument[1] : NULL};
    struct test_postgres *postgres = NULL;
    if (!script.file) {
        fprintf(stderr, "usage: scenario FILE [postgres]\n");
        return 2;
    }
    if (on_postgres) {
        postgres = test_postgres_start();
        test_postgres_database(postgres, "scenario", script.server.database, sizeof script.server.database);
    }
    script.arena = arena_new(256 << 20, ARENA_PLAIN);
    if (file_read(script.arena, script.file, 1 << 20, &source, &error) != 0) {
        fprintf(stderr, "%s: %s\n", error.where, error.what);
        return 2;
    }
    server_make(&script.server);
    script.client = client_new(&script.server);
    carry_out_all(&script, source);
    client_free(&script.client);
    server_drop(&script.server);
    test_postgres_stop(&postgres);
    arena_free(&script.arena);
    printf("%s: done\n", script.file);
    return 0;
}
