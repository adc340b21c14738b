#include "epoch.h"

#include "block.h"
#include "secret.h"

#include "base/bytes.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const char BLOCK_NAME[] = "proviso epoch 1";

struct epoch_block {
    uint8_t name[BLOCK_NAME_SIZE];
    uint8_t number[4];
    uint8_t key[32];
    uint8_t sum[BLOCK_SUM_SIZE];
};

enum { WRAP_VERSION = 1, WRAP_HEAD = 5, WRAP_NONCE = 24, FILE_NAME_SIZE = 32 };

static void file_name(char name[FILE_NAME_SIZE], const char *prefix, uint32_t number)
{
    snprintf(name, FILE_NAME_SIZE, "%s-%" PRIu32, prefix, number);
}

static int check_room(const struct keyholder_epochs *epochs, struct error *error)
{
    if (epochs->count < 2)
        return 0;
    return error_set(error, ERROR_CONFLICT, "epoch", "Wrap all keys anew and retire the older epoch first.",
                     "epoch %" PRIu32 " is not retired yet", epochs->epoch[0].number);
}

/* `key` NULL: a new one. */
static int add_epoch(const struct keyholder_folder *folder, struct keyholder_epochs *epochs, uint32_t number,
                     const uint8_t *key, struct error *error)
{
    char name[FILE_NAME_SIZE];
    struct epoch_block *block = keyholder_secret_new(sizeof *block, error);
    if (!block)
        return ERROR_SYSTEM;
    keyholder_put_number(block->number, sizeof block->number, number);
    if (key)
        memcpy(block->key, key, sizeof block->key);
    else
        randombytes_buf(block->key, sizeof block->key);
    keyholder_block_finish(block, sizeof *block, BLOCK_NAME);
    file_name(name, "epoch", number);
    int result = keyholder_folder_write(folder, name, block, sizeof *block, error);
    if (result == 0) {
        struct keyholder_epoch *fresh = &epochs->epoch[epochs->count++];
        fresh->number = number;
        memcpy(fresh->key, block->key, sizeof fresh->key);
    }
    sodium_free(block);
    return result;
}

int keyholder_epochs_turn(const struct keyholder_folder *folder, struct keyholder_epochs *epochs,
                          struct error *error)
{
    int result = check_room(epochs, error);
    if (result != 0)
        return result;
    uint32_t number = epochs->count ? keyholder_epochs_current(epochs) + 1 : 1;
    if (number == 0)
        return error_set(error, ERROR_TOO_LARGE, "epoch", "", "the numbers of epochs are used up");
    return add_epoch(folder, epochs, number, NULL, error);
}

int keyholder_epochs_put(const struct keyholder_folder *folder, struct keyholder_epochs *epochs, uint32_t number,
                         const uint8_t key[32], struct error *error)
{
    int result = check_room(epochs, error);
    return result ? result : add_epoch(folder, epochs, number, key, error);
}

struct loading {
    const struct keyholder_folder *folder;
    struct keyholder_epochs *epochs;
    struct epoch_block *block;
};

static int load_epoch(struct loading *loading, const char *name, uint32_t number, struct error *error)
{
    struct keyholder_epochs *epochs = loading->epochs;
    bool found;
    int result =
        keyholder_folder_read(loading->folder, name, loading->block, sizeof *loading->block, &found, error);
    if (result != 0 || (!found && loading->folder->read_only))
        return result;
    if (!found || !keyholder_block_whole(loading->block, sizeof *loading->block, BLOCK_NAME) ||
        keyholder_get_number(loading->block->number, 4) != number)
        return error_set(error, ERROR_CHECK, name, "Put the key back from its escrow.",
                         "the epoch key is damaged");
    if (epochs->count == 2)
        return error_set(error, ERROR_CHECK, name, "Put the folder back from its escrow or backup.",
                         "there are more than two epoch keys");
    epochs->epoch[epochs->count].number = number;
    memcpy(epochs->epoch[epochs->count].key, loading->block->key, 32);
    epochs->count++;
    return 0;
}

static int load_name(void *self, const char *name, struct error *error)
{
    struct loading *loading = self;
    int64_t number;
    struct text t = text_of(name);
    char plain[FILE_NAME_SIZE];
    if (text_starts(t, TEXT("retired-"))) {
        if (loading->folder->read_only)
            return 0;
        log_line(LOG_LEVEL_WARNING, "keyholder", "the retirement of %s was cut short: finishing it", name);
        return keyholder_folder_destroy(loading->folder, name, error);
    }
    if (!text_starts(t, TEXT("epoch-")) || text_ends(t, TEXT(".new")))
        return 0;
    if (!text_to_int64(text_cut(t, 6, t.n), &number) || number < 1 || number > UINT32_MAX)
        return error_set(error, ERROR_CHECK, name, "", "a file of this name does not belong here");
    file_name(plain, "epoch", (uint32_t)number);
    if (strcmp(plain, name) != 0)
        return error_set(error, ERROR_CHECK, name, "", "a file of this name does not belong here");
    return load_epoch(loading, name, (uint32_t)number, error);
}

