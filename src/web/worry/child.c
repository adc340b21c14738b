#include "worry.h"

#include "pages/choose_child.h"
#include "words.h"

/*
 * Does the agency know this child already? Where the person has a case about the same child open, that one goes on:
 * nobody gets two files by being written about twice.
 */
struct known {
    const struct subject_row *subject;
    const struct case_row *own; /* open, and known to the actor; NULL: none */
};

static int find(struct asking *asking, const struct worry *worry, struct known **out, size_t *n, struct error *error)
{
    struct subject_search in = {values_get(&worry->said, "name")};
    struct view_rows subjects, cases;
    int result = asking_look(asking, &subject_search_view, &in, &subjects, error);
    if (!result)
        result = asking_look(asking, &case_list_view, NULL, &cases, error);
    if (result)
        return result;
    *n = subjects.n;
    if (!(*out = ARENA_ARRAY(asking->arena, struct known, subjects.n)))
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < subjects.n; i++) {
        struct known *known = &(*out)[i];
        known->subject = VISIT_ROW(subjects, struct subject_row, i);
        for (size_t c = 0; c < cases.n && !known->own; c++) {
            const struct case_row *row = VISIT_ROW(cases, struct case_row, c);
            if (id_equal(&row->subject_id, &known->subject->subject_id) && text_equal(row->status, TEXT("open")))
                known->own = row;
        }
    }
    return 0;
}

static struct text describe(struct asking *asking, const struct known *known)
{
    struct text pieces[3];
    size_t n = 0;
    struct text born = date_words(asking->arena, known->subject->born);
    if (born.n)
        pieces[n++] = arena_format(asking->arena, "Born %.*s", TEXT_ARGS(born));
    struct text about = known->subject->about;
    if (about.n)
        pieces[n++] = text_cut(about, 0, about.n - text_ends(about, TEXT(".")));
    if (known->own)
        pieces[n++] = TEXT("You have a case open: what you write is added to it");
    return words_join(asking->arena, pieces, n, ". ");
}

static int show(struct asking *asking, struct error *error)
{
    struct worry *worry;
    struct known *known;
    size_t n;
    int result = worry_load(asking, &worry, error);
    if (!result && !worry_is_naming(worry))
        return asking_go(asking, "/worry/%s/seen", worry->draft_id.text);
    if (!result)
        result = find(asking, worry, &known, &n, error);
    if (result)
        return result;
    if (n == 0)
        return asking_go(asking, "/worry/%s/born", worry->draft_id.text);
    struct shape_option *options = ARENA_ARRAY(asking->arena, struct shape_option, n + 1);
    if (!options)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < n; i++)
        options[i] = (struct shape_option){.value = id_text(&known[i].subject->subject_id),
                                           .label = known[i].subject->name,
                                           .hint = describe(asking, &known[i])};
    options[n] = (struct shape_option){.value = TEXT("new"), .label = TEXT("None of these: another child")};
    WRITE(asking, choose_child, .frame = asking_frame(asking, "/"), .action = worry_address(asking, worry, "child"),
          .back = worry_address(asking, worry, "name"), .failed = asking->errors_n > 0, .errors = asking->errors,
          .errors_n = asking->errors_n, .name = values_get(&worry->said, "name"),
          .error = asking_error_of(asking, "subject_id"), .options = options, .options_n = n + 1);
    return 0;
}

static int take(struct asking *asking, struct error *error)
{
    struct worry *worry;
    struct known *known;
    size_t n;
    struct text chosen = values_get(&asking->typed, "subject_id");
    int result = worry_load(asking, &worry, error);
    if (!result)
        result = find(asking, worry, &known, &n, error);
    if (result)
        return result;
    if (text_equal(chosen, TEXT("new"))) {
        values_drop(&worry->said, "subject_id");
        return worry_save(asking, worry, "born");
    }
    for (size_t i = 0; i < n; i++) {
        if (!text_equal(chosen, id_text(&known[i].subject->subject_id)))
            continue;
        if (known[i].own)
            return worry_named(asking, worry, &known[i].own->case_id);
        values_set(&worry->said, "subject_id", chosen);
        return worry_open_case(asking, worry, error);
    }
    asking_wrong(asking, "subject_id", "Choose the child, or say that it is another one");
    return error_set(error, ERROR_INVALID, "subject_id", "", "nobody is chosen");
}

const struct page worry_child_page = {show, take, NULL};
