#ifndef POLICY_SPACE_H
#define POLICY_SPACE_H

#include "diagram.h"
#include "policy/pack.h"
#include "policy/question.h"

/*
 * The space of facts: each has finitely many classes of values that no rule tells apart.
 *
 * A choice has a class for each value, a boolean the classes 0 "true" and 1 "false". Numbers and dates are cut at
 * the points where rules test them: pieces below, at and between the points, then pieces that every rule treats
 * alike are one class. A mail address has the classes "none" (in no list), "malformed" and one for each list.
 */
struct space_domain {
    struct text name; /* "nhs.net" */
    uint16_t class;
};

struct space_fact {
    struct policy_fact_info info;
    uint16_t classes;
    const struct text *class_name; /* CHOICE, BOOLEAN, ADDRESS: what the rules call the class */
    struct text *sample;           /* of each class: a value in words that policy_facts_set() takes */
    int64_t *point;                /* NUMBER (in millionths), DATE (in days): where rules cut, ascending */
    size_t points;
    uint16_t *class_of; /* of each of the 2 * points + 1 pieces */
    int64_t least, most;
    const struct space_domain *domain;
    size_t domains;

    struct text name, question, hint, why;
    struct policy_option *option;
    double weight;
    bool mentioned; /* pack.json speaks of it */
};

enum { SPACE_MALFORMED = 1, SPACE_NONE = 0 };

/* A number in millionths, or a date in days. False if it is not one, or not within what the fact can be. */
bool space_parse(const struct space_fact *fact, struct text value, int64_t *out);
struct text space_format(struct arena *arena, const struct space_fact *fact, int64_t value);

/* Adds a point where a rule cuts; points stay ascending. False when memory is short. */
bool space_cut(struct arena *arena, struct space_fact *fact, int64_t point);

/* A value inside a piece, if the fact has one there. */
bool space_piece_value(const struct space_fact *fact, size_t piece, int64_t *value);

/* The class of a value in words; false where the fact cannot have it. */
bool space_classify(const struct space_fact *fact, struct text value, uint16_t *class);

/* "value, value or value": the valid values, those most like `written` first, at most `most` of them. */
struct text space_nearest(struct arena *arena, struct text written, const struct text *value, size_t values,
                          size_t most);

#endif
