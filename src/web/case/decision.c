#include "decision.h"

#include "cases.h"

#include "answer/answer_words.h"
#include "pages/decision.h"
#include "pages/decisions.h"
#include "policy.h"
#include "words.h"

static int read_answers(struct asking *asking, struct json_object kept, struct text digest, struct page_decision *page,
                        const struct policy_pack **pack, struct error *error)
{
    const struct json *object;
    if (!kept.json.n)
        return 0; /* disposed of */
    int result = json_read(asking->arena, kept.json, "answers", &object, error);
    const struct json *list = result ? NULL : json_get(object, "answers");
    size_t n = json_is(list, JSON_ARRAY) ? list->count : 0;
    struct answer_of *answers = ARENA_ARRAY(asking->arena, struct answer_of, n);
    if (!result && !answers)
        result = arena_error(asking->arena, error);
    for (size_t i = 0; !result && i < n; i++) {
        answers[i] = (struct answer_of){.recipient = json_text(json_get(&list->item[i], "recipient")),
                                        .words = json_get(&list->item[i], "words"),
                                        .answer = json_get(&list->item[i], "answer")};
        struct text hash = json_text(json_get(answers[i].answer, "pack_sha256"));
        answers[i].pack = gate_pack_of(asking->face->gate, digest.n ? digest : hash);
        *pack = answers[i].pack ? answers[i].pack : *pack;
        page->without_words = page->without_words || json_is(json_get(answers[i].words, "at_hand"), JSON_FALSE);
    }
    if (!result)
        result = answers_shown(asking, answers, n, TEXT(""), &page->answers, &page->answers_n, error);
    return result ? result : known_shown(asking, answers, n, TEXT(""), &page->known, &page->known_n, error);
}

/* What was decided at once with it, as far as the reader may read it: about somebody else, or for other recipients. */
static int read_with(struct asking *asking, const struct decision_row *row, struct page_decision *page, struct error *error)
{
    struct page_decision_with *with = ARENA_ARRAY(asking->arena, struct page_decision_with, row->with.n);
    if (!with)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < row->with.n; i++) {
        struct decision_of of = {row->with.item[i]};
        struct view_rows rows;
        int result = asking_look(asking, &decision_read_view, &of, &rows, error);
        if (result == ERROR_MISSING)
            continue;
        if (result)
            return result;
        const struct decision_row *other = VISIT_ROW(rows, struct decision_row, 0);
        with[page->with_n++] = (struct page_decision_with){
            .id = id_text(&other->decision_id), .name = other->name, .decided = choice_label(decision_outcomes, other->decided)};
    }
    page->with = with;
    return 0;
}

/* To whom something was sent under it, and what they have done with it. */
static int read_sent(struct asking *asking, const struct decision_row *row, struct page_decision *page, struct error *error)
{
    struct share_list list = {row->case_id};
    struct view_rows rows = {0};
    bool sees_case = visit_may(asking->visit, &share_list_view.may, &list, NULL) == 0;
    page->back = case_back(asking, &row->case_id);
    if (!sees_case && visit_may(asking->visit, &disposal_propose_command.may, &(struct disposal_propose){.case_id = row->case_id}, NULL) == 0)
        page->decides_on = id_text(&row->case_id);
    int result = sees_case ? asking_look(asking, &share_list_view, &list, &rows, error) : 0;
    struct page_decision_sent *sent = result ? NULL : ARENA_ARRAY(asking->arena, struct page_decision_sent, rows.n);
    if (!sent)
        return result ? result : arena_error(asking->arena, error);
    for (size_t i = 0; i < rows.n; i++) {
        const struct share_row *share = VISIT_ROW(rows, struct share_row, i);
        if (id_equal(&share->decision_id, &row->decision_id))
            sent[page->sent_n++] = (struct page_decision_sent){
                .recipient = share->recipient,
                .state = arena_format(asking->arena, "%.*s. %.*s.", TEXT_ARGS(words_time(asking->arena, share->sent_at)),
                                      TEXT_ARGS(share->state_words))};
    }
    if (page->sent_n)
        sent[page->sent_n - 1].last = true;
    page->sent = sent;
    return 0;
}

/* The title of the very version that answered, where it is at hand. */
static struct text policy_of(struct asking *asking, const struct decision_row *row, const struct policy_pack *answered)
{
    const struct policy_pack_info *pack = policy_pack_info(answered ? answered : gate_pack(asking->face->gate));
    return arena_format(asking->arena, "%.*s, version %.*s", TEXT_ARGS(text_equal(pack->id, row->pack) ? pack->title : row->pack),
                        TEXT_ARGS(row->pack_version));
}

static int show(struct asking *asking, struct error *error)
{
    struct decision_of of;
    struct view_rows rows;
    struct page_decision page = {.frame = asking_frame(asking, "/")};
    int result = asking_id(asking, "decision", &of.decision_id, error);
    if (!result)
        result = asking_look(asking, &decision_read_view, &of, &rows, error);
    if (result)
        return result;
    const struct decision_row *row = VISIT_ROW(rows, struct decision_row, 0);
    page.id = id_text(&row->decision_id);
    page.name = row->name;
    page.answered = choice_label(decision_answers, row->answered);
    page.decided = choice_label(decision_outcomes, row->decided);
    page.differs = row->differs;
    page.open = text_equal(row->answered, TEXT("open"));
    page.reasons = row->reasons;
    page.consulted = row->consulted;
    page.made_by = arena_format(asking->arena, "%.*s, %.*s", TEXT_ARGS(row->made_by), TEXT_ARGS(row->post));
    page.recorded = words_time(asking->arena, row->recorded_at);
    page.happened = words_time(asking->arena, row->happened_at);
    const struct policy_pack *pack = NULL;
    if ((result = read_answers(asking, row->answers, row->pack_digest, &page, &pack, error)))
        return result;
    page.policy = policy_of(asking, row, pack);
    result = read_with(asking, row, &page, error);
    if (!result)
        result = read_sent(asking, row, &page, error);
    if (result)
        return result;
    page_decision(&asking->html, &page);
    return 0;
}

const struct page decision_page = {show, NULL, NULL};

static int list_show(struct asking *asking, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &decision_agency_view, NULL, &rows, error);
    struct page_decisions_decisions *list =
        result ? NULL : ARENA_ARRAY(asking->arena, struct page_decisions_decisions, rows.n);
    if (!result && !list)
        result = arena_error(asking->arena, error);
    if (result)
        return result;
    int64_t differing = 0;
    for (size_t i = 0; i < rows.n; i++) {
        const struct decision_row *row = VISIT_ROW(rows, struct decision_row, i);
        differing += row->differs;
        list[i] = (struct page_decisions_decisions){.id = id_text(&row->decision_id),
                                                    .name = row->name.n ? row->name : TEXT("(disposed of)"),
                                                    .made_by = row->made_by,
                                                    .when = words_ago(asking->arena, row->recorded_at),
                                                    .answered = choice_label(decision_answers, row->answered),
                                                    .decided = choice_label(decision_outcomes, row->decided),
                                                    .reasons = words_begin(asking->arena, row->reasons),
                                                    .differs = row->differs};
    }
    WRITE(asking, decisions, .frame = asking_frame(asking, "/decisions"),
          .agency = text_of(visit_actor(asking->visit)->agency_name), .decisions = list, .decisions_n = rows.n,
          .differing = differing, .more = rows.n == DECISIONS_LISTED,
          .sees_cases = asking_has_role(asking, ROLE_MANAGER | ROLE_LEAD));
    return 0;
}

const struct page decisions_page = {list_show, NULL, NULL};
