#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "template.h"

/* What the template compiler refuses, and where it says the mistake is. */

#define TAKES "{% page %}{% takes a: text; n: int; yes: bool; url: link; l: list of { x: text } %}"
#define USES "{{a}}{{n}}{% if yes %}{% end %}<a href=\"{{url}}\">x</a>{% each l as i %}{{i.x}}{% end %}"

static const char shapes[] =
    "shape option { value: text; label: text }\nshape person { name: text; options: list of option }\n";
static const char sheet[] = "p{color:#123}";
static const char assets[] = "app.css /assets/app-1.css\n";

static int compile_with(struct arena *arena, const char *const *names, const char *const *sources, size_t n,
                        struct buffer *out, struct error *error)
{
    struct template_set *set = template_set_new(arena);
    int result = template_add_shapes(set, TEXT("shapes"), text_of(shapes), error);
    if (!result)
        result = template_add_assets(set, TEXT("assets"), text_of(assets), error);
    if (!result)
        result = template_add_style(set, TEXT("sheet.css"), text_of(sheet), error);
    for (size_t i = 0; i < n && !result; i++)
        result = template_add(set, text_of(names[i]), text_of(names[i]), text_of(sources[i]), error);
    if (!result)
        result = template_check(set, error);
    for (const struct template *page = NULL; !result && (page = template_next_page(set, page));) {
        result = template_emit_header(set, page, out, error);
        if (!result)
            result = template_emit_source(set, page, out, error);
    }
    return result;
}

struct refusal {
    const char *source;
    unsigned line, column;
    const char *what;
};

