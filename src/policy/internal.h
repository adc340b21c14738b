#ifndef POLICY_INTERNAL_H
#define POLICY_INTERNAL_H

#include "diagram/diagram.h"
#include "diagram/space.h"
#include "policy/answer.h"
#include "policy/guide.h"
#include "policy/words.h"

#include "base/json.h"
#include "base/buffer.h"

/*
 * A decision table of the profile. Inputs are facts or outputs of other tables, cells are sets of their classes,
 * outputs are codes. match[] has for each class of an input the rules that it does not rule out, a bit each.
 */
enum table_hit { TABLE_FIRST, TABLE_UNIQUE, TABLE_COLLECT };

struct table_in {
    bool fact;
    uint16_t index;  /* of the fact or table */
    uint16_t column; /* of the table */
    uint16_t classes;
    struct text name; /* as written */
    uint64_t *match;  /* classes * words */
};

struct table_out {
    struct text name;
    struct text *value; /* the codes, in order of appearance; class `values` stands for no value at all */
    bool *number;       /* is the code a number? */
    uint16_t values;
    uint32_t gives; /* diagram of the class; not of TABLE_COLLECT */
};

struct table_rule {
    int line;
    uint16_t *value; /* for each output its class */
    struct text *cell;
    uint64_t tests; /* inputs whose cell is not "-" */
    uint16_t citation;
    struct text note, gives; /* gives: of the first output */
    uint32_t match;          /* diagram: do the cells match? */
    uint32_t fires;          /* diagram: does it decide? (first of its table, or alone) */
};

struct table {
    struct text name, label;
    int line;
    enum table_hit hit;
    struct table_in *in;
    size_t ins;
    struct table_out *out;
    size_t outs;
    struct table_rule *rule;
    size_t rules, words; /* words: of 64 rules */
    uint64_t *all;       /* a bit for every rule */
    uint32_t overlap;    /* diagram: TABLE_UNIQUE where two rules match */
    bool has_default;
    uint16_t *fallback; /* for each output, if has_default */
    bool placed;         /* the model's drawing has it: */
    double x, y, width, height;
};

/* What a decision reads: its tables, and the diagrams of what its answer says. */
enum { PLAN_LISTS = 2 };

struct plan_item { /* a code that an answer may list */
    struct text code;
    uint32_t holds; /* diagram */
};

struct plan_list {
    const struct table *table; /* NULL where the pack has none */
    struct plan_item *item;
    size_t items;
};

struct plan_fired {
    const struct table *table;
    const struct table_rule *rule;
    uint32_t holds; /* diagram: it fires, and something that fires asked for it */
};

struct plan_citation {
    uint16_t citation;
    uint32_t holds, leading; /* diagrams: of any rule with it; of such a rule of the first table */
};

struct plan {
    bool present;
    const struct table *first; /* decides the outcome */
    struct plan_list list[PLAN_LISTS];
    uint16_t *order;  /* indexes of tables: the outcome's and those that it needs, then the lists' */
    uint16_t *sorted; /* the same, those needed by others first */
    size_t tables;
    struct plan_fired *fired;
    size_t fireds;
    struct plan_citation *citation;
    size_t citations;
    bool *matters; /* by fact: does any table of the plan test it? */
    uint16_t *fact; /* those */
    size_t facts;
    uint16_t vary; /* channel: the fact `medium`; DIAGRAM_OPEN if there is none */
    size_t rules_most; /* of all its tables */
    size_t tests_most;
};

/* A usual fact, and the known facts that it needs: a string, a boolean, or a list of those that would do. */
struct usual_need {
    size_t fact;
    const struct json *value;
};

struct usual {
    struct policy_usual usual;
    size_t fact;
    const struct usual_need *need;
    size_t needs;
};

/* Lists as the files have them, read once every fact has its classes; NULL where a file has none. */
struct policy_guide {
    const struct json *usual, *own_usual, *together, *own_together;
};

struct word_list {
    struct policy_words *word;
    size_t words;
};

struct policy_pack {
    struct arena *arena;
    struct policy_pack_info info;
    struct space_fact *fact;
    size_t facts;
    uint16_t *width; /* classes by fact */
    struct policy_citation *citation;
    size_t citations;
    struct table *table; /* those needed by others come first */
    size_t tables;
    struct diagram_forest forest;
    struct plan plan[POLICY_DECISIONS];
    struct word_list words[POLICY_WORDS_KINDS];
    struct policy_term *term;
    size_t terms;
    struct policy_guide guide;
    struct usual *usual;
    size_t usuals;
    struct policy_group *group;
    size_t groups;
    struct policy_pack_files files; /* as it was read from; safety.json may be empty */
};

struct policy_facts {
    const struct policy_pack *pack;
    struct arena *arena;
    uint16_t *class; /* by fact, DIAGRAM_OPEN where unknown */
    struct text *value;
};

/* How a decision is written in DMN and in JSON. */
struct decision_shape {
    const char *name, *outcome;   /* the decision and its key in the answer */
    const char *list[PLAN_LISTS]; /* decisions whose codes the answer lists */
    const char *key[PLAN_LISTS];  /* under these keys */
};

extern const struct decision_shape policy_shape[POLICY_DECISIONS];

/* vocabulary.c, pack_words.c, pack_json.c of pack/: each reads one file into the pack. */
int policy_read_vocabulary(struct policy_pack *pack, struct text vocabulary, struct error *error);
int policy_read_words(struct policy_pack *pack, struct text words, struct error *error);
int policy_read_pack(struct policy_pack *pack, struct text pack_json, const char *id, struct error *error);

/* answer/guide.c: from pack->guide, after the tables are bound; `where` names pack.json. */
int policy_read_guide(struct policy_pack *pack, const struct policy_guide *guide, const char *where, struct error *error);

/* bind/bind.c: the tables of policy.dmn. bind/compile.c: their diagrams. */
int policy_bind(struct policy_pack *pack, struct text dmn, const char *file, struct error *error);
int policy_compile(struct policy_pack *pack, struct error *error);

/* answer/question.c: the facts of `depends`, the most telling about `f` first. Changes `assignment` meanwhile. */
int policy_order_questions(const struct policy_pack *pack, struct diagram_forest *forest, const uint32_t *f,
                           size_t count, uint16_t *assignment, const bool *depends, struct arena *arena,
                           const struct text **ask, size_t *asks, struct error *error);

/* answer/answer_json.c: the members of policy_answer_write(), into an object that is open. */
void policy_answer_members(const struct policy_answer *answer, struct json_writer *w);

ptrdiff_t policy_fact_index(const struct policy_pack *pack, struct text key);

#endif
