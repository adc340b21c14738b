#ifndef POLICY_PACK_H
#define POLICY_PACK_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"

/*
 * A pack, loaded, checked and compiled. It never changes afterwards: any number of threads may ask it at once.
 *
 * Files, in the folder of packs: vocabulary.json (the facts that every pack understands), words.json (plain words
 * for codes), ID/pack.json (what the pack is, its facts, questions, lists of mail domains) and ID/policy.dmn (its
 * rules). Every file is read at load only.
 */
struct policy_pack;

/* The decisions that a pack may take. A pack need not have all. */
enum policy_decision { POLICY_SHARE, POLICY_CONSENT, POLICY_CHANNEL, POLICY_RETENTION, POLICY_DEADLINE };
enum { POLICY_DECISIONS = 5 };

const char *policy_decision_name(enum policy_decision decision); /* "share", ... */
bool policy_decision_find(struct text name, enum policy_decision *decision);

/*
 * Loads the pack ID from a folder of packs. Errors: ERROR_MISSING (no such pack), ERROR_INPUT (a file does not
 * hold together or leaves the profile: file, line, table, rule and cell are named), ERROR_TOO_LARGE, ERROR_SYSTEM.
 * policy_pack_free() gives it back; nothing lent by the pack may be used after that.
 */
int policy_pack_load(const char *packs, const char *id, struct policy_pack **out, struct error *error);
void policy_pack_free(struct policy_pack **pack); /* frees and sets to NULL; NULL is fine */
#define POLICY_PACK_SCOPE __attribute__((cleanup(policy_pack_free)))

/*
 * The same from bytes that the caller has, from a database say: they are copied. policy_pack_files() lends exactly the
 * bytes that a pack was read from, so that this version of it can be kept and read again when the folder has another.
 */
struct policy_pack_files {
    struct text vocabulary, words, pack, rules; /* vocabulary.json, words.json, ID/pack.json, ID/policy.dmn */
    struct text safety;                         /* ID/safety.json; may be empty */
};

int policy_pack_read(const char *id, const struct policy_pack_files *files, struct policy_pack **out,
                     struct error *error);
const struct policy_pack_files *policy_pack_files(const struct policy_pack *pack);

/* The ids of the packs in a folder, in order. */
int policy_pack_list(const char *packs, struct arena *arena, struct text **out, size_t *count, struct error *error);

/*
 * Where the packs are when nobody says: PROVISO_PACKS; else the first that exists of packs/ beside the program, in
 * up to three folders above it, and share/proviso/packs above it; else ./packs. False if there is none.
 */
bool policy_packs_folder(struct arena *arena, const char **folder);

struct policy_source {
    struct text code; /* the prefix in docs/provisions.tsv: "MAN" */
    struct text title;
};

struct policy_pack_info {
    struct text id, title, jurisdiction, version;
    struct text valid_from, valid_to, review_by; /* ISO dates; valid_to and review_by may be empty */
    struct text sha256;                          /* of the rules: see policy_pack_load() in src/policy/pack/pack.c */
    const struct policy_source *source;
    size_t sources;
    const struct text *note; /* what the pack says about itself: choices made where the source is silent */
    size_t notes;
    bool decides[POLICY_DECISIONS];
};

const struct policy_pack_info *policy_pack_info(const struct policy_pack *pack); /* lends */
size_t policy_pack_memory(const struct policy_pack *pack);                       /* bytes that it holds, its files too */

/* A fact that a pack understands. */
enum policy_fact_kind {
    POLICY_FACT_CHOICE,  /* one of value[] */
    POLICY_FACT_BOOLEAN, /* value[] is "true", "false" */
    POLICY_FACT_NUMBER,  /* at most six decimals */
    POLICY_FACT_DATE,
    POLICY_FACT_ADDRESS, /* a mail address; only the class of its domain counts */
};

/* Of what a fact is. A sharing may be about several people and go to several recipients. */
enum policy_fact_of {
    POLICY_OF_SHARING,   /* the same whoever it is about and whoever receives it */
    POLICY_OF_SUBJECT,   /* of each whom the information is about */
    POLICY_OF_RECIPIENT, /* of each who would receive it */
    POLICY_OF_PAIR,      /* of each subject with each recipient */
};

struct policy_fact_info {
    struct text key;
    enum policy_fact_kind kind;
    enum policy_fact_of of;
    const struct text *value; /* CHOICE, BOOLEAN; empty for the others */
    size_t values;
    struct text least, most; /* NUMBER: inclusive bounds, or empty */
    bool own;                /* the pack's own, not of the shared vocabulary */
};

size_t policy_fact_count(const struct policy_pack *pack);
const struct policy_fact_info *policy_fact_info(const struct policy_pack *pack, size_t index);
const struct policy_fact_info *policy_fact_find(const struct policy_pack *pack, struct text key); /* or NULL */

/* Does any rule of the decision test the fact? */
bool policy_fact_matters(const struct policy_pack *pack, enum policy_decision decision, struct text key);

#endif
