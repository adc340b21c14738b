#include "inside.h"
#include "replay/inside.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * proviso policy replay: recorded answers, a line each, {"decision", "facts", "answer"}, perhaps with "pack",
 * "pack_version" and "pack_sha256". Lines are read in blocks; the common one takes the quick way, the rest is
 * read as JSON. What differs is printed, the first lines one by one and all of them counted.
 */
enum {
    MOST_PACKS = 32,
    SCRATCH = 256 << 20,
    LINE_MOST = 16 << 20,
    BLOCK = 1 << 20,
    LINES_PRINTED = 100,
    OTHERS = 64
};

/* Another version than those loaded, that lines were recorded under. */
struct other_version {
    struct text pack, version, sha256;
    size_t count, first;
};

struct replaying {
    const char *folder, *as;
    struct policy_pack *pack[MOST_PACKS];
    size_t packs;
    struct policy_replay *replay;
    struct quick *quick;
    size_t quickly; /* lines that took the quick way */
    size_t line, printed;
    struct other_version other[OTHERS];
    size_t others;
    struct arena *arena, *scratch;
};

static const struct policy_pack *find_pack(struct replaying *r, struct text id, struct error *error)
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
    quick_add(r->quick, r->pack[r->packs]); /* where there is no quick way, its lines are read as JSON */
    return r->pack[r->packs++];
}

static struct text kept(struct replaying *r, struct text t)
{
    return arena_text(r->arena, text_cut(t, 0, 100));
}

static int note_other(struct replaying *r, struct text pack, struct text version, struct text sha256,
                      struct error *error)
{
    size_t at = 0;
    while (at < r->others &&
           !(text_equal(r->other[at].pack, pack) && text_equal(r->other[at].version, version) &&
             text_equal(r->other[at].sha256, sha256)))
        at++;
    if (at == OTHERS)
        return error_set(error, ERROR_INPUT, "replay", "use --as PACK",
                         "the answers were recorded under more than %d versions that are not loaded",
                         (int)OTHERS);
    if (at == r->others)
        r->other[r->others++] =
            (struct other_version){kept(r, pack), kept(r, version), kept(r, sha256), 0, r->line};
    r->other[at].count++;
    return 0;
}

static void print_difference(struct replaying *r, const struct policy_replayed *one)
{
    if (r->printed++ >= LINES_PRINTED)
        return;
    if (one->members.n)
        printf("line %zu: still %.*s, but differs in %.*s\n", r->line, TEXT_ARGS(one->now),
               TEXT_ARGS(one->members));
    else
        printf("line %zu: was %.*s, is %.*s\n", r->line, TEXT_ARGS(one->was), TEXT_ARGS(one->now));
}

/* What the line itself says of its pack must be what its answer says. Gives the value of `key`, or empty. */
static int stamp(const struct json *record, const struct json *answer, const char *key, const char *where,
                 struct text *out, struct error *error)
{
    const struct json *own = json_get(record, key), *said = json_get(answer, key);
    if (own && said && !text_equal(json_text(own), json_text(said)))
        return error_set(error, ERROR_INPUT, where, "", "the line and its answer do not name the same \"%s\"",
                         key);
    *out = json_text(own ? own : said);
    return 0;
}

