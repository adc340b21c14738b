#include "openapi.h"

/* Paths that have a handler of their own: tokens and streams. */

struct other {
    const char *path, *method, *title;
    const struct field *takes; /* NULL: none, or the body is a file */
    size_t takes_n;
    const struct field *gives; /* NULL: the answer is a file */
    size_t gives_n;
    bool upload, open;    /* upload: the body is a file, its name a header; open: no token is needed */
    const char *query[4]; /* ended by NULL */
};

static void put_parameter(struct json_writer *w, const char *name, const char *in, const char *description)
{
    json_object(w);
    openapi_put(w, "name", name);
    openapi_put(w, "in", in);
    if (description)
        openapi_put(w, "description", description);
    json_member_bool(w, "required", true);
    json_key(w, "schema");
    json_object(w);
    openapi_put(w, "type", "string");
    json_end(w);
    json_end(w);
}

static void put_parameters(struct json_writer *w, const struct other *other)
{
    json_key(w, "parameters");
    json_array(w);
    for (const char *const *name = other->query; *name; name++)
        put_parameter(w, *name, "query", NULL);
    if (other->upload)
        put_parameter(w, "Content-Disposition", "header",
                      "The name of the file: attachment; filename*=UTF-8''NAME, with every byte of NAME as %XX that is not an ASCII "
                      "letter or digit, or one of -._~. At most 200 characters, without its folders.");
    json_end(w);
}

static void put_file(struct json_writer *w)
{
    openapi_put_content(w, "application/octet-stream");
    json_object(w);
    json_end(w);
    openapi_end_content(w);
}

static void put_other(struct json_writer *w, struct arena *arena, const struct other *other)
{
    json_key(w, other->path);
    json_object(w);
    json_key(w, other->method);
    json_object(w);
    openapi_put(w, "summary", other->title);
    if (other->open)
        openapi_put_no_security(w);
    put_parameters(w, other);
    if (other->takes)
        openapi_put_body(w, arena, other->takes, other->takes_n);
    if (other->upload) {
        json_key(w, "requestBody");
        json_object(w);
        put_file(w);
        json_end(w);
    }
    json_key(w, "responses");
    json_object(w);
    json_key(w, "200");
    json_object(w);
    openapi_put(w, "description", "Done");
    if (other->gives) {
        openapi_put_content(w, "application/json");
        openapi_put_object(w, arena, other->gives, other->gives_n, false);
        openapi_end_content(w);
    } else {
        put_file(w);
    }
    json_end(w);
    openapi_put_problem(w);
    json_end(w);
    json_end(w);
    json_end(w);
}

void openapi_put_others(struct json_writer *w, struct arena *arena)
{
    const struct command *token = &token_make_command, *attach = &document_attach_command,
                         *try = &pickup_try_command;
    const struct other others[] = {
        {.path = "/token", .method = "post", .title = "A name and password for a bearer token", .takes = token_fields,
         .takes_n = token_fields_n, .gives = token->gives, .gives_n = token->gives_n, .open = true},
        {.path = "/document/attach", .method = "post", .title = "Attach a document: the body is the file",
         .gives = attach->gives, .gives_n = attach->gives_n, .upload = true, .query = {"case_id"}},
        {.path = "/document/open", .method = "get", .title = "Download a document of a case", .query = {"document_id"}},
        {.path = "/receipt/document", .method = "get", .title = "Download a document that was received",
         .query = {"receipt_id", "document_id"}},
        {.path = "/decision/proof/file", .method = "get",
         .title = "Download a proof of a decision: what proviso ledger prove --check takes",
         .query = {"decision_id", "with_reasons"}},
        {.path = "/decision/proof/receipt", .method = "get",
         .title = "The same as a page of PDF, with the proof inside", .query = {"decision_id", "with_reasons"}},
        {.path = "/pickup/try", .method = "post",
         .title = "Open a parcel with its phrase; when it opens, the answer holds what was sent", .takes = try->takes,
         .takes_n = try->takes_n, .gives = try->gives, .gives_n = try->gives_n, .open = true},
        {.path = "/pickup/document", .method = "post",
         .title = "Download a document of a parcel, by the token that opening it gave", .takes = pickup_document_fields,
         .takes_n = pickup_document_fields_n, .open = true},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        put_other(w, arena, &others[i]);
}
