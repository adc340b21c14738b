#include "html.h"

/* Directives: the tree of one template. */

enum { BODY_DEEPEST = 48 };

struct parser {
    struct scan scan;
    struct html html;
    struct template *template;
    struct buffer literal;
    struct place literal_place;
    int depth;
};

/* What ended a body. */
enum body_end {
    BODY_END,
    BODY_ELSE,
    BODY_ELSEIF,
    BODY_FILE_END,
};

struct list {
    struct node *first, *last;
};

static int read_body(struct parser *p, const char *of, struct list *list, struct block **blocks,
                     enum body_end *end);

static int append(struct parser *p, struct list *list, struct node node, struct node **out)
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
    return append(p, list, (struct node){.kind = NODE_LITERAL, .place = p->literal_place, .literal = literal},
                  NULL);
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

static int read_asset(struct parser *p, struct place place)
{
    struct scan *scan = &p->scan;
    scan_space(scan);
    struct place name_place = scan->place;
    if (!scan_take(scan, "\""))
        return scan_fail(scan, scan->place, "write {{asset \"NAME\"}}",
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
    if (!asset)
        return scan_fail(scan, name_place, "see src/web/assets", "there is no asset %.*s", TEXT_ARGS(name));
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
        return read_asset(p, node.place);
    int failed = scan_path(scan, &node.path);
    if (failed)
        return failed;
    scan_space(scan);
    if (!scan_take(scan, "}}"))
        return scan_fail(scan, scan->place, "an insertion is {{name}} or {{name.field}}",
                         "}} is expected here");
    failed = html_insertion(&p->html, scan, node.place, &node.context);
    if (failed)
        return failed;
    if (p->html.fresh_plain)
        buffer_char(&p->literal, '\n'); /* the one that the browser drops, so that none of the text's is */
    p->html.fresh_plain = false;
    failed = flush(p, list);
    return failed ? failed : append(p, list, node, NULL);
}

/* ---- branches ---- */

static int branch_differs(struct parser *p, struct place place, const char *what, const struct html *expected)
{
    struct arena *arena = p->scan.set->arena;
    return scan_fail(&p->scan, place, "let every way through leave the same elements, tags and quotes open",
                     "%s ends %.*s, and should end %.*s", what, TEXT_ARGS(html_words(&p->html, arena)),
                     TEXT_ARGS(html_words(expected, arena)));
}

/* The place in the HTML after the branches read so far. */
struct after {
    bool known;
    struct html html;
};

static int branch_ends(struct parser *p, const char *what, struct after *after)
{
    if (after->known && !html_same(&p->html, &after->html))
        return branch_differs(p, p->scan.place, what, &after->html);
    after->known = true;
    after->html = p->html;
    return 0;
}

/* From the condition on. An elseif is an if alone in the else before it. */
static int read_branches(struct parser *p, struct list *list, const struct html *start, struct after *after)
{
    struct scan *scan = &p->scan;
    struct node *node = NULL;
    enum body_end end = BODY_END;
    struct list body = {0}, otherwise = {0};
    int failed = append(p, list, (struct node){.kind = NODE_IF, .place = scan->place}, &node);
    scan_space(scan);
    if (!failed)
        failed = scan_condition(scan, &node->condition);
    if (!failed)
        failed = scan_close(scan, "if");
    p->html = *start;
    if (!failed)
        failed = read_body(p, "if", &body, NULL, &end);
    if (!failed)
        failed = branch_ends(p, "this branch", after);
    if (failed)
        return failed;
    node->body = body.first;
    p->html = *start;
    if (end == BODY_ELSEIF)
        failed = p->depth++ > BODY_DEEPEST ? scan_fail(scan, scan->place, "", "there are too many elseifs")
                                           : read_branches(p, &otherwise, start, after);
    else if (end == BODY_ELSE) {
        failed = read_body(p, "if", &otherwise, NULL, &end);
        if (!failed && end != BODY_END)
            failed = scan_fail(scan, scan->place, "", "{%% end %%} is due, not another branch");
        if (!failed)
            failed = branch_ends(p, "this branch", after);
    } else {
        failed = branch_ends(p, "the way past an if without else", after);
    }
    node->otherwise = otherwise.first;
    p->html = after->html;
    return failed;
}

static int read_if(struct parser *p, struct list *list)
{
    struct html start = p->html;
    struct after after = {0};
    int depth = p->depth;
    int failed = read_branches(p, list, &start, &after);
    p->depth = depth;
    return failed;
}

static int read_each(struct parser *p, struct list *list)
{
    struct scan *scan = &p->scan;
    struct html start = p->html;
    struct node node = {.kind = NODE_EACH, .place = scan->place};
    scan_space(scan);
    int failed = scan_path(scan, &node.path);
    if (failed)
        return failed;
    scan_space(scan);
    if (!scan_take_word(scan, "as"))
        return scan_fail(scan, scan->place, "write {% each LIST as ITEM %}", "as is expected here");
    scan_space(scan);
    node.place = scan->place;
    failed = scan_name(scan, false, "a name for the item", &node.name);
    if (failed)
        return failed;
    scan_space(scan);
    if (scan_take(scan, ",")) {
        scan_space(scan);
        node.number_place = scan->place;
        failed = scan_name(scan, false, "a name for the number of the item", &node.number);
    }
    if (!failed)
        failed = scan_close(scan, "each");
    struct list body = {0}, otherwise = {0};
    enum body_end end = BODY_END;
    struct after after = {.known = true, .html = start};
    if (!failed)
        failed = read_body(p, "each", &body, NULL, &end);
    if (!failed)
        failed = branch_ends(p, "one turn of each", &after);
    if (failed)
        return failed;
    node.body = body.first;
    if (end == BODY_ELSE) {
        failed = read_body(p, "each", &otherwise, NULL, &end);
        if (!failed)
            failed = branch_ends(p, "this branch", &after);
        node.otherwise = otherwise.first;
    }
    if (!failed && end != BODY_END)
        failed = scan_fail(scan, scan->place, "", "{%% end %%} is due, not another branch");
    return failed ? failed : append(p, list, node, NULL);
}

/* ---- parts, layouts and slots ---- */

static int read_arguments(struct parser *p, struct argument **arguments)
{
    struct scan *scan = &p->scan;
    struct argument **last = arguments;
    for (scan_space(scan); !scan_looking_at(scan, "%}") && !scan_over(scan); scan_space(scan)) {
        struct argument *argument = ARENA_NEW(scan->set->arena, struct argument);
        if (!argument)
            return scan_full(scan);
        argument->place = scan->place;
        int failed = scan_name(scan, false, "NAME=VALUE or %}", &argument->name);
        if (failed)
            return failed;
        scan_space(scan);
        if (!scan_take(scan, "="))
            return scan_fail(scan, scan->place, "write NAME=VALUE", "= is expected after %.*s",
                             TEXT_ARGS(argument->name));
        scan_space(scan);
        failed = scan_value(scan, &argument->value);
        if (failed)
            return failed;
        *last = argument;
        last = &argument->next;
    }
    return 0;
}

static bool is_blank(const struct node *node)
{
    for (; node; node = node->next)
        if (node->kind != NODE_LITERAL || text_trim(node->literal).n > 0)
            return false;
    return true;
}

/* What stands outside every {% block %} is the block `content`. */
static int add_content(struct parser *p, struct place place, struct node *body, struct block **blocks)
{
    if (is_blank(body))
        return 0;
    for (const struct block *b = *blocks; b; b = b->next)
        if (text_equal(b->name, TEXT("content")))
            return scan_fail(&p->scan, place, "put it in the block",
                             "there is a block content, and content outside it");
    struct block *block = ARENA_NEW(p->scan.set->arena, struct block);
    if (!block)
        return scan_full(&p->scan);
    *block = (struct block){.name = TEXT("content"), .body = body, .place = place, .next = *blocks};
    *blocks = block;
    return 0;
}

static int between_tags(struct parser *p, struct place place, const char *directive)
{
    if (p->html.state == HTML_TEXT)
        return 0;
    return scan_fail(&p->scan, place, "put it between tags", "{%% %s %%} stands %.*s", directive,
                     TEXT_ARGS(html_words(&p->html, p->scan.set->arena)));
}

static int read_call(struct parser *p, struct list *list, struct place place, bool wraps)
{
    struct scan *scan = &p->scan;
    const char *directive = wraps ? "wrap" : "include";
    struct html start = p->html;
    int failed = between_tags(p, place, directive);
    scan_space(scan);
    struct node node = {.kind = NODE_CALL, .place = scan->place, .wraps = wraps};
    if (!failed)
        failed = scan_name(scan, true, "the name of a part", &node.name);
    if (!failed)
        failed = read_arguments(p, &node.arguments);
    if (!failed)
        failed = scan_close(scan, directive);
    if (failed || !wraps)
        return failed ? failed : append(p, list, node, NULL);
    struct list body = {0};
    enum body_end end = BODY_END;
    struct after after = {.known = true, .html = start};
    failed = read_body(p, "wrap", &body, &node.blocks, &end);
    if (!failed && end != BODY_END)
        failed = scan_fail(scan, scan->place, "", "wrap has no branches");
    if (!failed)
        failed = branch_ends(p, "what is wrapped", &after);
    if (!failed)
        failed = add_content(p, node.place, body.first, &node.blocks);
    return failed ? failed : append(p, list, node, NULL);
}

static int read_block(struct parser *p, struct place place, struct block **blocks)
{
    struct scan *scan = &p->scan;
    if (!blocks)
        return scan_fail(scan, place, "a block stands directly in a wrap or in a page",
                         "there is nothing to give this block to");
    struct block *block = ARENA_NEW(scan->set->arena, struct block);
    if (!block)
        return scan_full(scan);
    scan_space(scan);
    block->place = scan->place;
    int failed = scan_name(scan, false, "the name of a slot", &block->name);
    if (!failed)
        failed = scan_close(scan, "block");
    if (failed)
        return failed;
    for (const struct block *b = *blocks; b; b = b->next)
        if (text_equal(b->name, block->name))
            return scan_fail(scan, block->place, "", "the block %.*s is given twice", TEXT_ARGS(block->name));
    struct list body = {0};
    struct after after = {.known = true, .html = p->html};
    enum body_end end = BODY_END;
    failed = read_body(p, "block", &body, NULL, &end);
    if (!failed && end != BODY_END)
        failed = scan_fail(scan, scan->place, "", "a block has no branches");
    if (!failed)
        failed = branch_ends(p, "this block", &after);
    block->body = body.first;
    block->next = *blocks;
    *blocks = block;
    return failed;
}

static int read_slot(struct parser *p, struct list *list, struct place place)
{
    struct scan *scan = &p->scan;
    int failed = between_tags(p, place, "slot");
    if (failed)
        return failed;
    if (p->template->kind == TEMPLATE_PAGE)
        return scan_fail(scan, place, "slots are for parts and layouts", "a page has nobody to fill a slot");
    scan_space(scan);
    struct node node = {.kind = NODE_SLOT, .place = scan->place};
    failed = scan_name(scan, false, "a name for the slot", &node.name);
    if (failed)
        return failed;
    scan_space(scan);
    node.required = !scan_take_word(scan, "or");
    failed = scan_close(scan, "slot");
    struct list body = {0};
    enum body_end end = BODY_END;
    struct after after = {.known = true, .html = p->html};
    if (!failed && !node.required)
        failed = read_body(p, "slot", &body, NULL, &end);
    if (!failed && end != BODY_END)
        failed = scan_fail(scan, scan->place, "", "a slot has no branches");
    if (!failed)
        failed = branch_ends(p, "what the slot holds without a block", &after);
    if (failed)
        return failed;
    node.body = body.first;
    for (struct slot *slot = p->template->slots; slot; slot = slot->next)
        if (text_equal(slot->name, node.name)) {
            slot->required = slot->required || node.required;
            return append(p, list, node, NULL);
        }
    struct slot *slot = ARENA_NEW(scan->set->arena, struct slot);
    if (!slot)
        return scan_full(scan);
    *slot = (struct slot){.name = node.name, .required = node.required, .next = p->template->slots};
    p->template->slots = slot;
    return append(p, list, node, NULL);
}

/* ---- bodies ---- */

static int read_directive(struct parser *p, struct list *list, struct block **blocks, struct place place)
{
    struct scan *scan = &p->scan;
    if (scan_take_word(scan, "if"))
        return read_if(p, list);
    if (scan_take_word(scan, "each"))
        return read_each(p, list);
    if (scan_take_word(scan, "include"))
        return read_call(p, list, place, false);
    if (scan_take_word(scan, "wrap"))
        return read_call(p, list, place, true);
    if (scan_take_word(scan, "block"))
        return read_block(p, place, blocks);
    if (scan_take_word(scan, "slot"))
        return read_slot(p, list, place);
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
        int failed = 0;
        if (scan_over(scan)) {
            *end = BODY_FILE_END;
            if (of)
                return scan_fail(scan, start, "write {% end %}", "this %s has no end", of);
            return flush(p, list);
        }
        if (scan_take(scan, "{#")) {
            failed = skip_comment(p);
        } else if (scan_looking_at(scan, "{{")) {
            failed = read_insertion(p, list);
        } else if (scan_looking_at(scan, "{%")) {
            struct place place = scan->place;
            bool ended = false;
            scan_skip(scan, 2);
            scan_space(scan);
            if ((p->html.state == HTML_TAG || p->html.state == HTML_VALUE) &&
                text_equal(p->html.tag, TEXT("script")))
                return scan_fail(scan, place, "", "no directive may stand in the tag <script>");
            failed = flush(p, list);
            if (!failed)
                failed = read_end(p, of, end, &ended);
            if (failed || ended)
                return failed;
            failed = read_directive(p, list, blocks, place);
            p->literal_place = scan->place;
        } else {
            failed = html_step(&p->html, scan, &p->literal);
        }
        if (failed)
            return failed;
    }
}

