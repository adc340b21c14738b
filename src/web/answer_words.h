#ifndef WEB_ANSWER_WORDS_H
#define WEB_ANSWER_WORDS_H

#include "asking.h"

/*
 * An answer's words (docs: "words" of decision.answer and of a decision) as a page shows them. `change` is the beginning of
 * the address where a fact can be changed, to which its key is added; "" where it cannot.
 */
struct shape_answer answer_words(struct asking *asking, const struct json *words, struct text change);

/* The names of facts as "what is still open", from the codes of an answer's `ask`. */
void answer_missing(struct asking *asking, const struct json *ask, struct text change, struct shape_answer *answer);

/* {"code", "title", "todo"} of a list. */
size_t todo_words(struct arena *arena, const struct json *list, const struct shape_todo **out);

/* Groups rows that say the same, the strictest first. */
int answers_grouped(struct asking *asking, const struct view_rows *rows, struct text change,
                    const struct shape_answer **out, size_t *n, struct error *error);

#endif
