#include "worry.h"

#include "answer/answer_words.h"
#include "words.h"

/*
 * What is decided. Where the answers for several people or recipients differ, "each" decides for each as the policy says:
 * whoever may not be told about somebody is left out, and the rest goes on.
 */
static const struct text each = TEXT_INIT("each");

static bool is_sharing(struct text outcome)
{
    return text_equal(outcome, TEXT("share")) || text_equal(outcome, TEXT("share-anonymised"));
}

bool worry_shares(const struct worry *worry)
{
    return is_sharing(values_get(&worry->said, "outcome"));
}

bool worry_follows(const struct worry *worry)
{
    return values_there(&worry->said, "follow");
}

static bool has_open(const struct view_rows *rows)
{
    for (size_t i = 0; i < rows->n; i++)
        if (!VISIT_ROW(*rows, struct answer_row, i)->outcome.n)
            return true;
    return false;
}

static struct text on_one_line(struct arena *arena, struct text lines)
{
    struct buffer b = buffer_in(arena);
    for (struct text line; text_next(&lines, '\n', &line);) {
        buffer_string(&b, b.n ? "; " : "");
        buffer_text(&b, line);
    }
    return buffer_result(&b);
}

int worry_each_in_words(struct asking *asking, const struct view_rows *rows, struct text *out, struct error *error)
{
    struct answer_of *answers;
    const struct shape_answer *shown;
    size_t n;
    int result = worry_read_answers(asking, rows, &answers, error);
    if (!result)
        result = answers_shown(asking, answers, rows->n, TEXT(""), &shown, &n, error);
    struct text *line = result ? NULL : ARENA_ARRAY(asking->arena, struct text, n);
    for (size_t i = 0; line && i < n; i++)
        line[i] = arena_format(asking->arena, "%.*s: %.*s.", TEXT_ARGS(choice_label(decision_outcomes, shown[i].outcome)),
                               TEXT_ARGS(on_one_line(asking->arena, shown[i].recipients)));
    *out = line ? words_join(asking->arena, line, n, "\n") : TEXT("");
    return result;
}

int worry_offer_outcomes(struct asking *asking, const struct worry *worry, struct step_choices *choices,
                         struct error *error)
{
    struct view_rows rows;
    choices->note = worry_answer_in_words(asking, worry);
    int result = worry_ask(asking, worry, &rows, error);
    if (result == ERROR_INVALID || (!result && (!worry_answers_differ(&rows) || has_open(&rows))))
        return 0;
    if (result)
        return result;
    struct values *draft = ARENA_NEW(asking->arena, struct values);
    if (!draft)
        return arena_error(asking->arena, error);
    *draft = values_in(asking->arena);
    for (size_t i = 0; i < worry->said.n; i++)
        values_add(draft, worry->said.pair[i].name, worry->said.pair[i].value);
    if (worry_follows(worry))
        values_set(draft, "outcome", each);
    choices->draft = draft;
    choices->more_of = "outcome";
    choices->more = each;
    choices->more_label = TEXT("For each what the policy says");
    return worry_each_in_words(asking, &rows, &choices->more_hint, error);
}

/* The most that is done of any: whether anything is sent follows from it. */
static struct text most_open(const struct view_rows *rows)
{
    struct text most = VISIT_ROW(*rows, struct answer_row, 0)->outcome;
    for (size_t i = 0; i < rows->n; i++)
        if (is_sharing(VISIT_ROW(*rows, struct answer_row, i)->outcome))
            most = TEXT("share");
    return most;
}

int worry_take_decision(struct asking *asking, struct worry *worry, const struct worry_page *page, struct error *error)
{
    struct view_rows rows;
    bool follows = text_equal(values_get(&asking->typed, "outcome"), each);
    int result = follows ? worry_ask(asking, worry, &rows, error) : 0;
    if (result)
        return result;
    if (follows && !has_open(&rows))
        values_set(&asking->typed, "outcome", most_open(&rows));
    if ((result = step_check(asking, &page->step, error))) {
        if (follows)
            values_set(&asking->typed, "outcome", each);
        return result;
    }
    worry_take_over(asking, worry, page);
    values_drop(&worry->said, "follow");
    if (follows)
        values_set(&worry->said, "follow", TEXT("yes"));
    return worry_save(asking, worry, worry_shares(worry) ? "documents" : "check");
}

int worry_outcomes(struct asking *asking, const struct worry *worry, struct json_object *out, struct error *error)
{
    struct view_rows rows;
    struct buffer b = buffer_in(asking->arena);
    struct json_writer w = json_writer_in(&b);
    if (!worry_follows(worry))
        return 0;
    int result = worry_ask(asking, worry, &rows, error);
    if (result)
        return result;
    json_object(&w);
    for (size_t i = 0; i < rows.n; i++) {
        const struct answer_row *row = VISIT_ROW(rows, struct answer_row, i);
        json_key_text(&w, worry_whom(asking, POLICY_OF_PAIR, &row->case_id, &row->agency_id));
        json_put_text(&w, row->outcome);
    }
    json_end(&w);
    out->json = buffer_result(&b);
    return buffer_failed(&b) ? arena_error(asking->arena, error) : 0;
}

int worry_warn_of_message(struct asking *asking, const struct worry *worry, struct step_choices *choices,
                          struct error *error)
{
    struct view_rows rows;
    if (text_equal(values_get(&worry->said, "outcome"), TEXT("share-anonymised")))
        choices->note =
            TEXT("You decided to share without anything that identifies. The name is not sent. What you choose "
                 "here is sent as it stands: if it shows who it is about, write it anew in the message.");
    if (!worry_follows(worry))
        return 0;
    int result = worry_ask(asking, worry, &rows, error);
    struct text *names = result ? NULL : ARENA_ARRAY(asking->arena, struct text, rows.n);
    size_t n = 0;
    for (size_t i = 0; names && i < rows.n; i++) {
        const struct answer_row *row = VISIT_ROW(rows, struct answer_row, i);
        if (!is_sharing(row->outcome))
            names[n++] = worry_pair_name(asking, &rows, row);
    }
    if (n)
        choices->note = arena_format(asking->arena,
                                     "Not sent: %.*s. Of what you choose, each gets only what is about those whom they may "
                                     "know of. The message goes to all of them: write nothing in it that one must not read.",
                                     TEXT_ARGS(words_join(asking->arena, names, n, "; ")));
    return result;
}