static int read_body(struct parser *p, const char *of, struct list *list, struct block **blocks,
                     enum body_end *end)
{
    if (p->depth == BODY_DEEPEST)
        return scan_fail(&p->scan, p->scan.place, "move some of it to a part",
                         "directives are nested too deeply");
    size_t floor = p->html.floor;
    p->html.floor = p->html.depth;
    p->depth++;
    int failed = read_pieces(p, of, list, blocks, end);
    p->depth--;
    p->html.floor = floor;
    return failed;
}

/* ---- the whole file ---- */

static int skip_to_directive(struct parser *p, struct text *comment)
{
    for (scan_space(&p->scan); scan_take(&p->scan, "{#"); scan_space(&p->scan)) {
        size_t start = p->scan.at;
        int failed = skip_comment(p);
        if (failed)
            return failed;
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
    int failed = scan_name(scan, true, "the name of a layout", &layout->name);
    if (!failed)
        failed = read_arguments(p, &layout->arguments);
    return failed ? failed : scan_close(scan, "page");
}

static int read_template(struct parser *p)
{
    struct scan *scan = &p->scan;
    struct template *template = p->template;
    struct node layout = {0};
    int failed = skip_to_directive(p, &template->comment);
    if (!failed)
        failed = read_kind(p, &layout);
    if (!failed)
        failed = skip_to_directive(p, &template->comment);
    if (failed)
        return failed;
    struct scan before = *scan;
    scan_take(scan, "{%");
    scan_space(scan);
    if (scan_take_word(scan, "takes")) {
        struct text owner = arena_format(scan->set->arena, "page_%.*s", TEXT_ARGS(template->c_name));
        failed = declare_fields(scan, owner, "%}", &template->fields);
        if (failed)
            return failed;
        for (const struct field *f = template->fields; f; f = f->next)
            if (f->otherwise && template->kind == TEMPLATE_PAGE)
                return scan_fail(scan, f->place, "the program gives a page everything",
                                 "a page's parameter has no default");
        failed = skip_to_directive(p, NULL);
        if (failed)
            return failed;
    } else {
        *scan = before;
    }
    struct place start = scan->place;
    struct list body = {0};
    enum body_end end = BODY_END;
    p->literal_place = start;
    failed = read_body(p, NULL, &body, layout.name.n > 0 ? &layout.blocks : NULL, &end);
    struct after after = {.known = true};
    if (!failed)
        failed = branch_ends(p, "the file", &after);
    if (failed)
        return failed;
    template->body = body.first;
    if (layout.name.n == 0)
        return 0;
    failed = add_content(p, start, body.first, &layout.blocks);
    struct list whole = {0};
    if (!failed)
        failed = append(p, &whole, layout, NULL);
    template->body = whole.first;
    template->in_layout = true;
    return failed;
}

int template_add(struct template_set *set, struct text name, struct text file, struct text source,
                 struct error *error)
{
    struct template *template = ARENA_NEW(set->arena, struct template);
    if (!template)
        return arena_error(set->arena, error);
    *template = (struct template){.name = name, .file = file, .c_name = name_in_c(set->arena, name)};
    struct parser p = {.template = template, .literal = buffer_in(set->arena)};
    int failed = scan_begin(&p.scan, set, file, source, error);
    if (failed)
        return failed;
    struct scan spelling = {.set = set, .file = file, .source = name, .place = {1, 1}, .error = error};
    struct text spelt;
    if (scan_name(&spelling, true, "the name", &spelt) || spelt.n != name.n)
        return scan_fail(&p.scan, p.scan.place, "a name is a lower-case letter, then letters, digits and -",
                         "the file's name is no name for a template");
    if (template_find(set, name))
        return scan_fail(&p.scan, p.scan.place, "choose another name", "there are two templates %.*s",
                         TEXT_ARGS(name));
    p.scan.home = name;
    failed = read_template(&p);
    if (failed)
        return failed;
    if (arena_exhausted(set->arena))
        return arena_error(set->arena, error);
    if (set->last_template)
        set->last_template->next = template;
    else
        set->templates = template;
    set->last_template = template;
    return 0;
}
