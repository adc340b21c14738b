#ifndef WORK_ACTOR_H
#define WORK_ACTOR_H

#include "base/id.h"

/* What a person may be in the partnership. A post has one or more; a bit each. */
enum role {
    ROLE_VISITOR = 1,        /* not signed in: somebody who was sent a link */
    ROLE_PRACTITIONER = 2,   /* works with children or adults: teacher, nurse, constable, social worker */
    ROLE_MANAGER = 4,        /* answers for an agency's decisions */
    ROLE_LEAD = 8,           /* designated safeguarding lead */
    ROLE_GOVERNANCE = 16,    /* lead information officer, Caldicott guardian */
    ROLE_ADMINISTRATOR = 32, /* keeps agencies, posts and accounts; sees no case */
    ROLES_STAFF = ROLE_PRACTITIONER | ROLE_MANAGER | ROLE_LEAD | ROLE_GOVERNANCE,
    ROLES_SIGNED_IN = ROLES_STAFF | ROLE_ADMINISTRATOR,
    ROLES_ALL = ROLES_SIGNED_IN | ROLE_VISITOR,
};

/* Who acts. The gate knows; nobody below it can make one up. */
struct actor {
    struct id account, post, agency; /* unset for a visitor */
    uint32_t roles;
    char name[120];        /* the person's */
    char title[120];       /* the post's */
    char agency_name[120];
    char agency_kind[32]; /* the `recipient` value of the vocabulary */
};

#endif
