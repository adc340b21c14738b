#ifndef WEB_WORRY_H
#define WEB_WORRY_H

#include "step.h"

/*
 * "I am worried about a child": the main job as a journey. What is said lies in a sealed draft; its id is in the
 * address. What was seen is recorded in the case as soon as its page is saved, so that nothing of it is lost; the
 * decision and the share are recorded at the end, once the person has checked them.
 *
 * The draft keeps the fields under their own names, and besides:
 *     cases, decision_id     once they are there; decisions: those of them to send
 *     recorded               each item that was written down on this way
 *     fact:KEY               an answer to a question of the policy, in the order given
 *     answers_of             when the decision was recorded whose answers were taken over
 *     unknown                keys to which the person said "I do not know"
 */
struct worry {
    struct id draft_id; /* unset: none yet */
    struct values said;
};

struct worry_page {
    struct step step;
    const char *back; /* the page before; "" for the home page */
    const char *next;
    uint32_t when; /* enum worry_when */
    /* Goes on once the fields are checked and taken over; NULL: saves and goes to `next`. */
    int (*after)(struct asking *asking, struct worry *worry, struct error *error);
};

enum worry_when {
    WORRY_BEFORE_CASE = 1,     /* makes no sense once the case is open */
    WORRY_BEFORE_DECISION = 2, /* nor once the decision is recorded */
};

extern const struct worry_page worry_pages[]; /* ended by step.name NULL */
/* The page that asks for a field of a command; NULL: none does. */
const struct worry_page *worry_page_with(const struct command *command, const char *field);

/* The draft that the address names; its journey must be this. */
int worry_load(struct asking *asking, struct worry **out, struct error *error);
/* Saves the draft, then goes to the page. Return what it gives. */
int worry_save(struct asking *asking, struct worry *worry, const char *next);
bool worry_case(const struct worry *worry, struct id *case_id);
bool worry_decision(const struct worry *worry, struct id *decision_id);
struct text worry_address(struct asking *asking, const struct worry *worry, const char *page);

/* What decision.answer and decision.record take of it. */
int worry_facts(struct asking *asking, const struct worry *worry, struct json_object *facts, struct error *error);
int worry_ask(struct asking *asking, const struct worry *worry, struct view_rows *rows, struct error *error);
/* The same, with how each answer came about and what would change it. */
int worry_explain(struct asking *asking, const struct worry *worry, struct view_rows *rows, struct error *error);

/* "The policy says: ..." in a sentence; empty while it is open. */
struct text worry_answer_in_words(struct asking *asking, const struct worry *worry);

/* One step, as the draft stands or as it was refused. */
int worry_show_step(struct asking *asking, struct worry *worry, const struct worry_page *page, struct error *error);

/* What the steps do once their fields are taken over: the members `after` of worry_pages. */
int worry_open_case(struct asking *asking, struct worry *worry, struct error *error);
int worry_record_item(struct asking *asking, struct worry *worry, struct error *error);
int worry_choose_recipients(struct asking *asking, struct worry *worry, struct error *error);
int worry_decide(struct asking *asking, struct worry *worry, struct error *error);
int worry_choose_content(struct asking *asking, struct worry *worry, struct error *error);
bool worry_shares(const struct worry *worry); /* it was decided to share */

/* Files arrive on the page for documents. */
int worry_upload(struct http_request *request, const struct http_piece *piece, struct error *error);

/* The pages. worry_step_pages stand in the order of worry_pages. */
extern const struct page worry_start_page, worry_step_pages[], worry_child_page, worry_question_page,
    worry_answer_page, worry_documents_page, worry_check_page, worry_drop_page, worry_case_page, sent_page;

#endif
