#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sodium.h>
#include <string.h>
#include <zlib.h>

#include "assets.h"

static struct text bytes_of(const struct http_asset *asset)
{
    return (struct text){asset->bytes, asset->n};
}

static void addresses_hold_the_digest_of_the_content(void **state)
{
    (void)state;
    assert_true(assets_n >= 4);
    for (size_t i = 0; i < assets_n; i++) {
        unsigned char digest[crypto_hash_sha256_BYTES];
        char hex[2 * crypto_hash_sha256_BYTES + 1];
        crypto_hash_sha256(digest, assets[i].bytes, assets[i].n);
        sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
        assert_true(text_starts(text_of(assets[i].path), TEXT("/assets/")));
        assert_true(text_find(text_of(assets[i].path), (struct text){hex, 12}) > 0);
        assert_true(text_find(text_of(assets[i].etag), (struct text){hex, 24}) == 1);
        assert_true(strchr(assets[i].type, '/') != NULL);
    }
}

static void what_is_packed_unpacks_to_the_same(void **state)
{
    (void)state;
    size_t packed = 0;
    for (size_t i = 0; i < assets_n; i++) {
        if (!assets[i].gzip_bytes)
            continue;
        packed++;
        assert_true(assets[i].gzip_n < assets[i].n);
        unsigned char *out = test_malloc(assets[i].n + 1);
        z_stream stream = {.next_in = (z_const Bytef *)(uintptr_t)assets[i].gzip_bytes,
                           .avail_in = (uInt)assets[i].gzip_n,
                           .next_out = out,
                           .avail_out = (uInt)assets[i].n + 1};
        assert_int_equal(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
        assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
        assert_int_equal(stream.total_out, assets[i].n);
        assert_memory_equal(out, assets[i].bytes, assets[i].n);
        inflateEnd(&stream);
        test_free(out);
    }
    assert_true(packed >= 2);
}

/* The GOV.UK typeface and the crown are for gov.uk alone, and a page asks nothing of any other host. */
static void nothing_is_borrowed_or_fetched_from_elsewhere(void **state)
{
    (void)state;
    static const struct text never[] = {TEXT_INIT("GDS Transport"), TEXT_INIT("crest"),
                                        TEXT_INIT("@font-face"),    TEXT_INIT("@import"),
                                        TEXT_INIT("eval("),         TEXT_INIT("sourceMappingURL")};
    for (size_t i = 0; i < assets_n; i++) {
        struct text bytes = bytes_of(&assets[i]);
        for (size_t k = 0; k < sizeof(never) / sizeof(never[0]); k++)
            if (text_find(bytes, never[k]) >= 0)
                fail_msg("%s has %s", assets[i].path, never[k].p);
        if (strstr(assets[i].type, "css"))
            assert_true(text_find(bytes, TEXT("url(")) < 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_hold_the_digest_of_the_content),
        cmocka_unit_test(what_is_packed_unpacks_to_the_same),
        cmocka_unit_test(nothing_is_borrowed_or_fetched_from_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
