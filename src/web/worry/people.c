#include "worry.h"

#include "pages/people.h"
#include "words.h"

#include <string.h>

/* ---- who it is about ---- */

struct id_list worry_cases(struct asking *asking, const struct worry *worry)
{
    struct id *ids = ARENA_ARRAY(asking->arena, struct id, worry->said.n);
    struct text value;
    size_t n = 0;
    for (size_t at = 0; ids && values_next(&worry->said, "cases", &at, &value);)
        n += id_parse(value, &ids[n]);
    return (struct id_list){ids, n};
}

static int read_person(struct asking *asking, const struct id *case_id, struct worry_person *person, struct error *error)
{
    struct case_of of = {*case_id};
    struct view_rows rows;
    int result = asking_look(asking, &case_read_view, &of, &rows, error);
    if (result)
        return result;
    const struct case_row *row = VISIT_ROW(rows, struct case_row, 0);
    *person = (struct worry_person){
        .case_id = *case_id, .name = row->name.n ? row->name : TEXT("Somebody without a name"), .items = row->items};
    return 0;
}

int worry_people(struct asking *asking, const struct worry *worry, struct worry_person **out, size_t *n,
                 struct error *error)
{
    struct id_list cases = worry_cases(asking, worry);
    struct worry_person *people = *out = ARENA_ARRAY(asking->arena, struct worry_person, cases.n);
    int result = people ? 0 : arena_error(asking->arena, error);
    *n = cases.n;
    for (size_t i = 0; !result && i < cases.n; i++)
        result = read_person(asking, &cases.item[i], &people[i], error);
    return result;
}

struct text worry_names(struct asking *asking, const struct worry_person *people, size_t n)
{
    struct text *names = ARENA_ARRAY(asking->arena, struct text, n);
    for (size_t i = 0; names && i < n; i++)
        names[i] = people[i].name;
    return names ? words_and(asking->arena, names, n) : TEXT("");
}

bool worry_is_naming(const struct worry *worry)
{
    struct id case_id;
    return !worry_case(worry, &case_id) || values_there(&worry->said, "adding");
}

