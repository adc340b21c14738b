#include "calls.h"

#include "base/error.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE_MOST = 64, CONNECT_SECONDS = 10, SLOWEST_SECONDS = 30 };

struct witness_caller {
    CURLM *multi;
    struct curl_slist *headers;
    char *ca_file;
    atomic_bool stopped;
    /* each keeps what it learnt of its host */
    CURL *handle[AT_ONCE_MOST];
    struct witness_call *busy[AT_ONCE_MOST]; /* NULL: free */
    char said[AT_ONCE_MOST][CURL_ERROR_SIZE];
};

struct witness_caller *witness_caller_new(const char *ca_file)
{
    struct witness_caller *caller = calloc(1, sizeof *caller);
    if (!caller || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(caller);
        return NULL;
    }
    caller->multi = curl_multi_init();
    caller->ca_file = ca_file ? strdup(ca_file) : NULL;
    caller->headers = curl_slist_append(NULL, "Content-Type: text/plain; charset=utf-8");
    /* a submission is small: waiting for the other side's leave costs more than it saves */
    struct curl_slist *more = caller->headers ? curl_slist_append(caller->headers, "Expect:") : NULL;
    if (!caller->multi || !more || (ca_file && !caller->ca_file))
        witness_caller_free(&caller);
    return caller;
}

void witness_caller_free(struct witness_caller **slot)
{
    struct witness_caller *caller = *slot;
    if (!caller)
        return;
    for (size_t i = 0; i < AT_ONCE_MOST; i++)
        if (caller->handle[i])
            curl_easy_cleanup(caller->handle[i]);
    if (caller->multi)
        curl_multi_cleanup(caller->multi);
    curl_slist_free_all(caller->headers);
    free(caller->ca_file);
    free(caller);
    curl_global_cleanup();
    *slot = NULL;
}

void witness_caller_stop(struct witness_caller *caller)
{
    atomic_store(&caller->stopped, true);
    curl_multi_wakeup(caller->multi);
}

struct text witness_call_answer(const struct witness_call *call)
{
    return (struct text){call->answer ? call->answer : "", call->answer_n};
}

void witness_call_clear(struct witness_call *call)
{
    free(call->answer);
    call->answer = NULL;
    call->answer_n = 0;
    call->status = 0;
    call->type[0] = call->problem[0] = '\0';
}

static size_t take(char *p, size_t size, size_t n, void *context)
{
    struct witness_call *call = context;
    size_t more = size * n;
    if (more > call->answer_most - call->answer_n) {
        snprintf(call->problem, sizeof call->problem, "the answer is longer than it may be");
        return 0;
    }
    char *grown = realloc(call->answer, call->answer_n + more + 1);
    if (!grown)
        return 0;
    memcpy(grown + call->answer_n, p, more);
    call->answer = grown;
    call->answer_n += more;
    return more;
}

static bool begin(struct witness_caller *caller, size_t place, struct witness_call *call, unsigned seconds)
{
    CURL *easy = caller->handle[place] ? caller->handle[place] : curl_easy_init();
    caller->handle[place] = easy;
    if (!easy)
        return false;
    witness_call_clear(call);
    curl_easy_reset(easy);
    caller->said[place][0] = '\0';
    bool good = curl_easy_setopt(easy, CURLOPT_URL, call->url) == CURLE_OK &&
                curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
                curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
                curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
                (strncmp(call->url, "http://", 7) != 0 || curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK) &&
                curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS) == CURLE_OK &&
                curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)seconds) == CURLE_OK &&
                curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
                curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)SLOWEST_SECONDS) == CURLE_OK &&
                curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
                curl_easy_setopt(easy, CURLOPT_WRITEDATA, call) == CURLE_OK &&
                curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, caller->said[place]) == CURLE_OK &&
                curl_easy_setopt(easy, CURLOPT_PRIVATE, (char *)caller->busy + place * sizeof *caller->busy) == CURLE_OK &&
                (!caller->ca_file || curl_easy_setopt(easy, CURLOPT_CAINFO, caller->ca_file) == CURLE_OK);
    /* a log may pack what it hands out, asked or not; how long an answer may be counts what comes out */
    if (good && !call->post)
        good = curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, identity") == CURLE_OK;
    if (good && call->post)
        good = curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_HTTPHEADER, caller->headers) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->body.p ? call->body.p : "") == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.n) == CURLE_OK;
    if (!good || curl_multi_add_handle(caller->multi, easy) != CURLM_OK)
        return false;
    caller->busy[place] = call;
    return true;
}

static void end(struct witness_caller *caller, size_t place, CURLcode result)
{
    CURL *easy = caller->handle[place];
    struct witness_call *call = caller->busy[place];
    char *type = NULL;
    if (result == CURLE_OK) {
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &call->status);
        if (curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK && type)
            snprintf(call->type, sizeof call->type, "%s", type);
    } else if (!call->problem[0])
        snprintf(call->problem, sizeof call->problem, "%s",
                 caller->said[place][0] ? caller->said[place] : curl_easy_strerror(result));
    curl_multi_remove_handle(caller->multi, easy);
    caller->busy[place] = NULL;
}

/* Takes what has ended. Gives how many places became free. */
static size_t collect(struct witness_caller *caller, unsigned seconds,
                      bool (*done)(void *context, struct witness_call *call), void *context)
{
    size_t freed = 0;
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(caller->multi, &left));) {
        if (message->msg != CURLMSG_DONE)
            continue;
        char *private = NULL;
        CURLcode result = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
        size_t place = (size_t)((struct witness_call **)(void *)private - caller->busy);
        struct witness_call *call = caller->busy[place];
        end(caller, place, result);
        bool again = done && done(context, call);
        if (again && !begin(caller, place, call, seconds)) {
            snprintf(call->problem, sizeof call->problem, "it could not be asked again");
            again = false;
        }
        freed += !again;
    }
    return freed;
}

static int break_off(struct witness_caller *caller, int code)
{
    for (size_t i = 0; i < AT_ONCE_MOST; i++)
        if (caller->busy[i])
            end(caller, i, CURLE_ABORTED_BY_CALLBACK);
    return code;
}

int witness_call_all(struct witness_caller *caller, struct witness_call *calls, size_t count, size_t at_once,
                     unsigned seconds, bool (*done)(void *context, struct witness_call *call), void *context,
                     struct error *error)
{
    size_t next = 0, under_way = 0;
    int running;
    at_once = at_once > AT_ONCE_MOST ? AT_ONCE_MOST : at_once;
    while (next < count || under_way) {
        for (size_t i = 0; i < at_once && next < count; i++) {
            if (caller->busy[i])
                continue;
            if (!begin(caller, i, &calls[next], seconds))
                return break_off(caller, error_set(error, ERROR_SYSTEM, "", "", "out of memory for a request"));
            next++;
            under_way++;
        }
        if (curl_multi_perform(caller->multi, &running) != CURLM_OK)
            return break_off(caller, error_set(error, ERROR_SYSTEM, "", "", "the HTTP client failed"));
        size_t freed = collect(caller, seconds, done, context);
        under_way -= freed;
        if (atomic_load(&caller->stopped))
            return break_off(caller, error_set(error, ERROR_SYSTEM, "", "", "it was stopped"));
        if (under_way && !freed && curl_multi_poll(caller->multi, NULL, 0, 1000, NULL) != CURLM_OK)
            return break_off(caller, error_set(error, ERROR_SYSTEM, "", "", "the HTTP client failed"));
    }
    return 0;
}