static int replay_record(struct replaying *r, const char *where, const struct json *record,
                         struct error *error)
{
    struct text pack_id, version, sha256;
    const struct json *answer = json_get(record, "answer"), *named = json_get(record, "decision");
    struct policy_recorded recorded = {
        .facts = json_get(record, "facts"), .answer = answer, .name = arena_format(r->scratch, "%s", where)};
    struct policy_replayed one;
    int result;
    if (!policy_decision_find(named ? json_text(named) : TEXT("share"), &recorded.decision) ||
        !json_is(answer, JSON_OBJECT))
        return error_set(error, ERROR_INPUT, where, "", "a recorded answer has decision, facts and answer");
    if ((result = stamp(record, answer, "pack", where, &pack_id, error)) ||
        (result = stamp(record, answer, "pack_version", where, &version, error)) ||
        (result = stamp(record, answer, "pack_sha256", where, &sha256, error)))
        return result;
    const struct policy_pack *pack = find_pack(r, r->as ? text_of(r->as) : pack_id, error);
    if (!pack && error->code == ERROR_MISSING && !r->as && pack_id.n)
        return note_other(r, pack_id, version, sha256, error);
    if (!pack)
        return error->code;
    const struct policy_pack_info *info = policy_pack_info(pack);
    if (!r->as && ((version.n && !text_equal(version, info->version)) ||
                   (sha256.n && !text_equal(sha256, info->sha256))))
        return note_other(r, pack_id, version, sha256, error);
    if ((result = policy_replay_one(r->replay, pack, &recorded, r->scratch, &one, error))) {
        error_within(error, where);
        return result;
    }
    if (one.kind == POLICY_REPLAYED_DIFFERS)
        print_difference(r, &one);
    return 0;
}

static int replay_line(struct replaying *r, struct text line, struct error *error)
{
    const struct json *record;
    char where[40];
    r->line++;
    line = text_trim(line);
    if (line.n == 0)
        return 0;
    if (quick_same(r->quick, line)) {
        r->quickly++;
        return 0;
    }
    arena_reset(r->scratch);
    snprintf(where, sizeof where, "line %zu", r->line);
    int result = json_read(r->scratch, line, where, &record, error);
    return result ? result : replay_record(r, where, record, error);
}

static struct policy_replay_sum sum_of(const struct replaying *r)
{
    struct policy_replay_sum sum = policy_replay_sum(r->replay);
    sum.answers += r->quickly;
    sum.same += r->quickly;
    for (size_t i = 0; i < r->others; i++) {
        sum.answers += r->other[i].count;
        sum.other_pack += r->other[i].count;
    }
    return sum;
}

/* On a terminal a bar; elsewhere a line for every tenth. */
static void progress(const struct replaying *r, off_t done, off_t whole, int *tenth)
{
    int now = whole > 0 ? (int)(done * 10 / whole) : 0;
    struct policy_replay_sum sum = sum_of(r);
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r[%.*s%.*s] %zu answers, %zu differ ", now, "##########", 10 - now, "..........",
                sum.answers, sum.differ);
    } else if (now > *tenth) {
        fprintf(stderr, "%d %% replayed, %zu answers, %zu differ\n", now * 10, sum.answers, sum.differ);
    }
    *tenth = now;
}

/* The lines of a file, read in blocks; a line longer than a block makes the buffer grow. */
static int replay_file(struct replaying *r, int fd, off_t whole, struct error *error)
{
    size_t room = BLOCK, held = 0, from = 0;
    char *buffer = malloc(room);
    off_t done = 0;
    int tenth = 0, result = 0;
    ssize_t got = 1;
    if (!buffer)
        return error_set(error, ERROR_SYSTEM, "replay", "", "out of memory");
    while (!result && got > 0) {
        if (held == room && room < LINE_MOST) {
            char *grown = realloc(buffer, room * 2);
            if (!grown)
                break;
            buffer = grown;
            room *= 2;
        }
        if (held == room) {
            result = error_set(error, ERROR_TOO_LARGE, "replay", "", "line %zu is longer than 16 MiB",
                               r->line + 1);
            break;
        }
        got = read(fd, buffer + held, room - held);
        if (got < 0 && errno == EINTR) {
            got = 1;
            continue;
        }
        if (got < 0)
            result = error_system(error, errno, "replay", "the answers could not be read");
        if (got <= 0)
            break;
        done += got;
        size_t start = 0, end = held + (size_t)got;
        const char *line_end;
        while (!result && (line_end = memchr(buffer + from, '\n', end - from)) != NULL) {
            size_t at = (size_t)(line_end - buffer);
            result = replay_line(r, (struct text){buffer + start, at - start}, error);
            from = start = at + 1;
        }
        held = end - start;
        memmove(buffer, buffer + start, held);
        from = held; /* no line ends in what is left */
        if (!result)
            progress(r, done, whole, &tenth);
    }
    if (!result && got == 0 && held)
        result = replay_line(r, (struct text){buffer, held}, error);
    if (!result && got > 0)
        result = error_set(error, ERROR_SYSTEM, "replay", "", "out of memory");
    if (isatty(STDERR_FILENO))
        fputc('\n', stderr);
    free(buffer);
    return result;
}

