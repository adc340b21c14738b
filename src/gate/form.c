#include "form_inside.h"

#include "base.h"

#include <string.h>

static size_t most(const struct field *field)
{
    if (field->max)
        return field->max;
    return field->kind == FIELD_TEXT ? 200 : field->kind == FIELD_OBJECT ? 20000 : 100;
}

int form_note(struct arena *arena, struct form_errors *errors, const struct field *field, const char *what,
              struct error *error)
{
    struct form_error *grown = arena_grow(arena, errors->item, errors->n, errors->n + 1, sizeof *errors->item);
    if (!grown)
        return arena_error(arena, error);
    errors->item = grown;
    struct form_error *added = &errors->item[errors->n++];
    added->field = field;
    error_set(&added->error, ERROR_INVALID, field->name, "", "%s", what);
    if (errors->n == 1 && error)
        *error = added->error;
    return ERROR_INVALID;
}

const struct field *form_field(const struct field *fields, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

/* ---- reading a form ---- */

static struct text find(const struct form_pair *pairs, size_t n, struct text name)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(pairs[i].name, name))
            return pairs[i].value;
    return (struct text){NULL, 0};
}

static struct text part(struct arena *arena, const struct form_pair *pairs, size_t n, const char *name, const char *which)
{
    return text_trim(find(pairs, n, arena_format(arena, "%s-%s", name, which)));
}

/* Browsers send line ends as CR LF; a record has one form. */
static struct text one_line_end(struct arena *arena, struct text t)
{
    if (text_find_char(t, '\r') < 0)
        return t;
    struct buffer b = buffer_in(arena);
    for (size_t i = 0; i < t.n; i++)
        if (t.p[i] != '\r')
            buffer_char(&b, t.p[i]);
        else if (i + 1 == t.n || t.p[i + 1] != '\n')
            buffer_char(&b, '\n');
    return buffer_result(&b);
}

static const char *read_date(struct arena *arena, const struct form_pair *pairs, size_t n, const struct field *field,
                             struct date *date)
{
    struct text day = part(arena, pairs, n, field->name, "day"), month = part(arena, pairs, n, field->name, "month"),
                year = part(arena, pairs, n, field->name, "year");
    struct text whole = text_trim(find(pairs, n, text_of(field->name)));
    if (whole.n)
        return date_parse(whole, date) ? NULL : "the date must be a real one, like 2026-09-30";
    if (!day.n && !month.n && !year.n)
        return NULL;
    int64_t d, m, y;
    if (!text_to_int64(day, &d) || !text_to_int64(month, &m) || !text_to_int64(year, &y) || y < 1800 || y > 9999 ||
        d < 1 || d > 31 || m < 1 || m > 12)
        return "the date needs a day, a month and a year in numbers, like 30 9 2026";
    *date = (struct date){(int32_t)y, (int32_t)m, (int32_t)d};
    if (date_valid(*date))
        return NULL;
    *date = (struct date){0, 0, 0};
    return "there is no such day in the calendar: look at the day, the month and the year";
}

static size_t count_of(const struct form_pair *pairs, size_t n, struct text name)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += text_equal(pairs[i].name, name) && pairs[i].value.n;
    return count;
}

static const char *read_list(struct arena *arena, const struct form_pair *pairs, size_t n, const struct field *field,
                             void *in)
{
    struct text name = text_of(field->name);
    size_t count = count_of(pairs, n, name), at = 0;
    if (count > most(field))
        return "too many were chosen";
    struct id *ids = ARENA_ARRAY(arena, struct id, count);
    struct text *texts = ARENA_ARRAY(arena, struct text, count);
    for (size_t i = 0; ids && texts && i < n; i++) {
        if (!text_equal(pairs[i].name, name) || !pairs[i].value.n)
            continue;
        if (field->kind == FIELD_IDS && !id_parse(pairs[i].value, &ids[at]))
            return "one of the choices is not known";
        texts[at++] = pairs[i].value;
    }
    if (field->kind == FIELD_IDS)
        *MEMBER(in, field, struct id_list) = (struct id_list){ids, at};
    else
        *MEMBER(in, field, struct text_list) = (struct text_list){texts, at};
    return NULL;
}

