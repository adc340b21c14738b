#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "page.h"
#include "pages/branches.h"
#include "pages/contexts.h"
#include "pages/drawing.h"
#include "pages/whole.h"

/* What pages look like that the compiler made from tests/web/templates. */

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 20, ARENA_PLAIN);
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void expect(const struct buffer *out, const char *expected)
{
    assert_false(buffer_failed(out));
    struct text got = buffer_result(out);
    char *copy = arena_string(arena, text_trim(got));
    assert_string_equal(copy, expected);
}

static void every_dangerous_character_is_escaped_for_its_place(void **state)
{
    (void)state;
    struct buffer out = buffer_in(arena);
    PAGE(&out, contexts, .a = TEXT("<&>\"'/ \xC3\xA9"), .u = TEXT("/a?b=<\">&c='"), .n = -5);
    expect(&out, "<p title=\"&lt;&amp;&gt;&quot;&#39;/ \xC3\xA9\" class='&lt;&amp;&gt;&quot;&#39;/ "
                 "\xC3\xA9'>&lt;&amp;&gt;&quot;&#39;/ \xC3\xA9</p>"
                 "<a "
                 "href=\"/x/"
                 "%3C%26%3E%22%27%2F%20%C3%A9?q=%3C%26%3E%22%27%2F%20%C3%A9&amp;n=-5#%3C%26%3E%22%27%2F%20%"
                 "C3%A9\">x</a>"
                 "<a href=\"/a?b=&lt;&quot;&gt;&amp;c=&#39;\">u</a><a "
                 "href=\"/a?b=&lt;&quot;&gt;&amp;c=&#39;?q=%3C%26%3E%22%27%2F%20%C3%A9\">v</a>"
                 "<textarea>\n&lt;&amp;&gt;&quot;&#39;/ \xC3\xA9</textarea><pre>\n&lt;&amp;&gt;&quot;&#39;/ "
                 "\xC3\xA9</pre>");
}

static void drawings_hold_numbers_and_escaped_words(void **state)
{
    (void)state;
    struct buffer out = buffer_in(arena);
    PAGE(&out, drawing, .name = TEXT("<script>\"&"), .x = -7, .way = TEXT("M1 2\"onload=\"x()"));
    expect(&out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 -7 9\"><title>&lt;script&gt;&quot;&amp;</title>"
                 "<desc>&lt;script&gt;&quot;&amp;</desc><path d=\"M1 2&quot;onload=&quot;x()\"/>"
                 "<text x=\"-7\" y=\"1\"><tspan>&lt;script&gt;&quot;&amp;</tspan></text></svg>");
}

static void every_byte_stays_text(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        char one = (char)c;
        struct buffer text = buffer_in(arena), url = buffer_in(arena);
        page_put_text(&text, (struct text){&one, 1});
        page_put_url_part(&url, (struct text){&one, 1});
        struct text t = buffer_result(&text), u = buffer_result(&url);
        bool special = c == '<' || c == '>' || c == '&' || c == '"' || c == '\'';
        assert_true(special ? t.n > 3 && t.p[0] == '&' && t.p[t.n - 1] == ';' : t.n == 1 && t.p[0] == one);
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c && strchr("-._~", c));
        assert_true(plain ? u.n == 1 && u.p[0] == one : u.n == 3 && u.p[0] == '%');
    }
}

static void a_link_from_outside_cannot_run(void **state)
{
    (void)state;
    static const char *const bad[] = {"javascript:alert(1)",
                                      "JAVASCRIPT:x",
                                      " javascript:x",
                                      "java\nscript:x",
                                      "\tjavascript:x",
                                      "data:text/html,x",
                                      "vbscript:x",
                                      "//evil.example",
                                      "/\\evil.example",
                                      "\\\\evil.example",
                                      "",
                                      "x",
                                      "x:y",
                                      "/a b",
                                      "/a\r\nb",
                                      "blob:x"};
    static const char *const good[] = {
        "/", "/a", "/a//b", "#x", "?q=1", "https://example.org/", "mailto:a@example.org", "tel:999"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct buffer out = buffer_in(arena);
        page_put_link(&out, text_of(bad[i]));
        expect(&out, "#");
    }
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct buffer out = buffer_in(arena);
        page_put_link(&out, text_of(good[i]));
        expect(&out, good[i]);
    }
}

