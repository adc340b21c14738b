#ifndef WEB_TERMS_H
#define WEB_TERMS_H

#include "asking.h"
#include "policy.h"

/* What a page says in a policy's words; and those of its words that somebody of another trade may not know. */
struct terms {
    struct arena *arena;
    struct text *said;
    size_t n, room;
};

void terms_add(struct terms *terms, struct text said);
void terms_add_todos(struct terms *terms, const struct shape_todo *todo, size_t n);
void terms_add_sources(struct terms *terms, const struct shape_source *source, size_t n);

/* Each term of the glossary that was said, with its meaning. */
int terms_shown(const struct terms *terms, const struct policy_pack *pack, const struct shape_todo **out, size_t *n,
                struct error *error);

#endif
