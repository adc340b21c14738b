#include "step.h"

#include "pages/step.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

static const struct field *field_of(const struct step *step, const char *name)
{
    return form_field(step->command->takes, step->command->takes_n, name);
}

struct step_names step_names(struct arena *arena, const struct field *field)
{
    struct step_names names = {{field->name}};
    static const char *const ends[] = {"day", "month", "year", "time"};
    size_t n = 1, parts = field->kind == FIELD_DATE ? 3 : field->kind == FIELD_INSTANT ? 4 : 0;
    for (size_t i = 0; i < parts; i++)
        names.name[n++] = arena_format(arena, "%s-%s", field->name, ends[i]).p;
    return names;
}

static struct text part(const struct values *values, struct arena *arena, const char *name, const char *which)
{
    struct text whole = arena_format(arena, "%s-%s", name, which);
    return whole.p ? values_get(values, whole.p) : TEXT("");
}

/* An instant is asked for as a day and a time; the record has one moment. False if it is neither. */
static bool gather_instant(struct values *values, struct arena *arena, const char *name)
{
    struct text day = part(values, arena, name, "day"), month = part(values, arena, name, "month"),
                year = part(values, arena, name, "year"), time = part(values, arena, name, "time");
    values_drop(values, name);
    if (!day.n && !month.n && !year.n && !time.n)
        return true;
    struct instant at;
    if (!words_parse_time(day, month, year, time, &at))
        return false;
    values_set(values, name, instant_format(arena, at.at));
    return true;
}

/* The question as this page puts it. */
static const char *label_of(const struct step *step, const struct field *field)
{
    for (size_t i = 0; step && i < STEP_FIELDS && step->field[i].name; i++)
        if (strcmp(step->field[i].name, field->name) == 0 && step->field[i].label)
            return step->field[i].label;
    return field->label;
}

static void wrong_of_form(struct asking *asking, const struct step *step, const struct form_errors *errors)
{
    for (size_t i = 0; i < errors->n; i++) {
        const struct field *field = errors->item[i].field;
        const struct error *error = &errors->item[i].error;
        if (asking_error_of(asking, field->name).n)
            continue;
        char message[600];
        const char *label = label_of(step, field);
        bool needed = strcmp(error->what, "this is needed") == 0;
        snprintf(message, sizeof message, "%s", error->what);
        if ((needed && field->kind == FIELD_ID) || strcmp(error->what, "choose an answer") == 0)
            snprintf(message, sizeof message, "Choose an answer under “%s”", label);
        else if (needed && field->kind == FIELD_DATE)
            snprintf(message, sizeof message, "Give the day under “%s”", label);
        else if (needed)
            snprintf(message, sizeof message, "Write something under “%s”", label);
        else if (strncmp(error->what, "it ", 3) == 0) /* among other messages one does not see what “it” is */
            snprintf(message, sizeof message, "“%s”: %s", label, error->what);
        if (message[0] >= 'a' && message[0] <= 'z')
            message[0] = (char)(message[0] - 'a' + 'A');
        asking_wrong(asking, field->name, message);
    }
}

static int read_and_check(struct asking *asking, const struct step *step, const struct field *fields, size_t n,
                          struct values *values, bool check, void *in, struct error *error)
{
    struct form_errors errors = {0};
    int result = 0;
    for (size_t i = 0; i < n; i++)
        if (fields[i].kind == FIELD_INSTANT && !gather_instant(values, asking->arena, fields[i].name)) {
            asking_wrong(asking, fields[i].name,
                         "Give the day in numbers, like 30 9 2026, and the time like 15:30, or leave both empty");
            result = error_set(error, ERROR_INVALID, fields[i].name, "", "not a day and a time");
        }
    int read = form_read(asking->arena, fields, n, values->pair, values->n, in, &errors, error);
    if (check && (!read || read == ERROR_INVALID)) { /* all that is wrong is told at once */
        int checked = form_check(asking->arena, fields, n, in, &errors, error);
        read = checked ? checked : read;
    }
    wrong_of_form(asking, step, &errors);
    return read ? read : result;
}

