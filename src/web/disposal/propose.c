#include "disposal.h"

#include "approvers.h"
#include "things.h"
#include "case/cases.h"
#include "finishing.h"
#include "pages/disposal_check.h"
#include "pages/step.h"
#include "words.h"

#include <string.h>

/*
 * A proposal, one question a page. What is said lies in a sealed draft, its id is in the address. It holds the command's
 * fields under their own names, and `what`: the thing as things.h has it.
 */

const struct step disposal_steps[] = {
    {.name = "why", .command = &disposal_propose_command, .field = {{.name = "rule"}}, .button = "Continue"},
    {.name = "where", .command = &disposal_propose_command, .field = {{.name = "stands"}}, .button = "Continue"},
    {.name = "paper", .command = &disposal_propose_command, .field = {{.name = "paper"}}, .button = "Continue"},
    {.name = "media", .command = &disposal_propose_command, .field = {{.name = "media"}}, .button = "Continue"},
    {.name = NULL},
};

struct proposal {
    struct id draft_id; /* unset: none yet */
    struct id case_id;
    struct values said;
};

static int load_draft(struct asking *asking, struct proposal *proposal, struct error *error)
{
    struct draft_of of;
    struct view_rows rows;
    int result = asking_id(asking, "draft", &of.draft_id, error);
    if (!result)
        result = asking_look(asking, &draft_read_view, &of, &rows, error);
    if (result == ERROR_MISSING)
        error_set(error, ERROR_MISSING, "draft",
                  "If you began it yourself: it was proposed, or deleted after a day. The list of what is to be destroyed shows it.",
                  "there is no such draft");
    if (result)
        return result;
    const struct draft_row *row = VISIT_ROW(rows, struct draft_row, 0);
    proposal->draft_id = of.draft_id;
    if (!text_equal(row->journey, TEXT("destroy")) || !values_read(&proposal->said, row->content.json) ||
        !text_equal(values_get(&proposal->said, "case_id"), id_text(&proposal->case_id)))
        return error_set(error, ERROR_MISSING, "", "", "there is no such page");
    return 0;
}

/* The case that the address names, and the draft if it names one. */
static int load(struct asking *asking, struct proposal *proposal, struct error *error)
{
    *proposal = (struct proposal){.said = values_in(asking->arena)};
    int result = asking_id(asking, "case", &proposal->case_id, error);
    struct disposal_propose asked = {.case_id = proposal->case_id};
    if (!result)
        result = visit_may(asking->visit, &disposal_propose_command.may, &asked, error);
    return result || !http_param(asking->request, "draft").n ? result : load_draft(asking, proposal, error);
}

static struct text address(struct asking *asking, const struct proposal *proposal, const char *page)
{
    const char *of = proposal->case_id.text;
    return id_is_set(&proposal->draft_id) ? arena_format(asking->arena, "/case/%s/destroy/%s/%s", of, proposal->draft_id.text, page)
                                          : arena_format(asking->arena, "/case/%s/destroy", of);
}

/* The first page whose question has no answer yet. Whoever changed one answer comes back to the last page. */
static const char *next_page(const struct proposal *proposal)
{
    if (!values_there(&proposal->said, "what"))
        return "what";
    for (const struct step *step = disposal_steps; step->name; step++)
        if (!values_there(&proposal->said, step->field[0].name))
            return step->name;
    return "check";
}

struct saving {
    struct proposal proposal;
    struct draft_save in;
    struct draft_saved out;
};

static int saved(struct asking *asking, struct error *error)
{
    (void)error;
    struct saving *saving = asking->own;
    saving->proposal.draft_id = saving->out.draft_id;
    return asking_go(asking, "%.*s", TEXT_ARGS(address(asking, &saving->proposal, next_page(&saving->proposal))));
}

static int save(struct asking *asking, const struct proposal *proposal, struct error *error)
{
    struct saving *saving = asking->own = ARENA_NEW(asking->arena, struct saving);
    if (!saving)
        return arena_error(asking->arena, error);
    saving->proposal = *proposal;
    saving->in = (struct draft_save){proposal->draft_id, TEXT("destroy"), {values_write(&proposal->said, asking->arena)}};
    return asking_act(asking, &draft_save_command, &saving->in, &saving->out, saved);
}

