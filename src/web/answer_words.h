#ifndef WEB_ANSWER_WORDS_H
#define WEB_ANSWER_WORDS_H

#include "asking.h"

/* One recipient's answer: "words" and "answer" as decision.answer gives them and a decision keeps them. */
struct answer_of {
    struct text recipient;
    const struct json *words, *answer;
};

/*
 * The answers as a page shows them: recipients for whom it is lawful for the same reason, or not, stand together.
 * What only some of them bring with it says for whom. `change` is the beginning of the address where a fact can be
 * changed, to which its key is added; "" where it cannot.
 */
int answers_shown(struct asking *asking, const struct answer_of *answers, size_t answers_n, struct text change,
                  const struct shape_answer **out, size_t *n, struct error *error);

/* A list of {"code", "title", "todo"}. */
size_t todo_words(struct arena *arena, const struct json *list, const struct shape_todo **out);

/*
 * The obligations that bear on whoever receives it too, and the rest, which was the sender's to do. A code that is
 * not known here bears on both.
 */
void todo_received(struct arena *arena, const struct json *list, const struct shape_todo **mine, size_t *mine_n,
                   const struct shape_todo **theirs, size_t *theirs_n);

#endif
