#include "worry.h"

#include "policy.h"

#include <stdio.h>
#include <string.h>

int worry_load(struct asking *asking, struct worry **out, struct error *error)
{
    struct worry *worry = *out = ARENA_NEW(asking->arena, struct worry);
    struct draft_of of;
    struct view_rows rows;
    if (!worry)
        return arena_error(asking->arena, error);
    int result = asking_id(asking, "draft", &of.draft_id, error);
    if (!result)
        result = asking_look(asking, &draft_read_view, &of, &rows, error);
    if (result == ERROR_MISSING)
        error_set(error, ERROR_MISSING, "draft",
                  "If you began it yourself: it is finished, or was deleted after a day. Your work shows what was "
                  "recorded.",
                  "there is no such draft");
    if (result)
        return result;
    const struct draft_row *row = VISIT_ROW(rows, struct draft_row, 0);
    worry->draft_id = of.draft_id;
    worry->said = values_in(asking->arena);
    if (!text_equal(row->journey, TEXT("worry")) || !values_read(&worry->said, row->content.json))
        return error_set(error, ERROR_MISSING, "", "", "there is no such page");
    return 0;
}

struct text worry_address(struct asking *asking, const struct worry *worry, const char *page)
{
    return arena_format(asking->arena, "/worry/%s/%s", worry->draft_id.text, page);
}

struct saving {
    struct draft_save in;
    struct draft_saved out;
    const char *next;
};

/* A new draft has an address only once it is saved. */
static int saved(struct asking *asking, struct error *error)
{
    (void)error;
    const struct saving *saving = asking->own;
    return asking_go(asking, "/worry/%s/%s", saving->out.draft_id.text, saving->next);
}

int worry_save(struct asking *asking, struct worry *worry, const char *next)
{
    struct saving *saving = ARENA_NEW(asking->arena, struct saving);
    if (!saving)
        return ERROR_TOO_LARGE;
    saving->in = (struct draft_save){worry->draft_id, TEXT("worry"), {values_write(&worry->said, asking->arena)}};
    saving->next = next;
    asking->own = saving;
    if (!id_is_set(&worry->draft_id))
        return asking_act(asking, &draft_save_command, &saving->in, &saving->out, saved);
    asking->next = worry_address(asking, worry, next);
    return asking_act(asking, &draft_save_command, &saving->in, &saving->out, NULL);
}

bool worry_case(const struct worry *worry, struct id *case_id)
{
    return id_parse(values_get(&worry->said, "cases"), case_id);
}

bool worry_decision(const struct worry *worry, struct id *decision_id)
{
    return id_parse(values_get(&worry->said, "decision_id"), decision_id);
}

/* ---- the steps that are no more than fields ---- */

/* Where to go instead, if this page makes no sense any more; NULL: it does. */
static const char *instead_of(const struct worry *worry, const struct worry_page *page)
{
    struct id id;
    if ((page->when & WORRY_BEFORE_DECISION) && worry_decision(worry, &id))
        return "check";
    if ((page->when & WORRY_BEFORE_CASE) && !worry_is_naming(worry))
        return worry_decision(worry, &id) ? "check" : "seen";
    if (!(page->when & WORRY_BEFORE_CASE) && !worry_case(worry, &id))
        return "name";
    return NULL;
}

/* What was written down on this way is what they probably want to send. */
static void offer_recorded(struct worry *worry)
{
    struct text item;
    if (values_there(&worry->said, "content"))
        return;
    for (size_t at = 0; values_next(&worry->said, "recorded", &at, &item);)
        values_add(&worry->said, TEXT("items"), item);
    for (size_t at = 0; values_next(&worry->said, "attached", &at, &item);)
        values_add(&worry->said, TEXT("documents"), item);
}

