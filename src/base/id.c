#include "base/id.h"

#include "base/bytes.h"

#include <string.h>

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

/* 130 bits hold 128: the first character carries three bits and is below '8'. */
struct id id_new(int64_t instant)
{
    unsigned char raw[16];
    uint64_t millis = (uint64_t)(instant / 1000);
    for (int i = 0; i < 6; i++)
        raw[i] = (unsigned char)(millis >> (8 * (5 - i)));
    bytes_random(raw + 6, 10);
    struct id id;
    unsigned __int128 value = 0;
    for (int i = 0; i < 16; i++)
        value = value << 8 | raw[i];
    for (int i = ID_LENGTH - 1; i >= 0; i--) {
        id.text[i] = alphabet[(unsigned)(value & 31)];
        value >>= 5;
    }
    id.text[ID_LENGTH] = 0;
    return id;
}

bool id_parse(struct text t, struct id *id)
{
    id->text[0] = 0;
    if (t.n != ID_LENGTH || t.p[0] > '7')
        return false;
    for (size_t i = 0; i < ID_LENGTH; i++)
        if (t.p[i] == 0 || !strchr(alphabet, t.p[i]))
            return false;
    memcpy(id->text, t.p, ID_LENGTH);
    id->text[ID_LENGTH] = 0;
    return true;
}

struct text id_text(const struct id *id)
{
    return text_of(id->text);
}

bool id_is_set(const struct id *id)
{
    return id->text[0] != 0;
}

bool id_equal(const struct id *a, const struct id *b)
{
    return strcmp(a->text, b->text) == 0;
}
