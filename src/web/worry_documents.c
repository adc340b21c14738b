#include "worry.h"

#include "pages/documents.h"
#include "upload.h"
#include "words.h"

static int find_case(struct asking *asking, struct id *case_id, struct error *error)
{
    struct worry *worry;
    int result = worry_load(asking, &worry, error);
    if (result || worry_case(worry, case_id))
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
    if (!result && !worry_case(worry, &in.case_id))
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
    WRITE(asking, documents, .frame = asking_frame(asking, "/"), .action = worry_address(asking, worry, "documents"),
          .back = worry_address(asking, worry, "decide"), .failed = asking->errors_n > 0, .errors = asking->errors,
          .errors_n = asking->errors_n, .error = asking_error_of(asking, "file"), .documents = list,
          .documents_n = rows.n, .heading = TEXT("Do you want to add documents?"), .button = TEXT("Continue"),
          .other = TEXT("Attach, and add another"));
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
