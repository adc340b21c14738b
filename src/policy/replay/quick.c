#include "inside.h"

#include "answer/answer.h"
#include "pack/word_table.h"

#include <string.h>

/*
 * Facts go from the line straight to their classes, and the tables are read for every line. What is not done
 * again is to write an answer down: answers for which the same rules decide are the same text, kept from the
 * first time, and that text is compared with the line where it stands.
 */
enum { MOST_PACKS = 32, WRITTEN_MEMORY = 64 << 20, WRITTEN_SLOTS = 1 << 16, KEY_MOST = 4096 };

struct quick_pack {
    const struct policy_pack *pack;
    struct text stamp, tail;   /* pack, version and sha256 as members; how its answers end */
    struct word_table keys;    /* of facts */
    struct word_table *values; /* by fact: of a choice */
    struct tables_reading reading[POLICY_DECISIONS];
    struct policy_facts facts;
};

struct written {
    uint64_t hash;
    const void *key;
    size_t key_n;
    struct text answer, outcome; /* outcome: the start of the answer, to the end of its first member */
};

struct quick {
    enum policy_replay_how how;
    struct arena *arena;
    struct quick_pack pack[MOST_PACKS];
    size_t packs, last;  /* last: the pack of the line before */
    struct arena *texts;   /* of written[] */
    struct arena *scratch; /* for working out one answer */
    struct written *written;
    size_t writtens;
    unsigned char key[KEY_MOST];
};

struct quick *quick_new(enum policy_replay_how how, struct arena *arena)
{
    struct quick *q = ARENA_NEW(arena, struct quick);
    if (!q)
        return NULL;
    q->how = how;
    q->arena = arena;
    q->texts = arena_new(WRITTEN_MEMORY, ARENA_PLAIN);
    q->scratch = arena_new(WRITTEN_MEMORY, ARENA_PLAIN);
    q->written = ARENA_ARRAY(arena, struct written, WRITTEN_SLOTS);
    if (!q->texts || !q->scratch || !q->written)
        quick_free(&q);
    return q;
}

void quick_free(struct quick **quick)
{
    if (*quick) {
        arena_free(&(*quick)->texts);
        arena_free(&(*quick)->scratch);
    }
    *quick = NULL;
}

static bool start_facts(struct quick *q, struct quick_pack *to)
{
    const struct policy_pack *pack = to->pack;
    struct text *key = ARENA_ARRAY(q->arena, struct text, pack->facts);
    struct policy_facts *facts = policy_facts_new(pack, q->arena);
    to->values = ARENA_ARRAY(q->arena, struct word_table, pack->facts);
    if (!key || !facts || !to->values)
        return false;
    to->facts = *facts;
    for (size_t f = 0; f < pack->facts; f++) {
        const struct policy_fact_info *info = &pack->fact[f].info;
        key[f] = info->key;
        if (info->kind == POLICY_FACT_CHOICE &&
            !word_table_start(&to->values[f], q->arena, info->value, info->values))
            return false;
    }
    return word_table_start(&to->keys, q->arena, key, pack->facts);
}

bool quick_add(struct quick *q, const struct policy_pack *pack)
{
    if (q->packs == MOST_PACKS)
        return false;
    struct quick_pack *to = &q->pack[q->packs];
    struct buffer tail = buffer_in(q->arena);
    struct json_writer w = json_writer_in(&tail);
    to->pack = pack;
    json_object(&w);
    json_member_text(&w, "pack", pack->info.id);
    json_member_text(&w, "pack_version", pack->info.version);
    json_member_text(&w, "pack_sha256", pack->info.sha256);
    json_end(&w);
    struct text written = buffer_result(&tail);
    to->tail = text_cut(written, 1, written.n);
    to->stamp = text_cut(written, 1, written.n ? written.n - 1 : 0);
    for (size_t d = 0; d < POLICY_DECISIONS; d++)
        if (pack->plan[d].present && (!policy_tables_start(&to->reading[d], pack, &pack->plan[d], q->arena) ||
                                      to->reading[d].size + pack->facts * sizeof(uint16_t) + 16 > KEY_MOST))
            return false;
    if (!start_facts(q, to) || buffer_failed(&tail))
        return false;
    q->packs++;
    return true;
}

/* A line as it is read; `end` is one past its last character. */
struct cursor {
    const char *p, *end;
};