static void forget_naming(struct worry *worry)
{
    static const char *const names[] = {"adding", "name", "subject_id", "born", "born-day", "born-month", "born-year", "about"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        values_drop(&worry->said, names[i]);
}

/* What was chosen to be sent is chosen anew when other people are concerned. */
static void forget_content(struct worry *worry)
{
    values_drop(&worry->said, "content");
    values_drop(&worry->said, "items");
    values_drop(&worry->said, "documents");
}

static void add_person(struct asking *asking, struct worry *worry, const struct id *case_id)
{
    if (values_has(&worry->said, TEXT("cases"), id_text(case_id)))
        return;
    worry_facts_part(asking, worry); /* what was said held for those who were named then */
    values_add(&worry->said, TEXT("cases"), arena_text(asking->arena, id_text(case_id)));
    forget_content(worry);
}

int worry_named(struct asking *asking, struct worry *worry, const struct id *case_id)
{
    if (!values_there(&worry->said, "adding")) {
        values_set(&worry->said, "cases", id_text(case_id));
        return worry_save(asking, worry, "seen");
    }
    add_person(asking, worry, case_id);
    forget_naming(worry);
    return worry_save(asking, worry, "people");
}

/* ---- the page ---- */

/* The actor's own open cases that are not among those named yet. */
static int own_cases(struct asking *asking, const struct worry *worry, struct shape_option **out, size_t *n,
                     struct error *error)
{
    enum { SHOWN = 12 };
    struct view_rows rows;
    int result = asking_look(asking, &case_list_view, NULL, &rows, error);
    struct shape_option *options = ARENA_ARRAY(asking->arena, struct shape_option, SHOWN + 2);
    if (!result && !options)
        result = arena_error(asking->arena, error);
    *n = 0;
    for (size_t i = 0; !result && i < rows.n && *n < SHOWN; i++) {
        const struct case_row *row = VISIT_ROW(rows, struct case_row, i);
        if (!text_equal(row->status, TEXT("open")) || values_has(&worry->said, TEXT("cases"), id_text(&row->case_id)))
            continue;
        struct text born = date_words(asking->arena, row->born);
        options[(*n)++] = (struct shape_option){
            .value = id_text(&row->case_id),
            .label = row->name,
            .hint = born.n ? arena_format(asking->arena, "Your case, born %.*s", TEXT_ARGS(born)) : TEXT("Your case")};
    }
    if (!result) {
        options[(*n)++] = (struct shape_option){.value = TEXT("new"), .label = TEXT("Somebody else, whom I name now")};
        options[(*n)++] = (struct shape_option){.value = TEXT("none"), .label = TEXT("No, nobody else")};
    }
    *out = options;
    return result;
}

static int ready(struct asking *asking, struct worry **worry, const char **instead, struct error *error)
{
    struct id id;
    int result = worry_load(asking, worry, error);
    *instead = NULL;
    if (!result)
        *instead = !worry_case(*worry, &id) ? "name" : worry_decision(*worry, &id) ? "check" : NULL;
    return result;
}

static int show(struct asking *asking, struct error *error)
{
    struct worry *worry;
    struct worry_person *person;
    struct shape_option *options;
    const char *instead;
    size_t n = 0, options_n = 0;
    int result = ready(asking, &worry, &instead, error);
    if (!result && instead)
        return asking_go(asking, "/worry/%s/%s", worry->draft_id.text, instead);
    if (!result)
        result = worry_people(asking, worry, &person, &n, error);
    if (!result)
        result = own_cases(asking, worry, &options, &options_n, error);
    struct page_people_people *people = result ? NULL : ARENA_ARRAY(asking->arena, struct page_people_people, n);
    if (!result && !people)
        result = arena_error(asking->arena, error);
    if (result)
        return result;
    for (size_t i = 0; i < n; i++)
        people[i] = (struct page_people_people){
            .id = id_text(&person[i].case_id),
            .name = person[i].name,
            .written = person[i].items
                           ? arena_format(asking->arena, "%.*s written down",
                                          TEXT_ARGS(words_count(asking->arena, person[i].items, "thing", "things")))
                           : TEXT("Nothing written down yet"),
            .last = n == 1};
    WRITE(asking, people, .frame = asking_frame(asking, "/"), .action = worry_address(asking, worry, "people"),
          .back = worry_address(asking, worry, "recipients"), .failed = asking->errors_n > 0, .errors = asking->errors,
          .errors_n = asking->errors_n, .people = people, .people_n = n, .error = asking_error_of(asking, "person"),
          .options = options, .options_n = options_n);
    return 0;
}

static void leave_out(struct worry *worry, struct text case_id)
{
    size_t kept = 0, cases = 0;
    for (size_t i = 0; i < worry->said.n; i++)
        cases += text_equal(worry->said.pair[i].name, TEXT("cases"));
    if (cases < 2 || !values_has(&worry->said, TEXT("cases"), case_id))
        return;
    for (size_t i = 0; i < worry->said.n; i++)
        if (!text_equal(worry->said.pair[i].name, TEXT("cases")) || !text_equal(worry->said.pair[i].value, case_id))
            worry->said.pair[kept++] = worry->said.pair[i];
    worry->said.n = kept;
    values_drop(&worry->said, "writing");
    forget_content(worry);
}

static int choose(struct asking *asking, struct worry *worry, struct text person, struct error *error)
{
    struct id case_id;
    if (text_equal(person, TEXT("none")))
        return worry_save(asking, worry, "recipients");
    if (text_equal(person, TEXT("new"))) {
        forget_naming(worry);
        values_set(&worry->said, "adding", TEXT("yes"));
        return worry_save(asking, worry, "name");
    }
    if (!id_parse(person, &case_id)) {
        asking_wrong(asking, "person", "Choose who else it is about, or say that it is about nobody else");
        return error_set(error, ERROR_INVALID, "person", "", "nobody is chosen");
    }
    int result = visit_may(asking->visit, &decision_record_command.may,
                           &(struct decision_record){.cases = {&case_id, 1}}, error);
    if (result)
        return result;
    add_person(asking, worry, &case_id);
    return worry_save(asking, worry, "people");
}

static int take(struct asking *asking, struct error *error)
{
    struct worry *worry;
    const char *instead;
    int result = ready(asking, &worry, &instead, error);
    if (!result && instead)
        return asking_go(asking, "/worry/%s/%s", worry->draft_id.text, instead);
    if (result)
        return result;
    struct text write = values_get(&asking->typed, "write"), remove = values_get(&asking->typed, "remove");
    if (remove.n) {
        leave_out(worry, remove);
        return worry_save(asking, worry, "people");
    }
    if (write.n && values_has(&worry->said, TEXT("cases"), write)) {
        values_set(&worry->said, "writing", write);
        return worry_save(asking, worry, "seen");
    }
    return choose(asking, worry, values_get(&asking->typed, "person"), error);
}

const struct page worry_people_page = {show, take, NULL};
