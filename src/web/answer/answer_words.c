#include "answer_words.h"

#include "policy.h"
#include "terms.h"
#include "words.h"

#include <string.h>

/* ---- obligations: whose they are on a page ---- */

/* What the service itself sees to: it records, it shows what is fact, it seals, the limits travel with what is
 * shared. */
static const char *const by_service[] = {
    "record-decision",    "record-reasons",     "record-legal-basis",        "mark-fact-and-opinion",
    "explain-historical", "use-secure-channel", "tell-recipient-no-consent", NULL};

/* What ends with the sender's own act. */
static const char *const of_sender[] = {"record-decision",
                                        "record-reasons",
                                        "record-legal-basis",
                                        "record-consent-giver",
                                        "record-risk-level",
                                        "inform-subject",
                                        "inform-parent",
                                        "inform-child",
                                        "inform-provider",
                                        "tell-recipient-no-consent",
                                        "check-recipient",
                                        "refer-childrens-social-care",
                                        "seek-consent",
                                        "consult-manager",
                                        "consult-governance-lead",
                                        "discuss-refusal-with-requester",
                                        "justify-without-consent",
                                        "alert-adult-social-care",
                                        "notify-private-fostering",
                                        "continue-support",
                                        "follow-up-action",
                                        "without-delay",
                                        "check-accuracy",
                                        NULL};

static bool is_one_of(const char *const *codes, struct text code)
{
    for (; *codes; codes++)
        if (text_equal(code, text_of(*codes)))
            return true;
    return false;
}

static struct text code_of(const struct json *one)
{
    return json_text(json_get(one, "code"));
}

static struct shape_todo todo_of(const struct json *one)
{
    return (struct shape_todo){json_text(json_get(one, "title")), json_text(json_get(one, "todo"))};
}

size_t todo_words(struct arena *arena, const struct json *list, const struct shape_todo **out)
{
    size_t n = json_is(list, JSON_ARRAY) ? list->count : 0;
    struct shape_todo *items = ARENA_ARRAY(arena, struct shape_todo, n);
    for (size_t i = 0; items && i < n; i++)
        items[i] = todo_of(&list->item[i]);
    *out = items;
    return items ? n : 0;
}

void todo_received(struct arena *arena, const struct json *list, const struct shape_todo **mine, size_t *mine_n,
                   const struct shape_todo **theirs, size_t *theirs_n)
{
    size_t n = json_is(list, JSON_ARRAY) ? list->count : 0;
    struct shape_todo *a = ARENA_ARRAY(arena, struct shape_todo, n), *b = ARENA_ARRAY(arena, struct shape_todo, n);
    *mine_n = *theirs_n = 0;
    for (size_t i = 0; a && b && i < n; i++)
        if (is_one_of(of_sender, code_of(&list->item[i])))
            b[(*theirs_n)++] = todo_of(&list->item[i]);
        else
            a[(*mine_n)++] = todo_of(&list->item[i]);
    *mine = a;
    *theirs = b;
}

/* ---- an answer ---- */

struct group {
    size_t *member; /* indexes of answers */
    size_t n;
};

static bool has_code(const struct json *list, struct text code)
{
    for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++)
        if (text_equal(code_of(&list->item[i]), code))
            return true;
    return false;
}

static bool same_codes(const struct json *a, const struct json *b)
{
    if (!json_is(a, JSON_ARRAY) || !json_is(b, JSON_ARRAY) || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!has_code(b, code_of(&a->item[i])))
            return false;
    return true;
}

static bool alike(const struct answer_of *a, const struct answer_of *b)
{
    return text_equal(code_of(json_get(a->words, "outcome")), code_of(json_get(b->words, "outcome"))) &&
           same_codes(json_get(a->words, "basis"), json_get(b->words, "basis"));
}

/* For whom of the group, if not for all. */
static struct text title_of(struct arena *arena, const struct answer_of *answers, const struct group *group,
                            const struct json *one)
{
    struct text *names = ARENA_ARRAY(arena, struct text, group->n);
    size_t n = 0;
    for (size_t i = 0; names && i < group->n; i++)
        if (has_code(json_get(answers[group->member[i]].words, "obligations"), code_of(one)))
            names[n++] = pair_words(arena, answers[group->member[i]].subject, answers[group->member[i]].recipient);
    struct text title = json_text(json_get(one, "title"));
    if (!names || n == group->n)
        return title;
    return arena_format(arena, "%.*s (for %.*s)", TEXT_ARGS(title), TEXT_ARGS(words_join(arena, names, n, "; ")));
}

