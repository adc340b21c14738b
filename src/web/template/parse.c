#include "parse.h"

/* The tree of one template: what it is, then its body. */

int parse_append(struct parser *p, struct list *list, struct node node, struct node **out)
{
    struct node *made = ARENA_NEW(p->scan.set->arena, struct node);
    if (!made)
        return scan_full(&p->scan);
    *made = node;
    if (list->last)
        list->last->next = made;
    else
        list->first = made;
    list->last = made;
    if (out)
        *out = made;
    return 0;
}

static int flush(struct parser *p, struct list *list)
{
    struct text literal = buffer_result(&p->literal);
    if (buffer_failed(&p->literal))
        return scan_full(&p->scan);
    p->literal = buffer_in(p->scan.set->arena);
    if (literal.n == 0)
        return 0;
    return parse_append(
        p, list, (struct node){.kind = NODE_LITERAL, .place = p->literal_place, .literal = literal}, NULL);
}

static int skip_comment(struct parser *p)
{
    struct place place = p->scan.place;
    while (!scan_over(&p->scan) && !scan_looking_at(&p->scan, "#}"))
        scan_skip(&p->scan, 1);
    if (!scan_take(&p->scan, "#}"))
        return scan_fail(&p->scan, place, "close it with #}", "the comment does not end");
    return 0;
}

/* ---- insertions ---- */

/* {{asset "NAME"}}, the address of a file that is served, and {{style "NAME"}}, a style sheet in the page itself. */
static int read_asset(struct parser *p, struct place place, bool style)
{
    struct scan *scan = &p->scan;
    scan_space(scan);
    struct place name_place = scan->place;
    if (!scan_take(scan, "\""))
        return scan_fail(scan, scan->place, style ? "write {{style \"NAME\"}}" : "write {{asset \"NAME\"}}",
                         "the name of the asset is expected here");
    size_t start = scan->at;
    while (!scan_over(scan) && scan_peek(scan) != '"')
        scan_skip(scan, 1);
    struct text name = scan_since(scan, start);
    scan_skip(scan, 1);
    scan_space(scan);
    if (!scan_take(scan, "}}"))
        return scan_fail(scan, scan->place, "", "}} is expected here");
    const struct asset *asset = asset_find(scan->set, name);
    if (!asset || (style ? !asset->style.n : !asset->path.n))
        return scan_fail(scan, name_place, "see src/web/assets", "there is no asset %.*s", TEXT_ARGS(name));
    if (style) {
        if (p->html.state != HTML_TEXT)
            return scan_fail(scan, place, "put it into <head>", "a style sheet stands between tags, and this is %.*s",
                             TEXT_ARGS(html_words(&p->html, scan->set->arena)));
        buffer_format(&p->literal, "<style>");
        buffer_text(&p->literal, asset->style);
        buffer_format(&p->literal, "</style>");
        return 0;
    }
    buffer_text(&p->literal, asset->path);
    return html_asset(&p->html, scan, place);
}

static int read_insertion(struct parser *p, struct list *list)
{
    struct scan *scan = &p->scan;
    struct node node = {.kind = NODE_INSERT, .place = scan->place};
    scan_skip(scan, 2);
    scan_space(scan);
    if (scan_take_word(scan, "asset"))
        return read_asset(p, node.place, false);
    if (scan_take_word(scan, "style"))
        return read_asset(p, node.place, true);
    int result = scan_path(scan, &node.path);
    if (result)
        return result;
    scan_space(scan);
    if (!scan_take(scan, "}}"))
        return scan_fail(scan, scan->place, "an insertion is {{name}} or {{name.field}}",
                         "}} is expected here");
    result = html_insertion(&p->html, scan, node.place, &node.context);
    if (result)
        return result;
    if (p->html.fresh_plain)
        buffer_char(&p->literal, '\n'); /* the one that the browser drops, so that none of the text's is */
    p->html.fresh_plain = false;
    result = flush(p, list);
    return result ? result : parse_append(p, list, node, NULL);
}

/* ---- bodies ---- */

