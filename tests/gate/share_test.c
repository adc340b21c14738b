/* What goes with a share and what stays: parts of a record, confidence, names, limits; and who sees it when. */
#include "raw.h"
#include "provision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct test_home home;
static struct visit *teacher, *worker, *second, *head;
static struct nothing nothing;

static struct id open_case(struct visit *visit, const char *name)
{
    struct error error;
    struct case_open open = {.name = text_of(name), .born = {2015, 4, 1}, .about = TEXT("Lives at Mill Cottage")};
    struct case_opened opened;
    must(visit_act_wait(visit, &case_open_command, &open, &opened, &error), &error, "case.open");
    return opened.case_id;
}

static struct id record_item(const struct id *case_id, const char *text, const char *confidence, const char *provider)
{
    struct error error;
    struct item_record item = {.case_id = *case_id,
                               .text = text_of(text),
                               .nature = TEXT("opinion"),
                               .historical = true,
                               .confidence = text_of(confidence),
                               .provider = text_of(provider)};
    struct item_recorded recorded;
    must(visit_act_wait(teacher, &item_record_command, &item, &recorded, &error), &error, "item.record");
    return recorded.item_id;
}

#define FACTS                                                                                                  \
    "{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"confidential\":true,\"consent\":\"given\","     \
    "\"consent_covers\":true,\"child_harm\":\"evidence\",\"proportionate\":true,\"urgent\":false,"               \
    "\"recipient_needs_to_know\":true,\"informing_raises_risk\":false}"

static struct decision_recorded decide(struct visit *visit, const struct id *case_id, const char *outcome, const char *facts)
{
    struct error error;
    struct decision_record record = {.cases = {case_id, 1},
                                     .agencies = {&home.social_care, 1},
                                     .facts = {text_of(facts)},
                                     .outcome = text_of(outcome),
                                     .reasons = TEXT("The teacher's reasons, in her words.")};
    struct decision_recorded made;
    must(visit_act_wait(visit, &decision_record_command, &record, &made, &error), &error, "decision.record");
    return made;
}

static struct id send_items(const struct id *decision, const struct id *items, size_t n)
{
    struct error error;
    struct view_rows rows;
    struct share_send send = {.decisions = {decision, 1}, .items = {items, n}, .message = TEXT("Please look today.")};
    struct share_sent sent;
    must(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), &error, "share.send");
    must(visit_look(worker, &receipt_list_view, &nothing, &rows, &error), &error, "receipt.list");
    assert_true(rows.n > 0);
    return VISIT_ROW(rows, struct receipt_row, 0)->receipt_id;
}

static void take(struct visit *visit, const struct id *receipt)
{
    struct error error;
    struct receipt_of of = {*receipt};
    struct receipt_opened opened;
    must(visit_act_wait(visit, &receipt_open_command, &of, &opened, &error), &error, "receipt.open");
}

/* The recipient sees what was chosen and nothing else of the case, fact apart from opinion, confidence kept. */
static void test_parts(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct id case_id = open_case(teacher, "Robin Example");
    struct id items[] = {record_item(&case_id, "It was said in confidence.", "explicit", "The neighbour"),
                         record_item(&case_id, "It was said at the gate.", "implied", "The aunt")};
    record_item(&case_id, "Nobody else needs this.", "none", "");
    struct decision_recorded made = decide(teacher, &case_id, "share", FACTS);
    struct receipt_of of = {send_items(&made.decision_id, items, 2)};
    take(worker, &of.receipt_id);
    must(visit_look(worker, &receipt_items_view, &of, &rows, &error), &error, "receipt.items");
    assert_int_equal(rows.n, 2);
    const struct receipt_item *told = VISIT_ROW(rows, struct receipt_item, 0), *heard = VISIT_ROW(rows, struct receipt_item, 1);
    assert_true(text_equal(told->text, TEXT("It was said in confidence.")));
    assert_true(text_equal(told->nature, TEXT("opinion")) && told->historical);
    PROVISION("MAN-04");
    assert_true(text_equal(told->confidence, TEXT("explicit")));
    assert_true(text_equal(heard->confidence, TEXT("implied")));
    PROVISION("MAN-02");
    assert_int_equal(told->provider.n, 0); /* who told it in confidence is not told on */
    assert_true(text_equal(heard->provider, TEXT("The aunt")));
    PROVISION("BUC-36");
    PROVISION("LLR-31");
    /* no way from what was sent to the case that it came from */
    struct case_of case_of = {case_id};
    struct item_list list = {case_id};
    assert_int_equal(visit_look(worker, &case_read_view, &case_of, &rows, &error), ERROR_MISSING);
    assert_int_equal(visit_look(worker, &item_list_view, &list, &rows, &error), ERROR_MISSING);
    PROVISION("MAN-14");
}

