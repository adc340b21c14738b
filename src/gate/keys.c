#include "inside.h"

#include <string.h>

int keys_open(const void *keyholder, size_t n, const struct text *wrapped, uint8_t (*plain)[TURN_KEY_SIZE],
              struct error *error)
{
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
    /* the turn lends it as const: what changes is the other process */
    int result = keyholder_unwrap((struct keyholder *)(uintptr_t)keyholder, sealed, n, opened, error);
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

int keys_take(struct gate *gate, struct turn *turn, struct error *error)
{
    struct data_key key;
    int result = keyholder_key_take(gate->keyholder, &key, error);
    if (!result) {
        turn->key.id = id_new(turn->now);
        memcpy(turn->key.plain, key.key, DATA_KEY_SIZE);
        memcpy(turn->key.wrapped, key.wrapped.byte, WRAPPED_KEY_SIZE);
        turn->key.wrapped_n = WRAPPED_KEY_SIZE;
    }
    bytes_wipe(&key, sizeof key);
    return result;
}
