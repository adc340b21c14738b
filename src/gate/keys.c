#include "keys.h"
#include "inside.h"

#include "keyholder.h"

#include <string.h>

int keys_revive(struct gate *gate, struct error *error)
{
    struct keyholder_description known;
    pthread_mutex_lock(&gate->revival);
    int result = keyholder_describe(gate->keyholder, &known, error);
    if (result)
        result = keyholder_restart(gate->keyholder, error);
    pthread_mutex_unlock(&gate->revival);
    if (result)
        gate_fall_ill(gate, error);
    return result;
}

int keys_open(const void *opener, size_t n, const struct text *wrapped, uint8_t (*plain)[TURN_KEY_SIZE],
              struct error *error)
{
    struct gate *gate = (struct gate *)(uintptr_t)opener; /* the turn lends it as const */
    struct wrapped_key sealed[KEYHOLDER_BATCH] = {0};
    struct unwrapped_key opened[KEYHOLDER_BATCH];
    if (n > KEYHOLDER_BATCH)
        return error_set(error, ERROR_SYSTEM, "", "", "too many keys at once");
    for (size_t i = 0; i < n; i++) {
        if (wrapped[i].n != WRAPPED_KEY_SIZE)
            return error_set(error, ERROR_CHECK, "record_key", "Run 'proviso ledger verify'.",
                             "a wrapped key has been altered");
        memcpy(sealed[i].byte, wrapped[i].p, WRAPPED_KEY_SIZE);
    }
    int result = keyholder_unwrap(gate->keyholder, sealed, n, opened, error);
    if (result == ERROR_SYSTEM && keys_revive(gate, error) == 0)
        result = keyholder_unwrap(gate->keyholder, sealed, n, opened, error);
    for (size_t i = 0; !result && i < n; i++) {
        if (opened[i].verdict != WRAPPED_GOOD)
            result = error_set(error, ERROR_CHECK, "record_key", "Run 'proviso ledger verify'.",
                               opened[i].verdict == WRAPPED_UNKNOWN_EPOCH ? "the key of a record is of an epoch that is gone"
                                                                          : "a wrapped key has been altered");
        memcpy(plain[i], opened[i].key, TURN_KEY_SIZE);
    }
    bytes_wipe(opened, sizeof opened);
    return result;
}

int keys_fresh(const void *opener, int64_t now, struct turn_key *out, struct error *error)
{
    struct gate *gate = (struct gate *)(uintptr_t)opener;
    struct data_key key;
    int result = keyholder_key_take(gate->keyholder, &key, error);
    if (result == ERROR_SYSTEM && keys_revive(gate, error) == 0)
        result = keyholder_key_take(gate->keyholder, &key, error);
    if (!result) {
        out->id = id_new(now);
        memcpy(out->plain, key.key, DATA_KEY_SIZE);
        memcpy(out->wrapped, key.wrapped.byte, WRAPPED_KEY_SIZE);
        out->wrapped_n = WRAPPED_KEY_SIZE;
    }
    bytes_wipe(&key, sizeof key);
    return result;
}
