#include "worry.h"

#include "pages/choose_child.h"
#include "words.h"

/*
 * Does the agency know this child already? Where the person has a case about the same child open, that one goes on:
 * nobody gets two files by being written about twice.
 */
static int find(struct asking *asking, const struct worry *worry, struct view_rows *known, struct error *error)
{
    struct subject_search in = {values_get(&worry->said, "name")};
    return asking_look(asking, &subject_search_view, &in, known, error);
}

static struct text describe(struct asking *asking, const struct subject_row *known)
{
    struct text pieces[3];
    size_t n = 0;
    struct text born = date_words(asking->arena, known->born);
    if (born.n)
        pieces[n++] = arena_format(asking->arena, "Born %.*s", TEXT_ARGS(born));
    struct text about = known->about;
    if (about.n)
        pieces[n++] = text_cut(about, 0, about.n - text_ends(about, TEXT(".")));
    if (id_is_set(&known->case_id))
        pieces[n++] = TEXT("You have a case open: what you write is added to it");
    return words_join(asking->arena, pieces, n, ". ");
}

static int show(struct asking *asking, struct error *error)
{
    struct worry *worry;
    struct view_rows known;
    int result = worry_load(asking, &worry, error);
    if (!result && !worry_is_naming(worry))
        return asking_go(asking, "/worry/%s/seen", worry->draft_id.text);
    if (!result)
        result = find(asking, worry, &known, error);
    if (result)
        return result;
    if (known.n == 0)
        return asking_go(asking, "/worry/%s/born", worry->draft_id.text);
    struct shape_option *options = ARENA_ARRAY(asking->arena, struct shape_option, known.n + 1);
    if (!options)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < known.n; i++) {
        const struct subject_row *row = VISIT_ROW(known, struct subject_row, i);
        options[i] = (struct shape_option){
            .value = id_text(&row->subject_id), .label = row->name, .hint = describe(asking, row)};
    }
    options[known.n] = (struct shape_option){.value = TEXT("new"), .label = TEXT("None of these: another child")};
    WRITE(asking, choose_child, .frame = asking_frame(asking, "/"), .action = worry_address(asking, worry, "child"),
          .back = worry_address(asking, worry, "name"), .failed = asking->errors_n > 0, .errors = asking->errors,
          .errors_n = asking->errors_n, .name = values_get(&worry->said, "name"),
          .error = asking_error_of(asking, "subject_id"), .options = options, .options_n = known.n + 1);
    return 0;
}

static int take(struct asking *asking, struct error *error)
{
    struct worry *worry;
    struct view_rows known;
    struct text chosen = values_get(&asking->typed, "subject_id");
    int result = worry_load(asking, &worry, error);
    if (!result)
        result = find(asking, worry, &known, error);
    if (result)
        return result;
    if (text_equal(chosen, TEXT("new"))) {
        values_drop(&worry->said, "subject_id");
        return worry_save(asking, worry, "born");
    }
    for (size_t i = 0; i < known.n; i++) {
        const struct subject_row *row = VISIT_ROW(known, struct subject_row, i);
        if (!text_equal(chosen, id_text(&row->subject_id)))
            continue;
        if (id_is_set(&row->case_id))
            return worry_named(asking, worry, &row->case_id);
        values_set(&worry->said, "subject_id", chosen);
        return worry_open_case(asking, worry, error);
    }
    asking_wrong(asking, "subject_id", "Choose the child, or say that it is another one");
    return error_set(error, ERROR_INVALID, "subject_id", "", "nobody is chosen");
}

const struct page worry_child_page = {show, take, NULL};
