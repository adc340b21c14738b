#ifndef KEYHOLDER_SHARE_H
#define KEYHOLDER_SHARE_H

#include "keyholder/client.h"
#include "plan.h"
#include "split.h"

/*
 * One agency's share of an epoch key, as a text that people can read:
 *
 *     proviso escrow share 1
 *     log proviso.example/log
 *     epoch 4
 *     share 2 of 5, 3 needed
 *     agency Children's Services
 *     set 0b1d...      32 hexadecimal digits: only shares of one set fit together
 *     value 7f3c...    128
 *     sum 91aa...      32: of all that stands before this line, against a slip
 *
 * and then what to do with it. What is split is the key and a digest of it with log, epoch, plan and set, so that what is
 * joined from shares that do not belong together is told from the key.
 */
enum { KEYHOLDER_SET_SIZE = 16, KEYHOLDER_SHARE_TEXT = 2048 };

struct keyholder_share {
    char origin[KEYHOLDER_ORIGIN_MAX + 1];
    uint32_t epoch, number, count, needed;
    char agency[KEYHOLDER_AGENCY_SIZE];
    uint8_t set[KEYHOLDER_SET_SIZE];
    uint8_t value[KEYHOLDER_SECRET_SIZE];
};

/* The secret that is split: `share` gives log, epoch, set and numbers. */
void keyholder_share_secret(const struct keyholder_share *share, const uint8_t key[32], uint8_t secret[KEYHOLDER_SECRET_SIZE]);

/* Is it what keyholder_share_secret() made? `key` is filled if so. */
bool keyholder_share_key(const struct keyholder_share *share, const uint8_t secret[KEYHOLDER_SECRET_SIZE], uint8_t key[32]);

/* Writes the text, NUL-ended, and gives its length. */
size_t keyholder_share_write(const struct keyholder_share *share, char text[KEYHOLDER_SHARE_TEXT]);

/* ERROR_INPUT: not a share. ERROR_CHECK: one that has been altered. `where` names the source. */
int keyholder_share_parse(struct text source, const char *where, struct keyholder_share *share, struct error *error);

#endif
