#include "base/bytes.h"

#include <sodium.h>
#include <string.h>

struct text hex_encode(struct arena *arena, const void *p, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    char *out = arena_alloc(arena, 2 * n + 1);
    if (!out)
        return (struct text){NULL, 0};
    const unsigned char *bytes = p;
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    return (struct text){out, 2 * n};
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool hex_decode(struct text t, void *out, size_t size)
{
    if (t.n != 2 * size)
        return false;
    unsigned char *bytes = out;
    for (size_t i = 0; i < size; i++) {
        int high = hex_value(t.p[2 * i]), low = hex_value(t.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static int variant(enum base64_kind kind)
{
    switch (kind) {
    case BASE64_STANDARD:
        return sodium_base64_VARIANT_ORIGINAL;
    case BASE64_STANDARD_UNPADDED:
        return sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
    default:
        return sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    }
}

struct text base64_encode(struct arena *arena, enum base64_kind kind, const void *p, size_t n)
{
    size_t size = sodium_base64_encoded_len(n, variant(kind));
    char *out = arena_alloc(arena, size);
    if (!out)
        return (struct text){NULL, 0};
    sodium_bin2base64(out, size, p, n, variant(kind));
    return (struct text){out, strlen(out)};
}

void base64_write(struct buffer *out, enum base64_kind kind, const void *p, size_t n)
{
    struct text text = base64_encode(out->arena, kind, p, n);
    out->failed = out->failed || !text.p;
    buffer_text(out, text);
}

/*
 * libsodium refuses trailing bits that are not zero, wrong padding and foreign ASCII characters. It takes bytes from 0x80
 * on for letters of the alphabet (as of 1.0.18), so those are refused before.
 */
static bool decode(enum base64_kind kind, struct text t, unsigned char *out, size_t room, size_t *n)
{
    for (size_t i = 0; i < t.n; i++)
        if ((unsigned char)t.p[i] >= 0x80)
            return false;
    const char *end = NULL;
    return sodium_base642bin(out, room, t.p ? t.p : "", t.n, NULL, n, &end, variant(kind)) == 0 &&
           (!t.n || end == t.p + t.n);
}

bool base64_decode(struct arena *arena, enum base64_kind kind, struct text t, struct text *out)
{
    size_t room = t.n / 4 * 3 + 3, n = 0;
    unsigned char *bytes = arena_alloc(arena, room);
    if (!bytes || !decode(kind, t, bytes, room, &n))
        return false;
    *out = (struct text){(const char *)bytes, n};
    return true;
}

bool base64_decode_into(enum base64_kind kind, struct text t, void *out, size_t size)
{
    size_t n = 0;
    return decode(kind, t, out, size, &n) && n == size;
}

void bytes_wipe(void *p, size_t n)
{
    if (n)
        sodium_memzero(p, n);
}

void bytes_random(void *p, size_t n)
{
    randombytes_buf(p, n);
}
