#include "html.h"

#include <string.h>

/*
 * Only these elements. What is left out either runs something (object, embed, iframe), changes what links
 * mean (base), or holds text by rules of its own (style, noscript, xmp); math and animation of SVG are not
 * needed.
 */
static const char *const elements[] = {
    "a",        "abbr",    "address", "article",  "aside",  "b",      "bdi",     "blockquote", "body",
    "br",       "button",  "caption", "circle",   "cite",   "code",   "col",     "colgroup",   "dd",
    "del",      "desc",    "details", "dialog",   "div",    "dl",     "dt",      "em",         "fieldset",
    "figcaption", "figure", "footer",  "form",    "g",        "h1",     "h2",     "h3",      "h4",         "h5",
    "h6",       "head",    "header",  "hr",       "html",   "i",      "img",     "input",      "ins",
    "kbd",      "label",   "legend",  "li",       "line",   "link",   "main",    "mark",       "meta",
    "meter",    "nav",     "ol",      "optgroup", "option", "output", "p",       "path",       "pre",
    "progress", "q",       "rect",    "s",        "samp",   "script", "section", "select",     "small",
    "span",     "strong",  "sub",     "summary",  "sup",    "svg",    "table",   "tbody",      "td",
    "text",     "textarea", "tfoot",   "th",      "thead",    "time",   "title",  "tr",      "tspan",      "ul",
    "var",      "wbr",
};

static const char *const no_end_tag[] = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"};

static const char *const url_attributes[] = {
    "href",     "src",      "action", "formaction", "cite",    "data",   "poster", "background",
    "longdesc", "manifest", "ping",   "xlink:href", "profile", "usemap", "icon",
};

/* These steer the browser, or may load something by url(): a template says them itself. */
static const char *const fixed_attributes[] = {
    "http-equiv",  "content",    "srcset",         "rel",         "target",  "method",
    "enctype",     "formmethod", "formtarget",     "formenctype", "sandbox", "charset",
    "crossorigin", "integrity",  "referrerpolicy", "xmlns",       "as",      "fill",
    "stroke",      "filter",     "mask",           "clip-path",   "marker-start", "marker-mid",
    "marker-end",
};

#define HAS(list, name) listed(list, sizeof(list) / sizeof((list)[0]), name)

static bool listed(const char *const *list, size_t n, struct text name)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(name, text_of(list[i])))
            return true;
    return false;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

static bool is_script(const struct html *html)
{
    return text_equal(html->tag, TEXT("script"));
}

static bool at_directive(const struct scan *scan)
{
    return scan_looking_at(scan, "{{") || scan_looking_at(scan, "{%") || scan_looking_at(scan, "{#");
}

struct text html_words(const struct html *html, struct arena *arena)
{
    switch (html->state) {
    case HTML_TEXT:
        return html->depth > 0
                   ? arena_format(arena, "in the text of <%.*s>", TEXT_ARGS(html->open[html->depth - 1]))
                   : TEXT("outside every element");
    case HTML_TAG:
        return arena_format(arena, "in the tag <%.*s>", TEXT_ARGS(html->tag));
    case HTML_VALUE:
        if (html->kind == ATTRIBUTE_URL && !html->url_begun)
            return arena_format(arena, "before the beginning of the URL in %.*s of <%.*s>",
                                TEXT_ARGS(html->attribute), TEXT_ARGS(html->tag));
        return arena_format(arena, "in the value of %.*s of <%.*s>", TEXT_ARGS(html->attribute),
                            TEXT_ARGS(html->tag));
    case HTML_PLAIN:
        break;
    }
    return arena_format(arena, "in the text of <%.*s>", TEXT_ARGS(html->tag));
}

bool html_same(const struct html *a, const struct html *b)
{
    if (a->state != b->state || a->depth != b->depth)
        return false;
    for (size_t i = 0; i < a->depth; i++)
        if (!text_equal(a->open[i], b->open[i]))
            return false;
    if (a->state == HTML_TEXT)
        return true;
    if (!text_equal(a->tag, b->tag))
        return false;
    return a->state != HTML_VALUE ||
           (text_equal(a->attribute, b->attribute) && a->quote == b->quote && a->url_begun == b->url_begun);
}

/* ---- insertions ---- */

static int value_insertion(struct html *html, struct scan *scan, struct place place, enum context *context)
{
    if (html->kind == ATTRIBUTE_FIXED || is_script(html))
        return scan_fail(scan, place, "write the value out in the template",
                         "nothing may be inserted in %.*s of <%.*s>", TEXT_ARGS(html->attribute),
                         TEXT_ARGS(html->tag));
    if (html->kind == ATTRIBUTE_TEXT) {
        *context = CONTEXT_ATTRIBUTE;
        return 0;
    }
    *context = html->url_begun ? CONTEXT_URL_PART : CONTEXT_URL;
    html->url_begun = true;
    return 0;
}

