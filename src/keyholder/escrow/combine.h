#ifndef KEYHOLDER_COMBINE_H
#define KEYHOLDER_COMBINE_H

#include "share.h"

struct arena;

/*
 * The key from shares of which some may not be genuine. What was split carries a digest that tells the key from noise, so
 * each way to take as many as are needed is tried in turn, up to KEYHOLDER_WAYS_MOST of them: every way there is to take
 * any number of up to 19 shares.
 */
enum { KEYHOLDER_WAYS_MOST = 100000 };

/*
 * The `n` shares say that they are of one log, epoch and making, and no two are alike; two may bear one number. `genuine`
 * has room for n: which of them belong to the key. `arena` is a secret one.
 *   ERROR_CHECK    no so many fit together, or there are fewer than are needed
 *   ERROR_LIMITED  none of those that were tried do, and there are more
 */
int keyholder_combine(struct arena *arena, const struct keyholder_share *const *share, size_t n, uint8_t key[32], bool *genuine,
                      struct error *error);

#endif
