#ifndef KEYHOLDER_EPOCH_H
#define KEYHOLDER_EPOCH_H

#include "folder.h"
#include "keyholder/key.h"

struct error;

/* The epoch keys: one, or two while the epoch turns. Lies in secret memory. */
struct keyholder_epochs {
    size_t count;
    struct keyholder_epoch {
        uint32_t number;
        uint8_t key[32];
    } epoch[2]; /* older first; the last one wraps */
};

/* Makes the next epoch (the first has number 1), durably. ERROR_CONFLICT if two exist already. */
int keyholder_epochs_turn(const struct keyholder_folder *folder, struct keyholder_epochs *epochs,
                          struct error *error);

/* Adds the key of an epoch that was made elsewhere, durably. ERROR_CONFLICT if two exist already. */
int keyholder_epochs_put(const struct keyholder_folder *folder, struct keyholder_epochs *epochs, uint32_t number,
                         const uint8_t key[32], struct error *error);

/*
 * Reads them; finishes a retirement that a crash cut short (a folder that is only read is left as it is, and an epoch
 * key that goes while it is read is left out). ERROR_CHECK if there is none, or one is damaged.
 */
int keyholder_epochs_load(const struct keyholder_folder *folder, struct keyholder_epochs *epochs,
                          struct error *error);

/*
 * Destroys an epoch key, in its file and in memory. One that is retired already: 0. ERROR_INVALID for the
 * epoch that wraps now and for numbers to come.
 */
int keyholder_epochs_retire(const struct keyholder_folder *folder, struct keyholder_epochs *epochs,
                            uint32_t number, struct error *error);

uint32_t keyholder_epochs_current(const struct keyholder_epochs *epochs);

/* Wraps under the current epoch. */
void keyholder_epochs_wrap(const struct keyholder_epochs *epochs, const uint8_t key[DATA_KEY_SIZE],
                           struct wrapped_key *wrapped);

/* `key` is zero unless WRAPPED_GOOD. */
enum wrapped_verdict keyholder_epochs_unwrap(const struct keyholder_epochs *epochs,
                                             const struct wrapped_key *wrapped, uint8_t key[DATA_KEY_SIZE]);

#endif
