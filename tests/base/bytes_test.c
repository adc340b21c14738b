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

/* What a buffer writes is what is taken; what is cut short anywhere is not taken for whole. */
static void wire_takes_what_a_buffer_puts(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(4096, ARENA_PLAIN);
    struct buffer b = buffer_in(arena);
    buffer_u16(&b, 0xfedc);
    buffer_u64(&b, UINT64_C(0x8123456789abcdef));
    buffer_u32(&b, 3);
    buffer_string(&b, "abc");
    buffer_u32(&b, 0);
    buffer_string(&b, "xy");
    struct text whole = buffer_result(&b);
    for (size_t n = 0; n <= whole.n; n++) {
        struct wire wire = {.rest = text_cut(whole, 0, n)};
        char last[2];
        uint64_t two = wire_number(&wire, 2), eight = wire_number(&wire, 8);
        struct text three = wire_text(&wire, 4), none = wire_text(&wire, 4);
        wire_copy(&wire, last, sizeof last);
        assert_int_equal(wire_done(&wire), n == whole.n);
        assert_int_equal(two, n < 2 ? 0 : 0xfedc);
        assert_true(eight == (n < 10 ? 0 : UINT64_C(0x8123456789abcdef)));
        assert_true(text_equal(three, n < 17 ? TEXT("") : TEXT("abc")) && none.n == 0);
        assert_memory_equal(last, n == whole.n ? "xy" : "\0\0", 2);
    }
    struct wire more = {.rest = TEXT("ab")};
    wire_take(&more, 1);
    assert_false(more.failed || wire_done(&more));
    more = (struct wire){.rest = TEXT("\xff\xff\xff\xff\xff\xff\xff\xff!")}; /* a length beyond all memory */
    assert_int_equal(wire_text(&more, 8).n, 0);
    assert_true(more.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(base64_both_ways),
                                       cmocka_unit_test(base64_has_one_form),
                                       cmocka_unit_test(wire_takes_what_a_buffer_puts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