static void expect_refused(const struct refusal *cases, size_t n)
{
    int wrong = 0;
    for (size_t i = 0; i < n; i++) {
        struct arena *arena ARENA_SCOPE = arena_new(4 << 20, ARENA_PLAIN);
        struct buffer out = buffer_in(arena);
        struct error error = {0};
        const char *name = "page";
        int result = compile_with(arena, &name, &cases[i].source, 1, &out, &error);
        char where[64];
        snprintf(where, sizeof(where), "page:%u:%u", cases[i].line, cases[i].column);
        if (result == ERROR_INPUT && strcmp(error.where, where) == 0 && strstr(error.what, cases[i].what))
            continue;
        print_error("%s\n gave %d at %s: %s\n expected a refusal at %s: %s\n", cases[i].source, result,
                    error.where, error.what, where, cases[i].what);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

#define EXPECT_REFUSED(cases) expect_refused(cases, sizeof(cases) / sizeof((cases)[0]))

static void insertions_are_refused_where_they_could_become_code(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"{% page %}{% takes a: text %}<p>{{a}}</p><script>{{a}}</script>", 1, 49,
         "a script within the page"},
        {"{% page %}{% takes a: text %}{{a}}<script src=\"{{a}}\"></script>", 1, 48,
         "nothing may be inserted in src of <script>"},
        {"{% page %}{% takes a: text %}{{a}}<script src=\"/a.js\">{{a}}</script>", 1, 55, "</script> is due"},
        {"{% page %}{% takes a: text %}{{a}}<script src=\"/{% if a %}a{% end %}\"></script>", 1, 48,
         "does not say plainly"},
        {"{% page %}{% takes a: text %}{{a}}<script src=\"/a.js\" {% if a %}async{% end %}></script>", 1, 55,
         "no directive may stand"},
        {"{% page %}{% takes a: text %}<style>{{a}}</style>", 1, 30, "<style> is not allowed"},
        {"{% page %}{% takes a: text %}<p style=\"color: {{a}}\">x</p>", 1, 33, "style within the page"},
        {"{% page %}{% takes a: text %}<p onclick=\"{{a}}\">x</p>", 1, 33, "a script within the page"},
        {"{% page %}<p onClick=\"x\">x</p>", 1, 14, "a script within the page"},
        {"{% page %}{% takes a: text %}<p class={{a}}>x</p>", 1, 39, "no quotes"},
        {"{% page %}<p class=x>x</p>", 1, 20, "no quotes"},
        {"{% page %}{% takes a: text %}<p {{a}}>x</p>", 1, 33, "outside any quoted attribute value"},
        {"{% page %}{% takes a: text %}<p {{a}}=\"x\">x</p>", 1, 33, "outside any quoted attribute value"},
        {"{% page %}{% takes a: text %}<p da{{a}}=\"x\">x</p>", 1, 35, "in the name of an attribute"},
        {"{% page %}{% takes a: text %}<{{a}}>x</p>", 1, 31, "in the name of a tag"},
        {"{% page %}{% takes a: text %}<h{{a}}>x</p>", 1, 32, "in the name of a tag"},
        {"{% page %}{% takes a: text %}<p>x</{{a}}>", 1, 36, "in the name of a tag"},
        {"{% page %}{% takes a: text %}<!-- {{a}} -->", 1, 30, "a comment of HTML"},
        {"{% page %}<iframe src=\"/x\"></iframe>", 1, 11, "<iframe> is not allowed"},
        {"{% page %}<object data=\"/x\"></object>", 1, 11, "<object> is not allowed"},
        {"{% page %}<embed src=\"/x\">", 1, 11, "<embed> is not allowed"},
        {"{% page %}<base href=\"/x\">", 1, 11, "<base> is not allowed"},
        {"{% page %}<noscript>x</noscript>", 1, 11, "<noscript> is not allowed"},
        {"{% page %}<template>x</template>", 1, 11, "<template> is not allowed"},
        {"{% page %}<math>x</math>", 1, 11, "<math> is not allowed"},
        {"{% page %}<svg><animate></animate></svg>", 1, 16, "<animate> is not allowed"},
        {"{% page %}<p class=\"{{style \"sheet.css\"}}\">x</p>", 1, 21, "a style sheet stands between tags"},
        {"{% page %}{{style \"app.css\"}}", 1, 19, "there is no asset app.css"},
        {"{% page %}<link href=\"{{asset \"sheet.css\"}}\">", 1, 31, "there is no asset sheet.css"},
        {"{% page %}{% takes style: text %}{{style}}", 1, 20, "style is a word of C or of the templates"},
        {"{% page %}<svg><foreignobject></foreignobject></svg>", 1, 16, "<foreignobject> is not allowed"},
        {"{% page %}<svg><use href=\"/x\"></use></svg>", 1, 16, "<use> is not allowed"},
        {"{% page %}<SCRIPT src=\"/x\"></SCRIPT>", 1, 11, "<SCRIPT> is not allowed"},
        {"{% page %}<p srcdoc=\"x\">x</p>", 1, 14, "srcdoc"},
        {"{% page %}{% takes a: text %}<img srcset=\"{{a}}\" alt=\"\">", 1, 43,
         "nothing may be inserted in srcset"},
        {"{% page %}{% takes a: text %}<meta http-equiv=\"{{a}}\">", 1, 48,
         "nothing may be inserted in http-equiv"},
        {"{% page %}{% takes a: text %}<meta content=\"{{a}}\">", 1, 45,
         "nothing may be inserted in content"},
        {"{% page %}{% takes a: text %}<form method=\"{{a}}\"></form>", 1, 44,
         "nothing may be inserted in method"},
        {"{% page %}{% takes a: text %}<a target=\"{{a}}\">x</a>", 1, 41,
         "nothing may be inserted in target"},
    };
    EXPECT_REFUSED(cases);
}