/* Nobody reads before somebody has taken it, and then only they and those who answer for the agency. */
static void test_taken(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct receipt_confirm confirm = {.action = TEXT("We will visit.")};
    struct receipt_confirmed confirmed;
    struct receipt_opened opened;
    struct id case_id = open_case(teacher, "Sam Example"), item = record_item(&case_id, "A thing.", "", "");
    struct decision_recorded made = decide(teacher, &case_id, "share", FACTS);
    struct receipt_of of = {send_items(&made.decision_id, &item, 1)};
    must(visit_look(worker, &receipt_list_view, &nothing, &rows, &error), &error, "receipt.list");
    assert_int_equal(VISIT_ROW(rows, struct receipt_row, 0)->name.n, 0);
    assert_int_equal(visit_look(worker, &receipt_read_view, &of, &rows, &error), ERROR_CONFLICT);
    assert_int_equal(visit_look(worker, &receipt_items_view, &of, &rows, &error), ERROR_CONFLICT);
    assert_int_equal(visit_look(worker, &receipt_documents_view, &of, &rows, &error), ERROR_CONFLICT);
    take(worker, &of.receipt_id);
    must(visit_look(worker, &receipt_read_view, &of, &rows, &error), &error, "receipt.read");
    assert_int_equal(visit_look(second, &receipt_read_view, &of, &rows, &error), ERROR_MISSING);
    assert_int_equal(visit_act_wait(second, &receipt_open_command, &of, &opened, &error), ERROR_MISSING);
    confirm.receipt_id = of.receipt_id;
    assert_int_equal(visit_act_wait(second, &receipt_confirm_command, &confirm, &confirmed, &error), ERROR_MISSING);
    must(visit_look(second, &receipt_list_view, &nothing, &rows, &error), &error, "receipt.list");
    for (size_t i = 0; i < rows.n; i++)
        assert_false(id_equal(&VISIT_ROW(rows, struct receipt_row, i)->receipt_id, &of.receipt_id));
    PROVISION("MAN-12");
}

static void test_anonymised(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct id case_id = open_case(teacher, "Kim Example"), item = record_item(&case_id, "A child of six.", "", "The mother");
    struct decision_recorded made = decide(teacher, &case_id, "share-anonymised", FACTS);
    struct receipt_of of = {send_items(&made.decision_id, &item, 1)};
    take(worker, &of.receipt_id);
    must(visit_look(worker, &receipt_list_view, &nothing, &rows, &error), &error, "receipt.list");
    const struct receipt_row *listed = VISIT_ROW(rows, struct receipt_row, 0);
    assert_true(listed->name.n == 0 && listed->born.year == 0);
    must(visit_look(worker, &receipt_read_view, &of, &rows, &error), &error, "receipt.read");
    const struct receipt_full *full = VISIT_ROW(rows, struct receipt_full, 0);
    assert_true(full->name.n == 0 && full->about.n == 0 && full->born.year == 0);
    assert_true(full->message.n > 0);
    must(visit_look(worker, &receipt_items_view, &of, &rows, &error), &error, "receipt.items");
    assert_int_equal(VISIT_ROW(rows, struct receipt_item, 0)->provider.n, 0);
}

