#include "inside.h"

/* Refusals: RFC 9457 problem details, with the fields that are wrong and what to do. */

static const char *title_of(int status)
{
    static const struct {
        int status;
        const char *title;
    } titles[] = {
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {451, "Unavailable For Legal Reasons"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
    };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (titles[i].status == status)
            return titles[i].title;
    return status < 500 ? "Refused" : "Internal Server Error";
}

static void put_unless_empty(struct json_writer *w, const char *key, const char *value)
{
    if (!value[0])
        return;
    json_member_string(w, key, value);
}

/* `where` may go on to a place within the field. */
static void put_field(struct json_writer *w, const struct error *error)
{
    struct text where = text_of(error->where);
    ptrdiff_t colon = error->code == ERROR_INVALID ? text_find(where, TEXT(": ")) : -1;
    if (where.n == 0)
        return;
    json_member_text(w, "field", colon > 0 ? text_cut(where, 0, (size_t)colon) : where);
}

static void put_errors(struct json_writer *w, const struct form_errors *errors)
{
    json_key(w, "errors");
    json_array(w);
    for (size_t i = 0; i < errors->n; i++) {
        json_object(w);
        json_member_string(w, "field", errors->item[i].field->name);
        json_member_string(w, "what", errors->item[i].error.what);
        put_unless_empty(w, "fix", errors->item[i].error.fix);
        json_end(w);
    }
    json_end(w);
}

static void write_problem(struct json_writer *w, int status, const struct error *error,
                          const struct form_errors *errors)
{
    json_object(w);
    json_member_text(w, "type", TEXT("about:blank"));
    json_member_string(w, "title", title_of(status));
    json_member_int(w, "status", status);
    json_member_string(w, "detail", error->what[0] ? error->what : "this request was refused");
    put_field(w, error);
    put_unless_empty(w, "fix", error->fix);
    if (errors && errors->n)
        put_errors(w, errors);
    json_end(w);
}

/* What went wrong inside is for the operator's log: it may name files and tables. After it nobody can promise
 * anything. */
static struct error for_strangers(struct http_request *request, int status, const struct error *error)
{
    struct error told = *error;
    if (gate_told_full(error)) {
        told.where[0] = 0;
        return told;
    }
    bool busy = status == 503 &&
                gate_is_well(gate_of(request), NULL); /* the server said so before anything was done */
    if (status < 500 || busy)
        return told;
    log_line(LOG_LEVEL_ERROR, "api", "refused with %d: %s%s%s", status, error->where,
             error->where[0] ? ": " : "", error->what);
    error_set(
        &told, error->code, "",
        "Try again in a few minutes, and look first whether it is there. If it stays so, tell the operator.",
        status == 503 ? "the service cannot do this now; what was asked may not have been kept"
                      : "something went wrong on our side; what was asked may not have been kept");
    return told;
}

void api_refuse(struct http_request *request, int status, const struct error *error)
{
    struct call *call = call_of(request);
    struct buffer b = buffer_in(http_arena(request));
    struct json_writer w = json_writer_in(&b);
    struct error ignored, told = for_strangers(request, status, error);
    write_problem(&w, status, &told, call && error->code == ERROR_INVALID ? &call->errors : NULL);
    if (status == 401) {
        bool sent = http_header(request, "Authorization").n > 0;
        http_set_header(request, "WWW-Authenticate",
                        sent ? TEXT("Bearer error=\"invalid_token\"") : TEXT("Bearer"), &ignored);
    }
    http_reply_buffer(request, status, "application/problem+json", &b, &ignored);
}

void call_refuse(struct call *call, int code, const struct error *error)
{
    if (code == ERROR_SYSTEM && (!gate_is_well(gate_of(call->request), NULL) || gate_told_full(error)))
        http_refuse_with(call->request, 503, 60);
    http_answer(call->request, code, error);
}
