#ifndef TESTS_WEB_WALK_H
#define TESTS_WEB_WALK_H

#include "browser.h"

/* From the home page to "Who needs to know?", about a child whom the agency does not know yet. */
void walk_to_recipients(struct browser *browser, const char *name);
/* Answers what the policy asks until the answer is there; gives how many questions that took. */
int walk_through_questions(struct browser *browser);
/* From the answer to the page where a decision is made; the browser is then at the next. */
void walk_decide(struct browser *browser, const char *fields);

#endif