int html_insertion(struct html *html, struct scan *scan, struct place place, enum context *context)
{
    switch (html->state) {
    case HTML_TEXT:
    case HTML_PLAIN:
        *context = CONTEXT_TEXT;
        return 0;
    case HTML_VALUE:
        return value_insertion(html, scan, place, context);
    case HTML_TAG:
        break;
    }
    return scan_fail(scan, place, "write ATTRIBUTE=\"{{...}}\", or {% if %} around a whole attribute",
                     "the insertion stands in the tag <%.*s>, outside any quoted attribute value",
                     TEXT_ARGS(html->tag));
}

int html_asset(struct html *html, struct scan *scan, struct place place)
{
    if (html->state != HTML_VALUE || html->kind != ATTRIBUTE_URL || html->url_begun)
        return scan_fail(scan, place, "write src=\"{{asset \"NAME\"}}\" or href=\"{{asset \"NAME\"}}\"",
                         "an asset is the whole of a URL, and this is %.*s",
                         TEXT_ARGS(html_words(html, scan->set->arena)));
    html->url_begun = true;
    return 0;
}

/* ---- the text between tags ---- */

static int read_reference(struct scan *scan, struct buffer *out)
{
    struct place place = scan->place;
    size_t start = scan->at;
    scan_skip(scan, 1);
    bool number = scan_take(scan, "#");
    bool hex = number && scan_take(scan, "x");
    size_t digits = 0;
    for (;; digits++) {
        char c = scan_peek(scan);
        bool digit = c >= '0' && c <= '9';
        bool hex_digit = digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        bool fits = number ? (hex ? hex_digit : digit) : (is_letter(c) || (digit && digits > 0));
        if (!fits || digits > 32)
            break;
        scan_skip(scan, 1);
    }
    if (digits == 0 || !scan_take(scan, ";"))
        return scan_fail(scan, place, "write &amp; for the sign itself", "& begins no character reference");
    buffer_text(out, scan_since(scan, start));
    return 0;
}

static bool keeps_space(const struct html *html)
{
    for (size_t i = 0; i < html->depth; i++)
        if (text_equal(html->open[i], TEXT("pre")))
            return true;
    return false;
}

static int close_element(struct html *html, struct scan *scan, struct buffer *out)
{
    struct place place = scan->place;
    scan_skip(scan, 2);
    size_t start = scan->at;
    while (is_letter(scan_peek(scan)) || (scan_peek(scan) >= '0' && scan_peek(scan) <= '9'))
        scan_skip(scan, 1);
    struct text name = scan_since(scan, start);
    if (scan_looking_at(scan, "{{"))
        return scan_fail(scan, scan->place, "", "nothing may be inserted in the name of a tag");
    if (name.n == 0 || !scan_take(scan, ">"))
        return scan_fail(scan, place, "write </NAME>", "this end tag is malformed");
    if (html->depth == 0)
        return scan_fail(scan, place, "", "</%.*s> closes nothing", TEXT_ARGS(name));
    struct text open = html->open[html->depth - 1];
    if (!text_equal(open, name))
        return scan_fail(scan, place, "every element that is opened is closed, in order",
                         "</%.*s> stands where </%.*s> is due", TEXT_ARGS(name), TEXT_ARGS(open));
    if (html->depth == html->floor)
        return scan_fail(scan, place, "open and close an element in the same branch or block",
                         "</%.*s> closes an element that was opened outside", TEXT_ARGS(name));
    html->depth--;
    buffer_format(out, "</%.*s>", TEXT_ARGS(name));
    return 0;
}