int step_check(struct asking *asking, const struct step *step, struct error *error)
{
    struct field fields[STEP_FIELDS];
    size_t n = 0;
    for (; n < STEP_FIELDS && step->field[n].name; n++) {
        fields[n] = *field_of(step, step->field[n].name);
        fields[n].required = fields[n].required || step->field[n].required;
    }
    void *in = arena_alloc(asking->arena, step->command->in_size);
    if (!in)
        return arena_error(asking->arena, error);
    int result = read_and_check(asking, step, fields, n, &asking->typed, true, in, error);
    if (!result && step->command->check && (result = step->command->check(in, error))) {
        char message[600];
        snprintf(message, sizeof message, "%s. %s", error->what, error->fix);
        if (message[0] >= 'a' && message[0] <= 'z')
            message[0] = (char)(message[0] - 'a' + 'A');
        asking_wrong(asking, error->where, message);
    }
    return result;
}

int step_fill(struct asking *asking, const struct command *command, const struct values *values, void *in,
              struct error *error)
{
    struct values copy = *values;
    return read_and_check(asking, NULL, command->takes, command->takes_n, &copy, false, in, error);
}

/* ---- showing ---- */

struct option_list {
    struct shape_option *item;
    size_t n;
};

static void option_add(struct arena *arena, struct option_list *list, struct text value, struct text label,
                       struct text hint)
{
    struct shape_option *grown = arena_grow(arena, list->item, list->n, list->n + 1, sizeof *grown);
    if (!grown)
        return;
    list->item = grown;
    grown[list->n++] = (struct shape_option){.value = value, .label = label, .hint = hint};
}

static int agencies(struct asking *asking, struct option_list *list, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &agency_list_view, NULL, &rows, error);
    for (int own = 0; !result && own < 2; own++)
        for (size_t i = 0; i < rows.n; i++) {
            const struct agency_row *row = VISIT_ROW(rows, struct agency_row, i);
            if (row->own == (own == 1))
                option_add(asking->arena, list, id_text(&row->agency_id), row->name,
                           own ? TEXT("Your own agency: a colleague who needs to know") : row->kind_words);
        }
    return result;
}

/* Of a case: is this post among those who need to know it now? */
static bool knows_it(const struct view_rows *people, const struct id *post)
{
    for (size_t i = 0; i < people->n; i++) {
        const struct need_row *row = VISIT_ROW(*people, struct need_row, i);
        if (row->until.at == 0 && id_equal(&row->post_id, post))
            return true;
    }
    return false;
}

/* Colleagues; of a case (NULL: of none), with a word of those who have it already. */
static int posts(struct asking *asking, const struct id *case_id, struct option_list *list, struct error *error)
{
    struct post_list in = {visit_actor(asking->visit)->agency};
    struct view_rows rows, there = {0};
    int result = asking_look(asking, &post_list_view, &in, &rows, error);
    if (!result && case_id)
        result = asking_look(asking, &case_people_view, &(struct case_of){*case_id}, &there, error);
    for (size_t i = 0; !result && i < rows.n; i++) {
        const struct post_row *row = VISIT_ROW(rows, struct post_row, i);
        if (!id_equal(&row->post_id, &visit_actor(asking->visit)->post))
            option_add(asking->arena, list, id_text(&row->post_id), row->person,
                       knows_it(&there, &row->post_id)
                           ? arena_format(asking->arena, "%.*s. On this case already", TEXT_ARGS(row->title))
                           : row->title);
    }
    return result;
}

static int people(struct asking *asking, const struct id *case_id, struct option_list *list, struct error *error)
{
    struct case_of in = {*case_id};
    struct view_rows rows;
    int result = asking_look(asking, &case_people_view, &in, &rows, error);
    for (size_t i = 0; !result && i < rows.n; i++) {
        const struct need_row *row = VISIT_ROW(rows, struct need_row, i);
        if (row->until.at == 0)
            option_add(asking->arena, list, id_text(&row->post_id), row->person, row->title);
    }
    return result;
}

