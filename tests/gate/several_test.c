/* One share about two brothers to two recipients: answers for each pair, and nobody gets what is not for them. */
#include "home.h"
#include "provision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct test_home home;
static struct visit *teacher, *colleague, *worker, *nurse, *head;
static struct nothing nothing;
static struct id clinic;

#define COMMON                                                                                                 \
    "{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"confidential\":true,\"consent\":\"given\","     \
    "\"consent_covers\":true,\"child_harm\":\"none\",\"proportionate\":true,\"urgent\":false,"                     \
    "\"recipient_needs_to_know\":true,\"informing_raises_risk\":false,\"public_function\":false,"                \
    "\"vital_interests\":false,\"legal_duty\":\"none\",\"adult_harm\":\"none\",\"serious_crime\":false,"             \
    "\"no_consent_ground\":\"none\"}"

struct child {
    struct id case_id, item;
};

static struct child open_child(struct visit *visit, const char *name, struct date born, const char *seen)
{
    struct error error;
    struct case_open open = {.name = text_of(name), .born = born};
    struct case_opened opened;
    must(visit_act_wait(visit, &case_open_command, &open, &opened, &error), &error, "case.open");
    struct item_record item = {.case_id = opened.case_id, .text = text_of(seen), .nature = TEXT("fact")};
    struct item_recorded recorded;
    must(visit_act_wait(visit, &item_record_command, &item, &recorded, &error), &error, "item.record");
    return (struct child){opened.case_id, recorded.item_id};
}

static struct json_object told(const char *format, ...) __attribute__((format(printf, 1, 2)));
static struct json_object told(const char *format, ...)
{
    char line[2000];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    return (struct json_object){arena_text(home.arena, text_of(line))};
}

static struct child sam, kit;
static struct id cases[2], agencies[2];

static int make(void **state)
{
    *state = &home;
    struct error error;
    struct visit *operator_visit;
    home_make(&home);
    must(visit_begin(home.gate, home.arena, &operator_visit, &error), &error, "visit_begin");
    visit_as_operator(operator_visit);
    struct agency_add add = {.name = TEXT("Mill Clinic"), .kind = TEXT("health")};
    struct agency_added added;
    must(visit_act_wait(operator_visit, &agency_add_command, &add, &added, &error), &error, "agency.add");
    clinic = added.agency_id;
    struct text roles[] = {TEXT_INIT("practitioner")};
    struct post_add post = {.agency_id = clinic, .title = TEXT("Nurse"), .person = TEXT("nurse"), .roles = {roles, 1}};
    struct post_added held;
    must(visit_act_wait(operator_visit, &post_add_command, &post, &held, &error), &error, "post.add");
    struct account_add account = {.post_id = held.post_id, .login = TEXT("nurse"), .password = TEXT(HOME_PASSWORD)};
    struct account_added made;
    must(visit_act_wait(operator_visit, &account_add_command, &account, &made, &error), &error, "account.add");
    teacher = home_visit(&home, "teacher");
    colleague = home_visit(&home, "other");
    worker = home_visit(&home, "worker");
    nurse = home_visit(&home, "nurse");
    head = home_visit(&home, "head");
    return 0;
}

/* Two brothers anew for each test. */
static int brothers(void **state)
{
    (void)state;
    sam = open_child(teacher, "Sam Sample", (struct date){2012, 1, 9}, "Sam came hungry.");
    kit = open_child(teacher, "Kit Sample", (struct date){2019, 6, 2}, "Kit came hungry.");
    cases[0] = sam.case_id;
    cases[1] = kit.case_id;
    agencies[0] = home.social_care;
    agencies[1] = clinic;
    return 0;
}

static const struct answer_row *answer_of(const struct view_rows *rows, const struct id *case_id, const struct id *agency)
{
    for (size_t i = 0; i < rows->n; i++) {
        const struct answer_row *row = VISIT_ROW(*rows, struct answer_row, i);
        if (id_equal(&row->case_id, case_id) && id_equal(&row->agency_id, agency))
            return row;
    }
    fail_msg("a pair has no answer");
    return NULL;
}

/* ---- answers ---- */

