#ifndef WEB_ANSWER_WORDS_H
#define WEB_ANSWER_WORDS_H

#include "asking.h"
#include "policy.h"

/*
 * The answer for one subject and one recipient: "words" and "answer" as decision.answer gives them and a decision keeps
 * them. subject: empty where there is only one. whom: as worry_whom() has it for each kind of fact; empty where nothing
 * can be changed.
 */
struct answer_of {
    struct text subject, recipient;
    const struct json *words, *answer;
    const struct policy_pack *pack; /* the version that answered; NULL: that in force */
    struct text whom[4]; /* by enum policy_fact_of */
};

/*
 * The answers as a page shows them: those for whom it is lawful for the same reason, or not, stand together, in
 * the order in which they come. What only some of them bring with it says for whom. `change` is the beginning of the address where a fact can be
 * changed, to which its key is added; "" where it cannot.
 */
int answers_shown(struct asking *asking, const struct answer_of *answers, size_t answers_n, struct text change,
                  const struct shape_answer **out, size_t *n, struct error *error);

/* What was taken into account for all of them; what differs says for whom. */
int known_shown(struct asking *asking, const struct answer_of *answers, size_t answers_n, struct text change,
                const struct shape_taken **out, size_t *n, struct error *error);

/* "Sam, to the clinic": the pair of an answer; the recipient where there is only one subject. */
struct text pair_words(struct arena *arena, struct text subject, struct text recipient);

/* A list of {"code", "title", "todo"}. */
size_t todo_words(struct arena *arena, const struct json *list, const struct shape_todo **out);

/*
 * The obligations that bear on whoever receives it too, and the rest, which was the sender's to do. A code that is
 * not known here bears on both.
 */
void todo_received(struct arena *arena, const struct json *list, const struct shape_todo **mine, size_t *mine_n,
                   const struct shape_todo **theirs, size_t *theirs_n);

#endif
