#include "template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

/*
 * template-compiler OUT [--assets FILE] [--style NAME=FILE] [--shapes FILE] TEMPLATE.html...
 *
 * Writes OUT/pages/shapes.h and, for each page NAME, OUT/pages/NAME.h and OUT/pages/NAME.c. A file that would
 * not change is left alone, so that what depends on it is not built again.
 */

enum { CEILING = 256 << 20, FILE_LIMIT = 4 << 20 };

static int complain(const struct error *error)
{
    char line[1024];
    error_line(error, line, sizeof(line));
    fprintf(stderr, "%s\n", line);
    return error_exit_code(error->code);
}

static int write_if_changed(struct arena *arena, struct text path, struct text content, struct error *error)
{
    char *name = arena_string(arena, path);
    if (!name)
        return arena_error(arena, error);
    struct text before;
    if (!file_read(arena, name, FILE_LIMIT, &before, NULL) && text_equal(before, content))
        return 0;
    return file_replace(name, content, 0644, error);
}

/* "sign-in", for ".../sign-in.html". */
static struct text template_name(struct text path)
{
    for (ptrdiff_t slash; (slash = text_find_char(path, '/')) >= 0;)
        path = text_cut(path, (size_t)slash + 1, path.n);
    return text_ends(path, TEXT(".html")) ? text_cut(path, 0, path.n - 5) : path;
}

static int read_templates(struct template_set *set, struct arena *arena, char **names, int *failures,
                          struct error *error)
{
    for (; *names; names++) {
        char *path = *names;
        bool assets = strcmp(path, "--assets") == 0, shapes = strcmp(path, "--shapes") == 0,
             style = strcmp(path, "--style") == 0;
        if ((assets || shapes || style) && !(path = *++names))
            return error_set(error, ERROR_INPUT, "", "", "a file is missing after the last option");
        char *sign = style ? strchr(path, '=') : NULL;
        struct text style_name = sign ? text_cut(text_of(path), 0, (size_t)(sign - path)) : TEXT("");
        path = sign ? sign + 1 : path;
        struct text file = text_of(path), source;
        int result = file_read(arena, path, FILE_LIMIT, &source, error);
        if (result)
            return result;
        if (assets)
            result = template_add_assets(set, file, source, error);
        else if (style)
            result = template_add_style(set, style_name, source, error);
        else if (shapes)
            result = template_add_shapes(set, file, source, error);
        else
            result = template_add(set, template_name(file), file, source, error);
        if (result && (assets || shapes || style))
            return result;
        if (result) { /* go on: the others' mistakes are worth hearing of too */
            complain(error);
            ++*failures;
        }
    }
    return 0;
}

static int write_page(struct template_set *set, const struct template *page, struct text folder,
                      struct error *error)
{
    struct arena *arena ARENA_SCOPE = arena_new(CEILING, ARENA_PLAIN);
    if (!arena)
        return error_set(error, ERROR_SYSTEM, "", "", "there is no memory");
    struct text name = template_c_name(page);
    struct buffer header = buffer_in(arena), source = buffer_in(arena);
    int result = template_emit_header(set, page, &header, error);
    if (!result)
        result = template_emit_source(set, page, &source, error);
    if (!result)
        result = write_if_changed(
            arena, arena_format(arena, "%.*s/pages/%.*s.h", TEXT_ARGS(folder), TEXT_ARGS(name)),
            buffer_result(&header), error);
    if (!result)
        result = write_if_changed(
            arena, arena_format(arena, "%.*s/pages/%.*s.c", TEXT_ARGS(folder), TEXT_ARGS(name)),
            buffer_result(&source), error);
    return result;
}

int main(int argc, char **argv)
{
    struct arena *arena ARENA_SCOPE = arena_new(CEILING, ARENA_PLAIN);
    struct template_set *set = arena ? template_set_new(arena) : NULL;
    struct error error = {0};
    if (argc < 3 || !set) {
        fputs("usage: template-compiler OUT [--assets FILE] [--style NAME=FILE] [--shapes FILE] TEMPLATE.html...\n", stderr);
        return 2;
    }
    struct text folder = text_of(argv[1]);
    int failures = 0;
    if (read_templates(set, arena, argv + 2, &failures, &error))
        return complain(&error);
    if (failures > 0)
        return 2;
    if (template_check(set, &error))
        return complain(&error);
    struct buffer shapes = buffer_in(arena);
    if (template_emit_shapes(set, &shapes, &error) ||
        write_if_changed(arena, arena_format(arena, "%.*s/pages/shapes.h", TEXT_ARGS(folder)),
                         buffer_result(&shapes), &error))
        return complain(&error);
    for (const struct template *page = template_next_page(set, NULL); page;
         page = template_next_page(set, page))
        if (write_page(set, page, folder, &error))
            return complain(&error);
    return 0;
}