/* Consent refused for Kit and the clinic: the other three may go; the strictest stands first. */
static void test_pairs(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct decision_answer in = {.cases = {cases, 2},
                                 .agencies = {agencies, 2},
                                 .facts = {TEXT(COMMON)},
                                 .facts_of = told("{\"%s/%s\":{\"consent\":\"refused\"}}", kit.case_id.text, clinic.text)};
    must(visit_look(teacher, &decision_answer_view, &in, &rows, &error), &error, "decision.answer");
    assert_int_equal(rows.n, 4);
    const struct answer_row *first = VISIT_ROW(rows, struct answer_row, 0);
    assert_true(id_equal(&first->case_id, &kit.case_id) && id_equal(&first->agency_id, &clinic));
    assert_true(text_equal(first->outcome, TEXT("do-not-share")));
    assert_true(text_equal(first->name, TEXT("Kit Sample")));
    assert_true(text_equal(answer_of(&rows, &sam.case_id, &clinic)->outcome, TEXT("share")));
    assert_true(text_equal(answer_of(&rows, &kit.case_id, &home.social_care)->outcome, TEXT("share")));
    PROVISION("MAN-08");

    /* one of a subject reaches all that subject's pairs and no other's; an open one stands before all */
    in.facts_of = told("{\"%s\":{\"consent\":null}}", sam.case_id.text);
    must(visit_look(teacher, &decision_answer_view, &in, &rows, &error), &error, "decision.answer");
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(VISIT_ROW(rows, struct answer_row, i)->outcome.n == 0, i < 2);
    assert_int_equal(answer_of(&rows, &sam.case_id, &clinic)->outcome.n, 0);

    /* and one of a recipient all that recipient's */
    in.facts_of = told("{\"%s\":{\"consent\":\"refused\"}}", clinic.text);
    must(visit_look(teacher, &decision_answer_view, &in, &rows, &error), &error, "decision.answer");
    assert_true(text_equal(answer_of(&rows, &sam.case_id, &clinic)->outcome, TEXT("do-not-share")));
    assert_true(text_equal(answer_of(&rows, &kit.case_id, &clinic)->outcome, TEXT("do-not-share")));
    assert_true(text_equal(answer_of(&rows, &sam.case_id, &home.social_care)->outcome, TEXT("share")));
}

static void refuses(const char *where, struct json_object facts_of)
{
    struct error error;
    struct view_rows rows;
    struct decision_answer in = {
        .cases = {cases, 2}, .agencies = {agencies, 2}, .facts = {TEXT(COMMON)}, .facts_of = facts_of};
    assert_int_equal(visit_look(teacher, &decision_answer_view, &in, &rows, &error), ERROR_INVALID);
    assert_string_equal(error.where, where);
}

/* Who is meant must be among them, a fact must be one that can differ so, and two words about one thing need a third. */
static void test_refused(void **state)
{
    (void)state;
    refuses("facts_of", told("{\"outside\":{\"consent\":\"refused\"}}"));
    refuses("facts_of", told("{\"%s\":{\"consent\":\"refused\"}}", home.school.text));
    refuses("facts_of", told("{\"%s/%s\":{\"consent\":\"refused\"}}", clinic.text, kit.case_id.text));
    refuses("urgent", told("{\"%s\":{\"urgent\":true}}", kit.case_id.text));
    refuses("both_listed", told("{\"%s\":{\"both_listed\":true}}", kit.case_id.text));
    refuses("child_harm", told("{\"%s\":{\"child_harm\":\"evidence\"}}", clinic.text));
    refuses("facts_of", told("{\"%s\":{\"consent\":\"refused\"},\"%s\":{\"consent\":\"withdrawn\"}}", clinic.text, kit.case_id.text));
    struct error error;
    struct view_rows rows;
    struct id twice[] = {sam.case_id, sam.case_id};
    struct decision_answer in = {.cases = {twice, 2}, .agencies = {agencies, 2}, .facts = {TEXT(COMMON)}};
    assert_int_equal(visit_look(teacher, &decision_answer_view, &in, &rows, &error), ERROR_INVALID);
    assert_string_equal(error.where, "cases");
}

