#include "inside.h"

#include <stdlib.h>
#include <string.h>

#define OPEN TEXT("open")
#define NOT_DECIDED TEXT("not decided")

struct policy_replay *policy_replay_new(enum policy_replay_how how, struct arena *arena)
{
    struct policy_replay *replay = ARENA_NEW(arena, struct policy_replay);
    if (replay)
        *replay = (struct policy_replay){.how = how, .arena = arena};
    return replay;
}

/* The same value, whatever the order of an object's members. */
static bool same(const struct json *a, const struct json *b)
{
    if (!a || !b || a->kind != b->kind || a->count != b->count || !text_equal(a->text, b->text))
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct json *other = &b->item[i];
        if (a->kind == JSON_OBJECT && !text_equal(a->key[i], b->key[i])) {
            other = NULL;
            for (size_t k = 0; k < b->count && !other; k++)
                if (text_equal(a->key[i], b->key[k]))
                    other = &b->item[k];
        }
        if (!same(&a->item[i], other))
            return false;
    }
    return true;
}

/* What the pack can understand of the facts; the rest is counted. */
static int read_facts(struct policy_replay *replay, const struct json *object, struct policy_facts *facts,
                      struct error *error)
{
    if (replay->how == POLICY_REPLAY_EXACT || !json_is(object, JSON_OBJECT))
        return policy_facts_read(facts, object, error);
    for (size_t i = 0; i < object->count; i++) {
        struct error ignored;
        struct json one = *object;
        one.count = 1;
        one.key = object->key + i;
        one.item = object->item + i;
        if (policy_facts_read(facts, &one, &ignored))
            replay->sum.left_out++;
    }
    return arena_exhausted(facts->arena) ? arena_error(facts->arena, error) : 0;
}

/* Did this very version answer? What the record does not say is not held against it. */
static bool is_of(const struct policy_pack *pack, const struct json *answer)
{
    const struct {
        const char *key;
        struct text is;
    } said[] = {
        {"pack", pack->info.id}, {"pack_version", pack->info.version}, {"pack_sha256", pack->info.sha256}};
    for (size_t i = 0; i < 3; i++) {
        const struct json *value = json_get(answer, said[i].key);
        if (value && !text_equal(json_text(value), said[i].is))
            return false;
    }
    return true;
}

/* The answer once more, as JSON read back. */
static int answer_again(struct policy_replay *replay, const struct policy_pack *pack,
                        const struct policy_recorded *recorded, struct arena *scratch,
                        struct policy_facts **facts, const struct json **out, struct error *error)
{
    struct policy_answer answer;
    int result;
    *out = NULL;
    if (!(*facts = policy_facts_new(pack, scratch)))
        return arena_error(scratch, error);
    if ((result = read_facts(replay, recorded->facts, *facts, error)))
        return result;
    if (!pack->plan[recorded->decision].present && replay->how == POLICY_REPLAY_OUTCOME)
        return 0;
    if ((result = policy_answer(pack, recorded->decision, *facts, scratch, &answer, error)))
        return result;
    struct buffer text = buffer_in(scratch);
    struct json_writer w = json_writer_in(&text);
    policy_answer_write(&answer, &w);
    if (buffer_failed(&text))
        return arena_error(scratch, error);
    return json_read(scratch, buffer_result(&text), "answer", out, error);
}

static struct text differing_members(const struct json *was, const struct json *now, struct arena *scratch)
{
    struct buffer out = buffer_in(scratch);
    for (size_t pass = 0; pass < 2; pass++) {
        const struct json *one = pass ? now : was, *other = pass ? was : now;
        for (size_t i = 0; i < one->count; i++) {
            const char *key = arena_string(scratch, one->key[i]);
            const struct json *there = key ? json_get(other, key) : NULL;
            if (pass ? there != NULL : same(&one->item[i], there))
                continue;
            buffer_string(&out, out.n ? " " : "");
            buffer_text(&out, one->key[i]);
        }
    }
    return buffer_result(&out);
}

static int count_change(struct policy_replay *replay, const struct policy_recorded *recorded,
                        const struct policy_facts *facts, const struct policy_replayed *one,
                        struct error *error)
{
    size_t at = 0;
    while (at < replay->counts &&
           !(text_equal(replay->count[at].was, one->was) && text_equal(replay->count[at].now, one->now)))
        at++;
    if (at == replay->counts) {
        if (at == REPLAY_CHANGES)
            return error_set(error, ERROR_TOO_LARGE, "replay", "", "more than %d kinds of differences",
                             (int)REPLAY_CHANGES);
        struct buffer json = buffer_in(replay->arena);
        struct json_writer w = json_writer_in(&json);
        policy_facts_write(facts, &w);
        replay->count[at] = (struct policy_replay_count){
            .was = arena_text(replay->arena, one->was),
            .now = arena_text(replay->arena, one->now),
            .example = arena_text(replay->arena, recorded->name),
            .facts = buffer_result(&json),
        };
        if (buffer_failed(&json) || arena_exhausted(replay->arena))
            return arena_error(replay->arena, error);
        replay->counts++;
    }
    replay->count[at].count++;
    replay->sum.differ++;
    return 0;
}

int policy_replay_one(struct policy_replay *replay, const struct policy_pack *pack,
                      const struct policy_recorded *recorded, struct arena *scratch,
                      struct policy_replayed *out, struct error *error)
{
    const char *key = policy_shape[recorded->decision].outcome;
    const struct json *was = json_get(recorded->answer, key), *again;
    struct policy_facts *facts;
    *out = (struct policy_replayed){.kind = POLICY_REPLAYED_SAME};
    if (!json_is(was, JSON_STRING) && !json_is(was, JSON_NULL))
        return error_set(error, ERROR_INPUT, "answer", "", "a recorded answer has \"%s\"", key);
    out->was = json_is(was, JSON_STRING) ? was->text : OPEN;
    if (replay->how == POLICY_REPLAY_EXACT && !is_of(pack, recorded->answer)) {
        out->kind = POLICY_REPLAYED_OTHER_PACK;
        replay->sum.answers++;
        replay->sum.other_pack++;
        return 0;
    }
    int result = answer_again(replay, pack, recorded, scratch, &facts, &again, error);
    if (result)
        return result;
    const struct json *now = json_get(again, key);
    out->now = !again ? NOT_DECIDED : json_is(now, JSON_STRING) ? now->text : OPEN;
    replay->sum.answers++;
    bool agree =
        replay->how == POLICY_REPLAY_OUTCOME ? text_equal(out->was, out->now) : same(recorded->answer, again);
    if (agree) {
        replay->sum.same++;
        return 0;
    }
    out->kind = POLICY_REPLAYED_DIFFERS;
    if (text_equal(out->was, out->now))
        out->members = differing_members(recorded->answer, again, scratch);
    result = count_change(replay, recorded, facts, out, error);
    return result ? result : arena_exhausted(scratch) ? arena_error(scratch, error) : 0;
}

struct policy_replay_sum policy_replay_sum(const struct policy_replay *replay)
{
    return replay->sum;
}

static int commonest_first(const void *one, const void *other)
{
    const struct policy_replay_count *a = one, *b = other;
    return a->count == b->count ? text_compare(a->was, b->was) : a->count < b->count ? 1 : -1;
}

const struct policy_replay_count *policy_replay_counts(struct policy_replay *replay, size_t *count)
{
    *count = replay->counts;
    if (replay->counts > 1)
        qsort(replay->count, replay->counts, sizeof *replay->count, commonest_first);
    return replay->count;
}
