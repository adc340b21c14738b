#include "worry.h"

#include "answer/answer_words.h"
#include "finishing.h"
#include "pages/check.h"
#include "pages/sent_outside.h"
#include "words.h"

#include <string.h>

/* ---- showing what will be recorded and sent ---- */

struct summary {
    struct arena *arena;
    struct shape_row row[16];
    size_t n;
};

static void add(struct summary *summary, const char *key, struct text value, struct text change)
{
    if (summary->n < sizeof summary->row / sizeof *summary->row)
        summary->row[summary->n++] = (struct shape_row){text_of(key), value.n ? value : TEXT("Nothing"), change};
}

/* The labels of what was chosen, one a line, as the page that asks shows them. */
static int chosen_of(struct asking *asking, struct worry *worry, const char *name, struct text *out,
                     struct error *error)
{
    struct step_choices choices;
    struct shape_field *fields;
    size_t n;
    struct buffer b = buffer_in(asking->arena);
    bool again = asking->again;
    asking->again = false;
    int result = worry_choices(asking, worry, &choices, error);
    if (!result)
        result = step_fields(asking, &worry_page_with(&share_send_command, name)->step, &choices, &fields, &n, error);
    asking->again = again;
    for (size_t i = 0; !result && i < n; i++)
        for (size_t o = 0; text_equal(fields[i].name, text_of(name)) && o < fields[i].options_n; o++)
            if (fields[i].options[o].checked && fields[i].options[o].value.n) {
                buffer_string(&b, b.n ? "\n" : "");
                buffer_text(&b, fields[i].options[o].label);
            }
    *out = buffer_result(&b);
    return result;
}

/* none: the page to change it on where nothing is chosen, as there may be nothing to choose from. */
static int add_chosen(struct asking *asking, struct worry *worry, struct summary *summary, const char *key, const char *name,
                      const char *none, struct error *error)
{
    struct text value;
    int result = chosen_of(asking, worry, name, &value, error);
    if (!result)
        add(summary, key, value,
            worry_address(asking, worry, value.n ? worry_page_with(&share_send_command, name)->step.name : none));
    return result;
}

static struct text recipients_of(struct asking *asking, const struct view_rows *rows)
{
    struct text *names = ARENA_ARRAY(asking->arena, struct text, rows->n);
    size_t n = 0;
    for (size_t i = 0; names && i < rows->n; i++) {
        const struct answer_row *row = VISIT_ROW(*rows, struct answer_row, i);
        bool there = false; /* with another of the people */
        for (size_t k = 0; k < i; k++)
            there = there || id_equal(&VISIT_ROW(*rows, struct answer_row, k)->agency_id, &row->agency_id);
        if (!there)
            names[n++] = row->recipient;
    }
    return names ? words_join(asking->arena, names, n, "\n") : TEXT("");
}

static int names_of(struct asking *asking, const struct worry *worry, struct text *out, struct error *error)
{
    struct worry_person *person;
    size_t n;
    int result = worry_people(asking, worry, &person, &n, error);
    *out = result ? TEXT("") : worry_names(asking, person, n);
    return result;
}