static int open_tag(struct html *html, struct scan *scan, struct buffer *out)
{
    struct place place = scan->place;
    if (scan_looking_at(scan, "<!--"))
        return scan_fail(scan, place, "write {# ... #}, which stays here",
                         "a comment of HTML is sent to everyone");
    if (scan_looking_at(scan, "<!")) {
        if (!scan_take(scan, "<!doctype html>"))
            return scan_fail(scan, place, "write <!doctype html>", "nothing else may begin with <!");
        if (html->depth > 0)
            return scan_fail(scan, place, "", "<!doctype html> stands before every element");
        buffer_string(out, "<!doctype html>");
        return 0;
    }
    scan_skip(scan, 1);
    if (scan_looking_at(scan, "{{"))
        return scan_fail(scan, scan->place, "", "nothing may be inserted in the name of a tag");
    size_t start = scan->at;
    while (is_letter(scan_peek(scan)) || (scan_peek(scan) >= '0' && scan_peek(scan) <= '9'))
        scan_skip(scan, 1);
    struct text name = scan_since(scan, start);
    if (name.n == 0)
        return scan_fail(scan, place, "write &lt; for the sign itself", "< begins no tag");
    if (scan_looking_at(scan, "{{"))
        return scan_fail(scan, scan->place, "", "nothing may be inserted in the name of a tag");
    if (text_equal(name, TEXT("style")))
        return scan_fail(scan, place, "put the rule in the style sheet",
                         "<style> is not allowed in a template");
    if (!HAS(elements, name))
        return scan_fail(scan, place, "element names are lower case; docs/templates.md lists those allowed",
                         "<%.*s> is not allowed in a template", TEXT_ARGS(name));
    html->state = HTML_TAG;
    html->tag = name;
    html->script_source = false;
    buffer_format(out, "<%.*s", TEXT_ARGS(name));
    return 0;
}

static int text_step(struct html *html, struct scan *scan, struct buffer *out)
{
    html->fresh_plain = false;
    char c = scan_peek(scan);
    if (scan_looking_at(scan, "</"))
        return close_element(html, scan, out);
    if (c == '<')
        return open_tag(html, scan, out);
    if (c == '&')
        return read_reference(scan, out);
    size_t start = scan->at;
    if (is_space(c) && !keeps_space(html)) {
        scan_space(scan);
        buffer_char(out, text_find_char(scan_since(scan, start), '\n') >= 0 ? '\n' : ' ');
        return 0;
    }
    scan_skip(scan, 1);
    while (!scan_over(scan) && !strchr("<&{ \n\t", scan_peek(scan)))
        scan_skip(scan, 1);
    buffer_text(out, scan_since(scan, start));
    return 0;
}

static int plain_step(struct html *html, struct scan *scan, struct buffer *out)
{
    html->fresh_plain = false;
    if (scan_peek(scan) == '&')
        return read_reference(scan, out);
    if (scan_peek(scan) == '<') {
        struct text rest = text_cut(scan->source, scan->at, scan->source.n);
        struct text end = arena_format(scan->set->arena, "</%.*s>", TEXT_ARGS(html->tag));
        if (!end.p)
            return scan_full(scan);
        if (!text_starts(rest, end))
            return scan_fail(scan, scan->place, "write &lt; for the sign itself", "only %.*s may follow here",
                             TEXT_ARGS(end));
        html->state = HTML_TEXT;
        return close_element(html, scan, out);
    }
    buffer_char(out, scan_peek(scan));
    scan_skip(scan, 1);
    return 0;
}

/* ---- tags ---- */

static int end_of_tag(struct html *html, struct scan *scan, struct buffer *out, bool closed)
{
    struct place place = scan->place;
    scan_skip(scan, closed ? 2 : 1);
    bool empty = HAS(no_end_tag, html->tag);
    bool drawing = false;
    for (size_t i = 0; i < html->depth; i++)
        drawing = drawing || text_equal(html->open[i], TEXT("svg"));
    if (closed && !empty && !drawing)
        return scan_fail(scan, place, "write an end tag", "/> does not close <%.*s>", TEXT_ARGS(html->tag));
    if (is_script(html)) {
        if (!html->script_source)
            return scan_fail(scan, place, "put it in a file and name that with src",
                             "a script within the page is not allowed");
        if (!scan_take(scan, "</script>"))
            return scan_fail(scan, scan->place, "", "</script> is due at once after a script with src");
        buffer_string(out, "></script>");
        html->state = HTML_TEXT;
        return 0;
    }
    buffer_string(out, closed && !empty ? "/>" : ">");
    html->state = HTML_TEXT;
    if (empty || closed)
        return 0;
    if (html->depth == HTML_DEEPEST)
        return scan_fail(scan, place, "", "elements are nested more than %d deep", HTML_DEEPEST);
    html->open[html->depth++] = html->tag;
    if (text_equal(html->tag, TEXT("title")) || text_equal(html->tag, TEXT("textarea")))
        html->state = HTML_PLAIN;
    html->fresh_plain = text_equal(html->tag, TEXT("textarea")) || text_equal(html->tag, TEXT("pre"));
    return 0;
}

