#include "internal.h"

#include "base/bytes.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PACK_CEILING = 64 << 20, FILE_LIMIT = 8 << 20 };

static const char *const decision_name[POLICY_DECISIONS] = {"share", "consent", "channel", "retention",
                                                            "deadline"};

const char *policy_decision_name(enum policy_decision decision)
{
    return decision_name[decision];
}

bool policy_decision_find(struct text name, enum policy_decision *decision)
{
    for (int d = 0; d < POLICY_DECISIONS; d++)
        if (text_equal(name, text_of(decision_name[d]))) {
            *decision = (enum policy_decision)d;
            return true;
        }
    return false;
}

/*
 * The hash of a pack: SHA-256 over the files that make its answers, vocabulary.json, pack.json and policy.dmn
 * in this order, each as its name, a zero byte, its length in bytes in decimal, a zero byte, and its bytes.
 */
static int hash_files(struct policy_pack *pack, struct error *error)
{
    static const char *const name[3] = {"vocabulary.json", "pack.json", "policy.dmn"};
    const struct text file[3] = {pack->files.vocabulary, pack->files.pack, pack->files.rules};
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int good = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL);
    for (size_t i = 0; good && i < 3; i++) {
        char length[32];
        int n = snprintf(length, sizeof length, "%zu", file[i].n);
        good = n > 0 && EVP_DigestUpdate(context, name[i], strlen(name[i]) + 1) &&
               EVP_DigestUpdate(context, length, (size_t)n + 1) &&
               EVP_DigestUpdate(context, file[i].p, file[i].n);
    }
    good = good && EVP_DigestFinal_ex(context, digest, &size);
    EVP_MD_CTX_free(context);
    if (!good)
        return error_set(error, ERROR_SYSTEM, pack->info.id.p, "", "the pack could not be hashed");
    pack->info.sha256 = hex_encode(pack->arena, digest, size);
    return 0;
}

static bool good_id(const char *id)
{
    size_t n = strlen(id);
    for (size_t i = 0; i < n; i++)
        if (!((id[i] >= 'a' && id[i] <= 'z') || (id[i] >= '0' && id[i] <= '9') || (id[i] == '-' && i > 0)))
            return false;
    return n > 0 && n < 64;
}

/* Reads what the files say, in the order in which they build on each other. `dmn` names the rules in errors.
 */
static int read_parts(struct policy_pack *pack, const char *id, const char *dmn, struct error *error)
{
    const struct policy_pack_files *files = &pack->files;
    int result;
    if ((result = policy_read_vocabulary(pack, files->vocabulary, error)) ||
        (result = policy_read_words(pack, files->words, error)) ||
        (result = policy_read_pack(pack, files->pack, id, error)) ||
        (result = policy_bind(pack, files->rules, dmn, error)) || (result = policy_compile(pack, error)) ||
        (result = policy_read_guide(pack, &pack->guide, "pack.json", error)))
        return result;
    return hash_files(pack, error);
}

static struct text keep(struct arena *arena, struct text t)
{
    return t.n ? arena_text(arena, t) : (struct text){"", 0};
}

int policy_pack_read(const char *id, const struct policy_pack_files *files, struct policy_pack **out,
                     struct error *error)
{
    *out = NULL;
    if (!good_id(id))
        return error_set(error, ERROR_INPUT, "pack", "use small letters, digits and hyphens",
                         "the id of the pack is not well formed");
    const struct text *part[] = {&files->vocabulary, &files->words, &files->pack, &files->rules,
                                 &files->safety};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        if (part[i]->n > FILE_LIMIT)
            return error_set(error, ERROR_TOO_LARGE, id, "", "a file of the pack is larger than 8 MiB");
    struct arena *arena = arena_new(PACK_CEILING, ARENA_PLAIN);
    struct policy_pack *pack = arena ? ARENA_NEW(arena, struct policy_pack) : NULL;
    if (!pack) {
        arena_free(&arena);
        return error_set(error, ERROR_SYSTEM, id, "", "out of memory");
    }
    pack->arena = arena;
    pack->files = (struct policy_pack_files){
        keep(arena, files->vocabulary), keep(arena, files->words),  keep(arena, files->pack),
        keep(arena, files->rules),      keep(arena, files->safety),
    };
    const char *dmn = arena_string(arena, arena_format(arena, "%s/policy.dmn", id));
    int result = dmn ? read_parts(pack, id, dmn, error) : arena_error(arena, error);
    if (result)
        arena_free(&arena);
    else
        *out = pack;
    return result;
}

const struct policy_pack_files *policy_pack_files(const struct policy_pack *pack)
{
    return &pack->files;
}