static void print_counts(struct replaying *r)
{
    size_t count;
    const struct policy_replay_count *list = policy_replay_counts(r->replay, &count);
    struct policy_replay_sum sum = sum_of(r);
    if (r->printed > LINES_PRINTED)
        printf("and %zu lines more that differ\n", r->printed - LINES_PRINTED);
    for (size_t i = 0; i < count; i++)
        if (text_equal(list[i].was, list[i].now))
            printf("%8zu  still %.*s, but not all that was said; for example %.*s: %.*s\n", list[i].count,
                   TEXT_ARGS(list[i].was), TEXT_ARGS(list[i].example), TEXT_ARGS(list[i].facts));
        else
            printf("%8zu  was %.*s, is %.*s; for example %.*s: %.*s\n", list[i].count, TEXT_ARGS(list[i].was),
                   TEXT_ARGS(list[i].now), TEXT_ARGS(list[i].example), TEXT_ARGS(list[i].facts));
    for (size_t i = 0; i < r->others; i++)
        printf("%8zu  recorded under %.*s %.*s (sha256 %.*s), which is not loaded: not worked out; the first "
               "is line "
               "%zu\n",
               r->other[i].count, TEXT_ARGS(r->other[i].pack), TEXT_ARGS(r->other[i].version),
               TEXT_ARGS(r->other[i].sha256), r->other[i].first);
    if (sum.left_out)
        printf("%8zu  facts that %s does not know were left out\n", sum.left_out, r->as);
    printf("%zu answers replayed%s%s, %zu %s\n", sum.answers, r->as ? " as " : "", r->as ? r->as : "",
           sum.differ, r->as ? "have another outcome" : "differ");
}

static int start(struct replaying *r, struct error *error)
{
    enum policy_replay_how how = r->as ? POLICY_REPLAY_OUTCOME : POLICY_REPLAY_EXACT;
    r->arena = arena_new(SCRATCH, ARENA_PLAIN);
    r->scratch = arena_new(SCRATCH, ARENA_PLAIN);
    if (!r->arena || !r->scratch || !(r->replay = policy_replay_new(how, r->arena)) ||
        !(r->quick = quick_new(how, r->arena)))
        return error_set(error, ERROR_SYSTEM, "replay", "", "out of memory");
    return r->as && !find_pack(r, text_of(r->as), error) ? error->code : 0;
}

int policy_command_replay(const char *folder, const char *as, const char *path)
{
    struct replaying r = {.folder = folder, .as = as};
    struct error error = {0};
    struct stat status;
    bool standard = strcmp(path, "-") == 0;
    int fd FILE_SCOPE = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    int result, code = 0;
    if (fd < 0)
        result = error_set(&error, ERROR_INPUT, path, "Check the name.", "the file cannot be opened");
    else
        result = start(&r, &error);
    if (!result)
        result = replay_file(&r, fd, fstat(fd, &status) ? 0 : status.st_size, &error);
    if (result) {
        code = policy_complain("policy", &error);
        if (error.code == ERROR_MISSING)
            code = 2;
    } else {
        print_counts(&r);
        struct policy_replay_sum sum = sum_of(&r);
        code = !as && sum.differ + sum.other_pack > 0 ? 1 : 0;
    }
    for (size_t i = 0; i < r.packs; i++)
        policy_pack_free(&r.pack[i]);
    quick_free(&r.quick);
    arena_free(&r.scratch);
    arena_free(&r.arena);
    return code;
}
