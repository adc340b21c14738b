/* The test vectors of the age specification, whole and in pieces of odd sizes. */
#include "pieces.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>
#include <zlib.h>
#include "base/bytes.h"
#include "base/file.h"

enum { MANY = 8 };

struct vector {
    struct text expect, payload, file_key;
    struct vault_identity identity[MANY];
    size_t identities;
    bool compressed;
    struct bytes file;
};

static void inflate_body(struct text body, struct bytes *out)
{
    z_stream stream = {.next_in = (Bytef *)body.p, .avail_in = (uInt)body.n};
    uint8_t room[65536];
    int code = inflateInit(&stream);
    while (code == Z_OK) {
        stream.next_out = room;
        stream.avail_out = sizeof room;
        code = inflate(&stream, Z_NO_FLUSH);
        bytes_add(out, room, sizeof room - stream.avail_out);
    }
    assert_int_equal(code, Z_STREAM_END);
    inflateEnd(&stream);
}

static void read_vector(struct text all, struct vector *v)
{
    struct text line, name;
    memset(v, 0, sizeof *v);
    while (text_next(&all, '\n', &line) && line.n > 0) {
        ptrdiff_t colon = text_find(line, TEXT(": "));
        assert_true(colon > 0);
        name = text_cut(line, 0, (size_t)colon);
        struct text value = text_cut(line, (size_t)colon + 2, line.n);
        if (text_equal(name, TEXT("expect")))
            v->expect = value;
        else if (text_equal(name, TEXT("payload")))
            v->payload = value;
        else if (text_equal(name, TEXT("file key")))
            v->file_key = value;
        else if (text_equal(name, TEXT("passphrase")))
            v->identity[v->identities++] = vault_identity_passphrase(value);
        else if (text_equal(name, TEXT("compressed")))
            v->compressed = true;
        else if (text_equal(name, TEXT("identity")))
            assert_int_equal(vault_identity_parse(value, &v->identity[v->identities++], NULL), 0);
        else
            assert_true(text_equal(name, TEXT("armored")) || text_equal(name, TEXT("comment")));
    }
    if (v->compressed)
        inflate_body(all, &v->file);
    else
        bytes_add(&v->file, all.p, all.n);
}

/*
 * Which form a file has is told by its first byte, so armor with text before it is refused as no age file.
 * That the armor itself is refused is then for the armor reader to show.
 */
static bool refused_as_armor(const struct vector *v, enum vault_verdict verdict)
{
    struct vault_armor_reader reader;
    struct bytes out = {0};
    if (verdict != VAULT_HEADER_MALFORMED || v->file.n == 0 || memchr("- \t\r\n", v->file.p[0], 5))
        return false;
    vault_armor_reader_start(&reader);
    int result = run_pieces(stepper_armor_reader(&reader), v->file.p, v->file.n, 4096, 4096, false, &out, NULL);
    bytes_free(&out);
    return result == ERROR_INPUT;
}

static void judge(const char *name, const struct vector *v, int code, enum vault_verdict verdict,
                  const struct bytes *out, const struct error *error)
{
    static const struct {
        const char *expect;
        int code;
        enum vault_verdict verdict;
    } known[] = {
        {"success", 0, VAULT_GOOD},
        {"no match", ERROR_CHECK, VAULT_NO_KEY_FITS},
        {"HMAC failure", ERROR_CHECK, VAULT_HEADER_ALTERED},
        {"header failure", ERROR_INPUT, VAULT_HEADER_MALFORMED},
        {"armor failure", ERROR_INPUT, VAULT_ARMOR_MALFORMED},
        {"payload failure", ERROR_CHECK, VAULT_PAYLOAD_BROKEN},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!text_equal(v->expect, text_of(known[i].expect)))
            continue;
        if (known[i].verdict == VAULT_ARMOR_MALFORMED && code == ERROR_INPUT && refused_as_armor(v, verdict))
            return;
        if (code != known[i].code || verdict != known[i].verdict)
            fail_msg("%s: expected %s, got code %d verdict %d (%s: %s)", name, known[i].expect, code,
                     (int)verdict, code ? error->where : "", code ? error->what : "");
        if (v->payload.n > 0) {
            uint8_t wanted[32], got[32];
            assert_true(hex_decode(v->payload, wanted, 32));
            assert_int_equal(EVP_Digest(out->p, out->n, got, NULL, EVP_sha256(), NULL), 1);
            if (memcmp(wanted, got, 32) != 0)
                fail_msg("%s: %zu bytes came out, and not those expected", name, out->n);
        }
        return;
    }
    fail_msg("%s: unknown expectation", name);
}

