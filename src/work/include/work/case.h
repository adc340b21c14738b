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
    struct instant opened_at;
    int64_t items, decisions, shares, holds; /* holds: those that stand */
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
};

/* Who looked at a case or at anything in it. */
struct look_row {
    struct text person, post, what;
    struct instant at;
};

extern const struct command case_open_command, case_admit_command, case_release_command;
extern const struct view case_list_view, case_read_view, case_people_view, case_looks_view, subject_search_view;

#endif
