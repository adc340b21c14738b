#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "load.h"
#include "model_inside.h"

enum { MODEL_BYTES_MOST = 32 * 1024 * 1024 };

static const struct {
    const char *uri;
    int version;
} known[] = {
    {"http://www.omg.org/spec/DMN/20151101/dmn.xsd", 11},
    {"http://www.omg.org/spec/DMN/20151101/dmn11.xsd", 11},
    {"http://www.omg.org/spec/DMN/20180521/MODEL/", 12},
    {"https://www.omg.org/spec/DMN/20191111/MODEL/", 13},
    {"https://www.omg.org/spec/DMN/20211108/MODEL/", 14},
    {"https://www.omg.org/spec/DMN/20230324/MODEL/", 15},
    {"https://www.omg.org/spec/DMN/20240513/MODEL/", 16},
};

static void place_of(const struct loader *l, const xmlNode *node, char *where, size_t size)
{
    (void)snprintf(where, size, "%s:%d", l->file, load_line(node));
}

static int check_root(struct loader *l, const xmlNode *root, struct error *error)
{
    char where[160];
    place_of(l, root, where, sizeof where);
    if (strcmp((const char *)root->name, "definitions") != 0 || !root->ns)
        return error_set(error, ERROR_INPUT, where, "Give a DMN model: a definitions element.",
                         "this is not a decision model");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp((const char *)root->ns->href, known[i].uri) == 0)
            l->model->version = known[i].version;
    if (l->model->version == 0)
        return error_set(error, ERROR_INPUT, where, "Save the model as DMN 1.2 to 1.5.",
                         "the namespace %s is none of DMN's", (const char *)root->ns->href);
    l->uri = root->ns->href;
    const xmlNode *import = load_first(l, root, "import");
    if (!import)
        return 0;
    place_of(l, import, where, sizeof where);
    return error_set(error, ERROR_INPUT, where, "Put what it imports into this file.",
                     "the model imports another one, which is not read");
}

static int read_root(struct loader *l, const xmlNode *root, struct error *error)
{
    int result = check_root(l, root, error);
    if (result)
        return result;
    l->model->id = load_attribute(l, root, "id");
    l->model->name = load_name(l, root);
    l->model->uri = load_attribute(l, root, "namespace");
    load_members(l, root);
    if ((result = load_types(l, root, error)) || (result = load_graph(l, root, error)) ||
        (result = load_check_cycles(l, error)))
        return result;
    load_drawing(l, root);
    return arena_exhausted(l->arena) ? arena_error(l->arena, error) : 0;
}

static void drop_document(xmlDoc **doc)
{
    if (*doc)
        xmlFreeDoc(*doc);
}

static void drop_context(xmlParserCtxt **context)
{
    if (*context)
        xmlFreeParserCtxt(*context);
}

/* The library sets up tables of its own once, which must not happen in two threads at the same time. */
static pthread_once_t parser_ready = PTHREAD_ONCE_INIT;

/* It writes some errors of encodings to standard error, whatever it is told; the error that counts is kept with the
 * context. */
#if LIBXML_VERSION >= 21200
static void say_nothing(void *data, const xmlError *error)
#else
static void say_nothing(void *data, xmlError *error)
#endif
{
    (void)data;
    (void)error;
}

static int read_document(struct loader *l, struct text xml, struct error *error)
{
    (void)pthread_once(&parser_ready, xmlInitParser);
    __attribute__((cleanup(drop_context))) xmlParserCtxt *context = xmlNewParserCtxt();
    __attribute__((cleanup(drop_document))) xmlDoc *doc = NULL;
    char where[160];
    if (!context)
        return error_set(error, ERROR_SYSTEM, l->file, "", "there is no memory to read the model");
    xmlSetStructuredErrorFunc(NULL, say_nothing); /* of this thread */
    doc = xmlCtxtReadMemory(context, xml.p, (int)xml.n, NULL, NULL,
                            XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES);
    xmlSetStructuredErrorFunc(NULL, NULL);
    if (!doc) {
        const xmlError *last = xmlCtxtGetLastError(context);
        struct text said = text_trim(text_of(last && last->message ? last->message : "it is not well formed"));
        (void)snprintf(where, sizeof where, "%s:%d", l->file, last ? last->line : 0);
        return error_set(error, ERROR_INPUT, where, "", "this is not XML: %.*s", TEXT_ARGS(text_cut(said, 0, 200)));
    }
    if (doc->intSubset)
        return error_set(error, ERROR_INPUT, l->file, "Take the DOCTYPE out.",
                         "document type declarations are not accepted");
    const xmlNode *root = xmlDocGetRootElement(doc);
    return root ? read_root(l, root, error)
                : error_set(error, ERROR_INPUT, l->file, "", "this is not a decision model");
}

int dmn_model_load(struct arena *arena, struct text xml, const char *file, const struct dmn_model **out,
                   struct error *error)
{
    struct model_inside *inside = ARENA_NEW(arena, struct model_inside);
    struct loader loader = {.arena = arena, .file = file, .shared = {.arena = arena}};
    *out = NULL;
    if (!inside)
        return arena_error(arena, error);
    if (xml.n > MODEL_BYTES_MOST)
        return error_set(error, ERROR_TOO_LARGE, file, "", "the model is larger than 32 MiB");
    if (text_find(xml, TEXT("<!DOCTYPE")) >= 0)
        return error_set(error, ERROR_INPUT, file, "Take the DOCTYPE out.",
                         "document type declarations are not accepted");
    loader.model = &inside->model;
    inside->model.file = arena_text(arena, text_of(file));
    int result = read_document(&loader, xml, error);
    if (arena_exhausted(arena)) /* whatever else seemed wrong followed from this */
        return arena_error(arena, error);
    if (result)
        return result;
    *out = &inside->model;
    return 0;
}
