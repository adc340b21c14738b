#include "every.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

const struct id *every_id(const struct every *every, const char *noun)
{
    const struct {
        const char *noun;
        const struct id *id;
    } list[] = {{"agency", &every->agency},     {"post", &every->post},       {"account", &every->account},
                {"subject", &every->subject},   {"case", &every->case_id},    {"item", &every->item},
                {"decision", &every->decision}, {"document", &every->document}, {"share", &every->share},
                {"receipt", &every->receipt},   {"draft", &every->draft},     {"notice", &every->notice},
                {"token", &every->token},       {"disposal", &every->disposal}, {"hold", &every->hold}};
    for (size_t i = 0; noun && i < sizeof list / sizeof *list; i++)
        if (strcmp(list[i].noun, noun) == 0)
            return list[i].id;
    return NULL;
}

static struct text words_for(const struct field *field)
{
    static const struct {
        const char *name, *words;
    } special[] = {{"outcome", "share"},
                   {"digest", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
                   {"file_key", "0123456789abcdef0123456789abcdef"},
                   {"payload", "a payload"},
                   {"outside", ""},
                   {"outside_name", ""},
                   {"link_medium", ""},
                   {"phrase_medium", ""},
                   {"link", "0000000000000000"}};
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (strcmp(special[i].name, field->name) == 0)
            return text_of(special[i].words);
    return field->choices ? text_of(field->choices[0].value) : TEXT("Robin Sample words");
}

static void fill_one(struct arena *arena, const struct field *field, void *in, const struct every *every)
{
    void *member = (char *)in + field->offset;
    const struct id *id = every_id(every, field->about);
    switch (field->kind) {
    case FIELD_TEXT:
        *(struct text *)member = words_for(field);
        return;
    case FIELD_ID:
        if (id)
            *(struct id *)member = *id;
        return;
    case FIELD_IDS: {
        struct id *list = ARENA_ARRAY(arena, struct id, 1);
        if (id && id_is_set(id))
            list[0] = *id;
        *(struct id_list *)member = (struct id_list){list, id && id_is_set(id) ? 1 : 0};
        return;
    }
    case FIELD_TEXTS: {
        struct text *list = ARENA_ARRAY(arena, struct text, 1);
        list[0] = text_of(field->choices ? field->choices[0].value : "word");
        *(struct text_list *)member = (struct text_list){list, 1};
        return;
    }
    case FIELD_OBJECT:
        ((struct json_object *)member)->json =
            strcmp(field->name, "facts") == 0
                ? TEXT("{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"confidential\":true,"
                       "\"consent\":\"given\",\"consent_covers\":true,\"child_harm\":\"evidence\",\"proportionate\":true,"
                       "\"urgent\":false,\"recipient_needs_to_know\":true,\"informing_raises_risk\":false}")
                : TEXT("{}");
        return;
    case FIELD_NUMBER:
    case FIELD_YES_NO:
    case FIELD_DATE:
    case FIELD_INSTANT:
        return;
    }
}

void *every_fill(struct arena *arena, const struct field *fields, size_t n, size_t size, const struct every *every)
{
    void *in = arena_alloc(arena, size ? size : 1);
    assert_non_null(in);
    for (size_t i = 0; i < n; i++)
        fill_one(arena, &fields[i], in, every);
    return in;
}

void every_make(struct test_home *home, struct visit *visit, struct every *every)
{
    struct error error;
    struct view_rows rows;
    const struct actor *actor = visit_actor(visit);
    *every = (struct every){.agency = actor->agency, .post = actor->post, .account = actor->account};

    /* sent to somebody outside: a share with a receipt that is no agency's */
    struct decided sent = home_decide(home, visit, TEXT("health"));
    every->document = home_attach(visit, home->arena, &sent.case_id, TEXT("words"));
    struct share_send send = {.decisions = {&sent.decision_id, 1},
                              .items = {&sent.item_id, 1},
                              .documents = {&every->document, 1},
                              .outside_name = TEXT("A clinic"),
                              .link_medium = TEXT("email"),
                              .phrase_medium = TEXT("landline")};
    struct share_sent shared;
    must(visit_act_wait(visit, &share_send_command, &send, &shared, &error), &error, "share.send");
    every->share = shared.share_id;
    struct share_list list = {sent.case_id};
    must(visit_look(visit, &share_list_view, &list, &rows, &error), &error, "share.list");
    every->receipt = VISIT_ROW(rows, struct share_row, 0)->receipt_id;

    /* a case with a decision that nothing was sent under yet */
    struct decided decided = home_decide(home, visit, TEXT(""));
    every->case_id = decided.case_id;
    every->item = decided.item_id;
    every->decision = decided.decision_id;
    every->document = home_attach(visit, home->arena, &decided.case_id, TEXT("words"));
    struct case_of of = {decided.case_id};
    must(visit_look(visit, &case_read_view, &of, &rows, &error), &error, "case.read");
    every->subject = VISIT_ROW(rows, struct case_row, 0)->subject_id;

    struct draft_save save = {.journey = TEXT("worry"), .content = {TEXT("{\"a\":1}")}};
    struct draft_saved saved;
    must(visit_act_wait(visit, &draft_save_command, &save, &saved, &error), &error, "draft.save");
    every->draft = saved.draft_id;
    struct token_make make = {.label = TEXT("a program")};
    struct token_made made;
    struct nothing nothing = {0};
    must(visit_act_wait(visit, &token_make_command, &make, &made, &error), &error, "token.make");
    must(visit_look(visit, &token_list_view, &nothing, &rows, &error), &error, "token.list");
    every->token = VISIT_ROW(rows, struct token_row, 0)->token_id;
}

void every_dispose(struct test_home *home, struct visit *manager, struct every *every)
{
    (void)home;
    struct error error;
    struct hold_place place = {.case_id = every->case_id, .reason = TEXT("A complaint")};
    struct hold_placed placed;
    must(visit_act_wait(manager, &hold_place_command, &place, &placed, &error), &error, "hold.place");
    every->hold = placed.hold_id;
    struct disposal_propose propose = {.case_id = every->case_id, .rule = TEXT("retention"), .stands = TEXT("schedule"),
                                       .paper = TEXT("none"), .media = TEXT("none")};
    struct disposal_proposed proposed;
    must(visit_act_wait(manager, &disposal_propose_command, &propose, &proposed, &error), &error, "disposal.propose");
    every->disposal = proposed.disposal_id;
}
