#include "rules.h"

#include "pages/step.h"
#include "words.h"

/* A proposal, one thing a page: which version, from which day, what changes and why. What was said is in the address. */

const struct step rules_steps[] = {
    {.name = "from", .command = &pack_propose_command, .field = {{.name = "from"}}, .button = "Continue"},
    {.name = "reasons", .command = &pack_propose_command, .field = {{.name = "reasons"}},
     .button = "Propose it, and see what it would change"},
    {.name = NULL},
};

static int options_of(struct asking *asking, const struct view_rows *rows, struct shape_option **out, size_t *n,
                      struct error *error)
{
    struct shape_option *options = *out = ARENA_ARRAY(asking->arena, struct shape_option, rows->n);
    *n = 0;
    if (!options)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < rows->n; i++) {
        const struct pack_choice_row *row = VISIT_ROW(*rows, struct pack_choice_row, i);
        if (row->in_force || row->broken.n)
            continue;
        struct text hint = id_is_set(&row->version_id) ? TEXT("Kept here already")
                                                       : TEXT("New: as the operator has put it into the folder of rules");
        options[(*n)++] = (struct shape_option){
            .value = row->pack.n ? row->pack : arena_text(asking->arena, id_text(&row->version_id)),
            .label = arena_format(asking->arena, "%.*s, version %.*s", TEXT_ARGS(row->title), TEXT_ARGS(row->version)),
            .hint = hint,
            .checked = text_equal(values_get(&asking->typed, "which"), row->pack)};
    }
    return 0;
}

/* What lies there and cannot be used is told, with the reason. */
static struct text broken_words(struct asking *asking, const struct view_rows *rows)
{
    struct buffer b = buffer_in(asking->arena);
    for (size_t i = 0; i < rows->n; i++) {
        const struct pack_choice_row *row = VISIT_ROW(*rows, struct pack_choice_row, i);
        if (row->broken.n)
            buffer_format(&b, "%s“%.*s” cannot be used: %.*s.", b.n ? " " : "", TEXT_ARGS(row->pack), TEXT_ARGS(row->broken));
    }
    return buffer_result(&b);
}

static int choose_show(struct asking *asking, struct error *error)
{
    struct view_rows rows;
    struct shape_option *options;
    size_t n;
    int result = asking_look(asking, &pack_choices_view, NULL, &rows, error);
    if (!result)
        result = options_of(asking, &rows, &options, &n, error);
    if (result)
        return result;
    struct shape_field field = {.kind = TEXT("radios"),
                                .name = TEXT("which"),
                                .label = TEXT("Which rules do you propose?"),
                                .hint = TEXT("Those that apply now are left out."),
                                .error = asking_error_of(asking, "which"),
                                .options = options,
                                .options_n = n};
    struct page_step page = {.frame = asking_frame(asking, "/rules"),
                             .title = field.label,
                             .heading = n ? TEXT("") : TEXT("Propose other rules"),
                             .note = broken_words(asking, &rows),
                             .lead = n ? TEXT("") : TEXT("There are no others here. Ask the operator to put a new version into the folder of rules."),
                             .action = TEXT("/rules/propose"),
                             .back = TEXT("/rules"),
                             .failed = asking->errors_n > 0,
                             .errors = asking->errors,
                             .errors_n = asking->errors_n,
                             .fields = &field,
                             .fields_n = n ? 1 : 0,
                             .button = n ? TEXT("Continue") : TEXT("Look again")};
    page_step(&asking->html, &page);
    return 0;
}

static int choose_take(struct asking *asking, struct error *error)
{
    struct text which = values_get(&asking->typed, "which");
    struct view_rows rows;
    int result = asking_look(asking, &pack_choices_view, NULL, &rows, error);
    for (size_t i = 0; !result && which.n && i < rows.n; i++) {
        const struct pack_choice_row *row = VISIT_ROW(rows, struct pack_choice_row, i);
        if (text_equal(which, row->pack) || text_equal(which, id_text(&row->version_id)))
            return asking_go(asking, "/rules/propose/%.*s/from", TEXT_ARGS(which));
    }
    if (result)
        return result;
    asking_wrong(asking, "which", "Choose which rules you propose");
    return error_set(error, ERROR_INVALID, "which", "", "nothing was chosen");
}

const struct page rules_choose_page = {choose_show, choose_take, NULL};

/* ---- from which day, and why ---- */

/* What the address says. The page may be seen by whoever may propose. */
static int read_place(struct asking *asking, struct pack_propose *in, struct error *error)
{
    struct text which = http_param(asking->request, "which"), from = http_param(asking->request, "from");
    *in = (struct pack_propose){.pack = which};
    if (id_parse(which, &in->version_id))
        in->pack = TEXT("");
    if (from.n && !date_parse(from, &in->from))
        return error_set(error, ERROR_MISSING, "", "", "there is no such page");
    return visit_may(asking->visit, &pack_propose_command.may, in, error);
}

static int from_show(struct asking *asking, struct error *error)
{
    struct pack_propose in;
    int result = read_place(asking, &in, error);
    struct text which = http_param(asking->request, "which");
    return result ? result
                  : step_write(asking, &rules_steps[0], NULL,
                               arena_format(asking->arena, "/rules/propose/%.*s/from", TEXT_ARGS(which)),
                               TEXT("/rules/propose"), "/rules", error);
}

static int from_take(struct asking *asking, struct error *error)
{
    struct pack_propose in, said = {.pack = TEXT("")};
    int result = read_place(asking, &in, error);
    if (!result)
        result = step_check(asking, &rules_steps[0], error);
    if (!result)
        result = step_fill(asking, &pack_propose_command, &asking->typed, &said, error);
    if (result)
        return result;
    struct text which = http_param(asking->request, "which"), day = date_format(asking->arena, said.from);
    return asking_go(asking, "/rules/propose/%.*s/%.*s/reasons", TEXT_ARGS(which), TEXT_ARGS(day));
}

static int reasons_show(struct asking *asking, struct error *error)
{
    struct pack_propose in;
    int result = read_place(asking, &in, error);
    struct text which = http_param(asking->request, "which"), from = http_param(asking->request, "from");
    return result ? result
                  : step_write(asking, &rules_steps[1], NULL,
                               arena_format(asking->arena, "/rules/propose/%.*s/%.*s/reasons", TEXT_ARGS(which), TEXT_ARGS(from)),
                               arena_format(asking->arena, "/rules/propose/%.*s/from", TEXT_ARGS(which)), "/rules", error);
}

static int proposed(struct asking *asking, struct error *error)
{
    (void)error;
    return asking_go(asking, "/rules/proposal/%s", ((const struct pack_proposed *)asking->out)->adoption_id.text);
}

static int reasons_take(struct asking *asking, struct error *error)
{
    struct pack_propose *in = ARENA_NEW(asking->arena, struct pack_propose), said = {.pack = TEXT("")};
    struct pack_proposed *out = ARENA_NEW(asking->arena, struct pack_proposed);
    if (!in || !out)
        return arena_error(asking->arena, error);
    int result = read_place(asking, in, error);
    if (!result)
        result = step_check(asking, &rules_steps[1], error);
    if (!result)
        result = step_fill(asking, &pack_propose_command, &asking->typed, &said, error);
    if (result)
        return result;
    in->reasons = said.reasons;
    return asking_act(asking, &pack_propose_command, in, out, proposed);
}

const struct page rules_from_page = {from_show, from_take, NULL}, rules_reasons_page = {reasons_show, reasons_take, NULL};
