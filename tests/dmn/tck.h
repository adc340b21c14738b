#ifndef TCK_H
#define TCK_H

#include <libxml/tree.h>

#include "dmn.h"

/* Values as the kit's test files write them. */

/* FEEL text of the value that `node` (inputNode, component, item) holds. */
void tck_write_feel(struct buffer *out, const xmlNode *node);

/* Is `got` the value that `node` (expected, component, item) holds? */
bool tck_matches(struct arena *arena, const xmlNode *node, const struct dmn_value *got);

/* The child element of that name, whatever its prefix; NULL. */
const xmlNode *tck_child(const xmlNode *parent, const char *name);
const xmlNode *tck_next(const xmlNode *node, const char *name);
struct text tck_attribute(struct arena *arena, const xmlNode *node, const char *name);

#endif
