#include "disposal.h"

#include "pages/step.h"
#include "words.h"

const struct step disposal_step = {
    .name = "destroy",
    .heading = "Why must it be destroyed?",
    .lead = "Nothing is destroyed yet. Somebody else of your agency has to approve it, and sees first what would go.",
    .command = &disposal_propose_command,
    .field = {{.name = "rule", .label = "The reason"}, {.name = "stands"}, {.name = "paper"}, {.name = "media"}},
    .button = "Propose it",
};

/* ---- what ---- */

struct options {
    struct shape_option *item;
    size_t n, room;
    struct text chosen;
};

static int add(struct asking *asking, struct options *options, const char *what, const struct id *id, struct text label, struct text hint,
               struct error *error)
{
    if (options->n == options->room) {
        size_t room = options->room ? options->room * 2 : 16;
        options->item = arena_grow(asking->arena, options->item, options->room, room, sizeof *options->item);
        if (!options->item)
            return arena_error(asking->arena, error);
        options->room = room;
    }
    struct text value = arena_format(asking->arena, "%s/%s", what, id->text);
    options->item[options->n++] = (struct shape_option){
        .value = value, .label = label, .hint = hint, .checked = text_equal(options->chosen, value)};
    return arena_exhausted(asking->arena) ? arena_error(asking->arena, error) : 0;
}

static int add_items(struct asking *asking, const struct id *case_id, struct options *options, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &item_list_view, &(struct item_list){*case_id}, &rows, error);
    for (size_t i = 0; !result && i < rows.n; i++) {
        const struct item_row *row = VISIT_ROW(rows, struct item_row, i);
        result = add(asking, options, "item", &row->item_id,
                     arena_format(asking->arena, "What was written down on %.*s", TEXT_ARGS(words_time(asking->arena, row->recorded_at))),
                     words_begin(asking->arena, row->text), error);
    }
    return result;
}

static int add_documents(struct asking *asking, const struct id *case_id, struct options *options, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &document_list_view, &(struct document_list){*case_id}, &rows, error);
    for (size_t i = 0; !result && i < rows.n; i++) {
        const struct document_row *row = VISIT_ROW(rows, struct document_row, i);
        result = add(asking, options, "document", &row->document_id,
                     arena_format(asking->arena, "The document %.*s", TEXT_ARGS(row->name)), TEXT(""), error);
    }
    return result;
}

static int add_decisions(struct asking *asking, const struct id *case_id, struct options *options, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &decision_list_view, &(struct decision_list){*case_id}, &rows, error);
    for (size_t i = 0; !result && i < rows.n; i++) {
        const struct decision_row *row = VISIT_ROW(rows, struct decision_row, i);
        result = add(asking, options, "decision", &row->decision_id,
                     arena_format(asking->arena, "The decision of %.*s, with what was shared under it",
                                  TEXT_ARGS(words_time(asking->arena, row->recorded_at))),
                     words_begin(asking->arena, row->reasons), error);
    }
    return result;
}

/* A governance lead decides about cases without seeing what is in them: then only about the whole. */
static int read_options(struct asking *asking, const struct id *case_id, struct options *options, struct error *error)
{
    struct case_of of = {*case_id};
    int result = add(asking, options, "case", case_id, TEXT("The whole case"), TEXT("Everything that is written down, decided, attached and shared in it."), error);
    if (result || visit_may(asking->visit, &case_read_view.may, &of, NULL) != 0)
        return result;
    result = add_items(asking, case_id, options, error);
    if (!result)
        result = add_documents(asking, case_id, options, error);
    return result ? result : add_decisions(asking, case_id, options, error);
}

static int find_case(struct asking *asking, struct id *case_id, struct error *error)
{
    int result = asking_id(asking, "case", case_id, error);
    struct disposal_propose asked = {.case_id = *case_id};
    return result ? result : visit_may(asking->visit, &disposal_propose_command.may, &asked, error);
}

