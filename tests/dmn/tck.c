/*
 * Runs the DMN compatibility kit: every case of every test file of one level.
 *
 *   dmn-tck cl2|cl3 [PART]     only files whose path contains PART, telling what came instead
 *
 * tests/dmn/tck_known.txt lists cases that are known not to pass, each with its reason. A listed case that passes,
 * and one that fails without being listed, fail the run: the floor moves only by changing the list.
 */
#include "tck.h"

#include <dirent.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"

enum { ARENA_MOST = 256 * 1024 * 1024, PATH_MOST = 1024 };

struct tally {
    unsigned passed, failed, known, wrongly_known, models;
    struct text known_list;
    const char *part;
};

static struct text read_known(struct arena *arena)
{
    const char *source = getenv("PROVISO_SOURCE");
    char path[PATH_MOST];
    struct text t = {NULL, 0};
    snprintf(path, sizeof path, "%s/tests/dmn/tck_known.txt", source ? source : ".");
    (void)file_read(arena, path, 1 << 20, &t, NULL);
    return t;
}

/* A line "folder case reason". */
static bool is_known(struct text list, const char *folder, struct text id)
{
    struct text line;
    while (text_next(&list, '\n', &line)) {
        struct text word;
        if (line.n && line.p[0] != '#' && text_next(&line, ' ', &word) && text_equal(word, text_of(folder)) &&
            text_next(&line, ' ', &word) && text_equal(word, id))
            return true;
    }
    return false;
}

static struct text input_of(struct arena *arena, const xmlNode *test)
{
    struct buffer b = buffer_in(arena);
    const char *before = "{";
    for (const xmlNode *n = tck_child(test, "inputNode"); n; n = tck_next(n, "inputNode")) {
        buffer_format(&b, "%s\"%.*s\": ", before, TEXT_ARGS(tck_attribute(arena, n, "name")));
        tck_write_feel(&b, n);
        before = ", ";
    }
    buffer_string(&b, *before == '{' ? "{}" : "}");
    return buffer_result(&b);
}

/* The result of one node: of the decision, or out of what the service or function of the case gave. */
static const struct dmn_value *evaluate(struct arena *arena, const struct dmn_model *model, const xmlNode *test,
                                        struct text name, const struct dmn_value *input, struct dmn_result *result,
                                        struct error *error)
{
    struct text type = tck_attribute(arena, test, "type"), invocable = tck_attribute(arena, test, "invocableName");
    bool invoked = invocable.n && !text_equal(type, TEXT("decision"));
    if (dmn_evaluate(model, arena, invoked ? invocable : name, input, NULL, result, error))
        return NULL;
    const struct dmn_value *member = invoked ? dmn_context_get(result->value, name) : NULL;
    return member ? member : result->value;
}

static bool run_case(struct arena *arena, const struct dmn_model *model, const xmlNode *test, bool verbose)
{
    struct error error = {.code = 0};
    struct dmn_result input, result = {0};
    struct text given = input_of(arena, test);
    if (dmn_feel(arena, given, "input", NULL, &input, &error)) {
        printf("    input %.*s: %s\n", TEXT_ARGS(given), error.what);
        return false;
    }
    bool good = true;
    for (const xmlNode *n = tck_child(test, "resultNode"); n; n = tck_next(n, "resultNode")) {
        struct text name = tck_attribute(arena, n, "name");
        const struct dmn_value *got = evaluate(arena, model, test, name, input.value, &result, &error);
        if (got && tck_matches(arena, tck_child(n, "expected") ? tck_child(n, "expected") : n, got))
            continue;
        good = false;
        if (!verbose)
            continue;
        struct buffer wanted = buffer_in(arena), had = buffer_in(arena);
        tck_write_feel(&wanted, tck_child(n, "expected"));
        if (got)
            dmn_value_write_json(&had, got);
        printf("    %.*s: wanted %.*s, got %.*s %s\n", TEXT_ARGS(name), TEXT_ARGS(buffer_result(&wanted)),
               TEXT_ARGS(buffer_result(&had)), got ? "" : error.what);
        for (size_t i = 0; i < result.notes && i < 3; i++)
            printf("      %.*s: %.*s\n", TEXT_ARGS(result.note[i].where), TEXT_ARGS(result.note[i].what));
    }
    return good;
}

