#include "form_page.h"

#include "case/cases.h"

#include <string.h>

const struct form_page form_pages[] = {
    {.step = {.name = "admit",
              .heading = "Who else needs to know?",
              .lead = "Only somebody of your own agency. They will see everything in this case from "
                      "now on, and that they looked is recorded. To tell another agency, share with "
                      "it.",
              .command = &case_admit_command,
              .field = {{.name = "post_id", .label = "Colleague"}},
              .button = "Add them"},
     .parameter = "case",
     .fills = "case_id",
     .at = "/case/%s/admit",
     .next = "/case/%s",
     .part = "/"},
    {.step = {.name = "agency",
              .heading = "Add an agency",
              .command = &agency_add_command,
              .field = {{.name = "name"}, {.name = "kind"}, {.name = "domain"}},
              .button = "Add"},
     .at = "/directory/agency",
     .back = "/directory",
     .next = "/directory",
     .part = "/directory"},
    {.step = {.name = "post",
              .heading = "Add a post",
              .command = &post_add_command,
              .field = {{.name = "title"}, {.name = "person"}, {.name = "roles"}},
              .button = "Add"},
     .parameter = "agency",
     .fills = "agency_id",
     .at = "/directory/agency/%s/post",
     .back = "/directory",
     .next = "/directory",
     .part = "/directory"},
    {.step = {.name = "account",
              .heading = "Add an account",
              .lead = "Give the password to its holder in person or by telephone, never by e-mail.",
              .command = &account_add_command,
              .field = {{.name = "login"}, {.name = "password"}},
              .button = "Add"},
     .parameter = "post",
     .fills = "post_id",
     .at = "/directory/post/%s/account",
     .back = "/directory",
     .next = "/directory",
     .part = "/directory"},
    {.step = {.name = "release",
              .heading = "Who no longer needs to know?",
              .lead = "They cannot see this case any more. What they wrote and looked at stays on "
                      "record.",
              .command = &case_release_command,
              .field = {{.name = "post_id", .label = "Colleague"}},
              .button = "Take them off the case"},
     .parameter = "case",
     .fills = "case_id",
     .at = "/case/%s/release",
     .next = "/case/%s",
     .part = "/",
     .of_case = true},
    {.step = {.name = "password",
              .heading = "Change your password",
              .lead = "Afterwards you sign in again, everywhere, and make new tokens for programs.",
              .command = &account_password_command,
              .field = {{.name = "present"}, {.name = "password"}},
              .button = "Change it"},
     .at = "/password",
     .back = "/",
     .next = "/sign-in?changed=yes",
     .part = ""},
    {.step = {.name = "review",
              .heading = "Record a review",
              .lead = "Of the rules that apply now. Everybody here can read what you write.",
              .command = &pack_review_command,
              .field = {{.name = "found"}, {.name = "next"}},
              .button = "Record the review"},
     .parameter = "adoption",
     .fills = "adoption_id",
     .at = "/rules/review/%s",
     .back = "/rules",
     .next = "/rules",
     .part = "/rules"},
    {.step = {.name = "hold",
              .heading = "Hold this case",
              .lead = "As long as you hold it, nothing of it may be destroyed.",
              .command = &hold_place_command,
              .field = {{.name = "reason"}, {.name = "until"}},
              .button = "Hold it"},
     .parameter = "case",
     .fills = "case_id",
     .at = "/case/%s/hold",
     .next = "/disposals",
     .part = "/"},
    {.step = {.name = "hold-received",
              .heading = "Hold what was shared with you",
              .lead = "As long as you hold it, the agency that shared it may not destroy it. They are not told why.",
              .command = &hold_place_received_command,
              .field = {{.name = "reason"}, {.name = "until"}},
              .button = "Hold it"},
     .parameter = "receipt",
     .fills = "receipt_id",
     .at = "/received/%s/hold",
     .back = "/received/%s",
     .next = "/disposals",
     .part = "/received"},
    {.step = {.name = NULL}},
};

/* One of the addresses, with the parameter in it. */
static struct text place(struct asking *asking, const char *format, const struct id *id)
{
    const char *mark = strstr(format, "%s");
    if (!mark)
        return text_of(format);
    return arena_format(asking->arena, "%.*s%s%s", (int)(mark - format), format, id->text, mark + 2);
}

static int parameter(struct asking *asking, const struct form_page *page, struct id *id, struct error *error)
{
    *id = (struct id){""};
    return page->parameter ? asking_id(asking, page->parameter, id, error) : 0;
}

/* Who may not do it does not see the page: judged as the command will be. */
static int may(struct asking *asking, const struct form_page *page, const struct id *id, void **in,
               struct error *error)
{
    const struct command *command = page->step.command;
    if (!(*in = arena_alloc(asking->arena, command->in_size)))
        return arena_error(asking->arena, error);
    if (page->fills) {
        const struct field *field = form_field(command->takes, command->takes_n, page->fills);
        memcpy((char *)*in + field->offset, id, sizeof *id);
    }
    return visit_may(asking->visit, &command->may, *in, error);
}

static int show(struct asking *asking, struct error *error)
{
    const struct form_page *page = asking->page->data;
    struct id id;
    void *in;
    int result = parameter(asking, page, &id, error);
    if (!result)
        result = may(asking, page, &id, &in, error);
    struct step_choices choices = {.case_id = &id, .people = page->of_case};
    bool of_case = page->parameter && strcmp(page->parameter, "case") == 0;
    if (result)
        return result;
    return step_write(asking, &page->step, of_case ? &choices : NULL, place(asking, page->at, &id),
                      of_case ? case_back(asking, &id) : place(asking, page->back, &id), page->part, error);
}

static int take(struct asking *asking, struct error *error)
{
    const struct form_page *page = asking->page->data;
    const struct command *command = page->step.command;
    struct id id;
    void *in, *out = arena_alloc(asking->arena, command->out_size);
    int result = parameter(asking, page, &id, error);
    if (!result)
        result = may(asking, page, &id, &in, error);
    if (!result)
        result = step_check(asking, &page->step, error);
    if (!result)
        result = step_fill(asking, command, &asking->typed, in, error);
    if (result)
        return result;
    if (!out)
        return arena_error(asking->arena, error);
    if (page->fills) { /* the address says it, whatever the form says */
        const struct field *field = form_field(command->takes, command->takes_n, page->fills);
        memcpy((char *)in + field->offset, &id, sizeof id);
    }
    asking->next = place(asking, page->next, &id);
    return asking_act(asking, command, in, out, NULL);
}

const struct page case_admit_page = {show, take, &form_pages[0]},
                  agency_add_page = {show, take, &form_pages[1]},
                  post_add_page = {show, take, &form_pages[2]},
                  account_add_page = {show, take, &form_pages[3]},
                  case_release_page = {show, take, &form_pages[4]},
                  password_page = {show, take, &form_pages[5]},
                  rules_review_page = {show, take, &form_pages[6]},
                  case_hold_page = {show, take, &form_pages[7]},
                  received_hold_page = {show, take, &form_pages[8]};
