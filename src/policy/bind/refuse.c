#include "bind.h"

#include <stdio.h>

/* How a pack is refused: where, what, and the valid values nearest to what was written. */

int policy_refuse(const struct binding *b, int line, struct text table, size_t rule, struct text cell,
                  const char *fix, const char *what)
{
    char where[200];
    int n = snprintf(where, sizeof where, "%.*s:%d, table %.*s", TEXT_ARGS(b->model->file), line,
                     TEXT_ARGS(table));
    if (rule && n > 0 && (size_t)n < sizeof where)
        n += snprintf(where + n, sizeof where - (size_t)n, ", rule %zu", rule);
    if (cell.n && n > 0 && (size_t)n < sizeof where)
        snprintf(where + n, sizeof where - (size_t)n, ", %.*s", TEXT_ARGS(cell));
    return error_set(b->error, ERROR_INPUT, where, fix, "%s", what);
}

int policy_refuse_written(const struct binding *b, int line, struct text table, size_t rule, struct text cell,
                          struct text written, const char *what, const struct text *valid, size_t valids)
{
    written = text_cut(written, 0, 60);
    struct text near = space_nearest(b->scratch, written, valid, valids, 3);
    const char *fix =
        arena_string(b->scratch, valids ? arena_format(b->scratch, "the nearest are %.*s", TEXT_ARGS(near))
                                        : (struct text){"", 0});
    const char *said =
        arena_string(b->scratch, arena_format(b->scratch, "\"%.*s\" %s", TEXT_ARGS(written), what));
    return policy_refuse(b, line, table, rule, cell, fix ? fix : "", said ? said : what);
}

const struct dmn_problem *policy_problem_at(const struct binding *b, int line)
{
    for (size_t i = 0; i < b->model->problems; i++)
        if (b->model->problem[i].line == line)
            return &b->model->problem[i];
    return NULL;
}

int policy_refuse_feel(const struct binding *b, int line, struct text table, size_t rule, struct text cell)
{
    const struct dmn_problem *problem = policy_problem_at(b, line);
    const char *what = problem ? arena_string(b->scratch, problem->what) : NULL;
    return policy_refuse(b, line, table, rule, cell,
                         "write values with commas (\"a\", \"b\", true, 16), not(...), an interval like "
                         "[12..16) or >= 16, or -",
                         what ? what : "the cell could not be read");
}

int policy_refuse_problems(const struct binding *b)
{
    static const struct text types[] = {TEXT_INIT("string"), TEXT_INIT("boolean"), TEXT_INIT("number"),
                                        TEXT_INIT("date"), TEXT_INIT("Any")};
    if (b->model->problems == 0)
        return 0;
    const struct dmn_problem *problem = &b->model->problem[0];
    char where[160], fix[200] = "";
    (void)snprintf(where, sizeof where, "%.*s", TEXT_ARGS(problem->where));
    if (problem->kind == DMN_PROBLEM_TYPE)
        (void)snprintf(
            fix, sizeof fix, "the nearest are %.*s",
            TEXT_ARGS(space_nearest(b->scratch, problem->written, types, sizeof types / sizeof *types, 3)));
    return error_set(b->error, ERROR_INPUT, where, fix, "%.*s", TEXT_ARGS(text_cut(problem->what, 0, 280)));
}