/* The age comes from the date of birth; another one is not taken, and the error does not tell which is right. */
static void test_age(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct child baby = open_child(teacher, "Baby Sample", (struct date){0, 0, 0}, "A cough.");
    struct id three[] = {sam.case_id, kit.case_id, baby.case_id};
    struct decision_answer in = {.cases = {three, 3}, .agencies = {agencies, 1}, .facts = {TEXT(COMMON)}};
    must(visit_look(teacher, &decision_answer_view, &in, &rows, &error), &error, "decision.answer");
    assert_true(text_find(answer_of(&rows, &sam.case_id, agencies)->words.json, TEXT("\"key\":\"subject_age\"")) >= 0);
    assert_true(text_find(answer_of(&rows, &baby.case_id, agencies)->words.json, TEXT("\"key\":\"subject_age\"")) < 0);
    in.facts_of = told("{\"%s\":{\"subject_age\":3}}", sam.case_id.text);
    assert_int_equal(visit_look(teacher, &decision_answer_view, &in, &rows, &error), ERROR_INVALID);
    assert_string_equal(error.where, "subject_age");
    assert_null(strpbrk(error.what, "0123456789"));
    in.facts_of = told("{\"%s\":{\"subject_age\":1}}", baby.case_id.text);
    must(visit_look(teacher, &decision_answer_view, &in, &rows, &error), &error, "decision.answer");
}

/* One case of somebody else among them, and it is as if none were there: for looking, deciding and sending. */
static void test_reach(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct child foreign = open_child(worker, "Robin Foreign", (struct date){2015, 4, 1}, "Seen at home.");
    struct id mixed[] = {sam.case_id, foreign.case_id}, withheld[] = {sam.case_id, kit.case_id};
    struct decision_answer in = {.cases = {mixed, 2}, .agencies = {agencies, 1}, .facts = {TEXT(COMMON)}};
    assert_int_equal(visit_look(teacher, &decision_answer_view, &in, &rows, &error), ERROR_MISSING);
    struct decision_record record = {.cases = {mixed, 2},
                                     .agencies = {agencies, 1},
                                     .facts = {TEXT(COMMON)},
                                     .outcome = TEXT("share"),
                                     .reasons = TEXT("why")};
    struct decision_recorded made;
    assert_int_equal(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), ERROR_MISSING);
    /* a colleague who knows one of them only */
    struct case_admit admit = {sam.case_id, home.other_teacher};
    struct case_admitted admitted;
    must(visit_act_wait(teacher, &case_admit_command, &admit, &admitted, &error), &error, "case.admit");
    in.cases = (struct id_list){withheld, 2};
    assert_int_equal(visit_look(colleague, &decision_answer_view, &in, &rows, &error), ERROR_MISSING);
    in.cases.n = 1;
    must(visit_look(colleague, &decision_answer_view, &in, &rows, &error), &error, "decision.answer");
    /* nothing of the refused ones was kept */
    struct decision_list list = {sam.case_id};
    must(visit_look(teacher, &decision_list_view, &list, &rows, &error), &error, "decision.list");
    assert_int_equal(rows.n, 0);
    PROVISION("BEX-22");
}

/* ---- deciding and sending ---- */

static struct decision_recorded decide_all_but(const struct child *child, const struct id *recipient)
{
    struct error error;
    struct decision_record record = {
        .cases = {cases, 2},
        .agencies = {agencies, 2},
        .facts = {TEXT(COMMON)},
        .facts_of = told("{\"%s/%s\":{\"consent\":\"refused\"}}", child->case_id.text, recipient->text),
        .outcome = TEXT("share"),
        .outcomes = told("{\"%s/%s\":\"do-not-share\"}", child->case_id.text, recipient->text),
        .reasons = TEXT("Both are hungry; their mother does not want the clinic to know of Kit.")};
    struct decision_recorded made;
    must(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), &error, "decision.record");
    return made;
}

