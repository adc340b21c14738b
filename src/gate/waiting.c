#include "waiting.h"

void waiting_done(void *context, int result, const struct error *error)
{
    struct waiting *waiting = context;
    pthread_mutex_lock(&waiting->lock);
    waiting->done = true;
    waiting->result = result;
    if (error)
        waiting->error = *error;
    pthread_cond_signal(&waiting->changed);
    pthread_mutex_unlock(&waiting->lock);
}

int waiting_for(struct waiting *waiting, struct error *error)
{
    pthread_mutex_lock(&waiting->lock);
    while (!waiting->done)
        pthread_cond_wait(&waiting->changed, &waiting->lock);
    pthread_mutex_unlock(&waiting->lock);
    if (waiting->result && error)
        *error = waiting->error;
    return waiting->result;
}