static int choose_show(struct asking *asking, struct error *error)
{
    struct id case_id;
    struct options options = {.chosen = values_get(&asking->typed, "what")};
    int result = find_case(asking, &case_id, error);
    if (!result)
        result = read_options(asking, &case_id, &options, error);
    if (result)
        return result;
    struct shape_field field = {.kind = TEXT("radios"),
                                .name = TEXT("what"),
                                .label = TEXT("What is to be destroyed?"),
                                .error = asking_error_of(asking, "what"),
                                .options = options.item,
                                .options_n = options.n};
    struct page_step page = {.frame = asking_frame(asking, "/"),
                             .title = field.label,
                             .heading = TEXT(""),
                             .note = TEXT(""),
                             .lead = TEXT(""),
                             .action = arena_format(asking->arena, "/case/%s/destroy", case_id.text),
                             .back = arena_format(asking->arena, "/case/%s", case_id.text),
                             .failed = asking->errors_n > 0,
                             .errors = asking->errors,
                             .errors_n = asking->errors_n,
                             .fields = &field,
                             .fields_n = 1,
                             .button = TEXT("Continue")};
    page_step(&asking->html, &page);
    return 0;
}

static int choose_take(struct asking *asking, struct error *error)
{
    struct id case_id;
    struct text what = values_get(&asking->typed, "what");
    struct options options = {.chosen = what};
    int result = find_case(asking, &case_id, error);
    if (!result)
        result = read_options(asking, &case_id, &options, error);
    for (size_t i = 0; !result && i < options.n; i++)
        if (options.item[i].checked)
            return asking_go(asking, "/case/%s/destroy/%.*s", case_id.text, TEXT_ARGS(what));
    if (result)
        return result;
    asking_wrong(asking, "what", "Choose what is to be destroyed");
    return error_set(error, ERROR_INVALID, "what", "", "nothing was chosen");
}

const struct page disposal_choose_page = {choose_show, choose_take, NULL};

/* ---- why ---- */

/* What the address says. */
static int read_place(struct asking *asking, struct disposal_propose *in, struct error *error)
{
    struct id thing;
    struct text what = http_param(asking->request, "what");
    *in = (struct disposal_propose){.case_id = {""}};
    int result = find_case(asking, &in->case_id, error);
    if (!result)
        result = asking_id(asking, "thing", &thing, error);
    if (result)
        return result;
    if (text_equal(what, TEXT("item")))
        in->item_id = thing;
    else if (text_equal(what, TEXT("document")))
        in->document_id = thing;
    else if (text_equal(what, TEXT("decision")))
        in->decision_id = thing;
    else if (!text_equal(what, TEXT("case")) || !id_equal(&thing, &in->case_id))
        return error_set(error, ERROR_MISSING, "", "", "there is no such page");
    return 0;
}

static int propose_show(struct asking *asking, struct error *error)
{
    struct disposal_propose in;
    int result = read_place(asking, &in, error);
    return result ? result
                  : step_write(asking, &disposal_step, NULL,
                               arena_format(asking->arena, "/case/%s/destroy/%.*s/%.*s", in.case_id.text,
                                            TEXT_ARGS(http_param(asking->request, "what")), TEXT_ARGS(http_param(asking->request, "thing"))),
                               arena_format(asking->arena, "/case/%s/destroy", in.case_id.text), "/", error);
}

static int proposed(struct asking *asking, struct error *error)
{
    (void)error;
    return asking_go(asking, "/disposal/%s", ((const struct disposal_proposed *)asking->out)->disposal_id.text);
}

static int propose_take(struct asking *asking, struct error *error)
{
    struct disposal_propose *in = ARENA_NEW(asking->arena, struct disposal_propose), said = {.rule = {NULL, 0}};
    struct disposal_proposed *out = ARENA_NEW(asking->arena, struct disposal_proposed);
    if (!in || !out)
        return arena_error(asking->arena, error);
    int result = read_place(asking, in, error);
    if (!result)
        result = step_check(asking, &disposal_step, error);
    if (!result)
        result = step_fill(asking, &disposal_propose_command, &asking->typed, &said, error);
    if (result)
        return result;
    in->rule = said.rule;
    in->stands = said.stands;
    in->paper = said.paper;
    in->media = said.media;
    return asking_act(asking, &disposal_propose_command, in, out, proposed);
}

const struct page disposal_propose_page = {propose_show, propose_take, NULL};