int keyholder_epochs_load(const struct keyholder_folder *folder, struct keyholder_epochs *epochs,
                          struct error *error)
{
    struct loading loading = {folder, epochs, keyholder_secret_new(sizeof *loading.block, error)};
    if (!loading.block)
        return ERROR_SYSTEM;
    epochs->count = 0;
    int result = keyholder_folder_list(folder, load_name, &loading, error);
    sodium_free(loading.block);
    if (result != 0)
        return result;
    if (epochs->count == 0)
        return error_set(error, ERROR_CHECK, folder->path, "Put the key back from its escrow.",
                         "there is no epoch key");
    if (epochs->count == 2 && epochs->epoch[0].number > epochs->epoch[1].number) {
        struct keyholder_epoch newer = epochs->epoch[0];
        epochs->epoch[0] = epochs->epoch[1];
        epochs->epoch[1] = newer;
        bytes_wipe(&newer, sizeof newer);
    }
    if (epochs->count == 2 && epochs->epoch[1].number - epochs->epoch[0].number != 1)
        return error_set(error, ERROR_CHECK, folder->path, "Put the folder back from its escrow or backup.",
                         "the epochs %" PRIu32 " and %" PRIu32 " do not follow each other",
                         epochs->epoch[0].number, epochs->epoch[1].number);
    return 0;
}

int keyholder_epochs_retire(const struct keyholder_folder *folder, struct keyholder_epochs *epochs,
                            uint32_t number, struct error *error)
{
    char name[FILE_NAME_SIZE], retired[FILE_NAME_SIZE];
    if (number == 0 || number >= keyholder_epochs_current(epochs))
        return error_set(error, ERROR_INVALID, "epoch", "Turn the epoch first.",
                         "epoch %" PRIu32 " is not an older one", number);
    if (epochs->count < 2 || epochs->epoch[0].number != number)
        return 0;
    file_name(name, "epoch", number);
    file_name(retired, "retired", number);
    /* Renamed first: a half overwritten key is then known for what it is, and never looks like a damaged one.
     */
    int result = keyholder_folder_rename(folder, name, retired, error);
    if (result == 0)
        result = keyholder_folder_destroy(folder, retired, error);
    if (result != 0)
        return result;
    epochs->epoch[0] = epochs->epoch[1];
    bytes_wipe(&epochs->epoch[1], sizeof epochs->epoch[1]);
    epochs->count = 1;
    return 0;
}

uint32_t keyholder_epochs_current(const struct keyholder_epochs *epochs)
{
    return epochs->count ? epochs->epoch[epochs->count - 1].number : 0;
}

uint32_t wrapped_key_epoch(const struct wrapped_key *wrapped)
{
    return wrapped->byte[0] == WRAP_VERSION ? (uint32_t)keyholder_get_number(wrapped->byte + 1, 4) : 0;
}

/* Associated data: what the key is for, the version and the epoch. */
enum { WRAP_PURPOSE = 18 };
static void associated_data(const struct wrapped_key *wrapped, uint8_t data[WRAP_PURPOSE + WRAP_HEAD])
{
    memcpy(data, "proviso record key", WRAP_PURPOSE);
    memcpy(data + WRAP_PURPOSE, wrapped->byte, WRAP_HEAD);
}

void keyholder_epochs_wrap(const struct keyholder_epochs *epochs, const uint8_t key[DATA_KEY_SIZE],
                           struct wrapped_key *wrapped)
{
    const struct keyholder_epoch *current = &epochs->epoch[epochs->count - 1];
    uint8_t data[WRAP_PURPOSE + WRAP_HEAD];
    uint8_t *nonce = wrapped->byte + WRAP_HEAD;
    wrapped->byte[0] = WRAP_VERSION;
    keyholder_put_number(wrapped->byte + 1, 4, current->number);
    randombytes_buf(nonce, WRAP_NONCE);
    associated_data(wrapped, data);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + WRAP_NONCE, NULL, key, DATA_KEY_SIZE, data,
                                               sizeof data, NULL, nonce, current->key);
}

enum wrapped_verdict keyholder_epochs_unwrap(const struct keyholder_epochs *epochs,
                                             const struct wrapped_key *wrapped, uint8_t key[DATA_KEY_SIZE])
{
    uint8_t data[WRAP_PURPOSE + WRAP_HEAD];
    const uint8_t *nonce = wrapped->byte + WRAP_HEAD;
    const size_t sealed = WRAPPED_KEY_SIZE - WRAP_HEAD - WRAP_NONCE;
    memset(key, 0, DATA_KEY_SIZE);
    if (wrapped->byte[0] != WRAP_VERSION)
        return WRAPPED_BAD;
    for (size_t i = 0; i < epochs->count; i++) {
        if (epochs->epoch[i].number != wrapped_key_epoch(wrapped))
            continue;
        associated_data(wrapped, data);
        if (crypto_aead_xchacha20poly1305_ietf_decrypt(key, NULL, NULL, nonce + WRAP_NONCE, sealed, data,
                                                       sizeof data, nonce, epochs->epoch[i].key) == 0)
            return WRAPPED_GOOD;
        memset(key, 0, DATA_KEY_SIZE);
        return WRAPPED_BAD;
    }
    return WRAPPED_UNKNOWN_EPOCH;
}
