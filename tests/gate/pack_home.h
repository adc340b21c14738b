#ifndef TESTS_GATE_PACK_HOME_H
#define TESTS_GATE_PACK_HOME_H

#include "home.h"

/*
 * A home whose packs lie in a folder of its own, with those who decide about them: "principal" (manager, the school),
 * "boss" (manager, social care) and "gov" (governance lead, social care). Its clock can be set.
 */
struct pack_home {
    struct test_home home;
    char packs[80];
    struct id principal, boss, gov;
};

void pack_home_make(struct pack_home *home, const char *database);
void pack_home_drop(struct pack_home *home);

/* The gate's clock: an instant like "2027-03-27T23:59:59Z"; NULL: the real one. */
void pack_clock_set(const char *instant);

/* As if somebody had edited pack.json of a pack in the folder: its version becomes this. */
void pack_folder_edit(struct pack_home *home, const char *pack, const char *version);

/* The day so many days after today. */
struct date pack_day(int days);

/* Proposes a pack of the folder; gives the code. */
int pack_propose_as(struct pack_home *home, const char *login, const char *pack, struct date from, struct id *adoption,
                    struct error *error);
/* Waits until what it would change is worked out. */
struct pack_effect_row pack_effect_wait(struct pack_home *home, const struct id *adoption);
int pack_approve_as(struct pack_home *home, const char *login, const struct id *adoption, struct error *error);

/* A row of pack.list as this person sees it. */
struct pack_row pack_row_of(struct pack_home *home, const char *login, const struct id *adoption);
/* What pack.list says of a day: its pack; "" for none. */
struct pack_row pack_row_on(struct pack_home *home, struct date day);

/* How many notices of this kind are on somebody's list; the words of the newest. */
size_t pack_notices(struct pack_home *home, const char *login, const char *kind, struct text *words);

/* The pack in force by the gate. */
struct text pack_now(struct pack_home *home);

#endif
