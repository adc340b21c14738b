/* What those are told whose jobs were not kept, or may not have been. */
#include "writer_inside.h"

#include "store.h"

void unkept_all(struct job *chain, int result, const struct error *error)
{
    for (struct job *job = chain; job; job = job->next)
        if (job->result == 0) {
            job->result = result;
            job->error = *error;
        }
}

/* The database's own words are for the operator's log; who waits is told whether anything was changed. */
void unkept_batch(struct gate *gate, struct store_session *session, struct job *chain, const struct error *why)
{
    struct error told;
    bool unsure = store_poisoned(gate->store);
    log_line(LOG_LEVEL_ERROR, "gate", "a batch was not kept: %s %s", why->where, why->what);
    if (unsure)
        error_set(&told, ERROR_SYSTEM, "",
                  "Tell the operator. When the service is back, look whether it is there before you do it again.",
                  "it may not have been kept: the database failed, or its disk is full");
    else
        error_set(&told, ERROR_SYSTEM, "", "Try again in a few minutes. If it stays so, tell the operator.",
                  "it could not be kept, and nothing was changed");
    unkept_all(chain, ERROR_SYSTEM, &told);
    if (unsure || store_lost(session)) /* lost: and with it the place of the one writer. Who has it now is seen at the next start */
        gate_fall_ill(gate, why);
}

/* Surely nothing of it is there, and the next may find room. */
void unkept_full(struct gate *gate, struct job *chain, const struct error *why)
{
    struct error told;
    gate->health.full = gate->writer->untidy = true; /* the quiet moment tries whether there is room again */
    full_told(gate, why, &told);
    for (struct job *job = chain; job; job = job->next)
        job->result = 0; /* also where the database's own words were told */
    unkept_all(chain, ERROR_SYSTEM, &told);
}

/* It is kept, but no signed checkpoint covers it: that is made up for at the next start. */
void unkept_unsigned(struct gate *gate, struct job *chain, const struct error *why)
{
    struct error told;
    error_set(&told, ERROR_SYSTEM, "", "Tell the operator. When the service is back, look whether it is there before you do it again.",
              "it was kept, but the record could not be signed");
    log_line(LOG_LEVEL_ERROR, "gate", "a batch is kept and not signed: %s", why->what);
    unkept_all(chain, ERROR_SYSTEM, &told);
    gate_fall_ill(gate, why);
}
