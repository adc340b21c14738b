#include "worry.h"

#include "pages/documents.h"
#include "upload.h"
#include "words.h"

/* Whose file they go into: one of those whom it is about, the first unless the address says. */
static bool whose(struct asking *asking, const struct worry *worry, struct id *case_id)
{
    struct text wanted = http_pairs_get(http_query(asking->request), "case");
    return (values_has(&worry->said, TEXT("cases"), wanted) && id_parse(wanted, case_id)) || worry_case(worry, case_id);
}

/* Where there are several: whose file it is, and the way to the others'. */
static int tell_whose(struct asking *asking, const struct worry *worry, const struct id *case_id,
                      struct page_documents *page, struct error *error)
{
    struct worry_person *person;
    size_t n;
    int result = worry_people(asking, worry, &person, &n, error);
    struct shape_crumb *others = result ? NULL : ARENA_ARRAY(asking->arena, struct shape_crumb, n);
    for (size_t i = 0; others && n > 1 && i < n; i++)
        if (id_equal(&person[i].case_id, case_id))
            page->whose = person[i].name;
        else
            others[page->others_n++] = (struct shape_crumb){
                person[i].name, arena_format(asking->arena, "/worry/%s/documents?case=%s", worry->draft_id.text,
                                             person[i].case_id.text)};
    page->others = others;
    return result;
}

static int find_case(struct asking *asking, struct id *case_id, struct error *error)
{
    struct worry *worry;
    int result = worry_load(asking, &worry, error);
    if (result || whose(asking, worry, case_id))
        return result;
    return error_set(error, ERROR_MISSING, "", "", "there is no case yet");
}

int worry_upload(struct http_request *request, const struct http_piece *piece, struct error *error)
{
    return upload_piece(request, piece, find_case, error);
}

static int show(struct asking *asking, struct error *error)
{
    struct worry *worry;
    struct document_list in;
    struct view_rows rows;
    int result = worry_load(asking, &worry, error);
    if (!result && !whose(asking, worry, &in.case_id))
        return asking_go(asking, "/worry/%s/name", worry->draft_id.text);
    if (!result)
        result = asking_look(asking, &document_list_view, &in, &rows, error);
    if (result)
        return result;
    struct shape_row *list = ARENA_ARRAY(asking->arena, struct shape_row, rows.n);
    if (!list)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < rows.n; i++) {
        const struct document_row *row = VISIT_ROW(rows, struct document_row, i);
        list[i] = (struct shape_row){.key = row->name, .value = words_size(asking->arena, row->size)};
    }
    struct page_documents page = {
        .frame = asking_frame(asking, "/"),
        .action = arena_format(asking->arena, "/worry/%s/documents?case=%s", worry->draft_id.text, in.case_id.text),
        .back = worry_address(asking, worry, "decide"),
        .failed = asking->errors_n > 0,
        .errors = asking->errors,
        .errors_n = asking->errors_n,
        .error = asking_error_of(asking, "file"),
        .documents = list,
        .documents_n = rows.n,
        .heading = TEXT("Do you want to add documents?"),
        .button = TEXT("Continue"),
        .other = TEXT("Attach, and add another"),
    };
    if ((result = tell_whose(asking, worry, &in.case_id, &page, error)))
        return result;
    page_documents(&asking->html, &page);
    return 0;
}

static int attached(struct asking *asking, struct error *error)
{
    struct worry *worry;
    const struct id *documents;
    size_t n = upload_done(asking, &documents);
    int result = worry_load(asking, &worry, error);
    for (size_t i = 0; !result && i < n; i++)
        values_add(&worry->said, TEXT("attached"), id_text(&documents[i]));
    if (!result && n)
        values_drop(&worry->said, "content"); /* they are offered on the page that chooses */
    if (result)
        return result;
    if (asking->errors_n)
        return error_set(error, ERROR_INVALID, "file", "", "a file could not be taken");
    return worry_save(asking, worry, values_there(&asking->typed, "other") ? "documents" : "content");
}

static int take(struct asking *asking, struct error *error)
{
    return upload_attach(asking, attached, error);
}

const struct page worry_documents_page = {show, take, NULL};