struct text pair_words(struct arena *arena, struct text subject, struct text recipient)
{
    return subject.n ? arena_format(arena, "%.*s, to %.*s", TEXT_ARGS(subject), TEXT_ARGS(recipient)) : recipient;
}

/* Whom a recipient of the group would be told of, in order. */
static size_t told_of(const struct answer_of *answers, const struct group *group, struct text recipient, struct text *out)
{
    size_t n = 0;
    for (size_t i = 0; i < group->n; i++)
        if (text_equal(answers[group->member[i]].recipient, recipient))
            out[n++] = answers[group->member[i]].subject;
    return n;
}

/* "Sam and Kit, to Children's Services and the clinic": a line for all recipients who would be told of the same people. */
static struct text who_to_whom(struct arena *arena, const struct answer_of *answers, const struct group *group)
{
    struct text *line = ARENA_ARRAY(arena, struct text, group->n), *subject = ARENA_ARRAY(arena, struct text, group->n),
                *other = ARENA_ARRAY(arena, struct text, group->n), *recipient = ARENA_ARRAY(arena, struct text, group->n);
    bool *done = ARENA_ARRAY(arena, bool, group->n);
    size_t lines = 0;
    for (size_t i = 0; line && subject && other && recipient && done && i < group->n; i++) {
        if (done[i])
            continue;
        struct text first = answers[group->member[i]].recipient;
        size_t subjects = told_of(answers, group, first, subject), recipients = 0;
        struct text names = words_and(arena, subject, subjects);
        for (size_t k = i; k < group->n; k++) {
            struct text next = answers[group->member[k]].recipient;
            bool listed = done[k];
            for (size_t r = 0; r < recipients; r++)
                listed = listed || text_equal(recipient[r], next);
            if (!text_equal(words_and(arena, other, told_of(answers, group, next, other)), names))
                continue;
            done[k] = true;
            if (!listed)
                recipient[recipients++] = next;
        }
        line[lines++] = pair_words(arena, names,
                                   names.n ? words_and(arena, recipient, recipients)
                                           : words_join(arena, recipient, recipients, ", "));
    }
    return line ? words_join(arena, line, lines, "\n") : TEXT("");
}

static void read_obligations(struct arena *arena, const struct answer_of *answers, const struct group *group,
                             struct shape_answer *answer)
{
    size_t most = 0;
    for (size_t m = 0; m < group->n; m++) {
        const struct json *list = json_get(answers[group->member[m]].words, "obligations");
        most += json_is(list, JSON_ARRAY) ? list->count : 0;
    }
    struct shape_todo *left = ARENA_ARRAY(arena, struct shape_todo, most),
                      *done = ARENA_ARRAY(arena, struct shape_todo, most);
    struct text *seen = ARENA_ARRAY(arena, struct text, most);
    size_t seen_n = 0;
    for (size_t m = 0; left && done && seen && m < group->n; m++) {
        const struct json *list = json_get(answers[group->member[m]].words, "obligations");
        for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
            struct text code = code_of(&list->item[i]);
            bool there = false;
            for (size_t s = 0; s < seen_n; s++)
                there = there || text_equal(seen[s], code);
            if (there)
                continue;
            seen[seen_n++] = code;
            struct shape_todo one = {title_of(arena, answers, group, &list->item[i]),
                                     json_text(json_get(&list->item[i], "todo"))};
            if (is_one_of(by_service, code))
                done[answer->done_n++] = one;
            else
                left[answer->obligations_n++] = one;
        }
    }
    answer->obligations = left;
    answer->done = done;
}

static bool told_already(const struct shape_source *sources, size_t n, const struct shape_source *one)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(sources[i].where, one->where) && text_equal(sources[i].note, one->note) &&
            text_equal(sources[i].title, one->title))
            return true;
    return false;
}