/* One file of a pack; where `optional` it may be missing. */
static int read_file(struct arena *scratch, const char *packs, const char *id, const char *name,
                     bool optional, struct text *out, struct error *error)
{
    const char *path = arena_string(scratch, *id ? arena_format(scratch, "%s/%s/%s", packs, id, name)
                                                 : arena_format(scratch, "%s/%s", packs, name));
    *out = (struct text){"", 0};
    if (!path)
        return arena_error(scratch, error);
    return optional && access(path, F_OK) ? 0 : file_read(scratch, path, FILE_LIMIT, out, error);
}

int policy_pack_load(const char *packs, const char *id, struct policy_pack **out, struct error *error)
{
    struct stat status;
    struct policy_pack_files files;
    int result;
    *out = NULL;
    struct arena *scratch ARENA_SCOPE = arena_new(PACK_CEILING, ARENA_PLAIN);
    if (!scratch)
        return error_set(error, ERROR_SYSTEM, id, "", "out of memory");
    const char *folder = arena_string(scratch, arena_format(scratch, "%s/%s", packs, id));
    if (!good_id(id) || !folder || stat(folder, &status) || !S_ISDIR(status.st_mode))
        return error_set(error, ERROR_MISSING, packs, "\"proviso policy list\" names those that there are",
                         "there is no pack \"%s\"", id);
    if ((result = read_file(scratch, packs, "", "vocabulary.json", false, &files.vocabulary, error)) ||
        (result = read_file(scratch, packs, "", "words.json", false, &files.words, error)) ||
        (result = read_file(scratch, packs, id, "pack.json", false, &files.pack, error)) ||
        (result = read_file(scratch, packs, id, "policy.dmn", false, &files.rules, error)) ||
        (result = read_file(scratch, packs, id, "safety.json", true, &files.safety, error)))
        return result;
    return policy_pack_read(id, &files, out, error);
}

void policy_pack_free(struct policy_pack **slot)
{
    struct policy_pack *pack = *slot;
    if (pack) {
        struct arena *arena = pack->arena;
        arena_free(&arena);
    }
    *slot = NULL;
}

static int compare_texts(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

int policy_pack_list(const char *packs, struct arena *arena, struct text **out, size_t *count,
                     struct error *error)
{
    struct text *list = NULL;
    size_t n = 0;
    DIR *folder = opendir(packs);
    if (!folder)
        return error_system(error, errno, packs, "the folder of packs could not be read");
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        const char *path = arena_string(arena, arena_format(arena, "%s/%s/pack.json", packs, entry->d_name));
        if (!path || !good_id(entry->d_name) || access(path, R_OK))
            continue;
        struct text *grown = arena_grow(arena, list, n, n + 1, sizeof *list);
        if (!grown)
            break;
        list = grown;
        list[n++] = arena_text(arena, text_of(entry->d_name));
    }
    closedir(folder);
    if (arena_exhausted(arena))
        return arena_error(arena, error);
    if (n)
        qsort(list, n, sizeof *list, compare_texts);
    *out = list;
    *count = n;
    return 0;
}

static bool has_vocabulary(struct arena *arena, const char *folder)
{
    const char *path = arena_string(arena, arena_format(arena, "%s/vocabulary.json", folder));
    return path && access(path, R_OK) == 0;
}

bool policy_packs_folder(struct arena *arena, const char **folder)
{
    const char *named = getenv("PROVISO_PACKS");
    if (named && *named) {
        *folder = named;
        return true;
    }
    char program[4096];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    struct text above = {program, n > 0 ? (size_t)n : 0};
    for (int up = 0; up < 4 && above.n; up++) {
        while (above.n && above.p[above.n - 1] != '/')
            above.n--;
        if (above.n)
            above.n--;
        static const char *const under[] = {"packs", "share/proviso/packs"};
        for (size_t i = 0; i < 2; i++) {
            const char *path =
                arena_string(arena, arena_format(arena, "%.*s/%s", TEXT_ARGS(above), under[i]));
            if (path && has_vocabulary(arena, path)) {
                *folder = path;
                return true;
            }
        }
    }
    *folder = "packs";
    return has_vocabulary(arena, "packs");
}

const struct policy_pack_info *policy_pack_info(const struct policy_pack *pack)
{
    return &pack->info;
}

size_t policy_pack_memory(const struct policy_pack *pack)
{
    return arena_used(pack->arena);
}

size_t policy_fact_count(const struct policy_pack *pack)
{
    return pack->facts;
}

const struct policy_fact_info *policy_fact_info(const struct policy_pack *pack, size_t index)
{
    return &pack->fact[index].info;
}

const struct policy_fact_info *policy_fact_find(const struct policy_pack *pack, struct text key)
{
    ptrdiff_t at = policy_fact_index(pack, key);
    return at < 0 ? NULL : &pack->fact[at].info;
}

bool policy_fact_matters(const struct policy_pack *pack, enum policy_decision decision, struct text key)
{
    ptrdiff_t at = policy_fact_index(pack, key);
    return at >= 0 && pack->plan[decision].present && pack->plan[decision].matters[at];
}
