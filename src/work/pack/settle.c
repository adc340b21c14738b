#include "rules.h"

/* A proposal is approved by somebody else, or withdrawn. */

struct pack_settle_ready {
    struct adoption adoption;
    struct telling staff, owners; /* owners: one post for each case below */
    struct id *case_id;
    size_t cases, cases_room;
};

const struct choice pack_states[] = {
    {"proposed", "Proposed"},        {"in-force", "Applies now"},  {"coming", "Approved, applies later"},
    {"past", "Applied before"},      {"withdrawn", "Withdrawn"},   {NULL, NULL},
};

static bool by_actor(const struct turn *turn, const struct adoption *adoption)
{
    return id_equal(&adoption->proposed_by, &turn->actor->post) ||
           (text_equal(adoption->agency, id_text(&turn->actor->agency)) &&
            text_equal_fold(adoption->proposer, text_of(turn->actor->name))); /* who holds two posts is one person */
}

/* What it would change, against the rules that apply until then, whatever was approved since. */
static int effect_of(struct turn *turn, const struct adoption *adoption, struct id *effect, struct error *error)
{
    struct id now, version;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = adoption_on(turn, adoption->from, &now, &version, error);
    if (result)
        return result;
    result = store_one(turn->session,
                       "SELECT id, against_id FROM policy_effect WHERE adoption_id = $1 ORDER BY worked_at DESC LIMIT 1",
                       STORE_BIND(STORE_TEXT(id_text(&adoption->id))), &rows, error);
    if (result == ERROR_MISSING)
        return error_set(error, ERROR_CONFLICT, "", "Look at what it would change first.",
                         "it has not been worked out yet what these rules would change");
    if (result)
        return result;
    struct id against = column_id(rows, 1);
    if (!id_equal(&against, &version))
        return error_set(error, ERROR_CONFLICT, "", "Have it worked out again, and look at what it would change.",
                         "other rules were approved since it was worked out what these would change");
    *effect = column_id(rows, 0);
    return 0;
}

/* Those who need to know an open case whose answer changes. */
static int find_owners(struct turn *turn, const struct id *effect, struct pack_settle_ready *ready, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT x.case_id, n.post_id FROM policy_case x JOIN case_file c ON c.id = x.case_id"
                          " JOIN need_to_know n ON n.case_id = x.case_id"
                          " WHERE x.effect_id = $1 AND c.status = 'open' AND n.until IS NULL",
                          STORE_BIND(STORE_TEXT(id_text(effect))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct id post = column_id(rows, 1);
        ready->case_id = arena_more(turn->arena, ready->case_id, ready->cases, &ready->cases_room, sizeof *ready->case_id);
        if (!ready->case_id)
            return arena_error(turn->arena, error);
        ready->case_id[ready->cases++] = column_id(rows, 0);
        got = telling_add(turn, &ready->owners, &post, error);
    }
    return got;
}

static int pack_approve_prepare(struct turn *turn, const struct pack_of *in, struct pack_settle_ready **out,
                                struct error *error)
{
    struct pack_settle_ready *ready = *out = ARENA_NEW(turn->arena, struct pack_settle_ready);
    const struct policy_pack *pack;
    struct id effect;
    int result = ready ? adoption_read(turn, &in->adoption_id, &ready->adoption, error) : arena_error(turn->arena, error);
    if (result)
        return result;
    if (!text_equal(ready->adoption.state, TEXT("proposed")))
        return error_set(error, ERROR_CONFLICT, "", "Look at the list of the rules that apply.",
                         "this has been decided already");
    if (by_actor(turn, &ready->adoption))
        return error_set(error, ERROR_FORBIDDEN, "", "Ask another manager or the governance lead.",
                         "who proposed it may not approve it");
    if (date_compare(ready->adoption.from, turn_date(turn)) < 0)
        return error_set(error, ERROR_CONFLICT, "", "Withdraw it, and propose it again from a day to come.",
                         "the day from which it should apply has passed");
    result = effect_of(turn, &ready->adoption, &effect, error);
    if (!result)
        result = turn->shelf->kept(turn->shelf->self, &ready->adoption.version_id, &pack, error);
    if (!result)
        result = telling_find(turn, ROLES_STAFF, &ready->staff, error);
    return result ? result : find_owners(turn, &effect, ready, error);
}

