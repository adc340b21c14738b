#include "manifest.h"

#include "ledger.h"

#include <sodium.h>
#include <string.h>

static const char *const names[BACKUP_FILES] = {"data/proviso.db", "data/documents.db", "demo"};
enum { MUST_BE = 2, VERSION = 1 };

const char *manifest_name(size_t index)
{
    return index < BACKUP_FILES ? names[index] : NULL;
}

struct ledger_head manifest_head(const struct backup_manifest *manifest)
{
    struct ledger_head head = {.size = manifest->entries};
    memcpy(head.root.byte, manifest->root, sizeof head.root.byte);
    return head;
}

static struct text sum_line(struct arena *arena, struct text content)
{
    uint8_t sum[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(sum, (const uint8_t *)content.p, content.n);
    return arena_format(arena, "sha256 %.*s\n", TEXT_ARGS(hex_encode(arena, sum, sizeof sum)));
}

struct text manifest_write(struct arena *arena, const struct backup_manifest *manifest)
{
    struct buffer out = buffer_in(arena);
    struct json_writer w = json_writer_in(&out);
    json_object(&w);
    json_key(&w, "proviso_backup"), json_put_int(&w, VERSION);
    json_key(&w, "made_at"), json_put_text(&w, instant_format(arena, manifest->made_at));
    json_key(&w, "log"), json_put_string(&w, manifest->origin);
    json_key(&w, "log_key"), json_put_text(&w, manifest->log_key);
    json_key(&w, "entries"), json_put_int(&w, (int64_t)manifest->entries);
    json_key(&w, "root"), json_put_text(&w, hex_encode(arena, manifest->root, sizeof manifest->root));
    json_key(&w, "checkpoint"), json_put_text(&w, manifest->checkpoint);
    json_key(&w, "epochs"), json_array(&w);
    for (size_t i = 0; i < manifest->epochs; i++)
        json_put_int(&w, manifest->epoch[i]);
    json_end(&w);
    json_key(&w, "files"), json_array(&w);
    for (size_t i = 0; i < manifest->files; i++) {
        const struct backup_file *file = &manifest->file[i];
        json_object(&w);
        json_key(&w, "name"), json_put_string(&w, file->name);
        json_key(&w, "size"), json_put_int(&w, file->size);
        json_key(&w, "sha256"), json_put_text(&w, hex_encode(arena, file->sha256, sizeof file->sha256));
        json_end(&w);
    }
    json_end(&w);
    json_end(&w);
    buffer_char(&out, '\n');
    struct text content = buffer_result(&out);
    struct text sum = sum_line(arena, content);
    buffer_text(&out, sum);
    return buffer_result(&out);
}

static int altered(const char *where, struct error *error)
{
    return error_set(error, ERROR_CHECK, where, "Use another backup.", "the manifest of the backup has been altered or cut short");
}

/* Takes the last line off and compares it. */
static bool sum_holds(struct arena *arena, struct text *source)
{
    enum { LINE = 7 + 2 * crypto_hash_sha256_BYTES + 1 };
    if (source->n <= LINE)
        return false;
    struct text content = text_cut(*source, 0, source->n - LINE), line = text_cut(*source, source->n - LINE, source->n);
    struct text made = sum_line(arena, content);
    *source = content;
    return made.p && text_equal(made, line);
}

static bool read_number(const struct json *value, int64_t least, int64_t most, int64_t *out)
{
    return json_is(value, JSON_NUMBER) && text_to_int64(value->text, out) && *out >= least && *out <= most;
}

static bool read_files(const struct json *list, struct backup_manifest *manifest)
{
    if (!json_is(list, JSON_ARRAY) || list->count < MUST_BE || list->count > BACKUP_FILES)
        return false;
    for (size_t i = 0; i < list->count; i++) {
        struct backup_file *file = &manifest->file[i];
        if (!text_equal(json_text(json_get(&list->item[i], "name")), text_of(names[i])) ||
            !read_number(json_get(&list->item[i], "size"), 0, INT64_MAX / 4, &file->size) ||
            !hex_decode(json_text(json_get(&list->item[i], "sha256")), file->sha256, sizeof file->sha256))
            return false;
        file->name = names[i];
    }
    manifest->files = list->count;
    return true;
}

static bool read_epochs(const struct json *list, struct backup_manifest *manifest)
{
    if (!json_is(list, JSON_ARRAY) || list->count < 1 || list->count > BACKUP_EPOCHS)
        return false;
    for (size_t i = 0; i < list->count; i++) {
        int64_t number;
        if (!read_number(&list->item[i], 1, UINT32_MAX, &number) || (i && number != (int64_t)manifest->epoch[i - 1] + 1))
            return false;
        manifest->epoch[i] = (uint32_t)number;
    }
    manifest->epochs = list->count;
    return true;
}

/* What the log signed must be a beginning of what the manifest names. */
static bool read_checkpoint(struct arena *arena, const struct json *object, struct backup_manifest *manifest)
{
    struct ledger_key key;
    struct ledger_checkpoint checkpoint;
    struct error why;
    struct text origin = json_text(json_get(object, "log"));
    manifest->log_key = json_text(json_get(object, "log_key"));
    manifest->checkpoint = json_text(json_get(object, "checkpoint"));
    if (ledger_key_parse(manifest->log_key, &key, &why) != 0 || !text_equal(key.name, origin))
        return false;
    manifest->origin = arena_string(arena, origin);
    if (!manifest->origin || manifest->checkpoint.n == 0)
        return manifest->origin && manifest->entries == 0;
    return ledger_checkpoint_open(arena, manifest->checkpoint, origin, &key, 1, &checkpoint, NULL, &why) == 0 &&
           checkpoint.head.size <= manifest->entries &&
           (checkpoint.head.size < manifest->entries || memcmp(checkpoint.head.root.byte, manifest->root, BACKUP_HASH) == 0);
}

int manifest_parse(struct arena *arena, struct text source, const char *where, struct backup_manifest *manifest,
                   struct error *error)
{
    const struct json *object;
    struct error why;
    int64_t number;
    *manifest = (struct backup_manifest){0};
    if (!sum_holds(arena, &source) || json_read(arena, source, where, &object, &why) != 0)
        return altered(where, error);
    if (!read_number(json_get(object, "proviso_backup"), VERSION, VERSION, &number))
        return error_set(error, ERROR_CHECK, where, "Restore it with the version of Proviso that made it, or a newer one.",
                         "this backup is of another version");
    if (!instant_parse(json_text(json_get(object, "made_at")), &manifest->made_at) ||
        !read_number(json_get(object, "entries"), 0, INT64_MAX, &number) ||
        !hex_decode(json_text(json_get(object, "root")), manifest->root, sizeof manifest->root) ||
        !read_files(json_get(object, "files"), manifest) || !read_epochs(json_get(object, "epochs"), manifest))
        return altered(where, error);
    manifest->entries = (uint64_t)number;
    return read_checkpoint(arena, object, manifest)
               ? 0
               : error_set(error, ERROR_CHECK, where, "Use another backup.",
                           "the checkpoint in the manifest is not one that this log signed");
}