/* Both decisions, to share and not to, say when, who, to whom, how, what and on which basis. */
static void test_record(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct id case_id = open_case(teacher, "Ali Example"), item = record_item(&case_id, "A thing.", "", "");
    struct decision_recorded made = decide(teacher, &case_id, "share", FACTS);
    send_items(&made.decision_id, &item, 1);
    struct share_list list = {case_id};
    must(visit_look(teacher, &share_list_view, &list, &rows, &error), &error, "share.list");
    const struct share_row *share = VISIT_ROW(rows, struct share_row, 0);
    assert_true(share->sent_at.at > 0 && share->items == 1);
    assert_true(text_equal(share->sender, TEXT("teacher")) && text_equal(share->sender_post, TEXT("teacher")));
    assert_true(text_equal(share->recipient, TEXT("Brook Social Care")));
    struct decision_of of = {share->decision_id};
    must(visit_look(head, &decision_read_view, &of, &rows, &error), &error, "decision.read");
    const struct decision_row *decision = VISIT_ROW(rows, struct decision_row, 0);
    assert_true(decision->reasons.n > 0 && decision->recorded_at.at > 0);
    assert_true(text_find(decision->answers.json, TEXT("\"basis\":[{\"code\":")) >= 0);
    assert_true(text_find(decision->facts.json, TEXT("\"consent\":\"given\"")) >= 0);
    PROVISION("BUC-26"); /* also where there is consent */
    must(visit_look(teacher, &share_list_view, &list, &rows, &error), &error, "share.list");

    /* to somebody outside: how it went */
    struct id out = open_case(teacher, "Jo Example"), thing = record_item(&out, "A thing.", "", "");
    struct decision_record record = {.cases = {&out, 1},
                                     .outside = TEXT("health"),
                                     .facts = {TEXT(FACTS)},
                                     .outcome = TEXT("share"),
                                     .reasons = TEXT("reasons")};
    struct decision_recorded outside;
    must(visit_act_wait(teacher, &decision_record_command, &record, &outside, &error), &error, "decision.record");
    struct share_send send = {.decisions = {&outside.decision_id, 1},
                              .items = {&thing, 1},
                              .outside_name = TEXT("A clinic"),
                              .link_medium = TEXT("email"),
                              .phrase_medium = TEXT("landline")};
    struct share_sent sent;
    must(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), &error, "share.send");
    list.case_id = out;
    must(visit_look(teacher, &share_list_view, &list, &rows, &error), &error, "share.list");
    share = VISIT_ROW(rows, struct share_row, 0);
    assert_true(text_equal(share->recipient, TEXT("A clinic")));
    assert_true(text_equal(share->link_medium, TEXT("email")) && text_equal(share->phrase_medium, TEXT("landline")));
    PROVISION("WM-26");

    /* withheld: recorded the same way */
    struct id kept = open_case(teacher, "Lee Example");
    decide(teacher, &kept, "do-not-share",
           "{\"purpose\":\"none\",\"child_harm\":\"none\",\"vital_interests\":false,\"legal_duty\":\"none\"}");
    struct decision_list decisions = {kept};
    must(visit_look(teacher, &decision_list_view, &decisions, &rows, &error), &error, "decision.list");
    decision = VISIT_ROW(rows, struct decision_row, 0);
    assert_true(text_equal(decision->decided, TEXT("do-not-share")) && decision->reasons.n > 0);
    assert_true(text_find(decision->answers.json, TEXT("Brook Social Care")) >= 0);
    PROVISION("WM-21");
}

/* What is named twice is refused, and what was typed does not come back in an error. */
static void test_refused(void **state)
{
    (void)state;
    struct error error;
    struct id case_id = open_case(teacher, "Max Example"), item = record_item(&case_id, "A thing.", "", "");
    struct id agencies[] = {home.social_care, home.social_care}, items[] = {item, item};
    struct decision_record record = {
        .cases = {&case_id, 1}, .agencies = {agencies, 2}, .facts = {TEXT(FACTS)}, .outcome = TEXT("share"), .reasons = TEXT("why")};
    struct decision_recorded made;
    assert_int_equal(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), ERROR_INVALID);
    assert_string_equal(error.where, "agencies");
    record.agencies.n = 1;
    record.facts.json = TEXT("{\"purpose\":\"Robin's secret\"}");
    assert_int_equal(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), ERROR_INVALID);
    assert_null(strstr(error.what, "Robin"));
    assert_null(strstr(error.fix, "Robin"));
    record.facts.json = TEXT(FACTS);
    must(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), &error, "decision.record");
    struct share_send send = {.decisions = {&made.decision_id, 1}, .items = {items, 2}};
    struct share_sent sent;
    assert_int_equal(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), ERROR_INVALID);
    assert_string_equal(error.where, "items");
}

/* A manager's look over all decisions stands in each of the cases. */
static void test_looks_over_all(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct id case_id = open_case(teacher, "Eli Example");
    decide(teacher, &case_id, "share", FACTS);
    must(visit_look(head, &decision_agency_view, &nothing, &rows, &error), &error, "decision.agency");
    home_settle(head);
    struct case_of of = {case_id};
    must(visit_look(teacher, &case_looks_view, &of, &rows, &error), &error, "case.looks");
    assert_int_equal(rows.n, 1);
    assert_true(text_equal(VISIT_ROW(rows, struct look_row, 0)->what, TEXT("decision.agency")));
}

