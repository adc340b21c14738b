#include "strict.h"

#include "header.h"

#include "base/error.h"

#include <stdint.h>
#include <string.h>

struct survey {
    const char *fault;
    size_t hosts, lengths, encodings;
    bool chunked;
    bool layout;
    uintptr_t next; /* where the next header must begin */
};

/* Where the text ends that libmicrohttpd keeps at p, plus the line end. */
static uintptr_t behind(const char *p, size_t n, size_t gap)
{
    return (uintptr_t)p + n + gap;
}

static enum MHD_Result look(void *context, enum MHD_ValueKind kind, const char *name, size_t name_n,
                            const char *value, size_t value_n)
{
    (void)kind;
    struct survey *survey = context;
    struct text n = {name, name_n}, v = {value, value_n};
    if (!header_is_token(n))
        survey->fault = "the name of a header is malformed";
    else if (!header_is_value(v, true))
        survey->fault = "a header has a control character";
    else if (text_equal_fold(n, TEXT("host")))
        survey->hosts++;
    else if (text_equal_fold(n, TEXT("content-length")))
        survey->lengths++;
    else if (text_equal_fold(n, TEXT("transfer-encoding"))) {
        survey->encodings++;
        survey->chunked = text_equal_fold(v, TEXT("chunked"));
    }
    if (survey->layout && !survey->fault) {
        uintptr_t colon = behind(name, name_n, 1), begin = (uintptr_t)value;
        if ((uintptr_t)name != survey->next || begin < colon || !header_is_value(v, true))
            survey->fault = "a header is folded, or has a NUL or a bare line feed";
        for (const char *p = name + name_n + 1; !survey->fault && p < value; p++)
            if (*p != ' ' && *p != '\t')
                survey->fault = "a header is folded, or has a NUL or a bare line feed";
        survey->next = behind(value, value_n, 2);
    }
    return survey->fault ? MHD_NO : MHD_YES;
}

static size_t header_size(struct http_request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}

int strict_check(struct http_request *request, const char *method, const char *version, struct error *error)
{
    struct survey survey = {.layout = request->server->check_layout};
    bool line = true;
    if (survey.layout) {
        uintptr_t target = (uintptr_t)request->target_at;
        line = behind(method, strlen(method), 1) == target &&
               behind(request->target_at, request->raw_target.n, 1) == (uintptr_t)version;
        survey.next = behind(version, strlen(version), 2);
    }
    MHD_get_connection_values_n(request->connection, MHD_HEADER_KIND, look, &survey);
    if (!line || !header_is_value(request->raw_target, false) || text_find_char(request->raw_target, ' ') >= 0)
        survey.fault = "the request line is malformed";
    if (survey.layout && !survey.fault && survey.next + 2 != (uintptr_t)method + header_size(request))
        survey.fault = "a header is folded, or has a NUL or a bare line feed";
    if (!survey.fault && survey.hosts != 1)
        survey.fault = "there must be one Host header";
    if (!survey.fault && survey.lengths > 1)
        survey.fault = "there is more than one Content-Length";
    if (!survey.fault && survey.encodings > 0 && (survey.encodings > 1 || !survey.chunked))
        survey.fault = "the only Transfer-Encoding here is chunked";
    if (!survey.fault && survey.encodings > 0 && survey.lengths > 0)
        survey.fault = "there is a Content-Length beside a Transfer-Encoding";
    if (!survey.fault && survey.encodings > 0 && strcmp(version, "HTTP/1.0") == 0)
        survey.fault = "HTTP/1.0 has no Transfer-Encoding";
    if (header_size(request) > request->server->settings.header_bytes) {
        http_refuse_with(request, 431, 0);
        return error_set(error, ERROR_TOO_LARGE, "request", "", "the header is too large");
    }
    if (survey.fault)
        return error_set(error, ERROR_INPUT, "request", "", "%s", survey.fault);
    return 0;
}