static void run_whole(const char *name, const struct vector *v)
{
    struct memory_reader in = {v->file.p, v->file.n, 0};
    struct memory_writer out = {0};
    struct vault_reader reader = reader_of(&in);
    struct vault_writer writer = writer_of(&out);
    enum vault_verdict verdict;
    struct error error = {0};
    int result = vault_file_open(&reader, &writer, v->identity, v->identities, &verdict, &error);
    judge(name, v, result, verdict, &out.bytes, &error);
    bytes_free(&out.bytes);
}

static void run_in_pieces(const char *name, const struct vector *v)
{
    static const size_t sizes[][2] = {{1, 1},        {7, 65536},     {65536, 3},      {977, 1021},
                                      {65537, 4093}, {65552, 65536}, {200001, 100003}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (v->file.n > 1 << 20 && (sizes[i][0] < 100 || sizes[i][1] < 100))
            continue;
        VAULT_FILE_OPENER_SCOPE struct vault_file_opener *opener = NULL;
        struct bytes out = {0};
        struct error error = {0};
        assert_int_equal(vault_file_opener_new(v->identity, v->identities, &opener, &error), 0);
        int result = run_pieces(stepper_file_opener(opener), v->file.p, v->file.n, sizes[i][0], sizes[i][1],
                                i % 2, &out, &error);
        judge(name, v, result, vault_file_opener_verdict(opener), &out, &error);
        bytes_free(&out);
    }
}

/* Where the file opens, its header alone gives the file key that the vector names. */
static bool check_file_key(const struct vector *v)
{
    struct text file = {(const char *)v->file.p, v->file.n};
    ptrdiff_t end = text_find(file, TEXT("\n--- "));
    if (!text_equal(v->expect, TEXT("success")) || !text_starts(file, TEXT("age-encryption")) || end < 0)
        return false;
    struct text header = text_cut(file, 0, (size_t)end + 1 + 4 + 43 + 1);
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct vault_file_key key;
    uint8_t wanted[16];
    assert_int_equal(vault_header_open(arena, header, v->identity, v->identities, &key, NULL, NULL), 0);
    assert_true(hex_decode(v->file_key, wanted, sizeof wanted));
    assert_memory_equal(key.bytes, wanted, sizeof wanted);
    return true;
}

static void test_vectors(void **state)
{
    (void)state;
    const char *root = getenv("PROVISO_VECTORS");
    char folder[1024], path[2048];
    snprintf(folder, sizeof folder, "%s/age", root ? root : "../shared/vectors");
    DIR *list = opendir(folder);
    int ran = 0, keys = 0;
    if (!list) {
        printf("left out: the age test vectors are not at %s\n", folder);
        return;
    }
    for (struct dirent *entry; (entry = readdir(list));) {
        if (entry->d_name[0] == '.')
            continue;
        ARENA_SCOPE struct arena *arena = arena_new(8 << 20, ARENA_PLAIN);
        struct text all;
        struct vector v;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        assert_int_equal(file_read(arena, path, 4 << 20, &all, NULL), 0);
        read_vector(all, &v);
        run_whole(entry->d_name, &v);
        run_in_pieces(entry->d_name, &v);
        keys += check_file_key(&v);
        ran++;
        bytes_free(&v.file);
    }
    closedir(list);
    printf("age vectors: %d passed, each whole and in pieces; %d file keys compared\n", ran, keys);
    assert_true(ran > 0);
    assert_true(keys > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_vectors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