int worry_choices(struct asking *asking, const struct worry *worry, struct step_choices *out, struct error *error)
{
    struct worry_person *person;
    size_t n;
    *out = (struct step_choices){.draft = &worry->said, .cases = worry_cases(asking, worry)};
    if (out->cases.n < 2)
        return 0;
    int result = worry_people(asking, worry, &person, &n, error);
    struct text *names = result ? NULL : ARENA_ARRAY(asking->arena, struct text, n);
    if (!result && !names)
        return arena_error(asking->arena, error);
    for (size_t i = 0; !result && i < n; i++)
        names[i] = person[i].name;
    out->names = names;
    return result;
}

/*
 * Whom the page is about: all of them, or the one about whom something is written down. Every page says it: somebody with
 * two children in two windows is not to write into the wrong file.
 */
static int say_about(struct asking *asking, const struct worry *worry, const struct worry_page *page,
                     struct step_choices *choices, struct error *error)
{
    bool recipients = strcmp(page->step.name, "recipients") == 0,
         writing = page->step.command == &item_record_command;
    struct worry_person *person;
    struct id one;
    size_t n;
    if (choices->cases.n == 0 || worry_is_naming(worry))
        return 0;
    int result = worry_people(asking, worry, &person, &n, error);
    if (result)
        return result;
    choices->about = worry_names(asking, person, writing ? 1 : n);
    for (size_t i = 0; writing && id_parse(values_get(&worry->said, "writing"), &one) && i < n; i++)
        if (id_equal(&person[i].case_id, &one))
            choices->about = person[i].name;
    if (recipients)
        choices->people_page = worry_address(asking, worry, "people");
    return 0;
}

static struct text back_of(struct asking *asking, const struct worry *worry, const struct worry_page *page)
{
    if (values_there(&worry->said, "adding") && strcmp(page->step.name, "name") == 0)
        return worry_address(asking, worry, "people");
    return page->back[0] ? worry_address(asking, worry, page->back) : TEXT("/");
}

int worry_show_step(struct asking *asking, struct worry *worry, const struct worry_page *page, struct error *error)
{
    struct step_choices choices;
    if (strcmp(page->step.name, "content") == 0)
        offer_recorded(worry);
    int result = worry_choices(asking, worry, &choices, error);
    if (!result)
        result = say_about(asking, worry, page, &choices, error);
    if (!result && strcmp(page->step.name, "decide") == 0)
        result = worry_offer_outcomes(asking, worry, &choices, error);
    if (!result && strcmp(page->step.name, "content") == 0)
        result = worry_warn_of_message(asking, worry, &choices, error);
    return result ? result
                  : step_write(asking, &page->step, &choices, worry_address(asking, worry, page->step.name),
                               back_of(asking, worry, page), "/", error);
}

/* Whoever comes to the recipients was not meant by what was said before. */
static void part_for_new_recipients(struct asking *asking, struct worry *worry)
{
    struct text agency, kind = values_get(&asking->typed, "outside");
    bool had = values_there(&worry->said, "agencies") || values_there(&worry->said, "outside"),
         more = kind.n && !text_equal(kind, values_get(&worry->said, "outside"));
    for (size_t at = 0; values_next(&asking->typed, "agencies", &at, &agency);)
        more = more || !values_has(&worry->said, TEXT("agencies"), agency);
    if (had && more)
        worry_facts_part(asking, worry);
}

void worry_take_over(struct asking *asking, struct worry *worry, const struct worry_page *page)
{
    for (size_t i = 0; i < STEP_FIELDS && page->step.field[i].name; i++) {
        const struct field *field =
            form_field(page->step.command->takes, page->step.command->takes_n, page->step.field[i].name);
        struct step_names names = step_names(asking->arena, field);
        for (size_t n = 0; names.name[n]; n++)
            values_take(&worry->said, &asking->typed, names.name[n]);
    }
}

static int take_step(struct asking *asking, struct worry *worry, const struct worry_page *page, struct error *error)
{
    if (strcmp(page->step.name, "decide") == 0)
        return worry_take_decision(asking, worry, page, error);
    int result = step_check(asking, &page->step, error);
    if (result)
        return result;
    if (strcmp(page->step.name, "recipients") == 0)
        part_for_new_recipients(asking, worry);
    worry_take_over(asking, worry, page);
    return page->after ? page->after(asking, worry, error) : worry_save(asking, worry, page->next);
}

