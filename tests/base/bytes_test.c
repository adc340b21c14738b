#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base.h"

static const enum base64_kind kinds[] = {BASE64_STANDARD, BASE64_STANDARD_UNPADDED, BASE64_URL_UNPADDED};

static void base64_both_ways(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    uint8_t bytes[64];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37 + 5);
    for (size_t k = 0; k < 3; k++)
        for (size_t n = 0; n <= sizeof bytes; n++) {
            struct text decoded, encoded = base64_encode(arena, kinds[k], bytes, n);
            assert_true(base64_decode(arena, kinds[k], encoded, &decoded));
            assert_int_equal(decoded.n, n);
            assert_memory_equal(decoded.p, bytes, n);
        }
}

/* Whatever single byte is put wherever: what is accepted is what would be written. */
static void base64_has_one_form(void **state)
{
    (void)state;
    static const uint8_t bytes[8] = {0xfb, 0xef, 0xff, 0x00, 0x3e, 0x3f, 0x7f, 0x80};
    for (size_t k = 0; k < 3; k++)
        for (size_t n = 1; n <= sizeof bytes; n++) {
            ARENA_SCOPE struct arena *arena = arena_new(8 << 20, ARENA_PLAIN);
            char *text = arena_string(arena, base64_encode(arena, kinds[k], bytes, n));
            size_t length = strlen(text), accepted = 0;
            for (size_t at = 0; at < length; at++)
                for (unsigned c = 0; c < 256; c++) {
                    struct text decoded;
                    char held = text[at];
                    text[at] = (char)c;
                    if (base64_decode(arena, kinds[k], (struct text){text, length}, &decoded)) {
                        struct text again = base64_encode(arena, kinds[k], decoded.p, decoded.n);
                        assert_true(text_equal(again, (struct text){text, length}));
                        accepted++;
                    }
                    text[at] = held;
                }
            assert_true(accepted >= length);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(base64_both_ways),
                                       cmocka_unit_test(base64_has_one_form)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
