#ifndef TESTS_KEYHOLDER_PROCESS_H
#define TESTS_KEYHOLDER_PROCESS_H

#include "keyholder_test.h"

#include "keyholder.h"

#include "base/error.h"

/* The real process, started as the server starts it. */
static const char ORIGIN[] = "proviso.example/test";

static inline int start(const struct place *place, struct keyholder **keyholder, struct error *error)
{
    const struct keyholder_options options = {
        .program = KEYHOLDER_PROCESS, .home = place->home, .origin = ORIGIN};
    return keyholder_start(&options, keyholder, error);
}

static inline struct keyholder *started(const struct place *place)
{
    struct keyholder *keyholder = NULL;
    struct error error = {0};
    if (start(place, &keyholder, &error) != 0)
        fail_msg("%s: %s. %s", error.where, error.what, error.fix);
    return keyholder;
}

#endif
