#ifndef WORK_KNOWN_H
#define WORK_KNOWN_H

#include "policy.h"

/*
 * The facts behind an answer as people see them: the member "known" of docs/answers.md. What is only usual is left
 * out where no rule of the decision tests it.
 */
struct known {
    const struct policy_pack *pack;
    enum policy_decision decision;
    const struct policy_facts *facts;
    const struct text *system; /* keys of those that the system knew */
    size_t systems;
    const struct policy_usual *usual; /* those that are only usual */
    size_t usuals;
};

void known_write(const struct known *known, struct json_writer *w);

#endif