static int read_attribute_name(struct html *html, struct scan *scan)
{
    struct place place = scan->place;
    size_t start = scan->at;
    for (char c = scan_peek(scan);
         is_letter(c) || ((c == '-' || c == ':' || (c >= '0' && c <= '9')) && scan->at > start);
         c = scan_peek(scan))
        scan_skip(scan, 1);
    struct text name = scan_since(scan, start);
    if (scan_looking_at(scan, "{{"))
        return scan_fail(scan, scan->place, "", "nothing may be inserted in the name of an attribute");
    if (name.n == 0)
        return scan_fail(scan, place, "", "an attribute or > is expected in the tag <%.*s>",
                         TEXT_ARGS(html->tag));
    struct text first_two = text_cut(name, 0, 2);
    if (text_equal_fold(first_two, TEXT("on")))
        return scan_fail(scan, place, "put the behaviour in the script file",
                         "%.*s would be a script within the page", TEXT_ARGS(name));
    if (text_equal_fold(name, TEXT("style")))
        return scan_fail(scan, place, "use a class of the style sheet",
                         "style within the page is not allowed");
    if (text_equal_fold(name, TEXT("srcdoc")))
        return scan_fail(scan, place, "", "srcdoc is not allowed");
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] >= 'A' && name.p[i] <= 'Z' && !text_equal(html->tag, TEXT("svg")))
            return scan_fail(scan, place, "", "names of attributes are lower case");
    html->attribute = name;
    html->kind = HAS(url_attributes, name)     ? ATTRIBUTE_URL
                 : HAS(fixed_attributes, name) ? ATTRIBUTE_FIXED
                                               : ATTRIBUTE_TEXT;
    return 0;
}

static int tag_step(struct html *html, struct scan *scan, struct buffer *out)
{
    scan_space(scan);
    if (scan_over(scan) || at_directive(scan))
        return 0;
    if (scan_looking_at(scan, "/>"))
        return end_of_tag(html, scan, out, true);
    if (scan_peek(scan) == '>')
        return end_of_tag(html, scan, out, false);
    struct place place = scan->place;
    int result = read_attribute_name(html, scan);
    if (result)
        return result;
    buffer_format(out, " %.*s", TEXT_ARGS(html->attribute));
    if (!scan_take(scan, "="))
        return html->kind == ATTRIBUTE_URL
                   ? scan_fail(scan, place, "", "%.*s has no value", TEXT_ARGS(html->attribute))
                   : 0;
    char quote = scan_peek(scan);
    if (quote != '"' && quote != '\'')
        return scan_fail(scan, scan->place, "put the value in quotes", "the value of %.*s has no quotes",
                         TEXT_ARGS(html->attribute));
    scan_skip(scan, 1);
    html->state = HTML_VALUE;
    html->quote = quote;
    html->url_begun = false;
    if (is_script(html) && text_equal(html->attribute, TEXT("src")))
        html->script_source = true;
    buffer_format(out, "=%c", quote);
    return 0;
}

/* ---- attribute values ---- */

static int begin_url(struct html *html, struct scan *scan)
{
    size_t end = scan->at;
    while (
        end < scan->source.n && scan->source.p[end] != html->quote &&
        !(scan->source.p[end] == '{' && end + 1 < scan->source.n && strchr("{%#", scan->source.p[end + 1])))
        end++;
    bool complete = end < scan->source.n && scan->source.p[end] == html->quote;
    if (!url_beginning_allowed(text_cut(scan->source, scan->at, end), complete))
        return scan_fail(scan, scan->place,
                         "begin it with a path such as /cases/, with # or ?, or with https://HOST/",
                         "the URL in %.*s does not say plainly where it points", TEXT_ARGS(html->attribute));
    html->url_begun = true;
    return 0;
}

static int value_step(struct html *html, struct scan *scan, struct buffer *out)
{
    char c = scan_peek(scan);
    if (c == html->quote) {
        scan_skip(scan, 1);
        buffer_char(out, c);
        html->state = HTML_TAG;
        return 0;
    }
    if (html->kind == ATTRIBUTE_URL && !html->url_begun) {
        int result = begin_url(html, scan);
        if (result)
            return result;
    }
    if (c == '&')
        return read_reference(scan, out);
    if (c == '<')
        return scan_fail(scan, scan->place, "close the value, or write &lt;", "< stands in the value of %.*s",
                         TEXT_ARGS(html->attribute));
    buffer_char(out, c);
    scan_skip(scan, 1);
    return 0;
}

int html_step(struct html *html, struct scan *scan, struct buffer *out)
{
    switch (html->state) {
    case HTML_TEXT:
        return text_step(html, scan, out);
    case HTML_TAG:
        return tag_step(html, scan, out);
    case HTML_VALUE:
        return value_step(html, scan, out);
    case HTML_PLAIN:
        break;
    }
    return plain_step(html, scan, out);
}
