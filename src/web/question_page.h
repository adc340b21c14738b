#ifndef WEB_QUESTION_PAGE_H
#define WEB_QUESTION_PAGE_H

#include "asking.h"
#include "policy.h"

/*
 * A question of the policy on a page, and the reply to it. What was said lies in a draft as "fact:KEY"; the keys to
 * which the person said "I do not know" lie under "unknown". Facts that belong together are boxes on one page, of which
 * only those are shown that can still matter.
 */
struct question_page {
    const struct policy_pack *pack;
    enum policy_decision decision;
    const struct values *said;
    struct text key;         /* the fact to ask */
    const struct text *open; /* those that could still matter, this one first */
    size_t opens;
    bool changing;                     /* an earlier reply is changed: it is asked alone */
    bool settled;                      /* the outcome stands */
    struct text about, whom;           /* of several people: their names, and whose reply it is; empty: not told */
    bool can_differ;                   /* it may be another for some of them */
    struct text suggested;             /* a value to begin with; empty: none */
    struct text action, back, answer;  /* addresses */
    const char *part;
};

int question_page_write(struct asking *asking, const struct question_page *page, struct error *error);

/*
 * Takes the reply over into `said`; whether it can be the answer is for the policy to say. ERROR_INVALID with
 * asking->errors filled, ERROR_MISSING where there is no such question.
 */
int question_page_take(struct asking *asking, const struct policy_pack *pack, struct values *said,
                       struct error *error);

/* What was said, as the facts of an answer; those that the pack in force does not know are left out. */
int question_facts(struct asking *asking, const struct policy_pack *pack, const struct values *said,
                   struct json_object *facts, struct error *error);

/* Keys of "ask" and "ask_more" of an answer that were not said to be unknown, each once, added to open[0..*n). */
void question_open(const struct json *answer, const struct values *said, struct text *open, size_t *n, size_t room);

/*
 * "Back" goes through what was replied, one page at a time. The reply ("KEY", or "KEY@WHOM" where it holds for somebody)
 * that was given before `reply`; the last one of all if `reply` is empty or was not given. Empty: there is none before.
 */
struct text question_before(const struct policy_pack *pack, const struct values *said, struct text reply);

/* The query of such a page: "key=KEY&whom=WHOM&walked=1"; and whether a page was come to so. */
struct text question_walked(struct asking *asking, struct text reply);
bool question_was_walked(const struct asking *asking);

#endif