static void branches_choose(void **state)
{
    (void)state;
    static const struct {
        struct page_branches in;
        const char *page;
    } cases[] = {
        {{.kind = TEXT_INIT("a")}, "AB<input type=\"text\" value=\"many\">"},
        {{.kind = TEXT_INIT("b"), .n = 1, .yes = true}, "AB<input type=\"text\" checked value=\"one\">"},
        {{.kind = TEXT_INIT("c"), .other = TEXT_INIT("c"), .n = 2}, "same<input type=\"text\" value=\"\">"},
        {{.kind = TEXT_INIT("c"), .n = 3, .yes = true},
         "three to nine<input type=\"text\" checked value=\"many\">"},
        {{.kind = TEXT_INIT("c"), .n = 9, .yes = true},
         "three to nine<input type=\"text\" checked value=\"many\">"},
        {{.kind = TEXT_INIT("c"), .n = 10, .yes = true}, "none<input type=\"text\" checked value=\"many\">"},
        {{.kind = TEXT_INIT("c"), .n = 9}, "none<input type=\"text\" value=\"many\">"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buffer out = buffer_in(arena);
        page_branches(&out, &cases[i].in);
        expect(&out, cases[i].page);
    }
}

static void layouts_parts_and_lists_come_together(void **state)
{
    (void)state;
    static const struct text toys[] = {TEXT_INIT("ball"), TEXT_INIT("<bone>")};
    static const struct shape_pet pets[] = {{TEXT_INIT("Rex"), toys, 2}, {TEXT_INIT("A&B"), NULL, 0}};
    static const struct page_whole_kinds kinds[] = {{TEXT_INIT("dog"), TEXT_INIT("/dogs")},
                                                    {TEXT_INIT("cat"), TEXT_INIT("javascript:x")}};
    struct buffer out = buffer_in(arena);
    PAGE(&out, whole, .owner = TEXT("A&B"), .home = TEXT("/h?x=1&y"), .pets = pets, .pets_n = 2,
         .kinds = kinds, .kinds_n = 2);
    expect(&out, "<html><head><title>The &lt;pets&gt; of A&amp;B</title></head><body><a "
                 "href=\"/owners/A%26B\">Home</a><main>"
                 "<div class=\"box\" data-count=\"7\"><b>Rex</b><a href=\"/h?x=1&amp;y\">go</a>[1 ball][2 "
                 "&lt;bone&gt;]<i><b>A&amp;B</b></i></div>\n"
                 "<div class=\"box box--strong\" data-count=\"7\"><b>A&amp;B</b><a "
                 "href=\"/h?x=1&amp;y\">go</a>(no toys)<i><b>A&amp;B</b></i></div>\n\n"
                 "<div class=\"box\" data-count=\"3\"><b>A&amp;B&#39;s \\</b><a "
                 "href=\"/h?x=1&amp;y/x/A%26B\">go</a>(no toys)</div>\n\n\n"
                 "</main><a href=\"/dogs\">1 dog</a><a href=\"#\">2 cat</a></body></html>");
    struct buffer empty = buffer_in(arena);
    PAGE(&empty, whole, .owner = TEXT(""), .home = TEXT("/"), .pets = NULL, .pets_n = 0, .kinds = NULL,
         .kinds_n = 0);
    assert_true(text_find(buffer_result(&empty), TEXT("no kinds</body>")) > 0);
}

static void a_page_that_does_not_fit_says_so(void **state)
{
    (void)state;
    struct arena *small ARENA_SCOPE = arena_new(64, ARENA_PLAIN);
    struct buffer out = buffer_in(small);
    struct page_contexts in = {.a = TEXT("x"), .u = TEXT("/")};
    page_contexts(&out, &in);
    assert_true(buffer_failed(&out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dangerous_character_is_escaped_for_its_place),
        cmocka_unit_test(drawings_hold_numbers_and_escaped_words),
        cmocka_unit_test(every_byte_stays_text),
        cmocka_unit_test(a_link_from_outside_cannot_run),
        cmocka_unit_test(branches_choose),
        cmocka_unit_test(layouts_parts_and_lists_come_together),
        cmocka_unit_test(a_page_that_does_not_fit_says_so),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
