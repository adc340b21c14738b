#include "escrow.h"

#include "block.h"

#include "base/error.h"
#include "vault/file.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

static const char BLOCK_NAME[] = "proviso escrow 1";

struct escrow_block {
    uint8_t name[BLOCK_NAME_SIZE];
    uint8_t epoch[4];
    uint8_t binding[32];
    uint8_t sum[BLOCK_SUM_SIZE];
};

int keyholder_escrow_load(const struct keyholder_folder *folder, const char *origin, const struct keyholder_plan *plan,
                          struct keyholder_escrow *escrow, struct error *error)
{
    struct escrow_block block;
    bool found = false;
    escrow->plan = plan;
    escrow->done = 0;
    if (!plan)
        return 0;
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof escrow->binding);
    crypto_generichash_update(&state, plan->digest, sizeof plan->digest);
    crypto_generichash_update(&state, (const uint8_t *)origin, strlen(origin));
    crypto_generichash_final(&state, escrow->binding, sizeof escrow->binding);
    int result = keyholder_folder_read(folder, "escrow", &block, sizeof block, &found, error);
    if (result != 0 || !found)
        return result;
    if (!keyholder_block_whole(&block, sizeof block, BLOCK_NAME))
        return error_set(error, ERROR_CHECK, "escrow", "Remove this file of the keyholder: the shares are then made anew.",
                         "the note of what is escrowed is damaged");
    if (memcmp(block.binding, escrow->binding, sizeof block.binding) == 0)
        escrow->done = (uint32_t)keyholder_get_number(block.epoch, sizeof block.epoch);
    return 0;
}

void keyholder_escrow_end(struct keyholder_escrow *escrow)
{
    keyholder_split_free(&escrow->split);
    sodium_memzero(&escrow->share, sizeof escrow->share);
    sodium_memzero(escrow->text, sizeof escrow->text);
    escrow->handed_out = 0;
}

/* A new split, of which nothing fits together with shares of any other. */
static int begin(struct keyholder_escrow *escrow, const struct keyholder_epochs *epochs,
                 const struct keyholder_identity *identity, struct error *error)
{
    const struct keyholder_epoch *current = &epochs->epoch[epochs->count - 1];
    struct keyholder_share *share = &escrow->share;
    uint8_t secret[KEYHOLDER_SECRET_SIZE];
    keyholder_escrow_end(escrow);
    memcpy(share->origin, identity->origin, sizeof share->origin);
    share->epoch = current->number;
    share->needed = escrow->plan->needed;
    share->count = escrow->plan->count;
    randombytes_buf(share->set, sizeof share->set);
    keyholder_share_secret(share, current->key, secret);
    int result = keyholder_split_new(secret, share->needed, share->count, &escrow->split, error);
    sodium_memzero(secret, sizeof secret);
    return result;
}

/* The text, sealed as a file in the text form. The recipient's key alone opens it. */
static int seal(const struct keyholder_agency *agency, const char *text, size_t n, struct keyholder_sealed_share *out,
                struct error *error)
{
    struct vault_file_sealer *sealer VAULT_FILE_SEALER_SCOPE = NULL;
    int result = vault_file_sealer_new(&agency->recipient, 1, true, &sealer, error);
    struct vault_flow flow = {(const uint8_t *)text, n, out->file, sizeof out->file};
    while (result == 0 && !vault_file_sealer_done(sealer)) {
        if (flow.out_left == 0)
            return error_set(error, ERROR_SYSTEM, agency->name, "", "the sealed share does not fit");
        result = vault_file_sealer_step(sealer, &flow, true, error);
    }
    out->size = (uint32_t)(sizeof out->file - flow.out_left);
    return result ? error_within(error, agency->name) : 0;
}

int keyholder_escrow_share(struct keyholder_escrow *escrow, const struct keyholder_epochs *epochs,
                           const struct keyholder_identity *identity, uint32_t number,
                           struct keyholder_sealed_share *out, struct error *error)
{
    if (!escrow->plan || number == 0 || number > escrow->plan->count)
        return error_set(error, ERROR_MISSING, "escrow", "", "there is no share of this number");
    int result = number == 1 ? begin(escrow, epochs, identity, error) : 0;
    if (result != 0)
        return result;
    if (!escrow->split || number != escrow->handed_out + 1 || escrow->share.epoch != keyholder_epochs_current(epochs))
        return error_set(error, ERROR_CONFLICT, "escrow", "Begin with the first share again.", "the shares are given out in order");
    const struct keyholder_agency *agency = &escrow->plan->agency[number - 1];
    escrow->share.number = number;
    memcpy(escrow->share.agency, agency->name, sizeof escrow->share.agency);
    keyholder_split_share(escrow->split, number, escrow->share.value);
    size_t n = keyholder_share_write(&escrow->share, escrow->text);
    result = seal(agency, escrow->text, n, out, error);
    sodium_memzero(escrow->text, sizeof escrow->text);
    sodium_memzero(escrow->share.value, sizeof escrow->share.value);
    if (result != 0)
        return result;
    out->epoch = escrow->share.epoch;
    memcpy(out->agency, agency->name, sizeof out->agency);
    escrow->handed_out = number;
    if (number == escrow->plan->count)
        keyholder_split_free(&escrow->split);
    return 0;
}

int keyholder_escrow_finish(struct keyholder_escrow *escrow, const struct keyholder_folder *folder, uint32_t epoch,
                            struct error *error)
{
    struct escrow_block block;
    if (!escrow->plan || escrow->handed_out != escrow->plan->count || escrow->share.epoch != epoch)
        return error_set(error, ERROR_CONFLICT, "escrow", "Begin with the first share again.",
                         "the shares of epoch %" PRIu32 " have not all been given out", epoch);
    memset(&block, 0, sizeof block);
    keyholder_put_number(block.epoch, sizeof block.epoch, epoch);
    memcpy(block.binding, escrow->binding, sizeof block.binding);
    keyholder_block_finish(&block, sizeof block, BLOCK_NAME);
    int result = keyholder_folder_write(folder, "escrow", &block, sizeof block, error);
    if (result == 0)
        escrow->done = epoch;
    keyholder_escrow_end(escrow);
    return result;
}