/* Somebody whose case one need not know is found by name and day of birth only. */
static void test_search(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct visit *other = home_visit(&home, "other");
    open_case(teacher, "Zebedee Quillfeather");
    struct subject_search search = {TEXT("zebedee quillfether")};
    must(visit_look(teacher, &subject_search_view, &search, &rows, &error), &error, "subject.search");
    assert_int_equal(rows.n, 1);
    assert_true(text_equal(VISIT_ROW(rows, struct subject_row, 0)->about, TEXT("Lives at Mill Cottage")));
    must(visit_look(other, &subject_search_view, &search, &rows, &error), &error, "subject.search");
    assert_int_equal(rows.n, 1);
    assert_int_equal(VISIT_ROW(rows, struct subject_row, 0)->about.n, 0);
    assert_int_equal(VISIT_ROW(rows, struct subject_row, 0)->born.year, 2015);
    must(visit_look(worker, &subject_search_view, &search, &rows, &error), &error, "subject.search");
    assert_int_equal(rows.n, 0); /* another agency does not know them */
}

/* The key of a draft goes with it: saved over, dropped, or one too many. The entries that tell of it stay readable. */
static void test_drafts(void **state)
{
    (void)state;
    static const char surplus[] = "SELECT (SELECT count(*) FROM record_key) - (SELECT count(*) FROM name_key) - (SELECT count(*) FROM parcel)"
                                  " - (SELECT count(*) FROM entry)";
    struct error error;
    struct view_rows rows;
    struct draft_save save = {.journey = TEXT("worry"), .content = {TEXT("{\"said\":\"one\"}")}};
    struct draft_saved saved;
    struct draft_dropped dropped;
    assert_int_equal(raw_ask(&home, "proviso", surplus), 0);
    for (int i = 0; i < 5; i++) {
        must(visit_act_wait(teacher, &draft_save_command, &save, &saved, &error), &error, "draft.save");
        save.draft_id = saved.draft_id;
        assert_int_equal(raw_ask(&home, "proviso", surplus), 1);
    }
    struct draft_of of = {saved.draft_id};
    must(visit_look(teacher, &draft_read_view, &of, &rows, &error), &error, "draft.read");
    assert_true(text_equal(VISIT_ROW(rows, struct draft_row, 0)->content.json, TEXT("{\"said\":\"one\"}")));
    must(visit_act_wait(teacher, &draft_drop_command, &of, &dropped, &error), &error, "draft.drop");
    assert_int_equal(raw_ask(&home, "proviso", surplus), 0);
    save.draft_id = (struct id){""};
    for (int i = 0; i < 25; i++)
        must(visit_act_wait(teacher, &draft_save_command, &save, &saved, &error), &error, "draft.save");
    assert_int_equal(raw_ask(&home, "proviso", surplus), 20);
    home_verify(home.gate, home.arena);
}

static int64_t count_payloads(void)
{
    return raw_ask(&home, "documents", "SELECT count(*) FROM store_blob");
}

static struct document_attach upload(const struct id *case_id)
{
    struct error error;
    struct document_receiver *receiver;
    struct document_attach attach;
    must(document_receive(teacher, case_id, TEXT("a.txt"), TEXT("text/plain"), &receiver, &error), &error, "receive");
    must(document_piece(receiver, "words", 5, &error), &error, "piece");
    must(document_received(receiver, home.arena, &attach, &error), &error, "received");
    document_receive_end(&receiver);
    return attach;
}

static void open_with_pack(const char *pack);

/* What was uploaded and never attached goes after a week; what was attached stays. */
static void test_uploads(void **state)
{
    (void)state;
    struct error error;
    struct document_attached attached, again;
    struct id case_id = open_case(teacher, "Ida Example");
    struct document_attach one = upload(&case_id);
    upload(&case_id);
    must(visit_act_wait(teacher, &document_attach_command, &one, &attached, &error), &error, "document.attach");
    assert_int_equal(visit_act_wait(teacher, &document_attach_command, &one, &again, &error), ERROR_CONFLICT);
    one.payload = TEXT("no such payload");
    assert_int_equal(visit_act_wait(teacher, &document_attach_command, &one, &again, &error), ERROR_MISSING);
    assert_int_equal(count_payloads(), 2);
    open_with_pack(NULL); /* closing tidies: both are new */
    assert_int_equal(count_payloads(), 2);
    raw_change(&home, "documents", "UPDATE upload SET at = 1");
    open_with_pack(NULL); /* the next to close finds them old */
    open_with_pack(NULL);
    assert_int_equal(count_payloads(), 1);
    struct document_open open = {attached.document_id};
    struct view_rows rows;
    must(visit_look(teacher, &document_open_view, &open, &rows, &error), &error, "document.open");
    struct document_sender *sender;
    char back[16];
    size_t got;
    must(document_send(home.gate, VISIT_ROW(rows, struct document_key, 0), &sender, &error), &error, "document_send");
    must(document_read(sender, back, sizeof back, &got, &error), &error, "document_read");
    assert_int_equal(got, 5);
    document_send_end(&sender);
}