/* Goes on with the draft where the page makes sense still, else to another. */
static int at_step(struct asking *asking, int (*then)(struct asking *, struct worry *, const struct worry_page *, struct error *),
                   struct error *error)
{
    const struct worry_page *page = asking->page->data;
    struct worry *worry;
    int result = worry_load(asking, &worry, error);
    if (result)
        return result;
    const char *instead = instead_of(worry, page);
    return instead ? asking_go(asking, "/worry/%s/%s", worry->draft_id.text, instead) : then(asking, worry, page, error);
}

static int show(struct asking *asking, struct error *error)
{
    return at_step(asking, worry_show_step, error);
}

static int take(struct asking *asking, struct error *error)
{
    return at_step(asking, take_step, error);
}

/* In the order of worry_pages; "child" has a page of its own. */
const struct page worry_step_pages[] = {
    {show, take, &worry_pages[0]}, {show, take, &worry_pages[1]}, {show, take, &worry_pages[2]},
    {show, take, &worry_pages[3]}, {show, take, &worry_pages[4]}, {show, take, &worry_pages[5]},
    {show, take, &worry_pages[6]}, {show, take, &worry_pages[7]}, {show, take, &worry_pages[8]},
};

/* ---- the beginning ---- */

static int start_show(struct asking *asking, struct error *error)
{
    return step_write(asking, &worry_pages[0].step, NULL, TEXT("/worry"), TEXT("/"), "/", error);
}

static int start_take(struct asking *asking, struct error *error)
{
    int result = step_check(asking, &worry_pages[0].step, error);
    struct worry worry = {.said = values_in(asking->arena)};
    if (result)
        return result;
    worry_take_over(asking, &worry, &worry_pages[0]);
    return worry_save(asking, &worry, "child");
}

const struct page worry_start_page = {start_show, start_take, NULL};

/*
 * What was answered for the case's last decision is offered again, and said to be so on the page of the answer. How
 * consent stands is asked anew: it is what most often changes between two decisions.
 */
static int take_last_answers(struct asking *asking, const struct id *case_id, struct worry *worry,
                             struct error *error)
{
    struct decision_list in = {*case_id};
    struct view_rows rows;
    const struct json *facts;
    int result = asking_look(asking, &decision_list_view, &in, &rows, error);
    const struct decision_row *last = !result && rows.n ? VISIT_ROW(rows, struct decision_row, 0) : NULL;
    if (result || !last || !last->facts.json.n || json_read(asking->arena, last->facts.json, "facts", &facts, NULL))
        return result;
    for (size_t i = 0; json_is(facts, JSON_OBJECT) && i < facts->count; i++) {
        const struct json *value = &facts->item[i];
        struct text said = value->kind == JSON_TRUE    ? TEXT("true")
                           : value->kind == JSON_FALSE ? TEXT("false")
                                                       : value->text;
        if (said.n && text_find(facts->key[i], TEXT("consent")) < 0)
            values_add(&worry->said, arena_format(asking->arena, "fact:%.*s", TEXT_ARGS(facts->key[i])), said);
    }
    values_set(&worry->said, "answers_of", instant_format(asking->arena, last->recorded_at.at));
    return 0;
}

/* From a case that is open: the same way from its middle on. */
static int case_take(struct asking *asking, struct error *error)
{
    struct case_of of;
    struct worry worry = {.said = values_in(asking->arena)};
    int result = asking_id(asking, "case", &of.case_id, error);
    if (!result)
        result = visit_may(asking->visit, &decision_record_command.may,
                           &(struct decision_record){.cases = {&of.case_id, 1}}, error);
    if (result)
        return result;
    values_set(&worry.said, "cases", id_text(&of.case_id));
    if ((result = take_last_answers(asking, &of.case_id, &worry, error)))
        return result;
    return worry_save(asking, &worry, values_there(&asking->typed, "item") ? "seen" : "recipients");
}

