#ifndef WEB_ADVICE_H
#define WEB_ADVICE_H

#include "asking.h"

/*
 * "Ask the policy": a question about nobody in particular, to find out or to practise. What is said lies in a draft of
 * the journey "advice" ("decision" and the replies of question_page.h) and is recorded nowhere.
 */
extern const struct page advice_page, advice_question_page, advice_answer_page;

/*
 * Begins one with what is known already, as a draft has it; "back" is a place to return to from the answer. Return what
 * it gives.
 */
int advice_begin(struct asking *asking, struct text decision, const struct values *known);

#endif