static void read_sources(struct arena *arena, const struct answer_of *answers, const struct group *group,
                         struct shape_answer *answer)
{
    size_t most = 0, n = 0;
    for (size_t m = 0; m < group->n; m++) {
        const struct json *fired = json_get(answers[group->member[m]].words, "fired");
        most += json_is(fired, JSON_ARRAY) ? fired->count : 0;
    }
    struct shape_source *sources = ARENA_ARRAY(arena, struct shape_source, most);
    for (size_t m = 0; sources && m < group->n; m++) {
        const struct json *fired = json_get(answers[group->member[m]].words, "fired");
        for (size_t i = 0; json_is(fired, JSON_ARRAY) && i < fired->count; i++) {
            const struct json *rule = &fired->item[i];
            struct shape_source one = {json_text(json_get(rule, "note")), json_text(json_get(rule, "title")),
                                       json_text(json_get(rule, "where"))};
            if (!told_already(sources, n, &one))
                sources[n++] = one;
        }
    }
    answer->sources = sources;
    answer->sources_n = n;
}

static struct text in_words(struct arena *arena, struct text value)
{
    struct date date;
    return date_parse(value, &date) ? date_words(arena, date) : value;
}

/* ---- what was taken into account ---- */

static const struct json *known_of(const struct answer_of *answer, struct text key)
{
    const struct json *known = json_get(answer->words, "known");
    for (size_t i = 0; json_is(known, JSON_ARRAY) && i < known->count; i++)
        if (text_equal(json_text(json_get(&known->item[i], "key")), key))
            return &known->item[i];
    return NULL;
}

static bool is_alike(const struct answer_of *answers, size_t n, struct text key)
{
    const struct json *first = known_of(&answers[0], key);
    for (size_t i = 0; i < n; i++) {
        const struct json *one = known_of(&answers[i], key);
        if (!first || !one || !text_equal(json_text(json_get(one, "value")), json_text(json_get(first, "value"))))
            return false;
    }
    return true;
}

static struct text title_for(struct arena *arena, const struct answer_of *answer, enum policy_fact_of of, struct text title)
{
    struct text whom = of == POLICY_OF_SUBJECT && answer->subject.n ? answer->subject
                       : of == POLICY_OF_RECIPIENT                  ? answer->recipient
                                                                    : pair_words(arena, answer->subject, answer->recipient);
    return arena_format(arena, "%.*s (%.*s)", TEXT_ARGS(title), TEXT_ARGS(whom));
}

static struct shape_taken taken_of(struct arena *arena, const struct answer_of *answer, const struct json *fact,
                                   enum policy_fact_of of, bool alike, struct text change)
{
    struct text key = json_text(json_get(fact, "key")), title = json_text(json_get(fact, "title"));
    struct text whom = alike ? TEXT("") : answer->whom[of];
    bool system = json_is(json_get(fact, "system"), JSON_TRUE);
    struct shape_taken taken = {
        .key = alike ? title : title_for(arena, answer, of, title),
        .value = in_words(arena, json_text(json_get(fact, "words"))),
        .system = system,
        .usual = json_text(json_get(fact, "usual")),
    };
    if (!system && change.n)
        taken.change = whom.n ? arena_format(arena, "%.*s%.*s&whom=%.*s", TEXT_ARGS(change), TEXT_ARGS(key), TEXT_ARGS(whom))
                              : arena_format(arena, "%.*s%.*s", TEXT_ARGS(change), TEXT_ARGS(key));
    return taken;
}

int known_shown(struct asking *asking, const struct answer_of *answers, size_t answers_n, struct text change,
                const struct shape_taken **out, size_t *n, struct error *error)
{
    const struct policy_pack *pack = gate_pack(asking->face->gate);
    size_t most = 0;
    for (size_t i = 0; i < answers_n; i++) {
        const struct json *known = json_get(answers[i].words, "known");
        most += json_is(known, JSON_ARRAY) ? known->count : 0;
    }
    struct shape_taken *facts = ARENA_ARRAY(asking->arena, struct shape_taken, most);
    struct text *keys = ARENA_ARRAY(asking->arena, struct text, most);
    *n = 0;
    if (!facts || !keys)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < answers_n; i++) {
        const struct json *known = json_get(answers[i].words, "known");
        for (size_t k = 0; json_is(known, JSON_ARRAY) && k < known->count; k++) {
            struct text key = json_text(json_get(&known->item[k], "key"));
            const struct policy_fact_info *info = policy_fact_find(pack, key);
            bool alike = is_alike(answers, answers_n, key), there = false;
            if (text_equal(key, TEXT("recipient")))
                continue; /* stands above the answer, and differs from one to the next */
            struct shape_taken one =
                taken_of(asking->arena, &answers[i], &known->item[k], info ? info->of : POLICY_OF_SHARING, alike, change);
            size_t at = *n; /* beside what was said of the same fact */
            for (size_t s = 0; s < *n && !there; s++) {
                there = text_equal(facts[s].key, one.key);
                at = text_equal(keys[s], key) ? s + 1 : at;
            }
            if (there)
                continue;
            memmove(facts + at + 1, facts + at, (*n - at) * sizeof *facts);
            memmove(keys + at + 1, keys + at, (*n - at) * sizeof *keys);
            facts[at] = one;
            keys[at] = key;
            (*n)++;
        }
    }
    *out = facts;
    return 0;
}

