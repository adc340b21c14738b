#include "upload.h"

#include <stdio.h>

enum { FILES_MOST = 16 };

struct uploading {
    struct id case_id;
    struct document_receiver *receiver;
    size_t file;   /* the one under way */
    bool skipping; /* it was refused: the rest of it is let go */
    struct document_attach attach[FILES_MOST];
    size_t n, recorded;
    struct document_attached attached;
    struct id document[FILES_MOST];
    int (*then)(struct asking *asking, struct error *error);
};

static struct uploading *uploading_of(const struct asking *asking)
{
    return asking->upload;
}

static void end(struct asking *asking)
{
    struct uploading *uploading = uploading_of(asking);
    if (uploading)
        document_receive_end(&uploading->receiver);
}

static int begin(struct asking *asking, struct uploading **out,
                 int (*find_case)(struct asking *asking, struct id *case_id, struct error *error),
                 struct error *error)
{
    if (!asking_token_right(asking, http_pairs_get(http_fields(asking->request), "token")))
        return error_set(error, ERROR_FORBIDDEN, "", "Go back, load the page again, and send the form from there.",
                         "the form is not from your present session");
    struct uploading *uploading = *out = ARENA_NEW(asking->arena, struct uploading);
    if (!uploading)
        return arena_error(asking->arena, error);
    asking->upload = uploading;
    asking->end = end;
    return find_case(asking, &uploading->case_id, error);
}

/* What is wrong with one file is told on the page, with its name; the others are taken. */
static int put_off(struct asking *asking, struct uploading *uploading, const struct http_part *part, int code,
                   const struct error *error)
{
    char message[600];
    if (code != ERROR_INVALID)
        return code;
    snprintf(message, sizeof message, "%.*s: %s. %s", TEXT_ARGS(text_cut(part->filename, 0, 120)), error->what,
             error->fix);
    asking_wrong(asking, "file", message);
    uploading->skipping = true;
    document_receive_end(&uploading->receiver);
    return 0;
}

int upload_piece(struct http_request *request, const struct http_piece *piece,
                 int (*find_case)(struct asking *asking, struct id *case_id, struct error *error),
                 struct error *error)
{
    struct asking *asking = asking_of(request);
    struct uploading *uploading = uploading_of(asking);
    int result = 0;
    if (!uploading && (result = begin(asking, &uploading, find_case, error)))
        return result;
    if (piece->offset == 0 && (!uploading->receiver || uploading->file != piece->part->index)) {
        uploading->skipping = false;
        uploading->file = piece->part->index;
        result =
            uploading->n == FILES_MOST
                ? error_set(error, ERROR_INVALID, "file", "Attach the others afterwards.", "too many files at once")
                : document_receive(asking->visit, &uploading->case_id, piece->part->filename, piece->part->type,
                                   &uploading->receiver, error);
    }
    if (!result && !uploading->skipping)
        result = document_piece(uploading->receiver, piece->p, piece->n, error);
    if (!result && !uploading->skipping && piece->last) {
        result = document_received(uploading->receiver, asking->arena, &uploading->attach[uploading->n], error);
        uploading->n += result == 0;
        document_receive_end(&uploading->receiver);
    }
    return result ? put_off(asking, uploading, piece->part, result, error) : 0;
}

static int attach_next(struct asking *asking, struct error *error);

static int attached(struct asking *asking, struct error *error)
{
    struct uploading *uploading = uploading_of(asking);
    uploading->document[uploading->recorded++] = uploading->attached.document_id;
    return attach_next(asking, error);
}

static int attach_next(struct asking *asking, struct error *error)
{
    struct uploading *uploading = uploading_of(asking);
    if (uploading->recorded < uploading->n)
        return asking_act(asking, &document_attach_command, &uploading->attach[uploading->recorded],
                          &uploading->attached, attached);
    return uploading->then(asking, error);
}

int upload_attach(struct asking *asking, int (*then)(struct asking *asking, struct error *error), struct error *error)
{
    struct uploading *uploading = uploading_of(asking);
    if (!uploading)
        return then(asking, error);
    uploading->then = then;
    return attach_next(asking, error);
}

size_t upload_done(const struct asking *asking, const struct id **documents)
{
    const struct uploading *uploading = uploading_of(asking);
    *documents = uploading ? uploading->document : NULL;
    return uploading ? uploading->recorded : 0;
}
