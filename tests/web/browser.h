#ifndef TESTS_WEB_BROWSER_H
#define TESTS_WEB_BROWSER_H

#include "../gate/home.h"

#include "http/http.h"

#include <curl/curl.h>

/* A real server over a real home, on a free port of the loopback. */
struct test_site {
    struct test_home home;
    struct http_server *server;
    struct face *face;
    struct http_limiter *tries;
};
void site_make(struct test_site *site);
/* The same over a home that stands already; it stays when the site is closed. */
void site_open(struct test_site *site, const struct test_home *home);
void site_close(struct test_site *site);
void site_drop(struct test_site *site);
/* For cmocka: a site of its own, where it is London's time, which *state points to; and the end of the one that it points to. */
int site_begin(void **state);
int site_end(void **state);
/* From here on an address has so many tries of passwords and phrases, and no more come for an hour; 0: no limit. */
void site_limit(struct test_site *site, int tries);

/* A browser without script: cookies, forms, redirects followed. The page that came last is in `body`. */
struct browser {
    const struct test_site *site;
    CURL *curl;
    char *body;
    size_t n, room;
    long status;
    char path[600];     /* where it ended */
    char headers[8192]; /* of the last answer */
};
void browser_open(struct browser *browser, const struct test_site *site);
void browser_close(struct browser *browser);

void browser_get(struct browser *browser, const char *path);
/* "name=value&..." as it goes over the wire; the token of the page before is added. `path` NULL: where the browser
 * is. */
void browser_post(struct browser *browser, const char *path, const char *fields);
/* As browser_post without the token, with one more header if given. */
void browser_post_bare(struct browser *browser, const char *path, const char *fields, const char *header);
/* A form with one file of n bytes. */
void browser_upload(struct browser *browser, const char *path, const char *file_name, const void *content, size_t n);
void browser_sign_in(struct browser *browser, const char *login);

bool browser_sees(const struct browser *browser, const char *text);
#define assert_sees(browser, text)                                                                                   \
    do {                                                                                                             \
        if (!browser_sees(browser, text))                                                                            \
            fail_msg("%s (%ld) does not say \"%s\":\n%.3000s", (browser)->path, (browser)->status, text,             \
                     browser_main(browser));                                                                         \
    } while (0)
#define assert_sees_not(browser, text) assert_false(browser_sees(browser, text))

/* From <main> on. */
const char *browser_main(const struct browser *browser);
/* What stands between two marks on the page, copied to out; fails the test if it does not stand there. */
void browser_between(const struct browser *browser, const char *before, const char *after, char *out, size_t size);

#endif