static int read_directive(struct parser *p, struct list *list, struct block **blocks, struct place place)
{
    struct scan *scan = &p->scan;
    if (scan_take_word(scan, "if"))
        return parse_if(p, list);
    if (scan_take_word(scan, "each"))
        return parse_each(p, list);
    if (scan_take_word(scan, "include"))
        return parse_call(p, list, place, false);
    if (scan_take_word(scan, "wrap"))
        return parse_call(p, list, place, true);
    if (scan_take_word(scan, "block"))
        return parse_block(p, place, blocks);
    if (scan_take_word(scan, "slot"))
        return parse_slot(p, list, place);
    struct text word = scan_word(scan);
    return scan_fail(scan, scan->place,
                     "directives are if, elseif, else, each, include, wrap, block, slot and end",
                     "there is no directive '%.*s' here", TEXT_ARGS(word));
}

static int read_end(struct parser *p, const char *of, enum body_end *end, bool *ended)
{
    struct scan *scan = &p->scan;
    struct place place = scan->place;
    *ended = true;
    if (scan_take_word(scan, "end"))
        *end = BODY_END;
    else if (scan_take_word(scan, "else"))
        *end = BODY_ELSE;
    else if (scan_take_word(scan, "elseif"))
        *end = BODY_ELSEIF;
    else
        *ended = false;
    if (!*ended)
        return 0;
    if (!of)
        return scan_fail(scan, place, "", "there is nothing open that this could end");
    return *end == BODY_ELSEIF ? 0 : scan_close(scan, *end == BODY_END ? "end" : "else");
}

static int read_pieces(struct parser *p, const char *of, struct list *list, struct block **blocks,
                       enum body_end *end)
{
    struct scan *scan = &p->scan;
    struct place start = scan->place;
    for (;;) {
        int result = 0;
        if (scan_over(scan)) {
            *end = BODY_FILE_END;
            if (of)
                return scan_fail(scan, start, "write {% end %}", "this %s has no end", of);
            return flush(p, list);
        }
        if (scan_take(scan, "{#")) {
            result = skip_comment(p);
        } else if (scan_looking_at(scan, "{{")) {
            result = read_insertion(p, list);
        } else if (scan_looking_at(scan, "{%")) {
            struct place place = scan->place;
            bool ended = false;
            scan_skip(scan, 2);
            scan_space(scan);
            if ((p->html.state == HTML_TAG || p->html.state == HTML_VALUE) &&
                text_equal(p->html.tag, TEXT("script")))
                return scan_fail(scan, place, "", "no directive may stand in the tag <script>");
            result = flush(p, list);
            if (!result)
                result = read_end(p, of, end, &ended);
            if (result || ended)
                return result;
            result = read_directive(p, list, blocks, place);
            p->literal_place = scan->place;
        } else {
            result = html_step(&p->html, scan, &p->literal);
        }
        if (result)
            return result;
    }
}

int parse_body(struct parser *p, const char *of, struct list *list, struct block **blocks, enum body_end *end)
{
    if (p->depth == BODY_DEEPEST)
        return scan_fail(&p->scan, p->scan.place, "move some of it to a part",
                         "directives are nested too deeply");
    size_t floor = p->html.floor;
    p->html.floor = p->html.depth;
    p->depth++;
    int result = read_pieces(p, of, list, blocks, end);
    p->depth--;
    p->html.floor = floor;
    return result;
}

/* ---- the whole file ---- */

static int skip_to_directive(struct parser *p, struct text *comment)
{
    for (scan_space(&p->scan); scan_take(&p->scan, "{#"); scan_space(&p->scan)) {
        size_t start = p->scan.at;
        int result = skip_comment(p);
        if (result)
            return result;
        if (comment && comment->n == 0)
            *comment = text_trim(text_cut(p->scan.source, start, p->scan.at - 2));
    }
    return 0;
}