static void urls_must_say_where_they_point(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"{% page %}{% takes a: text %}<a href=\"{{a}}\">x</a>", 1, 39, "a URL cannot begin with a"},
        {"{% page %}{% takes a: int %}<a href=\"{{a}}\">x</a>", 1, 38, "a URL cannot begin with a"},
        {"{% page %}{% takes a: text %}<a href=\"/{{a}}\">x</a>", 1, 39, "does not say plainly"},
        {"{% page %}{% takes a: text %}<a href=\"//{{a}}\">x</a>", 1, 39, "does not say plainly"},
        {"{% page %}<a href=\"//x\">x</a>", 1, 20, "does not say plainly"},
        {"{% page %}<a href=\"/\\x\">x</a>", 1, 20, "does not say plainly"},
        {"{% page %}<a href=\"javascript:x\">x</a>", 1, 20, "does not say plainly"},
        {"{% page %}<a href=\"JavaScript:x\">x</a>", 1, 20, "does not say plainly"},
        {"{% page %}<a href=\" javascript:x\">x</a>", 1, 20, "does not say plainly"},
        {"{% page %}<a href=\"&#106;avascript:x\">x</a>", 1, 20, "does not say plainly"},
        {"{% page %}<a href=\"data:text/html,x\">x</a>", 1, 20, "does not say plainly"},
        {"{% page %}<a href=\"x\">x</a>", 1, 20, "does not say plainly"},
        {"{% page %}{% takes a: text %}<a href=\"https://{{a}}/x\">x</a>", 1, 39, "does not say plainly"},
        {"{% page %}{% takes a: text %}<a href=\"https://x.org{{a}}\">x</a>", 1, 39, "does not say plainly"},
        {"{% page %}{% takes a: text %}<form action=\"{{a}}\"></form>", 1, 44, "a URL cannot begin with a"},
        {"{% page %}{% takes a: text %}<button formaction=\"{{a}}\">x</button>", 1, 50,
         "a URL cannot begin with a"},
        {"{% page %}{% takes a: text %}<svg><text fill=\"{{a}}\">x</text></svg>", 1, 47, "nothing may be inserted in fill of <text>"},
        {"{% page %}{% takes a: text %}<svg><path marker-end=\"{{a}}\"/></svg>", 1, 53, "nothing may be inserted in marker-end"},
        {"{% page %}{% takes a: text %}<svg xlink:href=\"{{a}}\"></svg>", 1, 47, "a URL cannot begin with a"},
        {"{% page %}{% takes u: link %}<a href=\"/x/{{u}}\">x</a>", 1, 42, "stands in the middle"},
        {"{% page %}{% takes yes: bool %}<a href=\"{% if yes %}/a{% end %}\">x</a>", 1, 64,
         "before the beginning of the URL"},
        {"{% page %}<a href>x</a>", 1, 14, "href has no value"},
        {"{% page %}<p>{{asset \"app.css\"}}</p>", 1, 14, "an asset is the whole of a URL"},
        {"{% page %}<img src=\"{{asset \"none.css\"}}\" alt=\"\">", 1, 29, "there is no asset none.css"},
    };
    EXPECT_REFUSED(cases);
}

static void html_must_be_whole(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"{% page %}<p>x", 1, 15, "the file ends in the text of <p>"},
        {"{% page %}<p", 1, 13, "the file ends in the tag <p>"},
        {"{% page %}<p class=\"x", 1, 22, "the file ends in the value of class"},
        {"{% page %}<title>x", 1, 19, "the file ends in the text of <title>"},
        {"{% page %}x</p>", 1, 12, "</p> closes nothing"},
        {"{% page %}<p><b>x</p></b>", 1, 18, "</p> stands where </b> is due"},
        {"{% page %}<div/>", 1, 15, "/> does not close <div>"},
        {"{% page %}<p>a < b</p>", 1, 16, "< begins no tag"},
        {"{% page %}<p>a & b</p>", 1, 16, "& begins no character reference"},
        {"{% page %}<p class=\"a&b\">x</p>", 1, 22, "& begins no character reference"},
        {"{% page %}<p class=\"a<b\">x</p>", 1, 22, "< stands in the value"},
        {"{% page %}<textarea><b></textarea>", 1, 21, "only </textarea> may follow"},
        {"{% page %}\n\n  <p>\n<i></p>", 4, 4, "</p> stands where </i> is due"},
        {"{% page %}{% takes yes: bool %}<p>{% if yes %}</p>{% end %}", 1, 47, "opened outside"},
        {"{% page %}{% takes yes: bool %}{% if yes %}<p>{% end %}</p>", 1, 56, "the way past an if"},
        {"{% page %}{% takes yes: bool %}{% if yes %}<p>{% else %}<b>{% end %}</b>", 1, 69,
         "this branch ends"},
        {"{% page %}{% takes yes: bool %}<p {% if yes %}class=\"{% end %}x\">x</p>", 1, 63,
         "the way past an if"},
        {"{% page %}{% takes l: list of text %}{% each l as i %}<p>{{i}}{% end %}</p>", 1, 72,
         "one turn of each"},
        {"{% page %}caf\xC3\xA9 <q", 1, 18, "the file ends in the tag <q>"},
    };
    EXPECT_REFUSED(cases);
}