/* A decision for each case and outcome, tied together; each holds its own subject's facts and answers only. */
static void test_decided(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct decision_recorded made = decide_all_but(&kit, &clinic);
    assert_int_equal(made.decisions.n, 3);
    assert_int_equal(made.to_send.n, 2);
    assert_false(made.differs);
    assert_true(text_equal(made.answered, TEXT("do-not-share")));
    struct decision_list list = {sam.case_id};
    must(visit_look(teacher, &decision_list_view, &list, &rows, &error), &error, "decision.list");
    assert_int_equal(rows.n, 1);
    const struct decision_row *of_sam = VISIT_ROW(rows, struct decision_row, 0);
    assert_true(text_equal(of_sam->decided, TEXT("share")));
    assert_true(text_find(of_sam->facts_of.json, TEXT("refused")) < 0);
    assert_true(text_find(of_sam->answers.json, TEXT("refused")) < 0);
    struct id together = of_sam->together;
    assert_true(id_is_set(&together));
    list.case_id = kit.case_id;
    must(visit_look(teacher, &decision_list_view, &list, &rows, &error), &error, "decision.list");
    assert_int_equal(rows.n, 2);
    int left_out = 0;
    for (size_t i = 0; i < rows.n; i++) {
        const struct decision_row *row = VISIT_ROW(rows, struct decision_row, i);
        assert_true(id_equal(&row->together, &together));
        assert_true(text_find(row->answers.json, TEXT("Sam")) < 0);
        bool not_shared = text_equal(row->decided, TEXT("do-not-share"));
        assert_int_equal(text_find(row->facts_of.json, TEXT("refused")) >= 0, not_shared);
        assert_int_equal(text_find(row->answers.json, TEXT("Mill Clinic")) >= 0, not_shared);
        left_out += not_shared;
    }
    assert_int_equal(left_out, 1);
    PROVISION("WM-21");
}

/* Against the answer for one pair: the lead is told of that case's decision, and of no other. */
static void test_differs(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    must(visit_look(head, &notice_list_view, &nothing, &rows, &error), &error, "notice.list");
    size_t before = rows.n;
    struct decision_record record = {
        .cases = {cases, 2},
        .agencies = {agencies, 2},
        .facts = {TEXT(COMMON)},
        .facts_of = told("{\"%s/%s\":{\"consent\":\"refused\"}}", kit.case_id.text, clinic.text),
        .outcome = TEXT("share"),
        .reasons = TEXT("The clinic must know.")};
    struct decision_recorded made;
    must(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), &error, "decision.record");
    assert_true(made.differs);
    assert_int_equal(made.decisions.n, 2);
    must(visit_look(head, &notice_list_view, &nothing, &rows, &error), &error, "notice.list");
    assert_int_equal(rows.n, before + 1);
    struct decision_of of = {VISIT_ROW(rows, struct notice_row, 0)->about};
    must(visit_look(head, &decision_read_view, &of, &rows, &error), &error, "decision.read");
    assert_true(id_equal(&VISIT_ROW(rows, struct decision_row, 0)->case_id, &kit.case_id));
    PROVISION("BEX-06");
}

/* Refused for one pair, nothing is written for any. */
static void test_whole(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct decision_record record = {.cases = {cases, 2},
                                     .agencies = {agencies, 2},
                                     .facts = {TEXT(COMMON)},
                                     .facts_of = told("{\"%s/%s\":{\"consent\":null}}", kit.case_id.text, clinic.text),
                                     .outcome = TEXT("share"),
                                     .reasons = TEXT("why")};
    struct decision_recorded made;
    assert_int_equal(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), ERROR_INVALID);
    assert_string_equal(error.where, "facts");
    record.facts_of.json = TEXT("");
    record.outcomes = told("{\"%s\":\"perhaps\"}", kit.case_id.text);
    assert_int_equal(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), ERROR_INVALID);
    assert_string_equal(error.where, "outcomes");
    for (size_t i = 0; i < 2; i++) {
        struct decision_list list = {cases[i]};
        must(visit_look(teacher, &decision_list_view, &list, &rows, &error), &error, "decision.list");
        assert_int_equal(rows.n, 0);
    }
}