/* What is open, and where it can be answered. */
static void read_missing(struct asking *asking, const struct json *ask, struct text change,
                         struct shape_answer *answer)
{
    size_t n = json_is(ask, JSON_ARRAY) ? ask->count : 0;
    struct shape_taken *facts = ARENA_ARRAY(asking->arena, struct shape_taken, n);
    for (size_t i = 0; facts && i < n; i++) {
        struct text key = json_text(&ask->item[i]);
        facts[i] = (struct shape_taken){
            .key = policy_fact_words(gate_pack(asking->face->gate), key),
            .change =
                change.n ? arena_format(asking->arena, "%.*s%.*s", TEXT_ARGS(change), TEXT_ARGS(key)) : TEXT(""),
        };
    }
    answer->missing = facts;
    answer->missing_n = facts ? n : 0;
    answer->title = TEXT("The answer is still open");
    answer->todo = TEXT(
        "It depends on something that is not known yet. Find it out, or ask your designated lead for advice now. "
        "If a child is in danger, do not wait: ring 999 or children’s social care.");
}

static int explain(struct asking *asking, const struct policy_pack *pack, struct shape_answer *answer, struct error *error)
{
    struct terms terms = {.arena = asking->arena};
    terms_add(&terms, answer->title);
    terms_add(&terms, answer->todo);
    terms_add_todos(&terms, answer->basis, answer->basis_n);
    terms_add_todos(&terms, answer->obligations, answer->obligations_n);
    terms_add_todos(&terms, answer->done, answer->done_n);
    terms_add_sources(&terms, answer->sources, answer->sources_n);
    for (size_t i = 0; i < answer->missing_n; i++)
        terms_add(&terms, answer->missing[i].key);
    return terms_shown(&terms, pack, &answer->terms, &answer->terms_n, error);
}

static int show(struct asking *asking, const struct answer_of *answers, const struct group *group, struct text change,
                struct shape_answer *out, struct error *error)
{
    const struct answer_of *first = &answers[group->member[0]];
    const struct json *outcome = json_get(first->words, "outcome");
    struct shape_answer answer = {
        .recipients = who_to_whom(asking->arena, answers, group),
        .outcome = code_of(outcome),
        .title = json_text(json_get(outcome, "title")),
        .todo = json_text(json_get(outcome, "todo")),
    };
    answer.basis_n = todo_words(asking->arena, json_get(first->words, "basis"), &answer.basis);
    read_obligations(asking->arena, answers, group, &answer);
    read_sources(asking->arena, answers, group, &answer);
    if (!answer.outcome.n)
        read_missing(asking, json_get(first->answer, "ask"), change, &answer);
    *out = answer;
    return explain(asking, first->pack ? first->pack : gate_pack(asking->face->gate), out, error);
}

int answers_shown(struct asking *asking, const struct answer_of *answers, size_t answers_n, struct text change,
                  const struct shape_answer **out, size_t *n, struct error *error)
{
    struct shape_answer *shown = ARENA_ARRAY(asking->arena, struct shape_answer, answers_n);
    struct group *groups = ARENA_ARRAY(asking->arena, struct group, answers_n);
    size_t count = 0;
    if (!shown || !groups)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < answers_n; i++) {
        size_t g = 0;
        while (g < count && !alike(&answers[groups[g].member[0]], &answers[i]))
            g++;
        if (g == count && !(groups[count++].member = ARENA_ARRAY(asking->arena, size_t, answers_n)))
            return arena_error(asking->arena, error);
        groups[g].member[groups[g].n++] = i;
    }
    int result = 0;
    for (size_t g = 0; !result && g < count; g++)
        result = show(asking, answers, &groups[g], change, &shown[g], error);
    *out = shown;
    *n = count;
    return result ? result : arena_exhausted(asking->arena) ? arena_error(asking->arena, error) : 0;
}
