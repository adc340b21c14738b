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
    int rc = keyholder_exchange(keyholder, MESSAGE_KEYS, KEYHOLDER_BATCH, error);
    if (rc == 0) {
        pthread_mutex_lock(&keyholder->pool);
        memcpy(b->pool + b->pool_n, b->reply.keys.key, sizeof b->reply.keys.key);
        b->pool_n += KEYHOLDER_BATCH;
        pthread_mutex_unlock(&keyholder->pool);
    }
    keyholder_wipe(keyholder);
    return rc;
}

int keyholder_pool_fill(struct keyholder *keyholder, struct error *error)
{
    int rc = 0;
    if (pool_count(keyholder) > POOL_LOW)
        return 0;
    pthread_mutex_lock(&keyholder->link);
    while (rc == 0 && pool_count(keyholder) <= POOL_LOW)
        rc = add_batch(keyholder, error);
    pthread_mutex_unlock(&keyholder->link);
    return rc;
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
        int rc = pool_count(keyholder) == 0 ? add_batch(keyholder, error) : 0;
        pthread_mutex_unlock(&keyholder->link);
        if (rc != 0)
            return rc;
    }
    return 0;
}
