#include "effect_thread.h"
#include "packs_inside.h"

#include "policy.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int packs_new(const struct gate_settings *settings, struct packs **out, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 16, ARENA_PLAIN);
    struct packs *packs = *out = calloc(1, sizeof *packs);
    const char *folder = settings->packs;
    if (!packs || !arena || !(packs->id = strdup(settings->pack ? settings->pack : "manchester-2016")))
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    pthread_mutex_init(&packs->lock, NULL);
    if (!folder && !policy_packs_folder(arena, &folder)) {
        error_set(&packs->why, ERROR_INPUT, "packs", "Set PROVISO_PACKS to the folder of packs.", "the packs were not found");
        return 0;
    }
    snprintf(packs->folder, sizeof packs->folder, "%s", folder);
    if (policy_pack_load(packs->folder, packs->id, &packs->configured.pack, &packs->why) == 0)
        shelf_digest(policy_pack_files(packs->configured.pack), packs->configured.digest);
    return 0;
}

void packs_free(struct packs **slot)
{
    struct packs *packs = *slot;
    if (!packs)
        return;
    for (struct calendar *at = atomic_load(&packs->calendar), *older; at; at = older) {
        older = at->older;
        free(at);
    }
    for (size_t i = 0; i < packs->n; i++)
        policy_pack_free(&packs->kept[i].pack);
    policy_pack_free(&packs->configured.pack);
    pthread_mutex_destroy(&packs->lock);
    free(packs->id);
    free(packs);
    *slot = NULL;
}

/* ---- the calendar ---- */

const struct policy_pack *packs_on(const struct gate *gate, int64_t day, struct text *digest)
{
    const struct calendar *calendar = atomic_load_explicit(&gate->packs->calendar, memory_order_acquire);
    for (size_t i = 0; calendar && i < calendar->n; i++)
        if (calendar->item[i].day <= day || i + 1 == calendar->n) {
            if (digest)
                *digest = text_of(calendar->item[i].version->digest);
            return calendar->item[i].version->pack;
        }
    return NULL;
}

static struct calendar *new_calendar(size_t room)
{
    struct calendar *calendar = calloc(1, sizeof *calendar + room * sizeof calendar->item[0]);
    return calendar;
}

/* By the writer's thread, or before it runs. */
static void publish(struct packs *packs, struct calendar *calendar)
{
    calendar->older = atomic_load(&packs->calendar);
    atomic_store_explicit(&packs->calendar, calendar, memory_order_release);
}

/* What is to come, and the latest that is not: nobody acts on a day before `today`. */
static int read_calendar(struct gate *gate, struct store_session *session, int64_t today, struct calendar *calendar,
                         struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(session,
                          "SELECT from_day, version_id FROM policy_adoption WHERE state = 'approved'"
                          " ORDER BY from_day DESC, approved_at DESC",
                          STORE_BIND(), &rows, error);
    while (!got && calendar->n < PACKS_MOST && (got = store_next(rows, error)) > 0) {
        struct id version;
        struct date from;
        int64_t day = date_parse(store_text(rows, 0), &from) ? date_to_days(from) : INT64_MIN;
        id_parse(store_text(rows, 1), &version);
        got = packs_load(gate, session, &version, PACKS_MOST, &calendar->item[calendar->n].version, error);
        calendar->item[calendar->n++].day = day;
        if (!got && day <= today)
            break;
    }
    return got;
}

static int64_t day_of(int64_t instant)
{
    struct turn turn = {.now = instant};
    return date_to_days(turn_date(&turn));
}

const struct policy_pack *gate_pack(const struct gate *gate)
{
    return packs_on(gate, day_of(gate_now(gate)), NULL);
}

/* The day that has come for sure: a clock that is ahead may be put right while these are lent out. */
static int64_t today_at_least(struct gate *gate)
{
    int64_t now = gate_now(gate), seen = age_look(gate, now);
    return day_of(now < seen ? now : seen);
}

int packs_refresh(struct gate *gate, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    struct calendar *calendar = new_calendar(PACKS_MOST);
    if (!calendar)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    int result = store_reader(gate->store, &session, error);
    if (!result)
        result = read_calendar(gate, session, today_at_least(gate), calendar, error);
    if (!result && calendar->n)
        publish(gate->packs, calendar);
    else
        free(calendar);
    return result;
}

/* Until the record says otherwise. */
static int use_configured(struct packs *packs, struct error *error)
{
    struct calendar *calendar = new_calendar(1);
    if (!calendar)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    calendar->n = 1;
    calendar->item[0].day = INT64_MIN;
    calendar->item[0].version = &packs->configured;
    publish(packs, calendar);
    return 0;
}

static int adopt_configured(struct gate *gate, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(READ_MEMORY, ARENA_SECRET);
    struct visit *visit VISIT_SCOPE = NULL;
    struct pack_found in = {0};
    struct pack_proposed out;
    int result = arena ? visit_begin(gate, arena, &visit, error) : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (result)
        return result;
    visit_as_operator(visit);
    return visit_act_wait(visit, &pack_found_command, &in, &out, error);
}

/* A file that was changed does nothing by itself; the operator is told so. */
static void compare_with_folder(struct gate *gate)
{
    struct packs *packs = gate->packs;
    const struct policy_pack *now = gate_pack(gate);
    char here[SHELF_DIGEST];
    if (!packs->configured.pack) {
        log_line(LOG_LEVEL_WARNING, "gate", "the policy %s cannot be read from its folder (%s); the record has what applies",
                 packs->id, packs->why.what);
        return;
    }
    shelf_digest(policy_pack_files(now), here);
    if (strcmp(here, packs->configured.digest) != 0)
        log_line(LOG_LEVEL_INFO, "gate",
                 "the policy %s in the folder is not the version that applies (%.*s of %.*s): it can be proposed", packs->id,
                 TEXT_ARGS(policy_pack_info(now)->version), TEXT_ARGS(policy_pack_info(now)->id));
}

int packs_begin(struct gate *gate, struct error *error)
{
    struct packs *packs = gate->packs;
    int result = packs_refresh(gate, error);
    if (result && gate->read_only) { /* who verifies the record finds what is wrong with it */
        log_line(LOG_LEVEL_WARNING, "gate", "the policy in force cannot be read: %s", error->what);
        return packs->configured.pack ? use_configured(packs, error) : 0;
    }
    if (result)
        return result;
    if (atomic_load(&packs->calendar)) {
        if (!gate->read_only)
            compare_with_folder(gate);
        return 0;
    }
    if (!packs->configured.pack) {
        if (gate->read_only)
            return 0;
        *error = packs->why;
        return error->code;
    }
    result = use_configured(packs, error);
    return result || gate->read_only ? result : adopt_configured(gate, error);
}

/* ---- as a turn is lent them ---- */

static int shelf_kept(void *self, const struct id *version, const struct policy_pack **out, struct error *error)
{
    return packs_kept(self, version, out, error);
}

static int shelf_folder(void *self, const char *id, struct policy_pack **out, struct error *error)
{
    const struct gate *gate = self;
    return policy_pack_load(gate->packs->folder, id, out, error);
}

static int shelf_folder_list(void *self, struct arena *arena, struct text **ids, size_t *n, struct error *error)
{
    const struct gate *gate = self;
    return policy_pack_list(gate->packs->folder, arena, ids, n, error);
}

static struct shelf_progress shelf_progress(void *self, const struct id *adoption)
{
    return effects_progress(self, adoption);
}

const struct shelf packs_shelf = {NULL, shelf_kept, shelf_folder, shelf_folder_list, shelf_progress};
