#ifndef TESTS_GATE_HAMMER_H
#define TESTS_GATE_HAMMER_H

#include "gate.h"

/* Many threads that act as a teacher at once: each opens a case, then writes items, saves a draft and looks, again and again. */
struct hammer {
    struct gate *gate;
    char token[64];                                    /* of the session that all of them use */
    void (*kept)(void *context, const struct id *item); /* an item was acknowledged; called from any of the threads */
    void (*refused)(void *context, int code, const struct error *error);
    void *context;
    bool *stop; /* set it from anywhere */
    int turns;  /* of each thread; 0: until `stop` */
    const char *password; /* of "teacher"; NULL: HOME_PASSWORD */
};

/* Signs in as "teacher" and runs so many threads to their end. Returns how many items were acknowledged. */
int hammer_run(struct hammer *hammer, int threads);

#endif
