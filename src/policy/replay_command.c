#include "command_inside.h"

#include "base/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Answers that were recorded, worked out again: a line each, {"decision", "facts", "answer"}. Without --as,
 * by the pack that answered, and everything that it said must come out again; with it, by that pack, to see
 * which outcomes change.
 */
enum { MOST_PACKS = 32, LINE_MEMORY = 64 << 20 };

struct replay {
    const char *folder, *as;
    struct policy_pack *pack[MOST_PACKS];
    size_t packs;
    size_t lines, differ;
    struct arena *arena;
};

static const struct policy_pack *find_pack(struct replay *r, struct text id, struct error *error)
{
    for (size_t i = 0; i < r->packs; i++)
        if (text_equal(policy_pack_info(r->pack[i])->id, id))
            return r->pack[i];
    const char *name = arena_string(r->arena, id);
    if (!name || r->packs == MOST_PACKS) {
        error_set(error, ERROR_TOO_LARGE, "replay", "", "more than 32 packs");
        return NULL;
    }
    if (policy_pack_load(r->folder, name, &r->pack[r->packs], error))
        return NULL;
    return r->pack[r->packs++];
}

static bool same(const struct json *a, const struct json *b)
{
    if (!a || !b || a->kind != b->kind || a->count != b->count || !text_equal(a->text, b->text))
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same(&a->item[i], &b->item[i]) || (a->kind == JSON_OBJECT && !text_equal(a->key[i], b->key[i])))
            return false;
    return true;
}

static struct text shown(const struct json *value)
{
    return json_is(value, JSON_STRING) ? value->text : TEXT("open");
}

/*
 * The common case, without reading the recorded answer as JSON: it stands at the end of the line as
 * policy_answer_write() wrote it, and the same text comes out again. False where anything is otherwise: then
 * the line is read as a whole.
 */
static bool same_text(struct replay *r, struct text line)
{
    static const struct text before = TEXT_INIT(",\"answer\":"), pack_key = TEXT_INIT("\"pack\":\"");
    ptrdiff_t at = text_find(line, before);
    if (at < 0 || line.p[line.n - 1] != '}')
        return false;
    struct text was = text_cut(line, (size_t)at + before.n, line.n - 1);
    ptrdiff_t named = text_find(was, pack_key);
    struct text id, rest = text_cut(was, named < 0 ? was.n : (size_t)named + pack_key.n, was.n);
    struct error error;
    const struct json *known;
    enum policy_decision decision;
    struct policy_answer answer;
    char *start = arena_alloc(r->arena, (size_t)at + 1);
    if (!start || !text_next(&rest, '"', &id))
        return false;
    memcpy(start, line.p, (size_t)at);
    start[at] = '}';
    if (json_read(r->arena, (struct text){start, (size_t)at + 1}, "line", &known, &error) ||
        !policy_decision_find(json_text(json_get(known, "decision")), &decision))
        return false;
    const struct policy_pack *pack = find_pack(r, r->as ? text_of(r->as) : id, &error);
    struct policy_facts *facts = pack ? policy_facts_new(pack, r->arena) : NULL;
    if (!facts || policy_facts_read(facts, json_get(known, "facts"), &error) ||
        policy_answer(pack, decision, facts, r->arena, &answer, &error))
        return false;
    struct buffer out = buffer_in(r->arena);
    struct json_writer w = json_writer_in(&out);
    policy_answer_write(&answer, &w);
    struct text now = buffer_result(&out), first, was_first;
    if (!r->as)
        return text_equal(now, was);
    return text_next(&now, ',', &first) && text_next(&was, ',', &was_first) && text_equal(first, was_first);
}

