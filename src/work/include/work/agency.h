#ifndef WORK_AGENCY_H
#define WORK_AGENCY_H

#include "work/view.h"

/* The directory: the agencies of the partnership and the posts that people hold in them. */

extern const struct choice post_roles[];   /* the names of enum role */

struct agency_add {
    struct text name, kind, domain;
};
struct agency_added {
    struct id agency_id;
};

struct post_add {
    struct id agency_id;
    struct text title, person;
    struct text_list roles;
};
struct post_added {
    struct id post_id;
};

struct agency_row {
    struct id agency_id;
    struct text name, kind, kind_words, domain;
    bool own; /* the actor's */
};

struct post_list {
    struct id agency_id; /* none: all agencies */
};
struct post_row {
    struct id post_id, agency_id;
    struct text title, person, agency;
    struct text_list roles;
};

extern const struct command agency_add_command, post_add_command;
extern const struct view agency_list_view, post_list_view;

#endif
