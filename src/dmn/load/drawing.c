#include "load.h"

#include <stdlib.h>
#include <string.h>

/* DMNDI has namespaces of its own, one a version of DMN: matched by local name. */
static bool named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static const xmlNode *child(const xmlNode *parent, const char *name)
{
    const xmlNode *c = parent->children;
    while (c && !named(c, name))
        c = c->next;
    return c;
}

static double measure(struct loader *l, const xmlNode *node, const char *name)
{
    struct text t = load_attribute(l, node, name);
    struct number n;
    return number_parse(t, &n) ? number_to_double(n) : 0;
}

static struct text element_of(struct loader *l, const xmlNode *node)
{
    struct text reference = load_attribute(l, node, "dmnElementRef");
    ptrdiff_t colon = text_find_char(reference, ':');
    return colon < 0 ? reference : text_cut(reference, (size_t)colon + 1, reference.n);
}

static void edge(struct loader *l, const xmlNode *node, struct dmn_edge *out)
{
    size_t n = 0;
    for (const xmlNode *c = node->children; c; c = c->next)
        n += named(c, "waypoint");
    struct dmn_point *point = ARENA_ARRAY(l->arena, struct dmn_point, n);
    *out = (struct dmn_edge){.element = element_of(l, node), .line = load_line(node), .waypoint = point};
    for (const xmlNode *c = node->children; point && c; c = c->next)
        if (named(c, "waypoint"))
            point[out->waypoints++] = (struct dmn_point){measure(l, c, "x"), measure(l, c, "y")};
}

void load_drawing(struct loader *l, const xmlNode *root)
{
    const xmlNode *drawing = child(root, "DMNDI");
    size_t shapes = 0, edges = 0;
    if (!drawing)
        return;
    for (const xmlNode *d = drawing->children; d; d = d->next)
        for (const xmlNode *c = named(d, "DMNDiagram") ? d->children : NULL; c; c = c->next) {
            shapes += named(c, "DMNShape");
            edges += named(c, "DMNEdge");
        }
    struct dmn_shape *shape = ARENA_ARRAY(l->arena, struct dmn_shape, shapes);
    struct dmn_edge *line = ARENA_ARRAY(l->arena, struct dmn_edge, edges);
    if (!shape || !line)
        return;
    l->model->shape = shape;
    l->model->edge = line;
    for (const xmlNode *d = drawing->children; d; d = d->next)
        for (const xmlNode *c = named(d, "DMNDiagram") ? d->children : NULL; c; c = c->next) {
            const xmlNode *bounds = named(c, "DMNShape") ? child(c, "Bounds") : NULL;
            if (bounds)
                shape[l->model->shapes++] =
                    (struct dmn_shape){element_of(l, c),        load_line(c),
                                       measure(l, bounds, "x"), measure(l, bounds, "y"),
                                       measure(l, bounds, "width"), measure(l, bounds, "height")};
            else if (named(c, "DMNEdge"))
                edge(l, c, &line[l->model->edges++]);
        }
}