static int pack_approve_apply(struct turn *turn, const struct pack_of *in, const struct pack_settle_ready *ready,
                              struct pack_settled *out, struct error *error)
{
    int64_t changed = 0;
    int result = store_run(turn->session,
                           "UPDATE policy_adoption SET state = 'approved', approved_by = $2, approved_at = $3"
                           " WHERE id = $1 AND state = 'proposed'",
                           STORE_BIND(STORE_TEXT(id_text(&in->adoption_id)), STORE_TEXT(id_text(&turn->actor->post)),
                                      STORE_INT(turn->now)),
                           &changed, error);
    if (!result && !changed)
        return error_set(error, ERROR_CONFLICT, "", "Look at the list of the rules that apply.",
                         "this has been decided already");
    if (!result)
        result = turn_wrote(turn, "policy_adoption", &in->adoption_id, error);
    if (!result)
        result = telling_close(turn, &in->adoption_id, NULL, error); /* who was to approve it */
    if (!result)
        result = telling_raise(turn, &ready->staff, "pack-approved", &in->adoption_id, error);
    for (size_t i = 0; !result && i < ready->owners.n; i++)
        result = notice_raise(turn, &ready->owners.notice[i], &ready->owners.post[i], "pack-case", &ready->case_id[i], error);
    *out = (struct pack_settled){in->adoption_id, TEXT("approved")};
    return result;
}

static int pack_withdraw_prepare(struct turn *turn, const struct pack_of *in, struct pack_settle_ready **out,
                                 struct error *error)
{
    struct pack_settle_ready *ready = *out = ARENA_NEW(turn->arena, struct pack_settle_ready);
    int result = ready ? adoption_read(turn, &in->adoption_id, &ready->adoption, error) : arena_error(turn->arena, error);
    if (result)
        return result;
    bool approved = text_equal(ready->adoption.state, TEXT("approved"));
    if (!approved && !text_equal(ready->adoption.state, TEXT("proposed")))
        return error_set(error, ERROR_CONFLICT, "", "There is nothing to do.", "this was withdrawn already");
    if (approved && date_compare(ready->adoption.from, turn_date(turn)) <= 0)
        return error_set(error, ERROR_CONFLICT, "", "Propose what should apply instead.",
                         "these rules apply, or did: what was in force stays on record");
    if (!(turn->actor->roles & ROLES_ADOPT) && !by_actor(turn, &ready->adoption))
        return error_set(error, ERROR_FORBIDDEN, "", "Ask who proposed it, a manager or the governance lead.",
                         "you did not propose this");
    return approved ? telling_find(turn, ROLES_STAFF, &ready->staff, error) : 0;
}

static int pack_withdraw_apply(struct turn *turn, const struct pack_of *in, const struct pack_settle_ready *ready,
                               struct pack_settled *out, struct error *error)
{
    int64_t changed = 0;
    int result = store_run(turn->session,
                           "UPDATE policy_adoption SET state = 'withdrawn', withdrawn_by = $2, withdrawn_at = $3"
                           " WHERE id = $1 AND state = $4",
                           STORE_BIND(STORE_TEXT(id_text(&in->adoption_id)), STORE_TEXT(id_text(&turn->actor->post)),
                                      STORE_INT(turn->now), STORE_TEXT(ready->adoption.state)),
                           &changed, error);
    if (!result && !changed)
        return error_set(error, ERROR_CONFLICT, "", "Look at the list of the rules that apply.",
                         "this has been decided otherwise meanwhile");
    if (!result)
        result = turn_wrote(turn, "policy_adoption", &in->adoption_id, error);
    if (!result)
        result = telling_close(turn, &in->adoption_id, NULL, error);
    if (!result)
        result = telling_raise(turn, &ready->staff, "pack-withdrawn", &in->adoption_id, error);
    *out = (struct pack_settled){in->adoption_id, TEXT("withdrawn")};
    return result;
}

static const struct field takes[] = {
    FIELD(struct pack_of, adoption_id, .label = "Proposal", .required = true, .about = "adoption"),
};
static const struct field gives[] = {
    FIELD(struct pack_settled, adoption_id, .label = "Proposal", .about = "adoption"),
    FIELD(struct pack_settled, state, .label = "State"),
};

COMMAND(pack_approve, struct pack_of, struct pack_settled, struct pack_settle_ready, .name = "pack.approve",
        .title = "Approve rules that somebody else proposed", TAKES(takes), GIVES(gives), .may = {.roles = ROLES_ADOPT});
COMMAND(pack_withdraw, struct pack_of, struct pack_settled, struct pack_settle_ready, .name = "pack.withdraw",
        .title = "Withdraw rules before they apply", TAKES(takes), GIVES(gives), .may = {.roles = ROLES_OVERSEE});