/* ---- what ---- */

static int what_show(struct asking *asking, struct error *error)
{
    struct proposal proposal;
    struct disposal_things things;
    int result = load(asking, &proposal, error);
    if (!result)
        result = disposal_things_read(asking, &proposal.case_id, &things, error);
    if (result)
        return result;
    struct text chosen = values_get(asking->again ? &asking->typed : &proposal.said, "what");
    for (size_t i = 0; i < things.n; i++)
        things.item[i].checked = text_equal(things.item[i].value, chosen);
    struct shape_field field = {.kind = TEXT("radios"),
                                .name = TEXT("what"),
                                .label = TEXT("What is to be destroyed?"),
                                .hint = TEXT("Nothing is destroyed yet. Somebody else of your agency has to approve it, and sees first what would go."),
                                .error = asking_error_of(asking, "what"),
                                .options = things.item,
                                .options_n = things.n};
    struct page_step page = {.frame = asking_frame(asking, "/"),
                             .title = field.label,
                             .heading = TEXT(""),
                             .note = TEXT(""),
                             .lead = TEXT(""),
                             .action = address(asking, &proposal, "what"),
                             .back = case_back(asking, &proposal.case_id),
                             .failed = asking->errors_n > 0,
                             .errors = asking->errors,
                             .errors_n = asking->errors_n,
                             .fields = &field,
                             .fields_n = 1,
                             .button = TEXT("Continue")};
    page_step(&asking->html, &page);
    return 0;
}

static int what_take(struct asking *asking, struct error *error)
{
    struct proposal proposal;
    struct disposal_things things;
    struct text what = values_get(&asking->typed, "what");
    int result = load(asking, &proposal, error);
    if (!result)
        result = disposal_things_read(asking, &proposal.case_id, &things, error);
    if (result)
        return result;
    if (!disposal_thing(&things, what)) {
        asking_wrong(asking, "what", "Choose what is to be destroyed");
        return error_set(error, ERROR_INVALID, "what", "", "nothing was chosen");
    }
    values_set(&proposal.said, "case_id", id_text(&proposal.case_id));
    values_set(&proposal.said, "what", what);
    return save(asking, &proposal, error);
}

/* The first begins a draft, the second comes back to it. */
const struct page disposal_choose_page = {what_show, what_take, NULL}, disposal_what_page = {what_show, what_take, NULL};

/* ---- why, where that stands, paper, discs ---- */

static int step_show(struct asking *asking, struct error *error)
{
    const struct step *step = asking->page->data;
    struct proposal proposal;
    int result = load(asking, &proposal, error);
    if (result)
        return result;
    struct step_choices choices = {.draft = &proposal.said};
    return step_write(asking, step, &choices, address(asking, &proposal, step->name),
                      address(asking, &proposal, step == disposal_steps ? "what" : step[-1].name), "/", error);
}

static int step_take(struct asking *asking, struct error *error)
{
    const struct step *step = asking->page->data;
    struct proposal proposal;
    int result = load(asking, &proposal, error);
    if (!result)
        result = step_check(asking, step, error);
    if (result)
        return result;
    values_take(&proposal.said, &asking->typed, step->field[0].name);
    return save(asking, &proposal, error);
}

const struct page disposal_step_pages[] = {
    {step_show, step_take, &disposal_steps[0]},
    {step_show, step_take, &disposal_steps[1]},
    {step_show, step_take, &disposal_steps[2]},
    {step_show, step_take, &disposal_steps[3]},
};

/* ---- once more, and the end ---- */

/* A governance lead proposes that a case be destroyed without seeing it. */
static int name_case(struct asking *asking, const struct id *case_id, struct text *name, struct error *error)
{
    struct case_of of = {*case_id};
    struct view_rows rows;
    if (visit_may(asking->visit, &case_read_view.may, &of, NULL) != 0) {
        *name = arena_format(asking->arena, "You see no case. The number of this one is %s.", case_id->text);
        return 0;
    }
    int result = asking_look(asking, &case_read_view, &of, &rows, error);
    if (!result)
        *name = VISIT_ROW(rows, struct case_row, 0)->name;
    return result;
}

