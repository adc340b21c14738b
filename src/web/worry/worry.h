#ifndef WEB_WORRY_H
#define WEB_WORRY_H

#include "policy.h"
#include "step.h"

/*
 * "I am worried about a child": the main job as a journey. What is said lies in a sealed draft; its id is in the
 * address. What was seen is recorded in the case as soon as its page is saved, so that nothing of it is lost; the
 * decision and the share are recorded at the end, once the person has checked them.
 *
 * The draft keeps the fields under their own names, and besides:
 *     cases, decision_id     once they are there; decisions: those of them to send
 *     recorded               each item that was written down on this way
 *     fact:KEY               an answer to a question of the policy, in the order given; fact:KEY@WHOM if for some only
 *     answers_of             when the decision was recorded whose answers were taken over
 *     unknown                keys to which the person said "I do not know": KEY, or KEY@WHOM
 *     differs                keys that are asked for each, because the person said that they differ
 *     adding                 one more person is being named
 *     writing                the case that the next thing is written down in
 *     follow                 decided as the policy says for each, where its answers differ
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
bool worry_case(const struct worry *worry, struct id *case_id); /* the first */
bool worry_decision(const struct worry *worry, struct id *decision_id);
struct text worry_address(struct asking *asking, const struct worry *worry, const char *page);

/* Whom it is about: people.c. */
struct worry_person {
    struct id case_id;
    struct text name;
    int64_t items;
};
struct id_list worry_cases(struct asking *asking, const struct worry *worry);
int worry_people(struct asking *asking, const struct worry *worry, struct worry_person **out, size_t *n,
                 struct error *error);
struct text worry_names(struct asking *asking, const struct worry_person *people, size_t n); /* "Sam and Kit" */
bool worry_is_naming(const struct worry *worry); /* the pages that name somebody make sense */
/* Somebody is named, as the first or as one more: goes on. Return what it gives. */
int worry_named(struct asking *asking, struct worry *worry, const struct id *case_id);

/* Whom a fact is told of, as decision.answer's facts_of has it; "" where it is of the sharing. */
struct text worry_whom(struct asking *asking, enum policy_fact_of of, const struct id *case_id, const struct id *agency);
struct text worry_fact_name(struct asking *asking, struct text key, struct text whom);
struct text worry_unknown_name(struct asking *asking, struct text key, struct text whom);
/* Before somebody is added: what was said for all was said of those who are concerned until now. */
void worry_facts_part(struct asking *asking, struct worry *worry);

/* Where "Back" leads from the page of a reply (question_page.h), or with none from the one after the last: the reply
 * before, at the first one to who needs to know. */
struct text worry_back(struct asking *asking, const struct worry *worry, struct text reply);

/* What decision.answer and decision.record take of it. */
int worry_facts(struct asking *asking, const struct worry *worry, struct json_object *facts,
                struct json_object *facts_of, struct error *error);
/* A page that needs people and recipients: goes on with the draft where they are there, else to the page that asks. */
int worry_when_ready(struct asking *asking, int (*then)(struct asking *, struct worry *, struct error *), struct error *error);
struct answer_of;
int worry_read_answers(struct asking *asking, const struct view_rows *rows, struct answer_of **out, struct error *error);
bool worry_answers_differ(const struct view_rows *rows); /* in their outcomes */
struct text worry_pair_name(struct asking *asking, const struct view_rows *rows, const struct answer_row *row);
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
int worry_choose_content(struct asking *asking, struct worry *worry, struct error *error);
void worry_take_over(struct asking *asking, struct worry *worry, const struct worry_page *page);
int worry_choices(struct asking *asking, const struct worry *worry, struct step_choices *out, struct error *error);

/* What is decided: decide.c. */
bool worry_shares(const struct worry *worry);  /* something is to be sent */
bool worry_follows(const struct worry *worry); /* for each what the policy says */
int worry_offer_outcomes(struct asking *asking, const struct worry *worry, struct step_choices *choices,
                         struct error *error);
int worry_take_decision(struct asking *asking, struct worry *worry, const struct worry_page *page, struct error *error);
/* decision.record's `outcomes`; empty where one holds for all. */
int worry_outcomes(struct asking *asking, const struct worry *worry, struct json_object *out, struct error *error);
/* "Share: Sam and Kit, to Children's Services.", a line for each group. */
int worry_each_in_words(struct asking *asking, const struct view_rows *rows, struct text *out, struct error *error);
int worry_warn_of_message(struct asking *asking, const struct worry *worry, struct step_choices *choices,
                          struct error *error);

/* Files arrive on the page for documents. */
int worry_upload(struct http_request *request, const struct http_piece *piece, struct error *error);

/* The pages. worry_step_pages stand in the order of worry_pages. */
extern const struct page worry_start_page, worry_step_pages[], worry_child_page, worry_question_page,
    worry_answer_page, worry_whose_page, worry_documents_page, worry_people_page, worry_check_page, worry_drop_page, worry_case_page, sent_page;

#endif
