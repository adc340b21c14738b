#ifndef GATE_INSIDE_H
#define GATE_INSIDE_H

#include "age.h"
#include "forget/epoch.h"
#include "gate.h"
#include "health.h"
#include "published.h"
#include "writer/job.h"

/* The gate, and a visit to it. Each part says in its own header what it is. */

struct gate {
    struct store *store, *documents; /* documents: on SQLite a file of its own, so that uploads do not hold up the writer */
    struct keyholder *keyholder;
    struct writer *writer;       /* writer/writer.h: the record is changed by it alone */
    struct published published;  /* what everybody may know of the log */
    struct witnesses *witnesses; /* NULL: no policy of witnesses is set */
    struct epoch epoch;          /* of keys, and who is under way with them */
    struct forget *forget;       /* turns it in time */
    struct packs *packs;
    struct shelf shelf; /* the packs, as turns are lent them */
    struct effects *effects;
    struct sessions *sessions;
    struct parcels *parcels;
    struct health health;
    struct age age;

    char *home;
    char *database; /* of PostgreSQL; NULL: SQLite in the home */
    bool read_only;
    int64_t (*clock)(void);
    int64_t idle; /* after which a session ends */
    bool (*is_stopped)(void *context);
    void *is_stopped_context;
    const struct keyholder_description *copied; /* of a copy: what was signed before it was taken, lent. NULL: ask the keyholder */
    pthread_mutex_t revival; /* held while a keyholder that died is started anew */

    _Atomic uint64_t commands, refused, looks, batches; /* for gate_count */
};

/* The instant of a turn. */
int64_t gate_now(const struct gate *gate);

struct visit {
    struct gate *gate;
    struct arena *arena;
    struct actor actor;
    struct text form_token;
    uint8_t session[32]; /* hash of the token; for session.end */
    bool has_session;
    bool unrecorded; /* looks could not be written down: nothing may be shown any more */
    struct look *look;
    size_t looks, looks_room;
    struct job looking; /* for visit_settle */
};

#endif
