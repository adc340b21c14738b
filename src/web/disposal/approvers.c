#include "approvers.h"

static bool has_role(const struct post_row *row, const char *role)
{
    for (size_t i = 0; i < row->roles.n; i++)
        if (text_equal(row->roles.item[i], text_of(role)))
            return true;
    return false;
}

int disposal_approvers(struct asking *asking, const struct text **list, size_t *n, struct error *error)
{
    const struct actor *actor = visit_actor(asking->visit);
    struct post_list in = {actor->agency};
    struct view_rows rows;
    int result = asking_look(asking, &post_list_view, &in, &rows, error);
    struct text *names = result ? NULL : ARENA_ARRAY(asking->arena, struct text, rows.n);
    if (!names)
        return result ? result : arena_error(asking->arena, error);
    *n = 0;
    for (size_t i = 0; i < rows.n; i++) {
        const struct post_row *row = VISIT_ROW(rows, struct post_row, i);
        if (!id_equal(&row->post_id, &actor->post) &&
            (has_role(row, "manager") || has_role(row, "lead") || has_role(row, "governance")))
            names[(*n)++] =
                arena_format(asking->arena, "%.*s, %.*s", TEXT_ARGS(row->person), TEXT_ARGS(row->title));
    }
    *list = names;
    return 0;
}
