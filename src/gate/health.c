#include "health.h"

#include "inside.h"

#include <string.h>

#define TELL_EVERY (10 * CLOCK_SECOND)

void health_begin(struct health *health, const struct gate_settings *settings)
{
    pthread_mutex_init(&health->lock, NULL);
    health->fell_ill = settings->fell_ill;
    health->fell_ill_context = settings->fell_ill_context;
}

void health_end(struct health *health)
{
    pthread_mutex_destroy(&health->lock);
}

void gate_fall_ill(struct gate *gate, const struct error *why)
{
    struct health *health = &gate->health;
    pthread_mutex_lock(&health->lock);
    bool first = health->illness.code == 0;
    if (first)
        health->illness = *why;
    pthread_mutex_unlock(&health->lock);
    if (!first)
        return;
    char line[800];
    error_line(why, line, sizeof line);
    log_line(LOG_LEVEL_ERROR, "gate", "the service stops: %s", line);
    if (health->fell_ill)
        health->fell_ill(health->fell_ill_context);
}

bool gate_is_well(struct gate *gate, struct error *why)
{
    pthread_mutex_lock(&gate->health.lock);
    bool well = gate->health.illness.code == 0;
    if (!well && why)
        error_set(why, ERROR_SYSTEM, "", "Tell the operator: the reason is in the log. Nothing was changed.",
                  "the service has stopped taking changes");
    pthread_mutex_unlock(&gate->health.lock);
    return well;
}

int gate_illness(struct gate *gate, struct error *why)
{
    pthread_mutex_lock(&gate->health.lock);
    *why = gate->health.illness;
    pthread_mutex_unlock(&gate->health.lock);
    return why->code;
}

bool gate_is_full(const struct gate *gate)
{
    return gate->health.full;
}

/* ---- a full disk ---- */

/* Many may ask in vain in a second: their operator's log lies on a full disk too. */
void full_tell(struct gate *gate, const struct error *why)
{
    char line[800];
    int64_t now = clock_steady();
    int64_t last = atomic_load(&gate->health.full_told_at);
    if ((last && now - last < TELL_EVERY) || !atomic_compare_exchange_strong(&gate->health.full_told_at, &last, now))
        return;
    error_line(why, line, sizeof line);
    log_line(LOG_LEVEL_ERROR, "gate", "NOTHING CAN BE KEPT: %s", line);
}

int full_told(struct gate *gate, const struct error *why, struct error *told)
{
    full_tell(gate, why);
    return error_set(told, ERROR_SYSTEM, "disk",
                     "Tell the operator to free some space. Where a child is in danger act now, by telephone, and record it later.",
                     "the disk of the service is full: it could not be kept, and nothing was changed");
}

bool gate_told_full(const struct error *error)
{
    return error->code == ERROR_SYSTEM && strcmp(error->where, "disk") == 0;
}