static struct id newest(struct visit *visit, size_t *of_arrival)
{
    struct error error;
    struct view_rows rows;
    must(visit_look(visit, &receipt_list_view, &nothing, &rows, &error), &error, "receipt.list");
    assert_true(rows.n > 0);
    const struct receipt_row *first = VISIT_ROW(rows, struct receipt_row, 0);
    *of_arrival = 0;
    for (size_t i = 0; i < rows.n; i++)
        *of_arrival += id_is_set(&first->arrival) &&
                       id_equal(&VISIT_ROW(rows, struct receipt_row, i)->arrival, &first->arrival);
    return first->receipt_id;
}

/* Social care gets both in one; the clinic gets Sam and nothing that tells of Kit. */
static void test_sent(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct decision_recorded made = decide_all_but(&kit, &clinic);
    struct id items[] = {sam.item, kit.item};
    struct share_send send = {.decisions = made.to_send, .items = {items, 2}, .message = TEXT("Please see what you can do.")};
    struct share_sent sent;
    must(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), &error, "share.send");
    assert_int_equal(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), ERROR_CONFLICT);

    size_t together;
    struct receipt_of of = {newest(worker, &together)};
    assert_int_equal(together, 2);
    struct receipt_opened opened;
    must(visit_act_wait(worker, &receipt_open_command, &of, &opened, &error), &error, "receipt.open");
    assert_true(opened.first);
    must(visit_look(worker, &receipt_list_view, &nothing, &rows, &error), &error, "receipt.list");
    for (size_t i = 0; i < 2; i++) {
        const struct receipt_row *row = VISIT_ROW(rows, struct receipt_row, i);
        assert_true(text_equal(row->state, TEXT("opened")) && row->name.n > 0);
        struct receipt_of one = {row->receipt_id};
        struct view_rows read, seen;
        must(visit_look(worker, &receipt_read_view, &one, &read, &error), &error, "receipt.read");
        must(visit_look(worker, &receipt_items_view, &one, &seen, &error), &error, "receipt.items");
        assert_int_equal(seen.n, 1);
        bool is_sam = text_equal(row->name, TEXT("Sam Sample"));
        assert_true(text_equal(VISIT_ROW(seen, struct receipt_item, 0)->text,
                               is_sam ? TEXT("Sam came hungry.") : TEXT("Kit came hungry.")));
        assert_true(text_find(VISIT_ROW(read, struct receipt_full, 0)->limits.json, TEXT("\"consent\":\"given\"")) >= 0);
    }
    /* one answer for all of it, in each child's file */
    struct receipt_confirm confirm = {of.receipt_id, TEXT("We visit both today.")};
    struct receipt_confirmed confirmed;
    must(visit_act_wait(worker, &receipt_confirm_command, &confirm, &confirmed, &error), &error, "receipt.confirm");
    assert_int_equal(visit_act_wait(worker, &receipt_confirm_command, &confirm, &confirmed, &error), ERROR_CONFLICT);
    for (size_t c = 0; c < 2; c++) {
        struct share_list list = {cases[c]};
        must(visit_look(teacher, &share_list_view, &list, &rows, &error), &error, "share.list");
        assert_int_equal(rows.n, c == 0 ? 2 : 1); /* Sam to both, Kit to social care */
        int answered = 0;
        for (size_t i = 0; i < rows.n; i++)
            answered += text_equal(VISIT_ROW(rows, struct share_row, i)->reply, TEXT("We visit both today."));
        assert_int_equal(answered, 1);
    }

    of.receipt_id = newest(nurse, &together);
    assert_int_equal(together, 0);
    must(visit_act_wait(nurse, &receipt_open_command, &of, &opened, &error), &error, "receipt.open");
    must(visit_look(nurse, &receipt_list_view, &nothing, &rows, &error), &error, "receipt.list");
    for (size_t i = 0; i < rows.n; i++)
        assert_false(text_equal(VISIT_ROW(rows, struct receipt_row, i)->name, TEXT("Kit Sample")));
    must(visit_look(nurse, &receipt_items_view, &of, &rows, &error), &error, "receipt.items");
    assert_int_equal(rows.n, 1);
    assert_true(text_equal(VISIT_ROW(rows, struct receipt_item, 0)->text, TEXT("Sam came hungry.")));
    PROVISION("MAN-14");
}

