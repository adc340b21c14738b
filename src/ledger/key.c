#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "codec.h"
#include "hasher.h"
#include "ledger/note.h"
#include "note_inside.h"

/* Characters that Unicode calls white space, as UTF-8. */
static const struct text spaces[] = {
    TEXT_INIT("\x20"),         TEXT_INIT("\xc2\x85"),     TEXT_INIT("\xc2\xa0"),
    TEXT_INIT("\xe1\x9a\x80"), TEXT_INIT("\xe2\x80\x80"), TEXT_INIT("\xe2\x80\x81"),
    TEXT_INIT("\xe2\x80\x82"), TEXT_INIT("\xe2\x80\x83"), TEXT_INIT("\xe2\x80\x84"),
    TEXT_INIT("\xe2\x80\x85"), TEXT_INIT("\xe2\x80\x86"), TEXT_INIT("\xe2\x80\x87"),
    TEXT_INIT("\xe2\x80\x88"), TEXT_INIT("\xe2\x80\x89"), TEXT_INIT("\xe2\x80\x8a"),
    TEXT_INIT("\xe2\x80\xa8"), TEXT_INIT("\xe2\x80\xa9"), TEXT_INIT("\xe2\x80\xaf"),
    TEXT_INIT("\xe2\x81\x9f"), TEXT_INIT("\xe3\x80\x80"),
};

bool ledger_key_name_valid(struct text name)
{
    if (name.n == 0 || !text_is_utf8(name) || text_find_char(name, '+') >= 0)
        return false;
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] < 0x20)
            return false;
    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++)
        if (text_find(name, spaces[i]) >= 0)
            return false;
    return true;
}

int ledger_key_make(enum ledger_key_kind kind, struct text name,
                    const uint8_t public_key[LEDGER_PUBLIC_KEY_SIZE], struct ledger_key *key,
                    struct error *error)
{
    if (kind != LEDGER_KEY_LOG && kind != LEDGER_KEY_WITNESS)
        return error_set(error, ERROR_INPUT, "key", "use an Ed25519 key of a log (1) or a witness (4)",
                         "keys of kind %d are not known here", (int)kind);
    if (name.n > LEDGER_KEY_NAME_MAX || !ledger_key_name_valid(name))
        return error_set(
            error, ERROR_INPUT, "key name", "use a host name and a path, as in example.org/log",
            "a key's name is 1 to 255 bytes of UTF-8 without white space, control characters or \"+\"");
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    ledger_hasher_start(&hasher);
    ledger_hasher_add(&hasher, name.p, name.n);
    ledger_hasher_add(&hasher, (const uint8_t[]){'\n', (uint8_t)kind}, 2);
    ledger_hasher_add(&hasher, public_key, LEDGER_PUBLIC_KEY_SIZE);
    struct ledger_hash hash = ledger_hasher_end(&hasher);
    *key = (struct ledger_key){.kind = kind, .name = name};
    for (size_t i = 0; i < 4; i++)
        key->id = key->id << 8 | hash.byte[i];
    memcpy(key->public_key, public_key, LEDGER_PUBLIC_KEY_SIZE);
    return 0;
}

int ledger_key_parse(struct text verifier_key, struct ledger_key *key, struct error *error)
{
    static const char fix[] = "Give it as name+id+key, as its owner published it.";
    ptrdiff_t plus = text_find_char(verifier_key, '+');
    struct text name = text_cut(verifier_key, 0, plus < 0 ? 0 : (size_t)plus);
    struct text rest = text_cut(verifier_key, plus < 0 ? 0 : (size_t)plus + 1, verifier_key.n);
    uint8_t bytes[1 + LEDGER_PUBLIC_KEY_SIZE], id[4];
    if (plus < 0 || rest.n < 9 || rest.p[8] != '+' || !hex_decode(text_cut(rest, 0, 8), id, sizeof id) ||
        !ledger_base64_parse(text_cut(rest, 9, rest.n), bytes, sizeof bytes))
        return error_set(error, ERROR_INPUT, "verifier key", fix,
                         "this is not the verifier key of an Ed25519 key");
    for (size_t i = 0; i < 8; i++)
        if (rest.p[i] >= 'A' && rest.p[i] <= 'F')
            return error_set(error, ERROR_INPUT, "verifier key", fix,
                             "the id of a key has lower-case digits");
    struct ledger_key made;
    int result = ledger_key_make((enum ledger_key_kind)bytes[0], name, bytes + 1, &made, error);
    if (result != 0)
        return result;
    uint32_t stated = (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3];
    if (stated != made.id)
        return error_set(error, ERROR_INPUT, "verifier key", fix,
                         "the id in the verifier key is not that of its name and key");
    *key = made;
    return 0;
}

struct text ledger_key_text(struct arena *arena, const struct ledger_key *key)
{
    uint8_t bytes[1 + LEDGER_PUBLIC_KEY_SIZE] = {(uint8_t)key->kind};
    memcpy(bytes + 1, key->public_key, LEDGER_PUBLIC_KEY_SIZE);
    struct buffer out = buffer_in(arena);
    buffer_text(&out, key->name);
    buffer_format(&out, "+%08x+", (unsigned)key->id);
    ledger_put_base64(&out, bytes, sizeof bytes);
    return buffer_failed(&out) ? (struct text){0} : buffer_result(&out);
}
