#include "parse.h"

/* {% include %}, {% wrap %}, {% block %} and {% slot %}: what templates have of each other. */

int parse_arguments(struct parser *p, struct argument **arguments)
{
    struct scan *scan = &p->scan;
    struct argument **last = arguments;
    for (scan_space(scan); !scan_looking_at(scan, "%}") && !scan_over(scan); scan_space(scan)) {
        struct argument *argument = ARENA_NEW(scan->set->arena, struct argument);
        if (!argument)
            return scan_full(scan);
        argument->place = scan->place;
        int result = scan_name(scan, false, "NAME=VALUE or %}", &argument->name);
        if (result)
            return result;
        scan_space(scan);
        if (!scan_take(scan, "="))
            return scan_fail(scan, scan->place, "write NAME=VALUE", "= is expected after %.*s",
                             TEXT_ARGS(argument->name));
        scan_space(scan);
        result = scan_value(scan, &argument->value);
        if (result)
            return result;
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

int parse_content(struct parser *p, struct place place, struct node *body, struct block **blocks)
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

int parse_call(struct parser *p, struct list *list, struct place place, bool wraps)
{
    struct scan *scan = &p->scan;
    const char *directive = wraps ? "wrap" : "include";
    struct html start = p->html;
    int result = between_tags(p, place, directive);
    scan_space(scan);
    struct node node = {.kind = NODE_CALL, .place = scan->place, .wraps = wraps};
    if (!result)
        result = scan_name(scan, true, "the name of a part", &node.name);
    if (!result)
        result = parse_arguments(p, &node.arguments);
    if (!result)
        result = scan_close(scan, directive);
    if (result || !wraps)
        return result ? result : parse_append(p, list, node, NULL);
    struct list body = {0};
    enum body_end end = BODY_END;
    struct after after = {.known = true, .html = start};
    result = parse_body(p, "wrap", &body, &node.blocks, &end);
    if (!result && end != BODY_END)
        result = scan_fail(scan, scan->place, "", "wrap has no branches");
    if (!result)
        result = parse_way_ends(p, "what is wrapped", &after);
    if (!result)
        result = parse_content(p, node.place, body.first, &node.blocks);
    return result ? result : parse_append(p, list, node, NULL);
}

int parse_block(struct parser *p, struct place place, struct block **blocks)
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
    int result = scan_name(scan, false, "the name of a slot", &block->name);
    if (!result)
        result = scan_close(scan, "block");
    if (result)
        return result;
    for (const struct block *b = *blocks; b; b = b->next)
        if (text_equal(b->name, block->name))
            return scan_fail(scan, block->place, "", "the block %.*s is given twice", TEXT_ARGS(block->name));
    struct list body = {0};
    struct after after = {.known = true, .html = p->html};
    enum body_end end = BODY_END;
    result = parse_body(p, "block", &body, NULL, &end);
    if (!result && end != BODY_END)
        result = scan_fail(scan, scan->place, "", "a block has no branches");
    if (!result)
        result = parse_way_ends(p, "this block", &after);
    block->body = body.first;
    block->next = *blocks;
    *blocks = block;
    return result;
}

int parse_slot(struct parser *p, struct list *list, struct place place)
{
    struct scan *scan = &p->scan;
    int result = between_tags(p, place, "slot");
    if (result)
        return result;
    if (p->template->kind == TEMPLATE_PAGE)
        return scan_fail(scan, place, "slots are for parts and layouts", "a page has nobody to fill a slot");
    scan_space(scan);
    struct node node = {.kind = NODE_SLOT, .place = scan->place};
    result = scan_name(scan, false, "a name for the slot", &node.name);
    if (result)
        return result;
    scan_space(scan);
    node.required = !scan_take_word(scan, "or");
    result = scan_close(scan, "slot");
    struct list body = {0};
    enum body_end end = BODY_END;
    struct after after = {.known = true, .html = p->html};
    if (!result && !node.required)
        result = parse_body(p, "slot", &body, NULL, &end);
    if (!result && end != BODY_END)
        result = scan_fail(scan, scan->place, "", "a slot has no branches");
    if (!result)
        result = parse_way_ends(p, "what the slot holds without a block", &after);
    if (result)
        return result;
    node.body = body.first;
    for (struct slot *slot = p->template->slots; slot; slot = slot->next)
        if (text_equal(slot->name, node.name)) {
            slot->required = slot->required || node.required;
            return parse_append(p, list, node, NULL);
        }
    struct slot *slot = ARENA_NEW(scan->set->arena, struct slot);
    if (!slot)
        return scan_full(scan);
    *slot = (struct slot){.name = node.name, .required = node.required, .next = p->template->slots};
    p->template->slots = slot;
    return parse_append(p, list, node, NULL);
}
