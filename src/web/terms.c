#include "terms.h"

void terms_add(struct terms *terms, struct text said)
{
    struct text *grown = arena_more(terms->arena, terms->said, terms->n, &terms->room, sizeof *grown);
    if (!grown)
        return; /* terms_shown() tells */
    terms->said = grown;
    terms->said[terms->n++] = said;
}

void terms_add_todos(struct terms *terms, const struct shape_todo *todo, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        terms_add(terms, todo[i].title);
        terms_add(terms, todo[i].todo);
    }
}

void terms_add_sources(struct terms *terms, const struct shape_source *source, size_t n)
{
    for (size_t i = 0; i < n; i++)
        terms_add(terms, source[i].note);
}

int terms_shown(const struct terms *terms, const struct policy_pack *pack, const struct shape_todo **out, size_t *n,
                struct error *error)
{
    const struct policy_term *term = NULL;
    size_t found = 0;
    if (arena_exhausted(terms->arena))
        return arena_error(terms->arena, error);
    int result = policy_terms_in(pack, terms->said, terms->n, terms->arena, &term, &found, error);
    struct shape_todo *shown = result ? NULL : ARENA_ARRAY(terms->arena, struct shape_todo, found);
    if (!result && !shown)
        result = arena_error(terms->arena, error);
    for (size_t i = 0; !result && i < found; i++)
        shown[i] = (struct shape_todo){term[i].term, term[i].meaning};
    *out = shown;
    *n = result ? 0 : found;
    return result;
}
