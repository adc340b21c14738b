#ifndef GATE_ACCOUNT_H
#define GATE_ACCOUNT_H

#include "work/view.h"

/* Accounts are the gate's own nouns: a person signs in to a post. Passwords are kept as Argon2id. */

struct account_add {
    struct id post_id;
    struct text login, password;
};
struct account_added {
    struct id account_id;
};

struct session_begin {
    struct text login, password;
};
/*
 * A wrong password is counted, so it is an outcome, not an error. After five the name rests for 15 minutes, whether there
 * is such an account or not.
 */
struct session_begun {
    bool signed_in;
    struct text token; /* for the cookie; kept nowhere */
    struct instant expires_at;
};

struct session_ended {
    bool ended;
};

struct account_password {
    struct text present, password;
};

struct account_end {
    struct id account_id;
};

struct token_make {
    struct text label; /* what it is for */
    int64_t days;      /* 1 to 90; 0 means 1 */
};
struct token_made {
    struct text token; /* "proviso_..."; shown once, kept nowhere */
    struct instant expires_at;
};

struct token_end {
    struct id token_id;
};

struct token_row {
    struct id token_id;
    struct text label;
    struct instant made_at, expires_at;
};

struct account_row {
    struct id account_id;
    struct text login, person, title, agency;
    bool ended;
};

extern const struct command account_add_command, session_begin_command, session_end_command, token_make_command,
    token_end_command, account_password_command, account_end_command;
extern const struct view account_list_view, token_list_view;

#endif
