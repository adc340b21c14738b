#ifndef GATE_FACE_H
#define GATE_FACE_H

#include <stdbool.h>

struct gate;

/* What the faces that serve the network are given: the context of their site. */
struct face {
    struct gate *gate;
    const char *partnership; /* its name, on every page */
    bool demo;               /* people and places are invented: every page says so */
};

#endif
