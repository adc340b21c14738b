#include "site.h"

#include "ledger/checkpoint.h"

#include <openssl/sha.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/*
 * The public log as a stranger sees it: the tree is computed anew from the entries that are served, by a hand
 * of its own, and must be the one that the checkpoint's signature covers.
 */

enum { COMMANDS = 300 }; /* more than a full tile */

struct hash {
    unsigned char byte[32];
};

static struct hash hash_of(unsigned char kind, const void *a, size_t a_n, const void *b, size_t b_n)
{
    struct hash hash;
    unsigned char *whole = malloc(1 + a_n + b_n);
    whole[0] = kind;
    memcpy(whole + 1, a, a_n);
    if (b_n)
        memcpy(whole + 1 + a_n, b, b_n);
    SHA256(whole, 1 + a_n + b_n, hash.byte);
    free(whole);
    return hash;
}

/* RFC 6962 section 2.1, as it is written there. */
static struct hash root_of(const struct hash *leaf, size_t n)
{
    if (n == 1)
        return leaf[0];
    size_t k = 1;
    while (k * 2 < n)
        k *= 2;
    struct hash left = root_of(leaf, k), right = root_of(leaf + k, n - k);
    return hash_of(1, &left, sizeof left, &right, sizeof right);
}

static struct ledger_checkpoint checkpoint(struct test_site *site)
{
    struct error error;
    struct ledger_key key;
    struct ledger_checkpoint open;
    struct reply told = site_get(site, TEXT(""), "/log/key"),
                 note = site_get(site, TEXT(""), "/log/checkpoint");
    assert_true(text_starts(reply_header(&note, "Content-Type"), TEXT("text/plain")));
    assert_true(text_equal(reply_header(&note, "Cache-Control"), TEXT("no-cache")));
    must(ledger_key_parse(text_trim(told.body), &key, &error), &error, "key");
    must(ledger_checkpoint_open(site->arena, note.body, key.name, &key, 1, &open, NULL, &error), &error,
         "checkpoint");
    return open;
}

static struct reply tile(struct test_site *site, const char *path)
{
    struct reply reply = site_get(site, TEXT(""), path);
    assert_true(text_equal(reply_header(&reply, "Content-Type"), TEXT("application/octet-stream")));
    assert_true(text_find(reply_header(&reply, "Cache-Control"), TEXT("immutable")) > 0);
    return reply;
}

static void read_entries(struct test_site *site, struct hash *leaf, size_t size)
{
    for (size_t at = 0; at < size;) {
        size_t width = size - at < 256 ? size - at : 256;
        struct reply reply =
            tile(site, width == 256 ? site_format(site, "/log/tile/entries/%03zu", at / 256)
                                    : site_format(site, "/log/tile/entries/%03zu.p/%zu", at / 256, width));
        const unsigned char *p = (const unsigned char *)reply.body.p, *end = p + reply.body.n;
        for (size_t i = 0; i < width; i++) {
            assert_true(end - p >= 2);
            size_t n = (size_t)p[0] << 8 | p[1];
            assert_true((size_t)(end - p - 2) >= n);
            leaf[at++] = hash_of(0, p + 2, n, NULL, 0);
            p += 2 + n;
        }
        assert_ptr_equal(p, end);
    }
}

static void test_tree(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher");
    struct ledger_checkpoint before = checkpoint(site);
    for (int i = 0; i < COMMANDS; i++)
        site_post(site, teacher, "case/open", "{\"name\":\"Robin Example\"}");
    struct ledger_checkpoint after = checkpoint(site);
    size_t size = (size_t)after.head.size;
    assert_int_equal(size, before.head.size + COMMANDS);
    struct hash *leaf = calloc(size, sizeof *leaf), root;
    read_entries(site, leaf, size);
    root = root_of(leaf, size);
    assert_memory_equal(root.byte, after.head.root.byte, sizeof root.byte);
    root = root_of(leaf, (size_t)before.head.size);
    assert_memory_equal(root.byte, before.head.root.byte, sizeof root.byte);

    /* the tiles of hashes say the same, and show nothing of what was recorded */
    struct reply reply = tile(site, "/log/tile/0/000");
    assert_int_equal(reply.body.n, 256 * sizeof *leaf);
    assert_memory_equal(reply.body.p, leaf, reply.body.n);
    reply = tile(site, "/log/tile/1/000.p/1");
    root = root_of(leaf, 256);
    assert_memory_equal(reply.body.p, root.byte, sizeof root.byte);
    reply = tile(site, "/log/tile/entries/000");
    assert_true(text_find(reply.body, TEXT("Robin")) < 0 && text_find(reply.body, TEXT("case")) < 0);
    free(leaf);
}

