#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "template.h"

/*
 * Any bytes as templates: pieces parted by form feeds are a file of shapes, then templates `part`, `layout`
 * and `page`. What is accepted must also become C.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct text names[] = {TEXT_INIT("part"), TEXT_INIT("layout"), TEXT_INIT("page")};
    struct arena *arena ARENA_SCOPE = arena_new(8 << 20, ARENA_PLAIN);
    struct template_set *set = template_set_new(arena);
    struct error error = {0};
    struct text rest = {(const char *)data, size}, piece;
    if (template_add_assets(set, TEXT("assets"), TEXT("app.css /assets/app-1.css\n"), &error))
        abort();
    if (text_find_char(rest, '\f') >= 0 && text_next(&rest, '\f', &piece) &&
        template_add_shapes(set, TEXT("shapes"), piece, &error))
        return 0;
    for (size_t i = text_find_char(rest, '\f') >= 0 ? 0 : 2; i < 3 && text_next(&rest, '\f', &piece); i++)
        if (template_add(set, names[i], names[i], piece, &error))
            return 0;
    if (template_check(set, &error))
        return 0;
    struct buffer out = buffer_in(arena);
    template_emit_shapes(set, &out, &error);
    for (const struct template *page = template_next_page(set, NULL); page;
         page = template_next_page(set, page)) {
        int result = template_emit_header(set, page, &out, &error);
        if (!result)
            result = template_emit_source(set, page, &out, &error);
        if (result == ERROR_SYSTEM) /* a name that the checker let pass and the emitter could not find */
            abort();
    }
    return 0;
}