static void names_and_types_are_judged(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {TAKES USES "{{b}}", 1, 173, "there is no b here"},
        {"{% page %}{% takes a: text %}x", 1, 20, "a is declared and never used"},
        {"{% page %}{% takes l: list of { x: text; y: text } %}{% each l as i %}{{i.x}}{% end %}", 1, 42,
         "y is declared and never used"},
        {"{% page %}{% takes l: list of text %}{% each l as i %}x{% end %}", 1, 51, "i is never used"},
        {"{% page %}{% takes l: list of text %}{% each l as i, n %}{{i}}{% end %}", 1, 54, "n is never used"},
        {"{% page %}{% takes l: list of text %}{% each l as l %}{{l}}{% end %}", 1, 51,
         "l is a name already"},
        {"{% page %}{% takes a: text; a: int %}{{a}}", 1, 29, "a is declared twice"},
        {"{% page %}{% takes a: string %}{{a}}", 1, 23, "there is no type string"},
        {"{% page %}{% takes default: text %}x", 1, 20, "default is a word of C"},
        {"{% page %}{% takes a: text = \"x\" %}{{a}}", 1, 20, "a page's parameter has no default"},
        {"{% part %}{% takes a: int = \"x\" %}{{a}}", 1, 29, "does not fit the type of a"},
        {"{% part %}{% takes a: link = \"javascript:x\" %}{{a}}", 1, 30, "no link within the site"},
        {"{% page %}{% takes a: bool %}{{a}}", 1, 30, "a is bool"},
        {"{% page %}{% takes a: list of text %}{{a}}", 1, 38, "a is list of text"},
        {"{% page %}{% takes p: person %}{{p}}", 1, 32, "p is person"},
        {"{% page %}{% takes p: person %}{{p.age}}", 1, 34, "p has no field age"},
        {"{% page %}{% takes a: text %}{{a.b}}", 1, 32, "a has no fields: it is text"},
        {"{% page %}{% takes a: int %}{% if a %}x{% end %}", 1, 35, "a number is no condition"},
        {"{% page %}{% takes p: person %}{% if p %}x{% end %}", 1, 38, "a shape is no condition"},
        {"{% page %}{% takes a: text %}{% if a == 3 %}x{% end %}", 1, 36, "cannot be compared so"},
        {"{% page %}{% takes a: text %}{% if a < \"b\" %}x{% end %}", 1, 36, "cannot be compared so"},
        {"{% page %}{% takes a: bool %}{% if a == true %}x{% end %}", 1, 41, "cannot be compared"},
        {"{% page %}{% takes a: text %}{% each a as i %}{{i}}{% end %}", 1, 38, "each goes through a list"},
        {"{% page %}{% takes l: list of text; l_n: int %}{{l_n}}{% each l as i %}{{i}}{% end %}", 1, 37,
         "l_n is in C how many"},
    };
    EXPECT_REFUSED(cases);
}

static void directives_are_judged(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"<p>x</p>", 1, 1, "does not say what it is"},
        {"{% leaf %}", 1, 4, "page, part or layout is expected"},
        {"{% page %}{% loop %}", 1, 14, "there is no directive 'loop'"},
        {"{% page %}{% end %}", 1, 14, "nothing open"},
        {"{% page %}{% takes a: text %}{% if a %}x", 1, 40, "this if has no end"},
        {"{% page %}{% takes a: text %}{% if a %}x{% else %}y{% else %}z{% end %}", 1, 62,
         "not another branch"},
        {"{% page %}{% takes a: text %}{{a", 1, 33, "}} is expected"},
        {"{% page %}{% takes a: text %}{{ a | raw }}", 1, 35, "}} is expected"},
        {"{% page %}{# x", 1, 11 + 2, "the comment does not end"},
        {"{% page %}{% slot x %}", 1, 11, "a page has nobody to fill a slot"},
        {"{% page %}{% block x %}{% end %}", 1, 11, "nothing to give this block to"},
        {"{% page %}{% include none %}", 1, 22, "there is no part none"},
        {"{% page in none %}x", 1, 12, "there is no layout none"},
        {"{% page %}{% include page %}", 1, 22, "page is no part"},
        {"{% page %}<p class=\"{% include none %}\">x</p>", 1, 21, "stands in the value of class"},
        {"{% page %}x\x01", 1, 12, "control character"},
        {"{% page %}\r\n", 1, 11, "control character"},
        {"\xFF", 1, 1, "not UTF-8"},
    };
    EXPECT_REFUSED(cases);
}

