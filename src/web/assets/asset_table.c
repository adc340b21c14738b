#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/buffer.h"
#include "base/error.h"

/*
 * asset-table OUT NAME=FILE...
 *
 * Writes OUT/assets.c, a table of struct http_asset with each file's bytes and those of FILE.gz, and
 * OUT/assets.txt, which tells the template compiler each NAME's address. The address holds a digest of the
 * content, so a browser may keep a file for ever.
 */

enum { CEILING = 256 << 20, FILE_LIMIT = 16 << 20, NAME_DIGITS = 12 };

static const char *media_type(struct text name)
{
    static const struct {
        struct text ending;
        const char *type;
    } types[] = {
        {TEXT_INIT(".css"), "text/css; charset=utf-8"},
        {TEXT_INIT(".js"), "text/javascript; charset=utf-8"},
        {TEXT_INIT(".svg"), "image/svg+xml"},
        {TEXT_INIT(".png"), "image/png"},
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (text_ends(name, types[i].ending))
            return types[i].type;
    return NULL;
}

static void write_bytes(struct buffer *out, const char *kind, int number, struct text bytes)
{
    buffer_format(out, "static const unsigned char %s_%d[] = {", kind, number);
    for (size_t i = 0; i < bytes.n; i++)
        buffer_format(out, "%s%u,", i % 24 == 0 ? "\n    " : "", (unsigned char)bytes.p[i]);
    buffer_string(out, "\n};\n");
}

static int add_asset(struct arena *arena, int number, struct text argument, struct buffer *bytes,
                     struct buffer *table, struct buffer *names, struct error *error)
{
    ptrdiff_t sign = text_find_char(argument, '=');
    struct text name = text_cut(argument, 0, sign < 0 ? 0 : (size_t)sign);
    const char *type = media_type(name);
    if (!type)
        return error_set(error, ERROR_INPUT, argument.p, "write NAME=FILE with a known ending",
                         "this is no asset");
    char *path = arena_string(arena, text_cut(argument, (size_t)sign + 1, argument.n));
    struct text gzip_path = arena_format(arena, "%s.gz", path ? path : "");
    struct text plain, gzip;
    int result =
        path && gzip_path.p ? file_read(arena, path, FILE_LIMIT, &plain, error) : arena_error(arena, error);
    if (!result)
        result = file_read(arena, gzip_path.p, FILE_LIMIT, &gzip, error);
    if (result)
        return result;
    unsigned char digest[crypto_hash_sha256_BYTES];
    char hex[2 * crypto_hash_sha256_BYTES + 1];
    crypto_hash_sha256(digest, (const unsigned char *)plain.p, plain.n);
    sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
    ptrdiff_t dot = text_find_char(name, '.');
    struct text url = arena_format(arena, "/assets/%.*s-%.*s%.*s", TEXT_ARGS(text_cut(name, 0, (size_t)dot)),
                                   NAME_DIGITS, hex, TEXT_ARGS(text_cut(name, (size_t)dot, name.n)));
    write_bytes(bytes, "plain", number, plain);
    write_bytes(bytes, "gzip", number, gzip);
    bool smaller = gzip.n < plain.n;
    buffer_format(table,
                  "    {.path = \"%.*s\", .type = \"%s\", .bytes = plain_%d, .n = sizeof(plain_%d), .etag = "
                  "\"\\\"%.*s\\\"\",\n",
                  TEXT_ARGS(url), type, number, number, 2 * NAME_DIGITS, hex);
    if (smaller)
        buffer_format(table, "     .gzip_bytes = gzip_%d, .gzip_n = sizeof(gzip_%d)},\n", number, number);
    else
        buffer_format(table, "     .gzip_n = 0 * sizeof(gzip_%d)},\n", number);
    buffer_format(names, "%.*s %.*s\n", TEXT_ARGS(name), TEXT_ARGS(url));
    return arena_exhausted(arena) ? arena_error(arena, error) : 0;
}

int main(int argc, char **argv)
{
    struct arena *arena ARENA_SCOPE = arena_new(CEILING, ARENA_PLAIN);
    struct error error = {0};
    if (argc < 3 || !arena || sodium_init() < 0) {
        fputs("usage: asset-table OUT NAME=FILE...\n", stderr);
        return 2;
    }
    struct buffer source = buffer_in(arena), table = buffer_in(arena), names = buffer_in(arena);
    buffer_string(&source, "/* Written by asset-table. */\n#include \"assets.h\"\n\n");
    int result = 0;
    for (int i = 2; i < argc && !result; i++)
        result = add_asset(arena, i - 2, text_of(argv[i]), &source, &table, &names, &error);
    buffer_format(&source, "\nconst struct http_asset assets[] = {\n%.*s};\n\nconst size_t assets_n = %d;\n",
                  TEXT_ARGS(buffer_result(&table)), argc - 2);
    struct text source_path = arena_format(arena, "%s/assets.c", argv[1]),
                names_path = arena_format(arena, "%s/assets.txt", argv[1]);
    if (!result && (arena_exhausted(arena) || buffer_failed(&source) || buffer_failed(&names)))
        result = arena_error(arena, &error);
    if (!result)
        result = file_replace(source_path.p, buffer_result(&source), 0644, &error);
    if (!result)
        result = file_replace(names_path.p, buffer_result(&names), 0644, &error);
    if (!result)
        return 0;
    char line[1024];
    error_line(&error, line, sizeof(line));
    fprintf(stderr, "asset-table: %s\n", line);
    return error_exit_code(result);
}