static void run_cases(const struct dmn_model *model, const xmlNode *root, const char *folder, struct tally *tally)
{
    for (const xmlNode *t = tck_child(root, "testCase"); t; t = tck_next(t, "testCase")) {
        ARENA_SCOPE struct arena *arena = arena_new(ARENA_MOST, ARENA_PLAIN);
        struct text id = tck_attribute(arena, t, "id");
        bool known = is_known(tally->known_list, folder, id), good;
        good = run_case(arena, model, t, !known);
        if (good && known) {
            printf("%s %.*s passes now: take it off tests/dmn/tck_known.txt\n", folder, TEXT_ARGS(id));
            tally->wrongly_known++;
        } else if (good) {
            tally->passed++;
        } else if (known) {
            tally->known++;
        } else {
            printf("%s %.*s FAILED\n", folder, TEXT_ARGS(id));
            tally->failed++;
        }
    }
}

static bool ends(const char *name, const char *with)
{
    size_t n = strlen(name), m = strlen(with);
    return n >= m && strcmp(name + n - m, with) == 0;
}

static void run_folder(const char *path, const char *folder, struct tally *tally)
{
    char file[PATH_MOST];
    DIR *dir = opendir(path);
    for (struct dirent *d; dir && (d = readdir(dir));) {
        if (!ends(d->d_name, ".xml"))
            continue;
        snprintf(file, sizeof file, "%s/%s", path, d->d_name);
        ARENA_SCOPE struct arena *arena = arena_new(ARENA_MOST, ARENA_PLAIN);
        struct error error = {.code = 0};
        xmlDoc *doc = xmlReadFile(file, NULL, XML_PARSE_NONET);
        const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL, *name = tck_child(root, "modelName");
        if (!name || strcmp((const char *)root->name, "testCases") != 0) {
            xmlFreeDoc(doc);
            continue;
        }
        xmlChar *content = xmlNodeGetContent(name);
        snprintf(file, sizeof file, "%s/%s", path, (const char *)content);
        xmlFree(content);
        const struct dmn_model *model = NULL;
        struct text xml;
        char line[900];
        tally->models++;
        if (file_read(arena, file, 1 << 26, &xml, &error) || dmn_model_load(arena, xml, file, &model, &error)) {
            error_line(&error, line, sizeof line);
            printf("%s does not load: %s\n", file, line);
            tally->failed++;
        } else {
            run_cases(model, root, folder, tally);
        }
        xmlFreeDoc(doc);
    }
    if (dir)
        closedir(dir);
}

int main(int argc, char **argv)
{
    const char *vectors = getenv("PROVISO_VECTORS");
    ARENA_SCOPE struct arena *arena = arena_new(ARENA_MOST, ARENA_PLAIN);
    struct tally tally = {.known_list = read_known(arena), .part = argc > 2 ? argv[2] : NULL};
    char path[PATH_MOST], folder_path[PATH_MOST];
    if (argc < 2)
        return 2;
    snprintf(path, sizeof path, "%s/dmn-tck/%s", vectors ? vectors : "../shared/vectors", argv[1]);
    struct dirent **entry;
    int n = scandir(path, &entry, NULL, alphasort);
    if (n < 0) {
        printf("left out: %s is not there\n", path);
        return 0;
    }
    for (int i = 0; i < n; i++) {
        snprintf(folder_path, sizeof folder_path, "%s/%s", path, entry[i]->d_name);
        if (entry[i]->d_name[0] != '.' && (!tally.part || strstr(entry[i]->d_name, tally.part)))
            run_folder(folder_path, entry[i]->d_name, &tally);
        free(entry[i]);
    }
    free(entry);
    printf("%s: %u models; %u cases passed, %u failed, %u known not to pass, %u wrongly so listed\n", argv[1],
           tally.models, tally.passed, tally.failed, tally.known, tally.wrongly_known);
    return tally.failed || tally.wrongly_known || tally.models == 0;
}
