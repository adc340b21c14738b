#include "check.h"

#include "multipart.h"

#include "base/buffer.h"
#include "base/error.h"

/* Writes down what is heard: "name(filename)[type]:data|". */
struct heard {
    char text[4096];
    size_t n;
    int pause_every, calls; /* each such call of data or end pauses */
    int fail;
};

static void note(struct heard *heard, const void *p, size_t n)
{
    assert_true(heard->n + n < sizeof heard->text);
    memcpy(heard->text + heard->n, p, n);
    heard->n += n;
    heard->text[heard->n] = '\0';
}

static int on_begin(void *context, const struct multipart_part *part, struct error *error)
{
    char line[512];
    (void)error;
    int n = snprintf(line, sizeof line, "%.*s", TEXT_ARGS(part->name));
    if (part->filename.p)
        n += snprintf(line + n, sizeof line - (size_t)n, "(%.*s)", TEXT_ARGS(part->filename));
    n += snprintf(line + n, sizeof line - (size_t)n, "[%.*s]:", TEXT_ARGS(part->type));
    note(context, line, (size_t)n);
    return 0;
}

static int say(struct heard *heard, struct error *error)
{
    if (heard->fail)
        return error_set(error, heard->fail, "", "", "no");
    return heard->pause_every && ++heard->calls % heard->pause_every == 0 ? 1 : 0;
}

static int on_data(void *context, const void *p, size_t n, struct error *error)
{
    note(context, p, n);
    return say(context, error);
}

static int on_end(void *context, struct error *error)
{
    note(context, "|", 1);
    return say(context, error);
}

/* Feeds in pieces of `step`, feeding again what a pause left. The final code. */
static int feed(struct heard *heard, const char *type, struct text body, size_t step, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct multipart *parser;
    struct multipart_listener listener = {on_begin, on_data, on_end, heard};
    int result = multipart_new(arena, text_of(type), &listener, &parser, error);
    for (size_t at = 0; result == 0 && at < body.n;) {
        size_t n = body.n - at < step ? body.n - at : step, used;
        result = multipart_feed(parser, body.p + at, n, &used, error);
        at += used;
        if (result == 1)
            result = 0;
    }
    while (result == 0 && (result = multipart_finish(parser, error)) == 1)
        result = 0;
    return result;
}

#define TYPE "multipart/form-data; boundary=XX"
#define END "1\r\n--XX--\r\n"
#define PART(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"

static const char form[] = "--XX\r\n" PART(
    "a") "1\r\n--XX\r\n"
         "content-disposition: form-data; name=\"f\"; filename=\"x \\\"y.txt\"\r\n"
         "Content-Type: text/plain\r\n\r\nline\r\n--X\r\n-\r\n--XX\r\n" PART("empty") "\r\n--XX--\r\n";
static const char form_heard[] = "a[]:1|f(x \"y.txt)[text/plain]:line\r\n--X\r\n-|empty[]:|";

static void test_any_pieces(void **state)
{
    (void)state;
    for (size_t step = 1; step <= sizeof form; step++) {
        struct heard heard = {0};
        struct error error = {0};
        assert_int_equal(feed(&heard, TYPE, text_of(form), step, &error), 0);
        assert_string_equal(heard.text, form_heard);
    }
}

static void test_pauses(void **state)
{
    (void)state;
    for (int every = 1; every <= 4; every++) {
        for (size_t step = 1; step <= sizeof form; step += 7) {
            struct heard heard = {.pause_every = every};
            struct error error = {0};
            assert_int_equal(feed(&heard, TYPE, text_of(form), step, &error), 0);
            assert_string_equal(heard.text, form_heard);
        }
    }
}

static void test_refused_forms(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "--XX",
        "--XX--extra",
        "preamble\r\n--XX\r\n" PART("a") "1\r\n--XX--\r\n",
        "--XX\r\n" PART("a") "1\r\n--XX-",
        "--XX\r\n" PART("a") "1\r\n--XX--\r\nmore",
        "--XX\r\n" PART("a") "1\r\n--XX \r\n" PART("b") "\r\n--XX--\r\n",
        "--XX\r\n\r\nno headers\r\n--XX--\r\n",
        "--XX\r\nContent-Type: text/plain\r\n\r\nno name\r\n--XX--\r\n",
        "--XX\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n--XX--\r\n",
        "--XX\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n1\r\n--XX--\r\n",
        "--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--XX--\r\n",
        "--XX\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--XX--\r\n",
        "--XX\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n1\r\n--XX--\r\n",
        "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; "
        "name=\"b\"\r\n\r\n" END,
        "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: "
        "base64\r\n\r\n" END,
        "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n folded: 1\r\n\r\n1\r\n--XX--\r\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct heard heard = {0};
        struct error error = {0};
        if (feed(&heard, TYPE, text_of(bad[i]), 5, &error) != ERROR_INPUT)
            fail_msg("form %zu was taken: %s", i, bad[i]);
        assert_true(error.what[0] != '\0');
    }
}

static void test_refused_types(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "text/plain",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"a \"",
        "multipart/form-data; boundary=a; boundary=b",
        "multipart/form-data; boundary=\"a{b\"",
        "multipart/mixed; boundary=a",
        "multipart/form-data; boundary=12345678901234567890123456789012345678901234567890123456789a123456789b1",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct heard heard = {0};
        struct error error = {0};
        if (feed(&heard, bad[i], TEXT(""), 5, &error) != ERROR_INPUT)
            fail_msg("%s was taken", bad[i]);
    }
}

static void test_listener_refuses(void **state)
{
    (void)state;
    struct heard heard = {.fail = ERROR_FORBIDDEN};
    struct error error = {0};
    assert_int_equal(feed(&heard, TYPE, text_of(form), 100, &error), ERROR_FORBIDDEN);
    assert_string_equal(heard.text, "a[]:1");
}

static void test_long_header(void **state)
{
    (void)state;
    size_t n = 40000;
    char *body = malloc(n);
    memset(body, 'a', n);
    memcpy(body, "--XX\r\nX: ", 9);
    struct heard heard = {0};
    struct error error = {0};
    assert_int_equal(feed(&heard, TYPE, (struct text){body, n}, 1000, &error), ERROR_INPUT);
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_pieces),       cmocka_unit_test(test_pauses),
        cmocka_unit_test(test_refused_forms),    cmocka_unit_test(test_refused_types),
        cmocka_unit_test(test_listener_refuses), cmocka_unit_test(test_long_header),
    };
    return cmocka_run_group_tests_name("http multipart", tests, NULL, NULL);
}
