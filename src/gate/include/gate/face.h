#ifndef GATE_FACE_H
#define GATE_FACE_H

#include <stdbool.h>
#include <stddef.h>

struct gate;
struct http_limiter;
struct letter_press;

/* An account of the demo, told on the page to sign in. */
struct face_account {
    const char *login, *title, *tries; /* tries: what can be tried with it */
};

/* What the faces that serve the network are given: the context of their site. */
struct face {
    struct gate *gate;
    const char *partnership; /* its name, on every page */
    bool demo;               /* people and places are invented: every page says so */
    const struct face_account *accounts; /* of the demo; NULL: none are told */
    size_t accounts_n;
    const char *password; /* of all of them */
    struct http_limiter *tries; /* of passwords and phrases, by address (http/limiter.h); NULL: not counted */
    struct letter_press *press; /* prints PDF (letter.h); NULL: none can be printed */
};

#endif