static int case_show(struct asking *asking, struct error *error)
{
    (void)error;
    return asking_go(asking, "/case/%.*s", TEXT_ARGS(text_cut(http_param(asking->request, "case"), 0, ID_LENGTH)));
}

const struct page worry_case_page = {case_show, case_take, NULL};

/* ---- opening the case, recording what was seen ---- */

struct opening {
    struct worry *worry;
    struct case_open in;
    struct case_opened out;
};

static int case_opened(struct asking *asking, struct error *error)
{
    (void)error;
    struct opening *opening = asking->own;
    return worry_named(asking, opening->worry, &opening->out.case_id);
}

int worry_open_case(struct asking *asking, struct worry *worry, struct error *error)
{
    struct opening *opening = ARENA_NEW(asking->arena, struct opening);
    if (!opening)
        return arena_error(asking->arena, error);
    opening->worry = worry;
    asking->own = opening;
    int result = step_fill(asking, &case_open_command, &worry->said, &opening->in, error);
    return result ? result : asking_act(asking, &case_open_command, &opening->in, &opening->out, case_opened);
}

struct recording {
    struct worry *worry;
    struct item_record in;
    struct item_recorded out;
};

static int item_recorded(struct asking *asking, struct error *error)
{
    (void)error;
    struct recording *recording = asking->own;
    struct values *said = &recording->worry->said;
    for (size_t i = 0; i < item_record_command.takes_n; i++) {
        const struct field *field = &item_record_command.takes[i];
        struct step_names names = step_names(asking->arena, field);
        for (size_t n = 0; names.name[n] && strcmp(field->name, "case_id") != 0; n++)
            values_drop(said, names.name[n]);
    }
    values_add(said, TEXT("recorded"), id_text(&recording->out.item_id));
    bool several = values_there(said, "writing"), more = values_there(&asking->typed, "other");
    if (!more)
        values_drop(said, "writing");
    return worry_save(asking, recording->worry, more ? "seen" : several ? "people" : "recipients");
}

int worry_record_item(struct asking *asking, struct worry *worry, struct error *error)
{
    struct recording *recording = ARENA_NEW(asking->arena, struct recording);
    if (!recording)
        return arena_error(asking->arena, error);
    if (!values_get(&worry->said, "text").n)
        return asking_go(asking, "/worry/%s/%s", worry->draft_id.text,
                         values_there(&worry->said, "recorded") ? "recipients" : "seen");
    recording->worry = worry;
    asking->own = recording;
    int result = step_fill(asking, &item_record_command, &worry->said, &recording->in, error);
    if (!id_parse(values_get(&worry->said, "writing"), &recording->in.case_id))
        worry_case(worry, &recording->in.case_id);
    return result ? result : asking_act(asking, &item_record_command, &recording->in, &recording->out, item_recorded);
}

int worry_choose_recipients(struct asking *asking, struct worry *worry, struct error *error)
{
    if (!values_there(&worry->said, "agencies") && !values_there(&worry->said, "outside")) {
        asking_wrong(asking, "agencies", "Choose who needs to know, in the list or outside the partnership");
        return error_set(error, ERROR_INVALID, "agencies", "", "nobody is chosen");
    }
    return worry_save(asking, worry, "question");
}

int worry_choose_content(struct asking *asking, struct worry *worry, struct error *error)
{
    if (!values_there(&worry->said, "items") && !values_there(&worry->said, "documents") &&
        !values_there(&worry->said, "message")) {
        asking_wrong(asking, "message", "Choose what to send, or write a message");
        return error_set(error, ERROR_INVALID, "message", "", "there is nothing to send");
    }
    values_set(&worry->said, "content", TEXT("chosen"));
    return worry_save(asking, worry, values_there(&worry->said, "outside") ? "outside" : "check");
}
