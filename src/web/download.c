#include "download.h"

static int64_t pull(void *context, uint64_t offset, void *out, size_t n)
{
    (void)offset;
    struct error error;
    size_t got;
    if (document_read(context, out, n, &got, &error)) {
        log_line(LOG_LEVEL_ERROR, "document", "%s: %s", error.where, error.what);
        return HTTP_PULL_FAIL;
    }
    return got ? (int64_t)got : HTTP_PULL_END;
}

static void done(void *context, bool whole)
{
    (void)whole;
    struct document_sender *sender = context;
    document_send_end(&sender);
}

int download(struct asking *asking, const struct document_key *key, struct error *error)
{
    struct document_sender *sender;
    int result = document_send(asking->face->gate, key, &sender, error);
    if (result)
        return result;
    struct http_source source = {pull, done, sender};
    if ((result = http_set_filename(asking->request, key->name.n ? key->name : TEXT("document"), error))) {
        document_send_end(&sender);
        return result;
    }
    asking->replied = true;
    return http_reply_stream(asking->request, 200, "application/octet-stream", (uint64_t)key->size, &source, error);
}

static int document_show(struct asking *asking, struct error *error)
{
    struct document_open in;
    struct view_rows rows;
    int result = asking_id(asking, "document", &in.document_id, error);
    if (!result)
        result = asking_look(asking, &document_open_view, &in, &rows, error);
    return result ? result : download(asking, VISIT_ROW(rows, struct document_key, 0), error);
}

const struct page document_page = {document_show, NULL, NULL};

static int received_show(struct asking *asking, struct error *error)
{
    struct received_document_open in;
    struct view_rows rows;
    int result = asking_id(asking, "receipt", &in.receipt_id, error);
    if (!result)
        result = asking_id(asking, "document", &in.document_id, error);
    if (!result)
        result = asking_look(asking, &received_document_open_view, &in, &rows, error);
    return result ? result : download(asking, VISIT_ROW(rows, struct document_key, 0), error);
}

const struct page received_document_page = {received_show, NULL, NULL};
