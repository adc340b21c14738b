#ifndef DMN_MODEL_INSIDE_H
#define DMN_MODEL_INSIDE_H

#include "dmn/model.h"
#include "index.h"

/* A loaded model with what only this room needs. The model is its first member. */
struct model_inside {
    struct dmn_model model;
    struct index *decisions, *inputs, *knowledges, *services; /* by name, then by id */
};

static inline const struct model_inside *model_inside(const struct dmn_model *model)
{
    return (const struct model_inside *)model;
}

#endif
