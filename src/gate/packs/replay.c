#include "gate/replay.h"

#include "packs.h"
#include "recorded.h"

#include "gate/pack.h"
#include "policy/replay.h"

struct replaying {
    struct gate *gate;
    const struct replay_settings *settings;
    const struct replay_listener *listener;
    struct replay_report *report;
    struct policy_replay *replay;
    size_t of;
    struct text strictest; /* of the decision that is being read */
    size_t rank;
};

static void tell(struct replaying *r, const struct replay_difference *difference)
{
    r->report->differ++;
    if (r->listener->difference)
        r->listener->difference(r->listener->self, difference);
}

/* The plain column is what lists show: it must be what the sealed answers say. */
static size_t strictness(struct text outcome)
{
    size_t i = 0;
    while (decision_outcomes[i].value && !text_equal(outcome, text_of(decision_outcomes[i].value)))
        i++;
    return decision_outcomes[i].value ? i + 1 : 0;
}

static void check_plain(struct replaying *r, const struct recorded *one, struct text outcome)
{
    size_t rank = strictness(outcome);
    if (!r->strictest.p || rank < r->rank) {
        r->strictest = rank ? text_of(decision_outcomes[rank - 1].value) : TEXT("open");
        r->rank = rank;
    }
    if (!one->last)
        return;
    struct text strictest = r->strictest;
    r->strictest = (struct text){NULL, 0};
    if (r->settings->as || text_equal(strictest, one->answered))
        return;
    tell(r, &(struct replay_difference){.decision_id = one->decision_id,
                                        .was = one->answered,
                                        .now = strictest,
                                        .what = TEXT("the list shows another answer than was recorded")});
}

static int read_answer(void *self, const struct recorded *one, struct arena *scratch, struct error *error)
{
    struct replaying *r = self;
    const struct policy_pack *pack = r->settings->as ? r->settings->as : gate_pack_of(r->gate, one->sha256);
    struct replay_difference difference = {.decision_id = one->decision_id,
                                           .recipient = one->agency_id.n ? one->agency_id : TEXT("outside"),
                                           .kind = one->kind,
                                           .was = json_text(json_get(one->answer, "outcome"))};
    r->report->answers++;
    check_plain(r, one, difference.was);
    if (!pack) {
        r->report->not_kept++;
        return 0;
    }
    struct policy_recorded recorded = {
        .decision = POLICY_SHARE, .facts = one->facts, .answer = one->answer, .name = one->decision_id};
    struct policy_replayed again;
    int result = policy_replay_one(r->replay, pack, &recorded, scratch, &again, error);
    if (result == ERROR_INPUT) {
        difference.what = TEXT("its facts cannot be read by the rules that answered");
        tell(r, &difference);
        return 0;
    }
    if (result)
        return result;
    if (again.kind == POLICY_REPLAYED_SAME) {
        r->report->same++;
        return 0;
    }
    difference.was = again.was;
    difference.now = again.now;
    difference.what = again.kind == POLICY_REPLAYED_OTHER_PACK ? TEXT("it is recorded under other rules than it names")
                                                               : again.members;
    tell(r, &difference);
    return 0;
}

static int read_unreadable(void *self, struct text decision_id, const char *why, struct error *error)
{
    struct replaying *r = self;
    (void)error;
    r->report->answers++;
    tell(r, &(struct replay_difference){.decision_id = decision_id, .what = text_of(why)});
    return 0;
}

static void decision_done(void *self)
{
    struct replaying *r = self;
    r->report->decisions++;
    if (r->listener->progress)
        r->listener->progress(r->listener->self, r->report->decisions, r->of);
}

int gate_replay(struct gate *gate, const struct replay_settings *settings, const struct replay_listener *listener,
                struct replay_report *report, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_SECRET);
    int64_t n = 0;
    *report = (struct replay_report){0};
    struct replaying r = {.gate = gate, .settings = settings, .listener = listener, .report = report};
    struct recorded_reader reader = {&r, read_answer, read_unreadable, decision_done, NULL};
    if (arena)
        r.replay = policy_replay_new(settings->as ? POLICY_REPLAY_OUTCOME : POLICY_REPLAY_EXACT, arena);
    if (!r.replay)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    int result = recorded_count(gate, settings->since, &n, error);
    r.of = (size_t)n;
    return result ? result : recorded_walk(gate, settings->since, &reader, error);
}