static int summarise(struct asking *asking, struct worry *worry, struct summary *summary, struct error *error)
{
    struct id decision;
    struct view_rows rows;
    bool open = !worry_decision(worry, &decision); /* until it is recorded it can be changed */
    struct text people, outcome = choice_label(decision_outcomes, values_get(&worry->said, "outcome"));
    int result = worry_ask(asking, worry, &rows, error);
    if (!result && worry_follows(worry))
        result = worry_each_in_words(asking, &rows, &outcome, error);
    if (!result)
        result = names_of(asking, worry, &people, error);
    if (result)
        return result;
    const struct values *said = &worry->said;
    struct text decide = open ? worry_address(asking, worry, "decide") : TEXT("");
    add(summary, "It is about", people, open ? worry_address(asking, worry, "people") : TEXT(""));
    add(summary, "Who needs to know", recipients_of(asking, &rows),
        open ? worry_address(asking, worry, "recipients") : TEXT(""));
    add(summary, "Your decision", outcome, decide);
    add(summary, "Your reasons", values_get(said, "reasons"), decide);
    if (values_there(said, "consulted"))
        add(summary, "Talked over with", values_get(said, "consulted"), decide);
    if (!worry_shares(worry))
        return 0;
    result = add_chosen(asking, worry, summary, "What you send", "items", "content", error);
    if (!result)
        result = add_chosen(asking, worry, summary, "Documents", "documents", "documents", error);
    add(summary, "Your message", values_get(said, "message"), worry_address(asking, worry, "content"));
    if (result || !values_there(said, "outside"))
        return result;
    struct text outside = worry_address(asking, worry, "outside");
    add(summary, "Outside the partnership", values_get(said, "outside_name"), outside);
    add(summary, "The link goes by", choice_label(share_media, values_get(said, "link_medium")), outside);
    add(summary, "You tell the phrase by", choice_label(share_media, values_get(said, "phrase_medium")), outside);
    add(summary, "It can be opened",
        text_equal(values_get(said, "once"), TEXT("yes")) ? TEXT("One time only") : TEXT("Until its time is over"),
        outside);
    add(summary, "For",
        values_there(said, "days") ? arena_format(asking->arena, "%.*s days", TEXT_ARGS(values_get(said, "days")))
                                   : TEXT("7 days"),
        outside);
    return 0;
}

/* The first of what the draft still lacks; NULL: nothing. */
static const char *missing_page(const struct worry *worry)
{
    const struct values *said = &worry->said;
    struct id id;
    if (!worry_case(worry, &id))
        return "name";
    if (values_there(said, "text"))
        return "told"; /* written, but not recorded yet */
    if (!values_there(said, "agencies") && !values_there(said, "outside"))
        return values_there(said, "recorded") || !values_there(said, "name") ? "recipients" : "seen";
    if (!values_there(said, "outcome") || !values_there(said, "reasons"))
        return "question";
    if (worry_shares(worry) && !values_there(said, "content"))
        return "content";
    if (worry_shares(worry) && values_there(said, "outside") && !values_there(said, "outside_name"))
        return "outside";
    return NULL;
}

static int show(struct asking *asking, struct error *error)
{
    struct worry *worry;
    struct summary summary = {.arena = asking->arena};
    int result = worry_load(asking, &worry, error);
    if (result)
        return result;
    /* what the gate refused is mended on the page that asks for it */
    const struct worry_page *page = NULL;
    for (size_t i = 0; i < asking->errors_n && !page; i++)
        page = worry_page_with(asking->command, arena_string(asking->arena, asking->errors[i].field));
    if (page) {
        asking->typed = worry->said;
        return worry_show_step(asking, worry, page, error);
    }
    const char *missing = missing_page(worry);
    if (missing)
        return asking_go(asking, "/worry/%s/%s", worry->draft_id.text, missing);
    if ((result = summarise(asking, worry, &summary, error)))
        return result;
    bool share = worry_shares(worry);
    WRITE(asking, check, .frame = asking_frame(asking, "/"), .action = worry_address(asking, worry, "check"),
          .back = worry_address(asking, worry, share ? "content" : "decide"), .failed = asking->errors_n > 0,
          .errors = asking->errors, .errors_n = asking->errors_n, .rows = summary.row, .rows_n = summary.n,
          .shares = share, .button = share ? TEXT("Record the decision and send") : TEXT("Record the decision"));
    return 0;
}

/* ---- doing it: the decision, the share, the end of the draft ---- */

struct doing {
    struct worry *worry;
    struct decision_record record;
    struct decision_recorded recorded;
    struct share_send send;
    struct share_sent sent;
    struct draft_of drop;
    struct draft_dropped dropped;
    struct draft_save save;
    struct draft_saved saved;
};

/* The page that tells of all that was decided. */
static struct text sent_address(struct asking *asking, const struct worry *worry)
{
    struct buffer b = buffer_in(asking->arena);
    struct text with;
    bool first = true;
    buffer_string(&b, "/sent/");
    buffer_text(&b, values_get(&worry->said, "decision_id"));
    for (size_t at = 0; values_next(&worry->said, "with", &at, &with); first = false) {
        buffer_string(&b, first ? "?with=" : "&with=");
        buffer_text(&b, with);
    }
    return buffer_result(&b);
}

