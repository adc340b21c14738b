#ifndef WEB_STEP_H
#define WEB_STEP_H

#include "asking.h"

/*
 * A page that asks for some fields of a command. A journey is a table of these: each field of the command stands on
 * exactly one of its pages, or is filled in by the journey itself (tests/web/journey_test.c compares them).
 */
enum { STEP_FIELDS = 8 };

struct step_field {
    const char *name;  /* of the command's field */
    const char *label; /* other words than the command's, if this page needs them; NULL: the command's */
    const char *hint;  /* likewise; "" takes the hint away */
    bool required;     /* here, though the command does not insist */
    const char *none;  /* of a choice: the words for choosing none; NULL: not offered */
};

struct step {
    const char *name;    /* the last segment of its address */
    const char *heading; /* NULL: the question of its only field is the heading */
    const char *lead;    /* a paragraph before the fields; NULL: none */
    const struct command *command;
    struct step_field field[STEP_FIELDS]; /* ended by name NULL */
    const char *button;                   /* NULL: "Save and continue" */
    const char *other;                    /* a second button, sent as "other"; NULL: none */
    const char *folded,
        *folded_from; /* words under which the fields from this one on are folded away; NULL: none are */
};

/* What only the page knows: choices for the ids it asks for. */
struct step_choices {
    const struct id *case_id;   /* whose people */
    struct id_list cases;       /* whose items and documents */
    const struct text *names;   /* of several cases: whose each is; NULL: not told */
    const struct values *draft; /* what was said before; NULL: nothing */
    bool people;                /* posts: those who need to know the case, not the agency's */
    struct text note;           /* a sentence that the page cannot know; empty: none */
    const char *more_of;        /* the field that has one more choice, before the others; NULL: none */
    struct text more, more_label, more_hint;
    struct text about, people_page; /* whom it is about, and where that can be changed; empty: not shown */
};

/* Reads and checks the step's fields from what was typed. ERROR_INVALID with asking->errors filled. */
int step_check(struct asking *asking, const struct step *step, struct error *error);

/* The fields as they stand on the page. */
int step_fields(struct asking *asking, const struct step *step, const struct step_choices *choices,
                struct shape_field **out, size_t *n, struct error *error);

/* Writes the page. action, back: addresses. */
int step_write(struct asking *asking, const struct step *step, const struct step_choices *choices, struct text action,
               struct text back, const char *part, struct error *error);

/* The whole command's struct from values; fields that the values lack stay zero. ERROR_INVALID as step_check. */
int step_fill(struct asking *asking, const struct command *command, const struct values *values, void *in,
              struct error *error);

/* The names that the form uses for a field: a date has three, an instant four. NULL-ended. */
struct step_names {
    const char *name[6];
};
struct step_names step_names(struct arena *arena, const struct field *field);

#endif
