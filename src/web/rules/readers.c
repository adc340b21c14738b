#include "rules.h"

#include "pages/rules_changes.h"
#include "pages/rules_readers.h"
#include "words.h"

/* What changes, for all staff, and who has read it. */

enum { CLASSES_SHOWN = 6 };

static int read_changes(struct asking *asking, const struct pack_row *row, struct page_rules_changes *page,
                        struct error *error)
{
    struct pack_of in = {row->adoption_id};
    struct view_rows rows;
    if (!asking_has_role(asking, ROLES_STAFF))
        return 0;
    int result = asking_look(asking, &pack_changes_view, &in, &rows, error);
    struct shape_rules_change *list = result ? NULL : ARENA_ARRAY(asking->arena, struct shape_rules_change, CLASSES_SHOWN);
    if (!result && !list)
        return arena_error(asking->arena, error);
    size_t n = 0;
    for (size_t i = 0; !result && i < rows.n && n < CLASSES_SHOWN; i++) {
        const struct pack_change_row *change = VISIT_ROW(rows, struct pack_change_row, i);
        if (text_equal(change->decision, TEXT("share")))
            list[n++] = (struct shape_rules_change){.was = change->here,
                                                    .now = change->there,
                                                    .count = change->percent,
                                                    .when = change->when.item,
                                                    .when_n = change->when.n};
    }
    page->rows = list;
    page->rows_n = n;
    page->same = n == 0 && row->effect_at.at != 0;
    return result;
}

static int changes_show(struct asking *asking, struct error *error)
{
    struct pack_row row;
    struct page_rules_changes page = {.title = TEXT("")};
    int result = rules_adoption(asking, &row, error);
    if (!result)
        result = read_changes(asking, &row, &page, error);
    if (result)
        return result;
    bool approved = !text_equal(row.state, TEXT("proposed")) && !text_equal(row.state, TEXT("withdrawn"));
    page.id = id_text(&row.adoption_id);
    page.title = row.title;
    page.version = row.version;
    page.version_href = arena_format(asking->arena, "/rules/version/%s", row.version_id.text);
    page.from = date_words(asking->arena, row.from);
    page.reasons = row.reasons;
    page.by = rules_by(asking->arena, &row);
    page.state = choice_label(pack_states, row.state);
    page.colour = text_of(rules_colour(row.state));
    page.may_read = approved && asking_has_role(asking, ROLES_STAFF) && row.from.year;
    page.read = row.acknowledged;
    page.failed = asking->errors_n > 0;
    page.errors = asking->errors, page.errors_n = asking->errors_n;
    page.frame = asking_frame(asking, "/rules");
    page_rules_changes(&asking->html, &page);
    return 0;
}

const struct page rules_changes_page = {changes_show, button_take, BUTTON(&pack_acknowledge_command, "adoption", "/")};

/* ---- who has read it ---- */

/* Rows come agency by agency. */
static size_t read_agency(struct asking *asking, const struct view_rows *rows, size_t first,
                          struct page_rules_readers_agencies *agency)
{
    struct text name = VISIT_ROW(*rows, struct pack_reader_row, first)->agency;
    struct page_rules_readers_agencies_people *people =
        ARENA_ARRAY(asking->arena, struct page_rules_readers_agencies_people, rows->n - first);
    size_t n = 0, read = 0;
    for (; people && first + n < rows->n; n++) {
        const struct pack_reader_row *row = VISIT_ROW(*rows, struct pack_reader_row, first + n);
        if (!text_equal(row->agency, name))
            break;
        people[n] = (struct page_rules_readers_agencies_people){
            .person = row->person,
            .post = row->post,
            .when = row->at.at ? arena_format(asking->arena, "read %.*s", TEXT_ARGS(words_ago(asking->arena, row->at)))
                               : TEXT("")};
        read += row->at.at != 0;
    }
    *agency = (struct page_rules_readers_agencies){
        .name = name,
        .count = arena_format(asking->arena, "%zu of %zu have read it.", read, n),
        .people = people,
        .people_n = n};
    return n;
}

static int readers_show(struct asking *asking, struct error *error)
{
    struct pack_row row;
    struct view_rows rows;
    int result = rules_adoption(asking, &row, error);
    struct pack_of in = {row.adoption_id};
    if (!result)
        result = asking_look(asking, &pack_acknowledgements_view, &in, &rows, error);
    struct page_rules_readers_agencies *agencies =
        result ? NULL : ARENA_ARRAY(asking->arena, struct page_rules_readers_agencies, rows.n);
    if (!result && !agencies)
        result = arena_error(asking->arena, error);
    size_t n = 0;
    for (size_t i = 0; !result && i < rows.n;) {
        size_t people = read_agency(asking, &rows, i, &agencies[n++]);
        if (people == 0)
            return arena_error(asking->arena, error);
        i += people;
    }
    if (result)
        return result;
    WRITE(asking, rules_readers, .frame = asking_frame(asking, "/rules"),
          .title = arena_format(asking->arena, "%.*s, version %.*s", TEXT_ARGS(row.title), TEXT_ARGS(row.version)),
          .agencies = agencies, .agencies_n = n);
    return 0;
}

const struct page rules_readers_page = {readers_show, NULL, NULL};
