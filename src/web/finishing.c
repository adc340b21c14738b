#include "finishing.h"

#include <pthread.h>

/*
 * The one thing that pages remember from one request to another. It belongs to the process because requests do: what
 * is under way ends with it. Nothing is lost with it; a full table only means that nobody is held up.
 */
enum { PLACES = 64 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct id under_way[PLACES];

static void end(struct asking *asking)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < PLACES; i++)
        if (id_is_set(&under_way[i]) && id_equal(&under_way[i], &asking->finishing))
            under_way[i] = (struct id){""};
    pthread_mutex_unlock(&lock);
}

int finishing_begin(struct asking *asking, const struct id *draft, struct error *error)
{
    bool there = false;
    size_t place = PLACES;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < PLACES; i++)
        if (!id_is_set(&under_way[i]))
            place = i;
        else
            there = there || id_equal(&under_way[i], draft);
    if (!there && place < PLACES) {
        under_way[place] = asking->finishing = *draft;
        asking->end = end;
    }
    pthread_mutex_unlock(&lock);
    return there ? error_set(error, ERROR_CONFLICT, "", "Wait a moment, then look in your work.",
                             "this is being recorded just now")
                 : 0;
}