static int check_show(struct asking *asking, struct error *error)
{
    struct proposal proposal;
    struct disposal_things things;
    int result = load(asking, &proposal, error);
    if (result)
        return result;
    const char *missing = next_page(&proposal);
    if (strcmp(missing, "check") != 0)
        return asking_go(asking, "%.*s", TEXT_ARGS(address(asking, &proposal, missing)));
    if ((result = disposal_things_read(asking, &proposal.case_id, &things, error)))
        return result;
    struct text about;
    if ((result = name_case(asking, &proposal.case_id, &about, error)))
        return result;
    const struct values *said = &proposal.said;
    const struct shape_option *thing = disposal_thing(&things, values_get(said, "what"));
    struct shape_row rows[] = {
        {TEXT("The case of"), about, TEXT("")},
        {TEXT("What"), thing ? disposal_thing_words(asking->arena, thing) : TEXT("It is not there any more"),
         address(asking, &proposal, "what")},
        {TEXT("Why"), choice_label(disposal_rules, values_get(said, "rule")), address(asking, &proposal, "why")},
        {TEXT("Where the reason can be read"), values_get(said, "stands"), address(asking, &proposal, "where")},
        {TEXT("Copies on paper"), choice_label(disposal_papers, values_get(said, "paper")), address(asking, &proposal, "paper")},
        {TEXT("Copies on discs, sticks and drives"), choice_label(disposal_medias, values_get(said, "media")),
         address(asking, &proposal, "media")},
    };
    const struct text *approvers;
    size_t approvers_n;
    if ((result = disposal_approvers(asking, &approvers, &approvers_n, error)))
        return result;
    WRITE(asking, disposal_check, .frame = asking_frame(asking, "/"), .action = address(asking, &proposal, "check"),
          .back = address(asking, &proposal, "media"), .failed = asking->errors_n > 0, .errors = asking->errors,
          .errors_n = asking->errors_n, .rows = rows, .rows_n = sizeof rows / sizeof *rows, .approvers = approvers, .approvers_n = approvers_n);
    return 0;
}

struct proposing {
    struct proposal proposal;
    struct disposal_propose in;
    struct disposal_proposed out;
    struct draft_of drop;
    struct draft_dropped dropped;
};

static int dropped(struct asking *asking, struct error *error)
{
    (void)error;
    return asking_go(asking, "/disposal/%s", ((const struct proposing *)asking->own)->out.disposal_id.text);
}

static int proposed(struct asking *asking, struct error *error)
{
    (void)error;
    struct proposing *proposing = asking->own;
    proposing->drop.draft_id = proposing->proposal.draft_id;
    return asking_act(asking, &draft_drop_command, &proposing->drop, &proposing->dropped, dropped);
}

static int name_thing(struct disposal_propose *in, struct text what, struct error *error)
{
    struct text kind;
    struct id thing;
    bool read = text_next(&what, '/', &kind) && id_parse(what, &thing);
    if (read && text_equal(kind, TEXT("item")))
        in->item_id = thing;
    else if (read && text_equal(kind, TEXT("document")))
        in->document_id = thing;
    else if (read && text_equal(kind, TEXT("decision")))
        in->decision_id = thing;
    else if (!read || !text_equal(kind, TEXT("case")) || !id_equal(&thing, &in->case_id))
        return error_set(error, ERROR_MISSING, "", "", "there is no such page");
    return 0;
}

static int check_take(struct asking *asking, struct error *error)
{
    struct proposing *proposing = asking->own = ARENA_NEW(asking->arena, struct proposing);
    if (!proposing)
        return arena_error(asking->arena, error);
    struct proposal *proposal = &proposing->proposal;
    int result = load(asking, proposal, error);
    if (!result)
        result = finishing_begin(asking, &proposal->draft_id, error);
    if (result)
        return result;
    const char *missing = next_page(proposal);
    if (strcmp(missing, "check") != 0)
        return asking_go(asking, "%.*s", TEXT_ARGS(address(asking, proposal, missing)));
    result = step_fill(asking, &disposal_propose_command, &proposal->said, &proposing->in, error);
    if (!result)
        result = name_thing(&proposing->in, values_get(&proposal->said, "what"), error);
    return result ? result : asking_act(asking, &disposal_propose_command, &proposing->in, &proposing->out, proposed);
}

const struct page disposal_check_page = {check_show, check_take, NULL};