/* "Sam: a hint" where there are several whom it could be about. */
static struct text hint_of(struct asking *asking, struct text name, struct text hint)
{
    return name.n ? arena_format(asking->arena, "%.*s: %.*s", TEXT_ARGS(name), TEXT_ARGS(hint)) : hint;
}

static int items(struct asking *asking, const struct id *case_id, struct text name, struct option_list *list,
                 struct error *error)
{
    struct item_list in = {*case_id};
    struct view_rows rows;
    int result = asking_look(asking, &item_list_view, &in, &rows, error);
    for (size_t i = 0; !result && i < rows.n; i++) {
        const struct item_row *row = VISIT_ROW(rows, struct item_row, i);
        struct text nature = text_equal(row->nature, TEXT("fact")) ? TEXT("Fact") : TEXT("Opinion");
        option_add(asking->arena, list, id_text(&row->item_id), words_begin(asking->arena, row->text),
                   hint_of(asking, name,
                           arena_format(asking->arena, "%.*s%s, written down %.*s", TEXT_ARGS(nature),
                                        row->historical ? ", about the past" : "",
                                        TEXT_ARGS(words_ago(asking->arena, row->recorded_at)))));
    }
    return result;
}

static int documents(struct asking *asking, const struct id *case_id, struct text name, struct option_list *list,
                     struct error *error)
{
    struct document_list in = {*case_id};
    struct view_rows rows;
    int result = asking_look(asking, &document_list_view, &in, &rows, error);
    for (size_t i = 0; !result && i < rows.n; i++) {
        const struct document_row *row = VISIT_ROW(rows, struct document_row, i);
        option_add(asking->arena, list, id_text(&row->document_id), row->name,
                   hint_of(asking, name, words_size(asking->arena, row->size)));
    }
    return result;
}

static int fill_options(struct asking *asking, const struct field *field, const struct step_choices *choices,
                        struct option_list *list, struct error *error)
{
    for (const struct choice *choice = field->choices; choice && choice->value; choice++)
        option_add(asking->arena, list, text_of(choice->value), text_of(choice->label), TEXT(""));
    if (field->kind == FIELD_YES_NO) {
        option_add(asking->arena, list, TEXT("yes"), TEXT("Yes"), TEXT(""));
        option_add(asking->arena, list, TEXT("no"), TEXT("No"), TEXT(""));
    }
    if (!field->about)
        return 0;
    if (strcmp(field->about, "agency") == 0)
        return agencies(asking, list, error);
    if (strcmp(field->about, "post") == 0)
        return choices && choices->people ? people(asking, choices->case_id, list, error)
                                          : posts(asking, choices ? choices->case_id : NULL, list, error);
    int result = 0;
    for (size_t i = 0; choices && !result && i < choices->cases.n; i++) {
        struct text name = choices->names ? choices->names[i] : TEXT("");
        if (strcmp(field->about, "item") == 0)
            result = items(asking, &choices->cases.item[i], name, list, error);
        else if (strcmp(field->about, "document") == 0)
            result = documents(asking, &choices->cases.item[i], name, list, error);
    }
    return result;
}

static const char *kind_of(const struct field *field, bool many)
{
    switch (field->kind) {
    case FIELD_TEXT:
        return field->secret      ? "password"
               : field->choices   ? (many ? "select" : "radios")
               : field->max > 200 ? "textarea"
                                  : "text";
    case FIELD_ID:
        return "radios";
    case FIELD_YES_NO:
        return "yes-no";
    case FIELD_NUMBER:
        return "number";
    case FIELD_DATE:
    case FIELD_INSTANT:
        return "date";
    case FIELD_IDS:
    case FIELD_TEXTS:
        return "checkboxes";
    case FIELD_OBJECT:
        return "hidden";
    }
    return "text";
}

static struct text chosen_words(const char *page, const char *own)
{
    return text_of(page ? page : own);
}