/* What was not decided together, or not to share, or lies in a third case, does not go with it. */
static void test_not_sent(void **state)
{
    (void)state;
    struct error error;
    struct share_sent sent;
    struct decision_recorded first = decide_all_but(&kit, &clinic), other = decide_all_but(&sam, &clinic);
    struct id mixed[] = {first.to_send.item[0], other.to_send.item[0]};
    struct share_send send = {.decisions = {mixed, 2}, .items = {&sam.item, 1}, .message = TEXT("x")};
    assert_int_equal(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), ERROR_INVALID);
    assert_string_equal(error.where, "decisions");
    send.decisions = first.decisions; /* the one not to share among them */
    assert_int_equal(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), ERROR_UNLAWFUL);
    struct child third = open_child(teacher, "Third Sample", (struct date){2014, 1, 1}, "Not theirs.");
    struct id items[] = {sam.item, third.item};
    send.decisions = first.to_send;
    send.items = (struct id_list){items, 2};
    assert_int_equal(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), ERROR_INVALID);
    assert_string_equal(error.where, "items");
    send.items.n = 1; /* nothing about Kit, and no message */
    send.message.n = 0;
    assert_int_equal(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), ERROR_INVALID);
    assert_string_equal(error.where, "items");
}

/* Somebody outside gets one link and one phrase, with a part for each child; both are picked up at once. */
static void test_outside(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct visit *visitor;
    must(visit_begin(home.gate, home.arena, &visitor, &error), &error, "visit_begin");
    struct decision_record record = {.cases = {cases, 2},
                                     .outside = TEXT("health"),
                                     .facts = {TEXT(COMMON)},
                                     .outcome = TEXT("share"),
                                     .reasons = TEXT("Their doctor should know.")};
    struct decision_recorded made;
    must(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), &error, "decision.record");
    struct id items[] = {sam.item, kit.item};
    struct share_send send = {.decisions = made.to_send,
                              .items = {items, 2},
                              .outside_name = TEXT("Dr Fern"),
                              .link_medium = TEXT("email"),
                              .phrase_medium = TEXT("landline")};
    struct share_sent sent;
    must(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), &error, "share.send");
    struct pickup_try try = {sent.link, sent.phrase};
    struct pickup_tried tried;
    must(visit_act_wait(visitor, &pickup_try_command, &try, &tried, &error), &error, "pickup.try");
    assert_true(tried.opened);
    const struct json *parcel;
    must(json_read(home.arena, tried.parcel.json, "parcel", &parcel, &error), &error, "parcel");
    const struct json *about = json_get(parcel, "about");
    assert_int_equal(about->count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct json *seen = json_get(&about->item[i], "items");
        bool is_sam = text_equal(json_text(json_get(&about->item[i], "name")), TEXT("Sam Sample"));
        assert_int_equal(seen->count, 1);
        assert_true(text_starts(json_text(json_get(&seen->item[0], "text")), is_sam ? TEXT("Sam") : TEXT("Kit")));
        struct share_list list = {cases[i]};
        must(visit_look(teacher, &share_list_view, &list, &rows, &error), &error, "share.list");
        assert_true(text_equal(VISIT_ROW(rows, struct share_row, 0)->state, TEXT("collected")));
        assert_true(text_equal(VISIT_ROW(rows, struct share_row, 0)->link_medium, TEXT("email")));
    }
    PROVISION("BEX-30");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_pairs, brothers),   cmocka_unit_test_setup(test_refused, brothers),
        cmocka_unit_test_setup(test_age, brothers),     cmocka_unit_test_setup(test_reach, brothers),
        cmocka_unit_test_setup(test_decided, brothers), cmocka_unit_test_setup(test_differs, brothers),
        cmocka_unit_test_setup(test_whole, brothers),   cmocka_unit_test_setup(test_sent, brothers),
        cmocka_unit_test_setup(test_not_sent, brothers), cmocka_unit_test_setup(test_outside, brothers),
    };
    return cmocka_run_group_tests(tests, make, home_end);
}
