#ifndef GATE_EFFECT_INSIDE_H
#define GATE_EFFECT_INSIDE_H

#include "effect.h"
#include "inside.h"
#include "recorded.h"

#include "policy.h"

/* What the files about one effect share: effect.c reads the proposal, has the others look, and keeps what they found. */

enum { MOVES_MOST = 100 };

/* How often one outcome would become another; was equals now: only what is to be done beside it differs. */
struct move {
    struct text was, now;
    size_t count;
    struct text *when; /* the first such case, in words */
    size_t whens;
};

struct effect {
    struct gate *gate;
    struct arena *arena;
    const struct policy_pack *proposed, *present;
    struct id adoption, present_id;
    struct date from;
    struct text day; /* from, as a fact */
    struct effect_progress *progress;

    struct move move[MOVES_MOST];
    size_t moves;
    size_t decisions, answers, differing, obligations, unreadable;
    bool differs, alters; /* of the decision that is being read */

    struct id *changed; /* open cases */
    size_t cases, cases_room, looked;
    struct id looked_at; /* the case of the decision before */
};

/* ---- effect_words.c ---- */
struct text effect_title(enum policy_decision decision); /* the question behind it */
/* "Consent: refused", for each fact of a case; `plain`: only facts that cannot point at a person. */
struct text *effect_case_words(const struct effect *e, const struct json *facts, bool plain, struct arena *arena, size_t *n);
void effect_write_when(struct json_writer *w, const struct text *when, size_t n); /* the member "when" */
/* The members "was", "now" and both in words. */
void effect_write_change(const struct effect *e, enum policy_decision decision, struct text was, struct text now,
                         struct json_writer *w);

/* ---- effect_compare.c: one decision of both versions, as an object; nothing where neither has it ---- */
int effect_write_decision(const struct effect *e, enum policy_decision decision, struct json_writer *w, struct error *error);

/* ---- effect_replay.c: callbacks of struct recorded_reader, whose self is the effect; then what they found ---- */
int effect_read_answer(void *self, const struct recorded *one, struct arena *scratch, struct error *error);
int effect_read_case(void *self, const struct recorded *one, struct arena *scratch, struct error *error); /* of an open case */
int effect_read_unreadable(void *self, struct text decision_id, const char *why, struct error *error);
void effect_decision_done(void *self);
void effect_write_moves(struct effect *e, int64_t since, struct json_writer *w); /* "replayed" and "open_cases" */

#endif