static void open_with_pack(const char *pack)
{
    struct error error;
    struct gate_settings settings = home_settings(&home);
    settings.pack = pack;
    gate_close(&home.gate);
    must(gate_open(&settings, &home.gate, &error), &error, "gate_open");
    teacher = home_visit(&home, "teacher");
    worker = home_visit(&home, "worker");
    second = home_visit(&home, "second");
    head = home_visit(&home, "head");
}

/* Without consent: the recipient is told so and why it is lawful, unless that would put somebody at risk. */
static void test_without_consent(void **state)
{
    (void)state;
    static const char facts[] =
        "{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"confidential\":true,\"sensitive\":true,"
        "\"consent\":\"refused\",\"no_consent_ground\":\"child-risk\",\"child_harm\":\"reasonable-cause\","
        "\"legal_duty\":\"none\",\"article6\":\"e\",\"article9\":\"g\",\"proportionate\":true,\"urgent\":false,"
        "\"recipient_needs_to_know\":true,\"informing_raises_risk\":true,\"telling_recipient_raises_risk\":%s}";
    struct error error;
    struct view_rows rows;
    open_with_pack("west-midlands-2024");
    for (int risky = 0; risky < 2; risky++) {
        char stated[600];
        snprintf(stated, sizeof stated, facts, risky ? "true" : "false");
        struct id case_id = open_case(teacher, "Noa Example"), item = record_item(&case_id, "A thing.", "", "");
        struct decision_recorded made = decide(teacher, &case_id, "share", stated);
        struct receipt_of of = {send_items(&made.decision_id, &item, 1)};
        take(worker, &of.receipt_id);
        must(visit_look(worker, &receipt_read_view, &of, &rows, &error), &error, "receipt.read");
        const struct receipt_full *full = VISIT_ROW(rows, struct receipt_full, 0);
        bool told = text_find(full->limits.json, TEXT("\"consent\":\"refused\"")) >= 0;
        assert_int_equal(told, !risky);
        assert_true(text_find(full->limits.json, TEXT("\"code\":\"do-not-inform\"")) >= 0);
        assert_true(text_find(full->limits.json, TEXT("\"basis\":[{")) >= 0);
        /* nor does anything else give it away */
        assert_int_equal(text_find(full->limits.json, TEXT("justify-without-consent")) >= 0, !risky);
        if (risky) {
            assert_true(text_find(full->limits.json, TEXT("\"consent\":null")) >= 0);
            assert_true(text_find(full->limits.json, TEXT("agree")) < 0 && text_find(full->limits.json, TEXT("refus")) < 0);
        }
        assert_true(text_equal(full->sender, TEXT("teacher")) && text_equal(full->sender_agency, TEXT("Elm School")));
        assert_true(full->opened_at.at > 0);
    }
    PROVISION("WM-27");
    PROVISION("WM-28");

    /* a pack that does not ask about that risk: the recipient is told */
    open_with_pack(NULL);
    char stated[600];
    snprintf(stated, sizeof stated, facts, "null");
    struct id case_id = open_case(teacher, "Noa Example"), item = record_item(&case_id, "A thing.", "", "");
    struct decision_recorded made = decide(teacher, &case_id, "share", stated);
    struct receipt_of of = {send_items(&made.decision_id, &item, 1)};
    take(worker, &of.receipt_id);
    must(visit_look(worker, &receipt_read_view, &of, &rows, &error), &error, "receipt.read");
    assert_true(text_find(VISIT_ROW(rows, struct receipt_full, 0)->limits.json, TEXT("\"consent\":\"refused\"")) >= 0);
}

static int make(void **state)
{
    *state = &home;
    home = (struct test_home){0};
    home_make(&home);
    teacher = home_visit(&home, "teacher");
    worker = home_visit(&home, "worker");
    second = home_visit(&home, "second");
    head = home_visit(&home, "head");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),   cmocka_unit_test(test_taken),          cmocka_unit_test(test_anonymised),
        cmocka_unit_test(test_record),  cmocka_unit_test(test_refused),        cmocka_unit_test(test_looks_over_all),
        cmocka_unit_test(test_search),  cmocka_unit_test(test_drafts),         cmocka_unit_test(test_uploads), cmocka_unit_test(test_without_consent),
    };
    return cmocka_run_group_tests(tests, make, home_end);
}