/* Pairs of a part or layout `other`, and the page that uses it. */
static void calls_are_judged(void **state)
{
    (void)state;
    static const struct {
        const char *other;
        struct refusal page;
    } cases[] = {
        {"{% part %}{% takes a: text %}{{a}}",
         {"{% page %}{% include other %}", 1, 22, "other needs a (text)"}},
        {"{% part %}{% takes a: text %}{{a}}",
         {"{% page %}{% include other a=\"x\" b=\"y\" %}", 1, 34, "other takes no b"}},
        {"{% part %}{% takes a: text %}{{a}}",
         {"{% page %}{% include other a=\"x\" a=\"y\" %}", 1, 34, "a is given twice"}},
        {"{% part %}{% takes a: text %}{{a}}",
         {"{% page %}{% include other a=5 %}", 1, 30, "a is text, and this is int"}},
        {"{% part %}{% takes a: text %}{{a}}",
         {"{% page %}{% include other a=none %}", 1, 30, "none is for lists"}},
        {"{% part %}{% takes a: text %}{{a}}",
         {"{% page %}{% takes n: int %}{% include other a=n %}", 1, 48, "a is text, and this is int"}},
        {"{% part %}{% takes a: link %}{{a}}",
         {"{% page %}{% takes n: text %}{% include other a=n %}", 1, 49, "a is link, and this is text"}},
        {"{% part %}{% takes a: link %}{{a}}",
         {"{% page %}{% takes n: text %}{% include other a=\"{{n}}\" %}", 1, 52,
          "a link cannot begin with text"}},
        {"{% part %}{% takes a: link %}{{a}}",
         {"{% page %}{% include other a=\"javascript:x\" %}", 1, 31, "does not say plainly"}},
        {"{% part %}{% takes p: person %}{{p.name}}{% each p.options as o %}{{o.value}}{{o.label}}{% end %}",
         {"{% page %}{% takes o: option %}{% include other p=o %}", 1, 51,
          "p is person, and this is option"}},
        {"{% part %}<p>{% slot content %}</p>",
         {"{% page %}{% include other %}", 1, 22, "other needs the block content"}},
        {"{% part %}<p>{% slot x or %}y{% end %}</p>",
         {"{% page %}{% wrap other %}{% block z %}{% end %}{% end %}", 1, 36, "other has no slot z"}},
        {"{% part %}<p>{% slot x or %}y{% end %}</p>",
         {"{% page %}{% wrap other %}z{% end %}", 1, 19, "other has no slot content"}},
        {"{% part %}<p>{% slot x %}</p>",
         {"{% page %}{% wrap other %}{% block x %}<b>{% end %}{% end %}", 1, 52, "this block ends"}},
        {"{% layout %}{% slot content %}",
         {"{% page %}{% wrap other %}x{% end %}", 1, 19, "other is no part"}},
        {"{% part %}{% slot content %}", {"{% page in other %}x", 1, 12, "other is no layout"}},
        {"{% layout %}{% slot content %}",
         {"{% page in other %}{% block content %}x{% end %}y", 1, 20,
          "a block content, and content outside it"}},
        {"{% part %}{% takes a: text; b: text %}{% if a == b %}x{% end %}",
         {"{% page %}{% takes s: text %}{% include other a=\"x{{s}}\" b=s %}", 0, 0,
          "put together is compared"}},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arena *arena ARENA_SCOPE = arena_new(4 << 20, ARENA_PLAIN);
        struct buffer out = buffer_in(arena);
        struct error error = {0};
        const char *names[] = {"other", "page"}, *sources[] = {cases[i].other, cases[i].page.source};
        int result = compile_with(arena, names, sources, 2, &out, &error);
        char where[64];
        snprintf(where, sizeof(where), "page:%u:%u", cases[i].page.line, cases[i].page.column);
        if (cases[i].page.line == 0)
            snprintf(where, sizeof(where), "other:1:45");
        if (result == ERROR_INPUT && strcmp(error.where, where) == 0 &&
            strstr(error.what, cases[i].page.what))
            continue;
        print_error("%s\n%s\n gave %d at %s: %s\n expected a refusal at %s: %s\n", cases[i].other,
                    cases[i].page.source, result, error.where, error.what, where, cases[i].page.what);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void a_part_cannot_contain_itself(void **state)
{
    (void)state;
    struct arena *arena ARENA_SCOPE = arena_new(4 << 20, ARENA_PLAIN);
    struct buffer out = buffer_in(arena);
    struct error error = {0};
    const char *names[] = {"one", "two"},
               *sources[] = {"{% part %}{% include two %}", "{% part %}{% include one %}"};
    assert_int_equal(compile_with(arena, names, sources, 2, &out, &error), ERROR_INPUT);
    assert_non_null(strstr(error.what, "would contain itself"));
    assert_string_equal(error.where, "two:1:22");
}

static void what_grows_without_end_is_too_large(void **state)
{
    (void)state;
    /* Each part includes the one before it 16 times: 16 to the 6th copies would not fit anywhere. */
    const char *names[] = {"p0", "p1", "p2", "p3", "p4", "p5", "page"};
    char sources[7][600];
    const char *source[7];
    strcpy(sources[0], "{% part %}<p>some text</p>");
    for (int i = 1; i < 7; i++) {
        strcpy(sources[i], i == 6 ? "{% page %}" : "{% part %}");
        for (int k = 0; k < 16; k++) {
            char include[32];
            snprintf(include, sizeof(include), "{%% include p%d %%}", i - 1);
            strcat(sources[i], include);
        }
    }
    for (int i = 0; i < 7; i++)
        source[i] = sources[i];
    struct arena *arena ARENA_SCOPE = arena_new(4 << 20, ARENA_PLAIN);
    struct buffer out = buffer_in(arena);
    struct error error = {0};
    assert_int_equal(compile_with(arena, names, source, 7, &out, &error), ERROR_TOO_LARGE);
}

static void a_text_cannot_leave_its_string_in_c(void **state)
{
    (void)state;
    struct arena *arena ARENA_SCOPE = arena_new(4 << 20, ARENA_PLAIN);
    struct buffer out = buffer_in(arena);
    struct error error = {0};
    const char *name = "page";
    const char *source = "{# ends */ here #}{% page %}{% takes a: text # ends */ here \?\?/\n %}<p "
                         "title=\"a\\\">{{a}} \"\\n\?\?/\"</p>";
    assert_int_equal(compile_with(arena, &name, &source, 1, &out, &error), 0);
    struct text c = buffer_result(&out);
    assert_true(text_find(c, TEXT("<p title=\\\"a\\\\\\\">")) >= 0);
    assert_true(text_find(c, TEXT(" \\\"\\\\n\\\?\\\?/\\\"</p>")) >= 0);
    assert_true(text_find(c, TEXT("\?\?")) < 0);
    assert_true(text_find(c, TEXT("ends */")) < 0);
}

static void a_style_sheet_ends_nothing_and_loads_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "p{}</style>", "p{background:url(/x)}", "@import 'x'", "p{content:'\xFF'}"};
    struct arena *arena ARENA_SCOPE = arena_new(1 << 20, ARENA_PLAIN);
    struct error error;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(template_add_style(template_set_new(arena), TEXT("a.css"), text_of(bad[i]), &error), ERROR_INPUT);
    assert_int_equal(template_add_style(template_set_new(arena), TEXT("a.css"), TEXT("p{color:red}"), &error), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(insertions_are_refused_where_they_could_become_code),
        cmocka_unit_test(urls_must_say_where_they_point),
        cmocka_unit_test(html_must_be_whole),
        cmocka_unit_test(names_and_types_are_judged),
        cmocka_unit_test(directives_are_judged),
        cmocka_unit_test(calls_are_judged),
        cmocka_unit_test(a_style_sheet_ends_nothing_and_loads_nothing),
        cmocka_unit_test(a_part_cannot_contain_itself),
        cmocka_unit_test(what_grows_without_end_is_too_large),
        cmocka_unit_test(a_text_cannot_leave_its_string_in_c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
