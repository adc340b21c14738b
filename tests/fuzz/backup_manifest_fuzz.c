/* The manifest of a backup, which may come from anywhere. The sum at its end is put right first, or nothing else would be reached. */
#include "backup/manifest.h"

#include "base.h"

#include <sodium.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void judge(struct arena *arena, struct text source)
{
    struct backup_manifest manifest, again;
    struct error error = {0};
    if (manifest_parse(arena, source, "fuzz", &manifest, &error) != 0) {
        must(error.code == ERROR_CHECK && error.what[0]);
        return;
    }
    must(manifest.files >= 2 && manifest.files <= BACKUP_FILES && manifest.epochs >= 1 && manifest.epochs <= BACKUP_EPOCHS);
    for (size_t i = 0; i < manifest.files; i++)
        must(manifest.file[i].name == manifest_name(i) && manifest.file[i].size >= 0);
    struct text written = manifest_write(arena, &manifest);
    must(arena_exhausted(arena) || manifest_parse(arena, written, "fuzz", &again, &error) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE struct arena *arena = arena_new(8 << 20, ARENA_PLAIN);
    struct text source = {(const char *)data, size};
    uint8_t sum[crypto_hash_sha256_BYTES];
    judge(arena, source);
    crypto_hash_sha256(sum, data, size);
    judge(arena, arena_format(arena, "%.*ssha256 %.*s\n", TEXT_ARGS(source), TEXT_ARGS(hex_encode(arena, sum, sizeof sum))));
    return 0;
}
