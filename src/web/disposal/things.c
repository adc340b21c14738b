#include "things.h"

#include "words.h"

#include <string.h>

static int add(struct asking *asking, struct disposal_things *things, const char *what, const struct id *id, struct text label,
               struct text hint, struct error *error)
{
    things->item = arena_more(asking->arena, things->item, things->n, &things->room, sizeof *things->item);
    if (!things->item)
        return arena_error(asking->arena, error);
    struct text value = arena_format(asking->arena, "%s/%s", what, id->text);
    things->item[things->n++] = (struct shape_option){.value = value, .label = label, .hint = hint};
    return arena_exhausted(asking->arena) ? arena_error(asking->arena, error) : 0;
}

static int add_items(struct asking *asking, const struct id *case_id, struct disposal_things *things, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &item_list_view, &(struct item_list){*case_id}, &rows, error);
    for (size_t i = 0; !result && i < rows.n; i++) {
        const struct item_row *row = VISIT_ROW(rows, struct item_row, i);
        result = add(asking, things, "item", &row->item_id,
                     arena_format(asking->arena, "What was written down on %.*s", TEXT_ARGS(words_time(asking->arena, row->recorded_at))),
                     words_begin(asking->arena, row->text), error);
    }
    return result;
}

static int add_documents(struct asking *asking, const struct id *case_id, struct disposal_things *things, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &document_list_view, &(struct document_list){*case_id}, &rows, error);
    for (size_t i = 0; !result && i < rows.n; i++) {
        const struct document_row *row = VISIT_ROW(rows, struct document_row, i);
        result = add(asking, things, "document", &row->document_id,
                     arena_format(asking->arena, "The document %.*s", TEXT_ARGS(row->name)), TEXT(""), error);
    }
    return result;
}

static int add_decisions(struct asking *asking, const struct id *case_id, struct disposal_things *things, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &decision_list_view, &(struct decision_list){*case_id}, &rows, error);
    for (size_t i = 0; !result && i < rows.n; i++) {
        const struct decision_row *row = VISIT_ROW(rows, struct decision_row, i);
        result = add(asking, things, "decision", &row->decision_id,
                     arena_format(asking->arena, "The decision of %.*s, with what was shared under it",
                                  TEXT_ARGS(words_time(asking->arena, row->recorded_at))),
                     words_begin(asking->arena, row->reasons), error);
    }
    return result;
}

/* A governance lead decides about cases without seeing what is in them: then only about the whole. */
int disposal_things_read(struct asking *asking, const struct id *case_id, struct disposal_things *things, struct error *error)
{
    struct case_of of = {*case_id};
    *things = (struct disposal_things){NULL, 0, 0};
    int result = add(asking, things, "case", case_id, TEXT("The whole case"),
                     TEXT("Everything that is written down, decided, attached and shared in it."), error);
    if (result || visit_may(asking->visit, &case_read_view.may, &of, NULL) != 0)
        return result;
    result = add_items(asking, case_id, things, error);
    if (!result)
        result = add_documents(asking, case_id, things, error);
    return result ? result : add_decisions(asking, case_id, things, error);
}

const struct shape_option *disposal_thing(const struct disposal_things *things, struct text value)
{
    for (size_t i = 0; i < things->n; i++)
        if (text_equal(things->item[i].value, value))
            return &things->item[i];
    return NULL;
}

struct text disposal_thing_words(struct arena *arena, const struct shape_option *thing)
{
    return thing->hint.n ? arena_format(arena, "%.*s:\n%.*s", TEXT_ARGS(thing->label), TEXT_ARGS(thing->hint)) : thing->label;
}