static bool take(struct cursor *c, struct text expected)
{
    if ((size_t)(c->end - c->p) < expected.n || memcmp(c->p, expected.p, expected.n) != 0)
        return false;
    c->p += expected.n;
    return true;
}

/* A JSON string without escapes and of plain characters; the cursor stands before its opening quote. */
static bool take_string(struct cursor *c, struct text *out)
{
    if (c->p == c->end || *c->p != '"')
        return false;
    const char *start = ++c->p, *p = start;
    while (p < c->end && *p != '"') {
        if (*p == '\\' || (unsigned char)*p < ' ' || (unsigned char)*p >= 0x7f)
            return false;
        p++;
    }
    *out = (struct text){start, (size_t)(p - start)};
    if (p == c->end)
        return false;
    c->p = p + 1;
    return true;
}

/* As JSON writes numbers, without an exponent. */
static bool take_number(struct cursor *c, struct text *out)
{
    const char *p = c->p;
    if (p < c->end && *p == '-')
        p++;
    const char *digits = p;
    while (p < c->end && *p >= '0' && *p <= '9')
        p++;
    if (p == digits || (*digits == '0' && p > digits + 1))
        return false;
    if (p < c->end && *p == '.') {
        const char *point = p++;
        while (p < c->end && *p >= '0' && *p <= '9')
            p++;
        if (p == point + 1)
            return false;
    }
    *out = (struct text){c->p, (size_t)(p - c->p)};
    c->p = p;
    return true;
}

static bool take_value(struct cursor *c, const struct quick_pack *pack, size_t f, uint16_t *class)
{
    const struct space_fact *fact = &pack->pack->fact[f];
    struct text value;
    switch (fact->info.kind) {
    case POLICY_FACT_BOOLEAN:
        *class = 0;
        if (take(c, TEXT("true")))
            return true;
        *class = 1;
        return take(c, TEXT("false"));
    case POLICY_FACT_CHOICE:
        return take_string(c, &value) && word_find(&pack->values[f], value.p, value.n, class);
    case POLICY_FACT_NUMBER:
        return take_number(c, &value) && space_classify(fact, value, class);
    case POLICY_FACT_DATE:
    case POLICY_FACT_ADDRESS:
        break;
    }
    return take_string(c, &value) && space_classify(fact, value, class);
}

/* An object of facts, each once; the cursor stands after its opening brace. */
static bool take_facts(struct cursor *c, struct quick_pack *pack)
{
    uint16_t *class = pack->facts.class;
    memset(class, 0xff, pack->pack->facts * sizeof *class); /* DIAGRAM_OPEN */
    if (take(c, TEXT("}")))
        return true;
    for (;;) {
        struct text key;
        uint16_t at;
        if (!take_string(c, &key) || !word_find(&pack->keys, key.p, key.n, &at) ||
            class[at] != DIAGRAM_OPEN || !take(c, TEXT(":")) || !take_value(c, pack, at, &class[at]) ||
            c->p == c->end)
            return false;
        if (*c->p == '}')
            break;
        if (*c->p++ != ',')
            return false;
    }
    c->p++;
    return true;
}

static uint64_t hash_bytes(const unsigned char *p, size_t n)
{
    uint64_t h = n * UINT64_C(0x9e3779b97f4a7c15), part;
    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&part, p, 8);
        h = (h ^ part) * UINT64_C(0xff51afd7ed558ccd);
        h ^= h >> 32;
    }
    for (; n; p++, n--)
        h = (h ^ *p) * UINT64_C(0x100000001b3);
    return h ^ h >> 29;
}

/*
 * What the answer's text depends on: pack, decision, and the rules that decide where all is known, else the
 * classes of the facts. Gives its length.
 */
static size_t make_key(struct quick *q, struct quick_pack *pack, enum policy_decision decision)
{
    const struct plan *plan = &pack->pack->plan[decision];
    const uint16_t *class = pack->facts.class;
    bool by_rules = decision != POLICY_CHANNEL;
    for (size_t i = 0; i < plan->facts && by_rules; i++)
        by_rules = class[plan->fact[i]] != DIAGRAM_OPEN;
    unsigned char *key = q->key;
    key[0] = (unsigned char)(pack - q->pack);
    key[1] = (unsigned char)decision;
    key[2] = by_rules;
    memset(key + 3, 0, 5);
    if (by_rules) {
        struct tables_reading *reading = &pack->reading[decision];
        policy_tables_read(reading, class);
        memcpy(key + 8, reading->bytes, reading->size);
        return 8 + reading->size;
    }
    for (size_t i = 0; i < plan->facts; i++)
        memcpy(key + 8 + i * sizeof *class, &class[plan->fact[i]], sizeof *class);
    return 8 + plan->facts * sizeof *class;
}