/* {% page in LAYOUT ... %}: gives the call of the layout, without its blocks yet. */
static int read_kind(struct parser *p, struct node *layout)
{
    struct scan *scan = &p->scan;
    if (!scan_take(scan, "{%"))
        return scan_fail(scan, scan->place,
                         "begin with {% page %}, {% page in LAYOUT %}, {% part %} or {% layout %}",
                         "the file does not say what it is");
    scan_space(scan);
    if (scan_take_word(scan, "part")) {
        p->template->kind = TEMPLATE_PART;
        return scan_close(scan, "part");
    }
    if (scan_take_word(scan, "layout")) {
        p->template->kind = TEMPLATE_LAYOUT;
        return scan_close(scan, "layout");
    }
    if (!scan_take_word(scan, "page"))
        return scan_fail(scan, scan->place, "", "page, part or layout is expected here");
    p->template->kind = TEMPLATE_PAGE;
    scan_space(scan);
    if (!scan_take_word(scan, "in"))
        return scan_close(scan, "page");
    scan_space(scan);
    *layout = (struct node){.kind = NODE_CALL, .place = scan->place, .wraps = true};
    int result = scan_name(scan, true, "the name of a layout", &layout->name);
    if (!result)
        result = parse_arguments(p, &layout->arguments);
    return result ? result : scan_close(scan, "page");
}

static int read_template(struct parser *p)
{
    struct scan *scan = &p->scan;
    struct template *template = p->template;
    struct node layout = {0};
    int result = skip_to_directive(p, &template->comment);
    if (!result)
        result = read_kind(p, &layout);
    if (!result)
        result = skip_to_directive(p, &template->comment);
    if (result)
        return result;
    struct scan before = *scan;
    scan_take(scan, "{%");
    scan_space(scan);
    if (scan_take_word(scan, "takes")) {
        struct text owner = arena_format(scan->set->arena, "page_%.*s", TEXT_ARGS(template->c_name));
        result = declare_fields(scan, owner, "%}", &template->fields);
        if (result)
            return result;
        for (const struct field *f = template->fields; f; f = f->next)
            if (f->otherwise && template->kind == TEMPLATE_PAGE)
                return scan_fail(scan, f->place, "the program gives a page everything",
                                 "a page's parameter has no default");
        result = skip_to_directive(p, NULL);
        if (result)
            return result;
    } else {
        *scan = before;
    }
    struct place start = scan->place;
    struct list body = {0};
    enum body_end end = BODY_END;
    p->literal_place = start;
    result = parse_body(p, NULL, &body, layout.name.n > 0 ? &layout.blocks : NULL, &end);
    struct after after = {.known = true};
    if (!result)
        result = parse_way_ends(p, "the file", &after);
    if (result)
        return result;
    template->body = body.first;
    if (layout.name.n == 0)
        return 0;
    result = parse_content(p, start, body.first, &layout.blocks);
    struct list whole = {0};
    if (!result)
        result = parse_append(p, &whole, layout, NULL);
    template->body = whole.first;
    template->in_layout = true;
    return result;
}

int template_add(struct template_set *set, struct text name, struct text file, struct text source,
                 struct error *error)
{
    struct template *template = ARENA_NEW(set->arena, struct template);
    if (!template)
        return arena_error(set->arena, error);
    *template = (struct template){.name = name, .file = file, .c_name = name_in_c(set->arena, name)};
    struct parser p = {.template = template, .literal = buffer_in(set->arena)};
    int result = scan_begin(&p.scan, set, file, source, error);
    if (result)
        return result;
    struct scan spelling = {.set = set, .file = file, .source = name, .place = {1, 1}, .error = error};
    struct text spelt;
    if (scan_name(&spelling, true, "the name", &spelt) || spelt.n != name.n)
        return scan_fail(&p.scan, p.scan.place, "a name is a lower-case letter, then letters, digits and -",
                         "the file's name is no name for a template");
    if (template_find(set, name))
        return scan_fail(&p.scan, p.scan.place, "choose another name", "there are two templates %.*s",
                         TEXT_ARGS(name));
    p.scan.home = name;
    result = read_template(&p);
    if (result)
        return result;
    if (arena_exhausted(set->arena))
        return arena_error(set->arena, error);
    if (set->last_template)
        set->last_template->next = template;
    else
        set->templates = template;
    set->last_template = template;
    return 0;
}