static int finished(struct asking *asking, struct error *error)
{
    (void)error;
    struct doing *doing = asking->own;
    if (!doing->sent.link.n)
        return asking_go(asking, "%.*s", TEXT_ARGS(sent_address(asking, doing->worry)));
    /* the phrase is kept nowhere, so this page cannot be come back to: it is the answer to the form itself */
    struct text host = http_host(asking->request), medium = values_get(&doing->worry->said, "link_medium");
    struct text by = values_get(&doing->worry->said, "phrase_medium");
    WRITE(asking, sent_outside, .frame = asking_frame(asking, "/"),
          .name = values_get(&doing->worry->said, "outside_name"),
          .link =
              arena_format(asking->arena, "%s://%.*s/pickup/%.*s", http_is_tls(asking->request) ? "https" : "http",
                           TEXT_ARGS(host), TEXT_ARGS(doing->sent.link)),
          .phrase = doing->sent.phrase, .link_medium = choice_label(share_media, medium),
          .phrase_medium = choice_label(share_media, by),
          .next = sent_address(asking, doing->worry));
    return 0;
}

static int drop_draft(struct asking *asking, struct error *error)
{
    (void)error;
    struct doing *doing = asking->own;
    doing->drop.draft_id = doing->worry->draft_id;
    return asking_act(asking, &draft_drop_command, &doing->drop, &doing->dropped, finished);
}

static int send(struct asking *asking, struct error *error)
{
    struct doing *doing = asking->own;
    if (!worry_shares(doing->worry))
        return drop_draft(asking, error);
    int result = step_fill(asking, &share_send_command, &doing->worry->said, &doing->send, error);
    return result ? result : asking_act(asking, &share_send_command, &doing->send, &doing->sent, drop_draft);
}

/* The draft remembers that the decision stands, so that it is not recorded twice if sending is refused. */
static int decided(struct asking *asking, struct error *error)
{
    struct doing *doing = asking->own;
    values_set(&doing->worry->said, "decision_id", id_text(&doing->recorded.decision_id));
    for (size_t i = 1; i < doing->recorded.decisions.n; i++)
        values_add(&doing->worry->said, TEXT("with"), id_text(&doing->recorded.decisions.item[i]));
    for (size_t i = 0; i < doing->recorded.to_send.n; i++)
        values_add(&doing->worry->said, TEXT("decisions"), id_text(&doing->recorded.to_send.item[i]));
    if (!worry_shares(doing->worry))
        return send(asking, error);
    doing->save = (struct draft_save){
        doing->worry->draft_id, TEXT("worry"), {values_write(&doing->worry->said, asking->arena)}};
    return asking_act(asking, &draft_save_command, &doing->save, &doing->saved, send);
}

static int take(struct asking *asking, struct error *error)
{
    struct doing *doing = asking->own = ARENA_NEW(asking->arena, struct doing);
    struct id id;
    if (!doing)
        return arena_error(asking->arena, error);
    int result = worry_load(asking, &doing->worry, error);
    if (!result)
        result = finishing_begin(asking, &doing->worry->draft_id, error);
    if (result)
        return result;
    const char *missing = missing_page(doing->worry);
    if (missing)
        return asking_go(asking, "/worry/%s/%s", doing->worry->draft_id.text, missing);
    if (worry_decision(doing->worry, &id))
        return send(asking, error);
    result = step_fill(asking, &decision_record_command, &doing->worry->said, &doing->record, error);
    doing->record.usual = true; /* as its questions and answers were */
    if (!result)
        result = worry_facts(asking, doing->worry, &doing->record.facts, &doing->record.facts_of, error);
    if (!result)
        result = worry_outcomes(asking, doing->worry, &doing->record.outcomes, error);
    return result ? result : asking_act(asking, &decision_record_command, &doing->record, &doing->recorded, decided);
}

const struct page worry_check_page = {show, take, NULL};

/* ---- dropping a draft ---- */

const struct page worry_drop_page = {NULL, button_take, BUTTON(&draft_drop_command, "draft", "/")};