static void forget_written(struct quick *q)
{
    memset(q->written, 0, WRITTEN_SLOTS * sizeof *q->written);
    arena_reset(q->texts);
    q->writtens = 0;
}

static bool write_answer(struct quick *q, struct quick_pack *pack, enum policy_decision decision,
                         struct written *to)
{
    struct policy_answer answer;
    struct error error;
    struct buffer out = buffer_in(q->texts);
    struct json_writer w = json_writer_in(&out);
    arena_reset(q->scratch);
    if (policy_answer(pack->pack, decision, &pack->facts, q->scratch, &answer, &error))
        return false;
    policy_answer_write(&answer, &w);
    to->answer = buffer_result(&out);
    struct buffer start = buffer_in(q->texts);
    w = json_writer_in(&start);
    json_object(&w);
    json_key(&w, policy_shape[decision].outcome);
    if (answer.outcome.p)
        json_put_text(&w, answer.outcome);
    else
        json_put_null(&w);
    buffer_char(&start, ',');
    to->outcome = buffer_result(&start);
    return !buffer_failed(&out) && !buffer_failed(&start);
}

/* The answer's text, from before or written now; NULL where there is no quick way. */
static const struct written *find_written(struct quick *q, struct quick_pack *pack,
                                          enum policy_decision decision)
{
    size_t n = make_key(q, pack, decision);
    uint64_t hash = hash_bytes(q->key, n);
    size_t at = hash & (WRITTEN_SLOTS - 1);
    for (; q->written[at].key; at = (at + 1) & (WRITTEN_SLOTS - 1)) {
        const struct written *w = &q->written[at];
        if (w->hash == hash && w->key_n == n && memcmp(w->key, q->key, n) == 0)
            return w;
    }
    if (q->writtens > WRITTEN_SLOTS / 2 || arena_used(q->texts) > WRITTEN_MEMORY / 2) {
        forget_written(q);
        at = hash & (WRITTEN_SLOTS - 1);
    }
    struct written new = {.hash = hash, .key_n = n};
    struct text key = arena_text(q->texts, (struct text){(const char *)q->key, n});
    if (!key.p || !write_answer(q, pack, decision, &new))
        return NULL;
    new.key = key.p;
    q->written[at] = new;
    q->writtens++;
    return &q->written[at];
}

/* The pack whose version the line ends with: mostly that of the line before. */
static struct quick_pack *pack_of(struct quick *q, struct text line)
{
    if (!q->packs || line.n == 0)
        return NULL;
    if (q->how == POLICY_REPLAY_OUTCOME)
        return &q->pack[0];
    line.n--; /* of the line's own brace */
    if (text_ends(line, q->pack[q->last].tail))
        return &q->pack[q->last];
    for (size_t i = 0; i < q->packs; i++)
        if (text_ends(line, q->pack[i].tail)) {
            q->last = i;
            return &q->pack[i];
        }
    return NULL;
}

bool quick_same(struct quick *q, struct text line)
{
    struct quick_pack *pack = pack_of(q, line);
    struct cursor c = {line.p, line.p + line.n};
    struct text name;
    enum policy_decision decision = POLICY_SHARE;
    if (!pack || !take(&c, TEXT("{")))
        return false;
    if (take(&c, TEXT("\"decision\":")) &&
        (!take_string(&c, &name) || !policy_decision_find(name, &decision) || !take(&c, TEXT(","))))
        return false;
    if (take(&c, pack->stamp) && !take(&c, TEXT(",")))
        return false;
    if (!pack->pack->plan[decision].present || !take(&c, TEXT("\"facts\":{")) || !take_facts(&c, pack) ||
        !take(&c, TEXT(",\"answer\":")))
        return false;
    const struct written *now = find_written(q, pack, decision);
    if (!now)
        return false;
    if (q->how == POLICY_REPLAY_OUTCOME)
        return take(&c, now->outcome) && text_ends(line, TEXT("}}"));
    return take(&c, now->answer) && take(&c, TEXT("}")) && c.p == c.end;
}
