#ifndef TESTS_API_SITE_H
#define TESTS_API_SITE_H

#include "api.h"
#include "gate/home.h"

/* The api behind the real web server, over the partnership of tests/gate/home.h, and a client that asks it.
 */

struct test_site {
    struct test_home home;
    struct face face;
    struct http_site site;
    struct http_server *server;
    unsigned port;
    struct arena *arena; /* of the answers */
};

void site_open(struct test_site *site);
/* As site_open with settings of the server; address and port stay loopback and any. */
void site_open_with(struct test_site *site, struct http_settings settings);
void site_close(struct test_site *site);

/* For cmocka: a site of its own, which *state points to; and the end of the site that *state points to. */
int site_begin(void **state);
int site_end(void **state);

struct reply {
    int status;
    struct text head, body;
    const struct json *json; /* NULL unless the body is JSON */
};

/* What is asked. Zero members are left out. */
struct ask {
    const char *method,
        *path; /* "case/open" stands for /api/v1/case/open; one with a leading slash for itself */
    struct text token;
    const char *json;          /* a JSON body */
    const char *type, *cookie, *disposition, *forwarded_for; /* headers */
    struct text if_none_match; /* likewise */
    const char *authorization; /* instead of the token */
    struct text body;          /* with `type` */
};
struct reply site_ask(struct test_site *site, const struct ask *ask);
#define ASK(site, ...) site_ask((site), &(struct ask){__VA_ARGS__})

/* POSTs JSON, or GETs when `json` is NULL, and fails the test unless the answer is 200. */
struct reply site_get(struct test_site *site, struct text token, const char *path);
struct reply site_post(struct test_site *site, struct text token, const char *path, const char *json);

/* Fails the test unless it was refused with this status, by a problem that says what is wrong; gives its `field`. */
const char *refused(struct test_site *site, struct reply reply, int status);

/* A bearer token for an account of the home, by POST /api/v1/token. */
struct text site_token(struct test_site *site, const char *login);

/* A header of an answer; empty if it is not there. */
struct text reply_header(const struct reply *reply, const char *name);
/* A member of the answer's object, or of a row of its rows, as NUL-ended text. */
const char *reply_text(struct test_site *site, const struct reply *reply, const char *name);
const char *reply_row(struct test_site *site, const struct reply *reply, size_t row, const char *name);
size_t reply_rows(const struct reply *reply);

/* NUL-ended text in the site's arena. */
const char *site_format(struct test_site *site, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A case with an item and a decision to share with social care, by REST. */
struct shared {
    const char *case_id, *item_id, *decision_id;
};
struct shared site_decide(struct test_site *site, struct text token, bool outside);

#endif
