#ifndef WEB_PATH_H
#define WEB_PATH_H

#include "base/json.h"
#include "pages/shapes.h"
#include "policy.h"

/* How an answer came about, for pages: from the JSON of docs/answers.md, and the words and tables of its pack. */
struct path {
    struct shape_picture picture;
    const struct shape_path_table *steps; /* the tables on the path, those needed by others first */
    size_t steps_n;
};

/* `fired` is the list of the rules that fired, `known` of what was known. ERROR_CHECK: they are not of this pack. */
int path_read(struct arena *arena, const struct policy_pack *pack, const struct json *fired, const struct json *known,
              struct path *out, struct error *error);

/* `changes` is the list of the smallest changes. */
int path_changes(struct arena *arena, const struct policy_pack *pack, const struct json *changes,
                 const struct shape_path_change **out, size_t *n, struct error *error);

/* Where the pack is not at hand: the rules that fired as the record tells them ("fired" of an answer in words). */
int path_recorded(struct arena *arena, const struct json *fired, const struct shape_source **out, size_t *n,
                  struct error *error);

/* A table of a pack by itself, without a path through it. */
int path_table(struct arena *arena, const struct policy_pack *pack, const struct policy_table *table,
               struct shape_path_table *out, struct error *error);

/* A decision of a pack as a drawing without a path through it. */
int path_picture(struct arena *arena, const struct policy_graph *graph, struct text title, struct shape_picture *out,
                 struct error *error);

#endif