static void same_length(const struct reply *a, const struct reply *b)
{
    assert_true(reply_header(a, "Content-Length").n > 0);
    assert_true(text_equal(reply_header(a, "Content-Length"), reply_header(b, "Content-Length")));
}

/* Whoever has it already is told so; HEAD tells of it without giving it. */
static void test_unchanged(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher");
    site_post(site, teacher, "case/open", "{\"name\":\"Robin Example\"}");
    static const char *const paths[] = {"/log/checkpoint", "/log/tile/0/000.p/1", "/log/tile/entries/000.p/1"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct reply whole = ASK(site, .path = paths[i]);
        struct text tag = reply_header(&whole, "ETag");
        assert_int_equal(whole.status, 200);
        assert_true(text_starts(tag, TEXT("\"")) && whole.body.n > 0);
        struct reply told = ASK(site, .path = paths[i], .if_none_match = tag);
        assert_int_equal(told.status, 304);
        assert_int_equal(told.body.n, 0);
        same_length(&whole, &told);
        assert_true(text_equal(reply_header(&told, "ETag"), tag));
        assert_true(text_equal(reply_header(&told, "Cache-Control"), reply_header(&whole, "Cache-Control")));
        struct reply head = ASK(site, .path = paths[i], .method = "HEAD");
        assert_int_equal(head.status, 200);
        assert_int_equal(head.body.n, 0);
        same_length(&whole, &head);
        assert_int_equal(ASK(site, .path = paths[i], .if_none_match = TEXT("\"other\"")).status, 200);
    }
    struct reply before = ASK(site, .path = "/log/checkpoint");
    site_post(site, teacher, "case/open", "{\"name\":\"Robin Example\"}");
    struct reply after = ASK(site, .path = "/log/checkpoint", .if_none_match = reply_header(&before, "ETag"));
    assert_int_equal(after.status, 200);
    assert_false(text_equal(after.body, before.body));
}

static void test_refused(void **state)
{
    struct test_site *site = *state;
    static const char *const malformed[] = {"/log/tile/0/0",         "/log/tile/64/000",
                                            "/log/tile/0/000.p/256", "/log/tile/x/000",
                                            "/log/tile/0/000.p/0",   "/log/tile/entries/../../key"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        struct reply reply = ASK(site, .path = malformed[i]);
        if (reply.status != 400 && reply.status != 404)
            fail_msg("%s: %d", malformed[i], reply.status);
        assert_true(text_find(reply_header(&reply, "Cache-Control"), TEXT("immutable")) < 0);
    }
    assert_int_equal(ASK(site, .path = "/log/tile/0/999").status, 404);
    assert_int_equal(ASK(site, .path = "/log/tile/7/000").status, 404);
}

static void test_service(void **state)
{
    struct test_site *site = *state;
    struct reply reply = site_get(site, TEXT(""), "/healthz");
    assert_true(text_equal(reply.body, TEXT("ok\n")));
    reply = site_get(site, TEXT(""), "/metrics");
    static const char *const told[] = {"\nproviso_commands_total ", "\nproviso_log_size ",
                                       "\nhttp_requests_under_way ", "/api/v1/case/open"};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (text_find(reply.body, text_of(told[i])) < 0)
            fail_msg("no%s in the metrics", told[i]);
    assert_true(text_find(reply.body, TEXT("teacher")) < 0);
    /* each line is a comment or a name and a number */
    struct text rest = reply.body, line;
    while (text_next(&rest, '\n', &line)) {
        if (line.n == 0 || line.p[0] == '#')
            continue;
        ptrdiff_t space = -1;
        for (size_t i = 0; i < line.n; i++)
            if (line.p[i] == ' ')
                space = (ptrdiff_t)i;
        char *end, *number = arena_string(site->arena, text_cut(line, (size_t)(space + 1), line.n));
        strtod(number, &end);
        if (space < 1 || *end || end == number)
            fail_msg("not a metric: %.*s", TEXT_ARGS(line));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_unchanged),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_service),
    };
    return cmocka_run_group_tests(tests, site_begin, site_end);
}