/* One recorded answer. What differs is printed. */
static int replay_line(struct replay *r, struct text line, struct error *error)
{
    const struct json *record, *again;
    enum policy_decision decision;
    struct policy_answer answer;
    char where[40];
    snprintf(where, sizeof where, "line %zu", r->lines);
    if (json_read(r->arena, line, where, &record, error))
        return error->code;
    const struct json *was = json_get(record, "answer");
    const struct json *named = json_get(record, "decision");
    if (!policy_decision_find(named ? json_text(named) : TEXT("share"), &decision) ||
        !json_is(was, JSON_OBJECT))
        return error_set(error, ERROR_INPUT, where, "", "a recorded answer has decision, facts and answer");
    const struct policy_pack *pack =
        find_pack(r, r->as ? text_of(r->as) : json_text(json_get(was, "pack")), error);
    if (!pack)
        return error->code;
    struct policy_facts *facts = policy_facts_new(pack, r->arena);
    if (!facts)
        return arena_error(r->arena, error);
    if (policy_facts_read(facts, json_get(record, "facts"), error) ||
        policy_answer(pack, decision, facts, r->arena, &answer, error)) {
        error_within(error, where);
        return error->code;
    }
    struct buffer out = buffer_in(r->arena);
    struct json_writer w = json_writer_in(&out);
    policy_answer_write(&answer, &w);
    if (json_read(r->arena, buffer_result(&out), "answer", &again, error))
        return error->code;
    bool agree = r->as ? same(&was->item[0], &again->item[0]) : same(was, again);
    if (agree)
        return 0;
    r->differ++;
    struct text then = shown(&was->item[0]), now = shown(&again->item[0]);
    if (!text_equal(then, now)) {
        printf("line %zu: was %.*s, is %.*s\n", r->lines, TEXT_ARGS(then), TEXT_ARGS(now));
        return 0;
    }
    printf("line %zu: still %.*s, but differs in", r->lines, TEXT_ARGS(now));
    for (size_t i = 1; i < was->count; i++)
        if (i >= again->count || !text_equal(was->key[i], again->key[i]) ||
            !same(&was->item[i], &again->item[i]))
            printf(" %.*s", TEXT_ARGS(was->key[i]));
    putchar('\n');
    return 0;
}

/* On a terminal a bar; elsewhere a line for every tenth. */
static void progress(const struct replay *r, off_t done, off_t whole, int *tenth)
{
    int now = whole > 0 ? (int)(done * 10 / whole) : 0;
    if (now == *tenth)
        return;
    *tenth = now;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r[%.*s%.*s] %zu", now, "##########", 10 - now, "..........", r->lines);
    else
        fprintf(stderr, "%d %% replayed, %zu answers, %zu differ\n", now * 10, r->lines, r->differ);
}

static int replay_all(struct replay *r, FILE *file, off_t whole, struct error *error)
{
    char *line = NULL;
    size_t room = 0;
    off_t done = 0;
    int tenth = 0, rc = 0;
    for (ssize_t n; !rc && (n = getline(&line, &room, file)) >= 0;) {
        done += n;
        struct text t = text_trim((struct text){line, (size_t)n});
        r->lines++;
        arena_reset(r->arena);
        if (t.n && !same_text(r, t))
            rc = replay_line(r, t, error);
        progress(r, done, whole, &tenth);
    }
    if (!rc && ferror(file))
        rc = error_system(error, errno, "replay", "the answers could not be read");
    if (isatty(STDERR_FILENO) && tenth)
        fputc('\n', stderr);
    free(line);
    return rc;
}

int policy_replay(const char *folder, const char *as, const char *path)
{
    struct replay r = {.folder = folder, .as = as, .arena = arena_new(LINE_MEMORY, ARENA_PLAIN)};
    struct error error = {0};
    struct stat status;
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    int rc, code = 0;
    if (!file)
        rc = error_set(&error, ERROR_INPUT, path, "", "the file could not be opened");
    else if (!r.arena)
        rc = error_set(&error, ERROR_SYSTEM, path, "", "out of memory");
    else
        rc = replay_all(&r, file, fstat(fileno(file), &status) ? 0 : status.st_size, &error);
    if (rc)
        code = error.code == ERROR_MISSING ? (policy_complain(&error), 2) : policy_complain(&error);
    else
        printf("%zu answers replayed%s%s, %zu %s\n", r.lines, as ? " as " : "", as ? as : "", r.differ,
               as ? "have another outcome" : "differ");
    if (!code && r.differ && !as)
        code = 1;
    if (file && file != stdin)
        fclose(file);
    for (size_t i = 0; i < r.packs; i++)
        policy_pack_free(&r.pack[i]);
    arena_free(&r.arena);
    return code;
}