int step_fields(struct asking *asking, const struct step *step, const struct step_choices *choices,
                struct shape_field **out, size_t *n, struct error *error)
{
    const struct values *values = asking->again ? &asking->typed : choices ? choices->draft : NULL;
    struct values none = values_in(asking->arena);
    struct shape_field *fields = ARENA_ARRAY(asking->arena, struct shape_field, STEP_FIELDS + 2);
    size_t count = 0;
    if (!fields)
        return arena_error(asking->arena, error);
    if (!values)
        values = &none;
    for (size_t i = 0; i < STEP_FIELDS && step->field[i].name; i++) {
        const struct step_field *own = &step->field[i];
        const struct field *field = field_of(step, own->name);
        struct option_list options = {0};
        if (own->none)
            option_add(asking->arena, &options, TEXT(""), text_of(own->none), TEXT(""));
        if (choices && choices->more_of && strcmp(choices->more_of, own->name) == 0)
            option_add(asking->arena, &options, choices->more, choices->more_label, choices->more_hint);
        int result = fill_options(asking, field, choices, &options, error);
        if (result)
            return result;
        if (options.n == 0 && (field->kind == FIELD_IDS || field->kind == FIELD_ID))
            continue; /* there is nothing to choose from */
        for (size_t o = 0; o < options.n; o++)
            options.item[o].checked = values_has(values, text_of(own->name), options.item[o].value);
        if (own->none && !values_get(values, own->name).n && values->n)
            options.item[0].checked = true;
        fields[count++] = (struct shape_field){
            .kind = text_of(kind_of(field, own->none && options.n > 7)),
            .name = text_of(own->name),
            .label = chosen_words(own->label, field->label),
            .hint = chosen_words(own->hint, field->hint),
            .value = field->secret ? TEXT("") : values_get(values, own->name),
            .day = part(values, asking->arena, own->name, "day"),
            .month = part(values, asking->arena, own->name, "month"),
            .year = part(values, asking->arena, own->name, "year"),
            .error = asking_error_of(asking, own->name),
            .max = field->kind == FIELD_TEXT && field->max > 200 ? (int64_t)field->max : 0,
            .options = options.item,
            .options_n = options.n,
        };
        if (field->kind == FIELD_INSTANT)
            fields[count++] = (struct shape_field){
                .kind = TEXT("number"),
                .name = arena_format(asking->arena, "%s-time", own->name),
                .label = TEXT("At what time?"),
                .hint = TEXT("For example 15:30. Leave it empty if you do not know."),
                .value = part(values, asking->arena, own->name, "time"),
            };
    }
    *out = fields;
    *n = count;
    return 0;
}

/* Somebody wrote in one of them, or it is wrong: then they do not stay folded away. */
static bool any_said(const struct shape_field *field, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (field[i].error.n || field[i].value.n || field[i].day.n || field[i].month.n || field[i].year.n)
            return true;
    return false;
}

int step_write(struct asking *asking, const struct step *step, const struct step_choices *choices, struct text action,
               struct text back, const char *part_of, struct error *error)
{
    struct shape_field *fields;
    size_t n;
    int result = step_fields(asking, step, choices, &fields, &n, error);
    if (result)
        return result;
    size_t plain = 0; /* the fields before the first that is folded away */
    while (plain < n && !text_equal(fields[plain].name, text_of(step->folded_from)))
        plain++;
    struct text title = step->heading ? text_of(step->heading) : n ? fields[0].label : TEXT("");
    struct page_step page = {
        .frame = asking_frame(asking, part_of),
        .title = title,
        .heading = text_of(step->heading),
        .note = choices ? choices->note : TEXT(""),
        .about = choices ? choices->about : TEXT(""),
        .people = choices ? choices->people_page : TEXT(""),
        .lead = text_of(step->lead),
        .action = action,
        .back = back,
        .failed = asking->errors_n > 0,
        .errors = asking->errors,
        .errors_n = asking->errors_n,
        .fields = fields,
        .fields_n = plain,
        .folded = fields + plain,
        .folded_n = n - plain,
        .folded_words = text_of(step->folded),
        .folded_open = any_said(fields + plain, n - plain),
        .button = text_of(step->button ? step->button : "Save and continue"),
        .other = text_of(step->other),
    };
    page_step(&asking->html, &page);
    return 0;
}