/* NULL, or what is wrong. */
static const char *read_one(struct arena *arena, const struct form_pair *pairs, size_t n, const struct field *field,
                            void *in)
{
    struct text value = find(pairs, n, text_of(field->name));
    switch (field->kind) {
    case FIELD_TEXT:
        *MEMBER(in, field, struct text) = field->secret ? value : text_trim(one_line_end(arena, value));
        return NULL;
    case FIELD_ID:
        if (value.n && !id_parse(value, MEMBER(in, field, struct id)))
            return "this is not known here";
        return NULL;
    case FIELD_NUMBER:
        if (text_trim(value).n && !text_to_int64(text_trim(value), MEMBER(in, field, int64_t)))
            return "it must be a whole number";
        return NULL;
    case FIELD_YES_NO:
        if (value.n && !text_equal(value, TEXT("yes")) && !text_equal(value, TEXT("no")))
            return "choose yes or no";
        *MEMBER(in, field, bool) = text_equal(value, TEXT("yes"));
        return NULL;
    case FIELD_DATE:
        return read_date(arena, pairs, n, field, MEMBER(in, field, struct date));
    case FIELD_INSTANT:
        if (value.n && !instant_parse(value, &MEMBER(in, field, struct instant)->at))
            return "it must be a date and time, like 2026-09-30T14:05:00Z";
        return NULL;
    case FIELD_IDS:
    case FIELD_TEXTS:
        return read_list(arena, pairs, n, field, in);
    case FIELD_OBJECT: {
        const struct json *object;
        struct buffer b = buffer_in(arena);
        struct json_writer w = json_writer_in(&b);
        if (value.n && (json_read(arena, value, field->name, &object, NULL) != 0 || !json_is(object, JSON_OBJECT)))
            return "it must be a JSON object";
        if (value.n)
            json_put(&w, object); /* as form_read_json has it: a record has one form */
        MEMBER(in, field, struct json_object)->json = buffer_result(&b);
        return NULL;
    }
    }
    return NULL;
}

int form_read(struct arena *arena, const struct field *fields, size_t n, const struct form_pair *pairs, size_t pairs_n,
              void *in, struct form_errors *errors, struct error *error)
{
    int result = 0;
    for (size_t i = 0; i < n; i++) {
        const char *wrong = read_one(arena, pairs, pairs_n, &fields[i], in);
        if (wrong && (result = form_note(arena, errors, &fields[i], wrong, error)) == ERROR_TOO_LARGE)
            return result;
    }
    return arena_exhausted(arena) ? arena_error(arena, error) : result;
}

/* ---- checking what was read ---- */

static bool is_empty(const struct field *field, const void *in)
{
    switch (field->kind) {
    case FIELD_TEXT:
        return text_trim(*CONST_MEMBER(in, field, struct text)).n == 0;
    case FIELD_ID:
        return !id_is_set(CONST_MEMBER(in, field, struct id));
    case FIELD_DATE:
        return CONST_MEMBER(in, field, struct date)->year == 0;
    case FIELD_INSTANT:
        return CONST_MEMBER(in, field, struct instant)->at == 0;
    case FIELD_IDS:
        return CONST_MEMBER(in, field, struct id_list)->n == 0;
    case FIELD_TEXTS:
        return CONST_MEMBER(in, field, struct text_list)->n == 0;
    case FIELD_OBJECT:
        return CONST_MEMBER(in, field, struct json_object)->json.n == 0;
    case FIELD_NUMBER:
    case FIELD_YES_NO:
        return false;
    }
    return false;
}

static bool has_control(struct text t, bool lines)
{
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.p[i];
        if ((c < ' ' && !(lines && (c == '\n' || c == '\t'))) || c == 0x7f)
            return true;
    }
    return false;
}

static const char *check_text(struct arena *arena, const struct field *field, struct text value)
{
    if (!text_is_utf8(value))
        return "the text is not valid UTF-8";
    if (value.n > most(field) && text_length(value) > most(field)) /* so many characters have as many bytes or more */
        return (const char *)arena_format(arena, "it must be %zu characters or fewer; it has %zu", most(field),
                                          text_length(value))
            .p;
    if (has_control(value, most(field) > 200))
        return "it has a character that cannot be kept";
    if (field->choices && value.n && !choice_valid(field->choices, value))
        return "choose one of the answers";
    return NULL;
}

static const char *check_one(struct arena *arena, const struct field *field, const void *in)
{
    if (field->required && is_empty(field, in))
        return field->choices || field->kind == FIELD_IDS || field->kind == FIELD_TEXTS ? "choose an answer"
                                                                                        : "this is needed";
    switch (field->kind) {
    case FIELD_TEXT:
        return check_text(arena, field, *CONST_MEMBER(in, field, struct text));
    case FIELD_OBJECT:
        return check_text(arena, field, CONST_MEMBER(in, field, struct json_object)->json);
    case FIELD_IDS:
        return CONST_MEMBER(in, field, struct id_list)->n > most(field) ? "too many were chosen" : NULL;
    case FIELD_TEXTS: {
        const struct text_list *list = CONST_MEMBER(in, field, struct text_list);
        for (size_t i = 0; i < list->n && i <= most(field); i++) {
            const char *wrong = check_text(arena, field, list->item[i]);
            if (wrong)
                return wrong;
        }
        return list->n > most(field) ? "too many were chosen" : NULL;
    }
    case FIELD_DATE: {
        struct date date = *CONST_MEMBER(in, field, struct date);
        return date.year && !date_valid(date) ? "there is no such day in the calendar: look at the day, the month and the year"
                                              : NULL;
    }
    default:
        return NULL;
    }
}

int form_check(struct arena *arena, const struct field *fields, size_t n, const void *in, struct form_errors *errors,
               struct error *error)
{
    int result = 0;
    for (size_t i = 0; i < n; i++) {
        const char *wrong = check_one(arena, &fields[i], in);
        if (wrong && (result = form_note(arena, errors, &fields[i], wrong, error)) == ERROR_TOO_LARGE)
            return result;
    }
    return arena_exhausted(arena) ? arena_error(arena, error) : result;
}
