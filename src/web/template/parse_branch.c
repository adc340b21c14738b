#include "parse.h"

/* {% if %} and {% each %}: every way through them leaves the HTML in the same place. */

static int branch_differs(struct parser *p, struct place place, const char *what, const struct html *expected)
{
    struct arena *arena = p->scan.set->arena;
    return scan_fail(&p->scan, place, "let every way through leave the same elements, tags and quotes open",
                     "%s ends %.*s, and should end %.*s", what, TEXT_ARGS(html_words(&p->html, arena)),
                     TEXT_ARGS(html_words(expected, arena)));
}

int parse_way_ends(struct parser *p, const char *what, struct after *after)
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
    int result = parse_append(p, list, (struct node){.kind = NODE_IF, .place = scan->place}, &node);
    scan_space(scan);
    if (!result)
        result = scan_condition(scan, &node->condition);
    if (!result)
        result = scan_close(scan, "if");
    p->html = *start;
    if (!result)
        result = parse_body(p, "if", &body, NULL, &end);
    if (!result)
        result = parse_way_ends(p, "this branch", after);
    if (result)
        return result;
    node->body = body.first;
    p->html = *start;
    if (end == BODY_ELSEIF)
        result = p->depth++ > BODY_DEEPEST ? scan_fail(scan, scan->place, "", "there are too many elseifs")
                                           : read_branches(p, &otherwise, start, after);
    else if (end == BODY_ELSE) {
        result = parse_body(p, "if", &otherwise, NULL, &end);
        if (!result && end != BODY_END)
            result = scan_fail(scan, scan->place, "", "{%% end %%} is due, not another branch");
        if (!result)
            result = parse_way_ends(p, "this branch", after);
    } else {
        result = parse_way_ends(p, "the way past an if without else", after);
    }
    node->otherwise = otherwise.first;
    p->html = after->html;
    return result;
}

int parse_if(struct parser *p, struct list *list)
{
    struct html start = p->html;
    struct after after = {0};
    int depth = p->depth;
    int result = read_branches(p, list, &start, &after);
    p->depth = depth;
    return result;
}

int parse_each(struct parser *p, struct list *list)
{
    struct scan *scan = &p->scan;
    struct html start = p->html;
    struct node node = {.kind = NODE_EACH, .place = scan->place};
    scan_space(scan);
    int result = scan_path(scan, &node.path);
    if (result)
        return result;
    scan_space(scan);
    if (!scan_take_word(scan, "as"))
        return scan_fail(scan, scan->place, "write {% each LIST as ITEM %}", "as is expected here");
    scan_space(scan);
    node.place = scan->place;
    result = scan_name(scan, false, "a name for the item", &node.name);
    if (result)
        return result;
    scan_space(scan);
    if (scan_take(scan, ",")) {
        scan_space(scan);
        node.number_place = scan->place;
        result = scan_name(scan, false, "a name for the number of the item", &node.number);
    }
    if (!result)
        result = scan_close(scan, "each");
    struct list body = {0}, otherwise = {0};
    enum body_end end = BODY_END;
    struct after after = {.known = true, .html = start};
    if (!result)
        result = parse_body(p, "each", &body, NULL, &end);
    if (!result)
        result = parse_way_ends(p, "one turn of each", &after);
    if (result)
        return result;
    node.body = body.first;
    if (end == BODY_ELSE) {
        result = parse_body(p, "each", &otherwise, NULL, &end);
        if (!result)
            result = parse_way_ends(p, "this branch", &after);
        node.otherwise = otherwise.first;
    }
    if (!result && end != BODY_END)
        result = scan_fail(scan, scan->place, "", "{%% end %%} is due, not another branch");
    return result ? result : parse_append(p, list, node, NULL);
}
