#include "vault/key.h"

#include <stdio.h>
#include "base/error.h"

int vault_identities_read(struct arena *arena, struct text file, const char *where,
                          const struct vault_identity **out, size_t *count, struct error *error)
{
    struct vault_identity *list = NULL;
    size_t used = 0, room = 0, number = 0;
    struct text line;
    if (text_starts(file, TEXT("age-encryption.org/")) || text_starts(file, TEXT("-----BEGIN AGE ")))
        return error_set(error, ERROR_INPUT, where, "open it first and give the file of keys inside",
                         "the identity file is itself sealed");
    while (text_next(&file, '\n', &line)) {
        number++;
        line = text_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        list = arena_more(arena, list, used, &room, sizeof *list);
        if (!list)
            return arena_error(arena, error);
        int result = vault_identity_parse(line, &list[used], error);
        if (result) {
            char place[200];
            snprintf(place, sizeof place, "%s line %zu", where, number);
            error_within(error, place);
            return result;
        }
        used++;
    }
    if (used == 0)
        return error_set(error, ERROR_INPUT, where, "it should hold a line that begins with AGE-SECRET-KEY-1",
                         "no key in the identity file");
    *out = list;
    *count = used;
    return 0;
}
