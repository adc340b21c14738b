#ifndef WORK_CASE_H
#define WORK_CASE_H

#include "work/view.h"

/* A case is one agency's file about one subject. Who may see it is the list of those who need to know. */

struct case_open {
    struct id subject_id; /* somebody this agency knows already; then the rest is left out */
    struct text name;
    struct date born;
    struct text about; /* what else tells this person from another: school, address, other names */
};
struct case_opened {
    struct id case_id, subject_id;
};

struct case_admit {
    struct id case_id, post_id;
};
struct case_admitted {
    struct id need_to_know_id;
};

struct case_release {
    struct id case_id, post_id;
};
struct case_released {
    bool released;
};

struct case_row {
    struct id case_id, subject_id;
    struct text name, about, status, opened_by;
    struct date born;
    struct instant opened_at, last_at;                   /* last_at: something was written down, added or decided */
    int64_t items, decisions, shares, unanswered, holds; /* unanswered: of the shares; holds: those that stand */
    struct id decision_id;                               /* the last decision, if there is one */
    struct text decided;
    struct instant decided_at;
    int64_t of; /* case.agency: how many such cases there are */
};

/* At most: one's own; of the agency, a page; by a name. */
enum { CASES_LISTED = 200, CASES_ON_PAGE = 25, CASES_FOUND = 50 };
extern const struct choice case_selections[];

/* Of the actor's agency, whoever needs to know them: for those who answer for it. */
struct case_agency {
    struct text which; /* of case_selections; empty: all */
    int64_t page;      /* from 1; 0 is 1 too */
};

/* By a name that is like it, those only that the actor may read: who answers for the agency, all of it. */
struct case_find {
    struct text name;
};

struct case_of {
    struct id case_id;
};

struct need_row {
    struct id post_id;
    struct text title, person;
    struct instant since, until;
};

struct subject_search {
    struct text name;
};
struct subject_row {
    struct id subject_id;
    struct text name, about; /* about: only where the actor needs to know a case of theirs */
    struct date born;
    struct id case_id; /* the actor's own open case about them, if there is one */
};

/* Who looked at a case or at anything in it. */
struct look_row {
    struct text person, post, what;
    struct instant at;
};

extern const struct command case_open_command, case_admit_command, case_release_command;
extern const struct view case_agency_view, case_find_view, case_list_view, case_read_view, case_people_view,
    case_looks_view, subject_search_view;

#endif
