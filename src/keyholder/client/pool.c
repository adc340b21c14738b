#include "inside.h"

#include "base/bytes.h"

#include <string.h>

void keyholder_pool_empty(struct keyholder *keyholder)
{
    pthread_mutex_lock(&keyholder->pool);
    bytes_wipe(keyholder->buffers->pool, sizeof keyholder->buffers->pool);
    keyholder->buffers->pool_n = 0;
    pthread_mutex_unlock(&keyholder->pool);
}

static size_t pool_count(struct keyholder *keyholder)
{
    pthread_mutex_lock(&keyholder->pool);
    size_t n = keyholder->buffers->pool_n;
    pthread_mutex_unlock(&keyholder->pool);
    return n;
}

/* One message of keys into the pool. With `link` held: nobody else adds, so there is room when it comes back.
 */
static int add_batch(struct keyholder *keyholder, struct error *error)
{
    struct keyholder_buffers *b = keyholder->buffers;
    int result = keyholder_exchange(keyholder, MESSAGE_KEYS, KEYHOLDER_BATCH, error);
    if (result == 0) {
        pthread_mutex_lock(&keyholder->pool);
        memcpy(b->pool + b->pool_n, b->reply.keys.key, sizeof b->reply.keys.key);
        b->pool_n += KEYHOLDER_BATCH;
        pthread_mutex_unlock(&keyholder->pool);
    }
    keyholder_wipe(keyholder);
    return result;
}

int keyholder_pool_fill(struct keyholder *keyholder, struct error *error)
{
    int result = 0;
    if (pool_count(keyholder) > POOL_LOW)
        return 0;
    pthread_mutex_lock(&keyholder->link);
    while (result == 0 && pool_count(keyholder) <= POOL_LOW)
        result = add_batch(keyholder, error);
    pthread_mutex_unlock(&keyholder->link);
    return result;
}

static bool take(struct keyholder *keyholder, struct data_key *key)
{
    struct keyholder_buffers *b = keyholder->buffers;
    pthread_mutex_lock(&keyholder->pool);
    bool any = b->pool_n > 0;
    if (any) {
        struct data_key *last = &b->pool[--b->pool_n];
        *key = *last;
        bytes_wipe(last, sizeof *last);
    }
    pthread_mutex_unlock(&keyholder->pool);
    return any;
}

int keyholder_key_take(struct keyholder *keyholder, struct data_key *key, struct error *error)
{
    while (!take(keyholder, key)) {
        pthread_mutex_lock(&keyholder->link);
        int result = pool_count(keyholder) == 0 ? add_batch(keyholder, error) : 0;
        pthread_mutex_unlock(&keyholder->link);
        if (result != 0)
            return result;
    }
    return 0;
}
