#ifndef WORK_COMMAND_H
#define WORK_COMMAND_H

#include "work/field.h"
#include "work/turn.h"

/*
 * On what an act is judged, beside the role. The gate looks the thing up by the id at `about` and asks what it has to
 * do with the actor, before the handler runs. Out of reach is answered as if it were not there.
 */
enum reach {
    REACH_ANYTHING,     /* no particular thing, or one that everybody with the role may use */
    REACH_CASE,         /* a case: the actor's post is on its list of those who need to know */
    REACH_CASES,        /* a list of cases: each as REACH_CASE; an empty one is about nothing */
    REACH_CASE_REVIEW,  /* a case: as REACH_CASE, or the actor is a manager or lead of its agency */
    REACH_DECISION,     /* a decision, to read it: of a case as REACH_CASE_REVIEW, or the actor is a governance lead of its agency */
    REACH_DECISIONS,    /* a list of decisions, to act on them: each of a case as REACH_CASE_REVIEW */
    REACH_DOCUMENT,     /* a document: of a case as REACH_CASE_REVIEW */
    REACH_RECEIPT,      /* a receipt: sent to the actor's agency, and to the actor's post if it names one */
    REACH_RECEIPT_TAKEN, /* a receipt: taken by the actor's post, or sent to the agency of the manager or lead */
    REACH_DRAFT,        /* a draft: the actor's own */
    REACH_NOTICE,       /* a notice: to the actor's post */
    REACH_CASE_OF_AGENCY, /* a case: of the actor's agency, whose manager, lead or governance lead the actor is */
    REACH_DISPOSAL,     /* a disposal: of an agency as above, or one that the actor's post was told of */
    REACH_HOLD,         /* a legal hold: placed by the actor's agency */
};

struct grant {
    uint32_t roles;    /* bits of enum role */
    enum reach reach;
    size_t about;      /* offsetof the struct id, or struct id_list, in what is taken; only with a reach on a thing */
};

enum pace {
    PACE_QUICK, /* prepare may run on a server thread */
    PACE_SLOW,  /* prepare takes milliseconds or more: it runs on a worker */
};

/* A change. See "Two doors" in docs/design.md. Its name is noun.verb; REST, forms and help are derived from this row. */
struct command {
    const char *name, *title;
    const struct field *takes, *gives;
    size_t takes_n, gives_n, in_size, out_size;
    struct grant may;
    enum pace pace;
    bool inside; /* used by the faces, not offered by name: part of an upload, say */

    /*
     * Do fields fit each other? Looks at nothing else, and a field may be missing: pages ask with part of a command.
     * ERROR_INVALID names the field. NULL: any do.
     */
    int (*check)(const void *in, struct error *error);

    /* May be slow, writes nothing: decides, seals, checks. *ready is handed to apply. NULL: nothing to prepare. */
    int (*prepare)(struct turn *turn, const void *in, void **ready, struct error *error);
    /* Writes only, with what is in `ready`. May run again. */
    int (*apply)(struct turn *turn, const void *in, const void *ready, void *out, struct error *error);
};

/*
 * COMMAND(share_send, struct share_send, struct share_sent, struct share_ready, .name = "share.send", ...)
 * defines `const struct command share_send_command` around share_send_prepare and share_send_apply, which see the
 * structs, never void.
 */
#define COMMAND(symbol, in_type, out_type, ready_type, ...)                                                    \
    static int symbol##_prepare_thunk(struct turn *turn, const void *in, void **ready, struct error *error)    \
    {                                                                                                          \
        ready_type *made = NULL;                                                                               \
        int result = symbol##_prepare(turn, (const in_type *)in, &made, error);                                \
        *ready = made;                                                                                         \
        return result;                                                                                         \
    }                                                                                                          \
    static int symbol##_apply_thunk(struct turn *turn, const void *in, const void *ready, void *out,           \
                                    struct error *error)                                                       \
    {                                                                                                          \
        return symbol##_apply(turn, (const in_type *)in, (const ready_type *)ready, (out_type *)out, error);   \
    }                                                                                                          \
    const struct command symbol##_command = {.prepare = symbol##_prepare_thunk,                                \
                                             .apply = symbol##_apply_thunk,                                    \
                                             .in_size = sizeof(in_type),                                       \
                                             .out_size = sizeof(out_type),                                     \
                                             __VA_ARGS__}

/* The same where there is nothing to prepare: around SYMBOL_apply(turn, in, out, error). */
#define COMMAND_DIRECT(symbol, in_type, out_type, ...)                                                         \
    static int symbol##_apply_thunk(struct turn *turn, const void *in, const void *ready, void *out,           \
                                    struct error *error)                                                       \
    {                                                                                                          \
        (void)ready;                                                                                           \
        return symbol##_apply(turn, (const in_type *)in, (out_type *)out, error);                              \
    }                                                                                                          \
    const struct command symbol##_command = {.apply = symbol##_apply_thunk,                                    \
                                             .in_size = sizeof(in_type),                                       \
                                             .out_size = sizeof(out_type),                                     \
                                             __VA_ARGS__}

#define TAKES(array) .takes = (array), .takes_n = FIELDS_COUNT(array)
#define GIVES(array) .gives = (array), .gives_n = FIELDS_COUNT(array)

#endif
