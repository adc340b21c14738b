/* Written keys, identity files and typed phrases. What is taken is written back the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "vault.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text t = {(const char *)data, size};
    struct vault_recipient recipient;
    const struct vault_identity *list;
    size_t count;
    char written[VAULT_RECIPIENT_LENGTH + 1], phrase[VAULT_PHRASE_MAX], again[VAULT_PHRASE_MAX];
    struct arena *arena = arena_new(1 << 20, ARENA_SECRET);
    if (!arena)
        abort();
    if (vault_recipient_parse(t, &recipient, NULL) == 0) {
        vault_recipient_format(&recipient, written);
        if (!text_equal(text_of(written), t))
            abort();
    }
    if (vault_identities_read(arena, t, "fuzz", &list, &count, NULL) == 0) {
        for (size_t i = 0; i < count; i++) {
            vault_identity_format(&list[i], written);
            if (text_find(t, text_of(written)) < 0)
                abort();
        }
    }
    for (size_t words = 1; words <= VAULT_PHRASE_CODE + VAULT_PHRASE_SECRET; words++) {
        if (vault_phrase_normalise(t, words, phrase, NULL) != 0)
            continue;
        if (vault_phrase_normalise(text_of(phrase), words, again, NULL) != 0 || strcmp(phrase, again) != 0)
            abort();
    }
    arena_free(&arena);
    return 0;
}
