#include "check.h"

#include "router.h"

static int handler(struct http_request *request, struct error *error)
{
    (void)request;
    (void)error;
    return 0;
}

#define ROUTE(m, p)                                                                                          \
    {                                                                                                        \
        .method = (m), .pattern = (p), .handler = handler                                                    \
    }

static const struct http_route pages[] = {
    ROUTE(HTTP_GET, "/"),
    ROUTE(HTTP_GET, "/case/new"),
    ROUTE(HTTP_GET, "/case/{case}"),
    ROUTE(HTTP_POST, "/case/{case}"),
    ROUTE(HTTP_GET, "/case/{case}/share/{share}"),
    ROUTE(HTTP_GET, "/case/new/help"),
};
static const struct http_route tiles[] = {
    ROUTE(HTTP_GET, "/log/tile/{level}/{tile...}"),
    ROUTE(HTTP_DELETE, "/log/tile/{level}/{tile...}"),
};
static const struct http_table tables[] = {{pages, 6}, {tiles, 2}};

static struct arena *arena;
static struct router *router;

static int setup(void **state)
{
    (void)state;
    struct http_site site = {.tables = tables, .tables_n = 2};
    arena = arena_new(1 << 20, ARENA_PLAIN);
    return router_new(arena, &site, &router, NULL);
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static int find(enum http_method method, const char *path, unsigned *methods, struct router_path *read)
{
    if (router_path_read(arena, text_of(path), read, NULL) != 0)
        return -100;
    return router_find(router, method, read, methods);
}

static void test_find(void **state)
{
    (void)state;
    unsigned methods;
    struct router_path path;
    assert_int_equal(find(HTTP_GET, "/", &methods, &path), 0);
    assert_int_equal(find(HTTP_GET, "/case/new", &methods, &path), 1);
    assert_int_equal(find(HTTP_GET, "/c%61se/new", &methods, &path), 1);
    assert_int_equal(find(HTTP_HEAD, "/case/abc", &methods, &path), 2);
    assert_int_equal(find(HTTP_POST, "/case/new", &methods, &path), 3);
    assert_int_equal(find(HTTP_GET, "/case/new/share/7%20x", &methods, &path), 4);
    const struct http_route *route = router_route(router, 4);
    check_text(router_param(arena, route, &path, "case"), "new");
    check_text(router_param(arena, route, &path, "share"), "7 x");
    check_text(router_param(arena, route, &path, "nothing"), "");
    assert_int_equal(find(HTTP_GET, "/case/new/help", &methods, &path), 5);
    assert_int_equal(find(HTTP_GET, "/log/tile/0/x001/234.p/12", &methods, &path), 6);
    check_text(router_param(arena, router_route(router, 6), &path, "tile"), "x001/234.p/12");
    check_text(router_param(arena, router_route(router, 6), &path, "level"), "0");
    static const char *const missing[] = {"/case",       "/case/",       "/nothing", "/case/a/share", "//",
                                          "/log/tile/0", "/log/tile/0/", "/case//",  "/case/a/"};
    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++)
        if (find(HTTP_GET, missing[i], &methods, &path) != ROUTER_NONE)
            fail_msg("%s was found", missing[i]);
}

static void test_methods(void **state)
{
    (void)state;
    unsigned methods;
    struct router_path path;
    assert_int_equal(find(HTTP_DELETE, "/case/new", &methods, &path), ROUTER_METHOD);
    assert_int_equal(methods, 1u << HTTP_GET | 1u << HTTP_POST);
    assert_int_equal(find(HTTP_POST, "/log/tile/1/2", &methods, &path), ROUTER_METHOD);
    assert_int_equal(methods, 1u << HTTP_GET | 1u << HTTP_DELETE);
}

static void test_refused_paths(void **state)
{
    (void)state;
    static const char *const bad[] = {"",     "x",      "*",      "http://h/", "/a%2fb", "/%2e%2e/a",
                                      "/..",  "/a/./b", "/%",     "/%zz",      "/%00",   "/a%0a",
                                      "/%ff", "/%2e",   "/a%09b", "/%c0%af"};
    struct router_path path;
    struct error error;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (router_path_read(arena, text_of(bad[i]), &path, &error) != ERROR_INPUT)
            fail_msg("%s was taken", bad[i]);
    assert_int_equal(
        router_path_read(arena, TEXT("/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5"), &path, &error),
        ERROR_MISSING);
}

static void test_refused_tables(void **state)
{
    (void)state;
    static const struct http_route bad[][2] = {
        {ROUTE(HTTP_GET, "no/slash"), ROUTE(HTTP_GET, "/x")},
        {ROUTE(HTTP_GET, "/a/{x}"), ROUTE(HTTP_GET, "/a/{y}")},
        {ROUTE(HTTP_GET, "/a/{x...}/b"), ROUTE(HTTP_GET, "/x")},
        {ROUTE(HTTP_GET, "/a/{}"), ROUTE(HTTP_GET, "/x")},
        {ROUTE(HTTP_HEAD, "/a"), ROUTE(HTTP_GET, "/x")},
        {{.method = HTTP_GET, .pattern = "/a"}, ROUTE(HTTP_GET, "/x")},
        {{.method = HTTP_PUT, .pattern = "/a", .handler = handler, .body = HTTP_BODY_STREAM},
         ROUTE(HTTP_GET, "/x")},
    };
    struct router *none;
    struct error error;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct http_table table = {bad[i], 2};
        struct http_site site = {.tables = &table, .tables_n = 1};
        if (router_new(arena, &site, &none, &error) != ERROR_INVALID)
            fail_msg("table %zu was taken", i);
        assert_true(error.where[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_find, setup, teardown),
        cmocka_unit_test_setup_teardown(test_methods, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused_paths, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused_tables, setup, teardown),
    };
    return cmocka_run_group_tests_name("http router", tests, NULL, NULL);
}
