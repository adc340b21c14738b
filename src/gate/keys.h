#ifndef GATE_KEYS_H
#define GATE_KEYS_H

#include "work.h"

struct gate;

/* Keys of records, by the keyholder. Whoever asks for some is under way meanwhile: forget/epoch.h. */

/* A keyholder that has died is started anew, once; where that fails the service stops. */
int keys_revive(struct gate *gate, struct error *error);

/* As struct turn tells; `opener` is the gate. */
int keys_open(const void *opener, size_t n, const struct text *wrapped, uint8_t (*plain)[TURN_KEY_SIZE],
              struct error *error);
int keys_fresh(const void *opener, int64_t now, struct turn_key *out, struct error *error);

#endif
