#include "answer_words.h"

#include "policy.h"

size_t todo_words(struct arena *arena, const struct json *list, const struct shape_todo **out)
{
    size_t n = json_is(list, JSON_ARRAY) ? list->count : 0;
    struct shape_todo *items = ARENA_ARRAY(arena, struct shape_todo, n);
    for (size_t i = 0; items && i < n; i++)
        items[i] = (struct shape_todo){json_text(json_get(&list->item[i], "title")),
                                       json_text(json_get(&list->item[i], "todo"))};
    *out = items;
    return items ? n : 0;
}

static bool told_already(const struct shape_source *sources, size_t n, const struct shape_source *one)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(sources[i].where, one->where) && text_equal(sources[i].note, one->note) &&
            text_equal(sources[i].title, one->title))
            return true;
    return false;
}

static void read_sources(struct arena *arena, const struct json *fired, struct shape_answer *answer)
{
    size_t most = json_is(fired, JSON_ARRAY) ? fired->count : 0, n = 0;
    struct shape_source *sources = ARENA_ARRAY(arena, struct shape_source, most);
    for (size_t i = 0; sources && i < most; i++) {
        const struct json *rule = &fired->item[i];
        struct shape_source one = {json_text(json_get(rule, "note")), json_text(json_get(rule, "title")),
                                   json_text(json_get(rule, "where"))};
        if (!told_already(sources, n, &one))
            sources[n++] = one;
    }
    answer->sources = sources;
    answer->sources_n = n;
}

static void read_known(struct arena *arena, const struct json *known, struct text change, struct shape_answer *answer)
{
    size_t most = json_is(known, JSON_ARRAY) ? known->count : 0;
    struct shape_taken *facts = ARENA_ARRAY(arena, struct shape_taken, most);
    for (size_t i = 0; facts && i < most; i++) {
        const struct json *fact = &known->item[i];
        bool system = json_is(json_get(fact, "system"), JSON_TRUE);
        facts[i] = (struct shape_taken){
            .key = json_text(json_get(fact, "title")),
            .value = json_text(json_get(fact, "words")),
            .system = system,
            .change = system || !change.n ? TEXT("")
                                          : arena_format(arena, "%.*s%.*s", TEXT_ARGS(change),
                                                         TEXT_ARGS(json_text(json_get(fact, "key")))),
        };
    }
    answer->known = facts;
    answer->known_n = facts ? most : 0;
}

struct shape_answer answer_words(struct asking *asking, const struct json *words, struct text change)
{
    const struct json *outcome = json_get(words, "outcome");
    struct shape_answer answer = {
        .recipients = json_text(json_get(words, "recipient")),
        .outcome = json_text(json_get(outcome, "code")),
        .title = json_text(json_get(outcome, "title")),
        .todo = json_text(json_get(outcome, "todo")),
    };
    answer.basis_n = todo_words(asking->arena, json_get(words, "basis"), &answer.basis);
    answer.obligations_n = todo_words(asking->arena, json_get(words, "obligations"), &answer.obligations);
    read_sources(asking->arena, json_get(words, "fired"), &answer);
    read_known(asking->arena, json_get(words, "known"), change, &answer);
    if (!answer.outcome.n) {
        answer.title = TEXT("The answer is still open");
        answer.todo = TEXT("It depends on something that is not known yet. Find it out, or ask your designated lead for advice now. "
                           "If a child is in danger, do not wait: ring 999 or children’s social care.");
    }
    return answer;
}

void answer_missing(struct asking *asking, const struct json *ask, struct text change, struct shape_answer *answer)
{
    size_t n = json_is(ask, JSON_ARRAY) ? ask->count : 0;
    struct shape_taken *facts = ARENA_ARRAY(asking->arena, struct shape_taken, n);
    for (size_t i = 0; facts && i < n; i++) {
        struct text key = json_text(&ask->item[i]);
        facts[i] = (struct shape_taken){
            .key = policy_fact_words(gate_pack(asking->face->gate), key),
            .change = arena_format(asking->arena, "%.*s%.*s", TEXT_ARGS(change), TEXT_ARGS(key)),
        };
    }
    answer->missing = facts;
    answer->missing_n = facts ? n : 0;
}

int answers_grouped(struct asking *asking, const struct view_rows *rows, struct text change,
                    const struct shape_answer **out, size_t *n, struct error *error)
{
    struct shape_answer *groups = ARENA_ARRAY(asking->arena, struct shape_answer, rows->n);
    const struct answer_row **first = ARENA_ARRAY(asking->arena, const struct answer_row *, rows->n);
    size_t count = 0;
    if (!groups || !first)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < rows->n; i++) {
        const struct answer_row *row = VISIT_ROW(*rows, struct answer_row, i);
        size_t g = 0;
        while (g < count && !text_equal(first[g]->answer.json, row->answer.json))
            g++;
        if (g < count) {
            groups[g].recipients = arena_format(asking->arena, "%.*s, %.*s", TEXT_ARGS(groups[g].recipients),
                                                TEXT_ARGS(row->recipient));
            continue;
        }
        const struct json *words, *answer;
        int result = json_read(asking->arena, row->words.json, "words", &words, error);
        if (!result)
            result = json_read(asking->arena, row->answer.json, "answer", &answer, error);
        if (result)
            return result;
        first[count] = row;
        groups[count] = answer_words(asking, words, change);
        if (!groups[count].outcome.n)
            answer_missing(asking, json_get(answer, "ask"), change, &groups[count]);
        count++;
    }
    *out = groups;
    *n = count;
    return 0;
}
