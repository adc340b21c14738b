#ifndef DMN_H
#define DMN_H

/* Decision Model and Notation: models, FEEL, and their evaluation. Knows nothing of any one subject. */
#include "dmn/command.h"
#include "dmn/evaluate.h"
#include "dmn/expression.h"
#include "dmn/model.h"
#include "dmn/value.h"

#endif
