#ifndef GATE_WITNESSES_INSIDE_H
#define GATE_WITNESSES_INSIDE_H

#include "alarms.h"
#include "inside.h"
#include "witnesses.h"

#include "ledger.h"
#include "witness/rounds.h"

/* What the files about witnesses share. */
struct witnesses {
    struct arena *arena; /* of the policy */
    struct witness_policy policy;
    struct ledger_key log;
    char *ca_file;
    struct witness_rounds *rounds;
    pthread_mutex_t lock;
    char *waiting; /* handed over, not kept yet */
    char *writing; /* the writer's own: in a transaction that is not committed */
    char *shown;   /* kept */
    uint64_t waiting_size, writing_size, shown_size;
    struct alarms alarms;
};

#endif
