#include "key.h"

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_FILE_MOST = 2048, SEED_SIZE = crypto_sign_SEEDBYTES };
static const struct text PREFIX = TEXT_INIT("PRIVATE+KEY+");

static int sign(void *self, struct text message, uint8_t signature[LEDGER_SIGNATURE_SIZE], struct error *error)
{
    const struct witness_key *key = self;
    if (crypto_sign_detached(signature, NULL, (const unsigned char *)message.p, message.n, key->secret) != 0)
        return error_set(error, ERROR_SYSTEM, "key", "", "cannot sign");
    return 0;
}

static int take(struct witness_key *key, struct text name, const uint8_t seed[SEED_SIZE], struct error *error)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    if (name.n > LEDGER_KEY_NAME_MAX)
        return error_set(error, ERROR_INPUT, "name", "", "the name is too long");
    key->secret = sodium_malloc(crypto_sign_SECRETKEYBYTES);
    if (!key->secret)
        return error_system(error, errno, "key", "there is no memory for secrets");
    crypto_sign_seed_keypair(public_key, key->secret, seed);
    sodium_mprotect_readonly(key->secret);
    memcpy(key->name, name.p, name.n);
    key->signer.self = key;
    key->signer.sign = sign;
    return ledger_key_make(LEDGER_KEY_WITNESS, text_of(key->name), public_key, &key->signer.key, error);
}

static int make_new(struct arena *arena, const char *path, const char *name, struct witness_key *key, struct error *error)
{
    uint8_t seed[1 + SEED_SIZE] = {LEDGER_KEY_WITNESS};
    char host[200] = "localhost", standard[220];
    gethostname(host, sizeof host - 1);
    snprintf(standard, sizeof standard, "witness/%s", host);
    bytes_random(seed + 1, SEED_SIZE);
    int result = take(key, text_of(name ? name : standard), seed + 1, error);
    struct buffer line = buffer_in(arena);
    buffer_text(&line, PREFIX);
    buffer_format(&line, "%s+%08x+", key->name, (unsigned)key->signer.key.id);
    base64_write(&line, BASE64_STANDARD, seed, sizeof seed);
    buffer_char(&line, '\n');
    bytes_wipe(seed, sizeof seed);
    if (result == 0 && buffer_failed(&line))
        result = arena_error(arena, error);
    return result ? result : file_replace(path, buffer_result(&line), 0600, error);
}

static int read_back(struct arena *arena, const char *path, struct witness_key *key, struct error *error)
{
    struct text line, name, id;
    uint8_t seed[1 + SEED_SIZE];
    int result = file_read(arena, path, KEY_FILE_MOST, &line, error);
    if (result != 0)
        return result;
    line = text_trim(line);
    bool good = text_starts(line, PREFIX);
    line = text_cut(line, PREFIX.n, line.n);
    good = good && text_next(&line, '+', &name) && text_next(&line, '+', &id) &&
           base64_decode_into(BASE64_STANDARD, line, seed, sizeof seed) && seed[0] == LEDGER_KEY_WITNESS;
    result = good ? take(key, name, seed + 1, error) : ERROR_INPUT;
    bytes_wipe(seed, sizeof seed);
    if (result == ERROR_SYSTEM)
        return result;
    if (result != 0)
        return error_set(error, ERROR_INPUT, path, "Put back a copy of it. Without it, begin with a new home and tell the logs its new key.",
                         "the key of this witness is damaged");
    char is[9];
    snprintf(is, sizeof is, "%08x", (unsigned)key->signer.key.id);
    if (!text_equal(id, text_of(is)))
        return error_set(error, ERROR_INPUT, path, "Put back a copy of it.", "the key does not fit its id");
    return 0;
}

int witness_key_open(const char *folder, const char *name, struct witness_key *key, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(64 * 1024, ARENA_SECRET);
    char path[PATH_MAX];
    struct stat status;
    *key = (struct witness_key){0};
    if (!arena || sodium_init() < 0)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (snprintf(path, sizeof path, "%s/key", folder) >= (int)sizeof path)
        return error_set(error, ERROR_INPUT, folder, "", "the path is too long");
    int result;
    if (stat(path, &status) != 0)
        result = errno == ENOENT ? make_new(arena, path, name, key, error) : error_system(error, errno, path, "cannot be looked at");
    else if ((status.st_mode & 077) != 0)
        result = error_set(error, ERROR_INPUT, path, "chmod 600 it, if you are sure that nobody has read it.",
                           "others may read the key");
    else
        result = read_back(arena, path, key, error);
    if (result == 0 && name && strcmp(name, key->name) != 0)
        result = error_set(error, ERROR_INPUT, path, "Leave --name out, or take another home.",
                           "this witness is called \"%s\" already", key->name);
    if (result != 0)
        witness_key_close(key);
    return result;
}

void witness_key_close(struct witness_key *key)
{
    if (key->secret)
        sodium_free(key->secret); /* wipes it */
    *key = (struct witness_key){0};
}
