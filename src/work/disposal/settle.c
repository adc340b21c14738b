#include "inside.h"

/* Approved by somebody else, and then done at once; or withdrawn. */

struct disposal_settle_ready {
    struct disposal disposal;
    struct telling workers, recipients;
    struct id *draft; /* that are about it */
    size_t drafts;
    struct id *looked; /* the keys of all that were opened to see */
    size_t looks;
};

static bool by_actor(const struct turn *turn, const struct disposal *disposal)
{
    return id_equal(&disposal->proposed_by, &turn->actor->post) ||
           (text_equal(disposal->proposer_agency, id_text(&turn->actor->agency)) &&
            text_equal_fold(disposal->proposer, text_of(turn->actor->name))); /* who holds two posts is one person */
}

static int decided_already(struct error *error)
{
    return error_set(error, ERROR_CONFLICT, "", "Look at the list of what was destroyed.", "this has been decided already");
}

/* ---- whom to tell ---- */

static int tell_rows(struct turn *turn, struct telling *telling, int got, struct store_rows **rows, struct error *error)
{
    while (!got && (got = store_next(*rows, error)) > 0) {
        struct id post = column_id(*rows, 0);
        got = id_is_set(&post) && !id_equal(&post, &turn->actor->post) ? telling_add(turn, telling, &post, error) : 0;
    }
    store_done(rows);
    return got;
}

static int find_told(struct turn *turn, const struct thing *thing, struct disposal_settle_ready *ready, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session, "SELECT DISTINCT post_id FROM need_to_know WHERE case_id = $1 AND until IS NULL",
                          STORE_BIND(STORE_TEXT(id_text(&thing->case_id))), &rows, error);
    int result = tell_rows(turn, &ready->workers, got, &rows, error);
    if (result)
        return result;
    got = RECEIPTS_OF(turn->session, thing, "SELECT DISTINCT r.post_id", " AND r.post_id IS NOT NULL", &rows, error);
    return tell_rows(turn, &ready->recipients, got, &rows, error);
}

/* ---- drafts: what they say lies sealed, so they are opened to see whether they are about it ---- */

static int find_drafts(struct turn *turn, const struct thing *thing, struct disposal_settle_ready *ready, struct error *error)
{
    struct openings sealed = {0};
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT DISTINCT d.id, d.sealed, k.wrapped, k.id FROM need_to_know n JOIN draft d ON d.post_id = n.post_id"
                          " JOIN record_key k ON k.id = d.key_id WHERE n.case_id = $1",
                          STORE_BIND(STORE_TEXT(id_text(&thing->case_id))), &rows, error);
    size_t room = 0;
    while (!got && (got = store_next(rows, error)) > 0) {
        ready->looked = arena_more(turn->arena, ready->looked, ready->looks, &room, sizeof *ready->looked);
        if (!ready->looked ||
            !openings_add(turn, &sealed, "draft", store_text(rows, 0), store_bytes(rows, 1), store_bytes(rows, 2)))
            return arena_error(turn->arena, error);
        ready->looked[ready->looks++] = column_id(rows, 3);
        got = 0;
    }
    if (!got)
        got = turn_open(turn, sealed.row, sealed.n, error);
    if (!got && !(ready->draft = ARENA_ARRAY(turn->arena, struct id, sealed.n)))
        got = arena_error(turn->arena, error);
    for (size_t i = 0; !got && i < sealed.n; i++) {
        struct text content = json_text(json_get(sealed.row[i].plain, "content"));
        if (text_find(content, id_text(&thing->id)) >= 0 || text_find(content, id_text(&thing->case_id)) >= 0)
            id_parse(sealed.row[i].row, &ready->draft[ready->drafts++]);
    }
    return got;
}

/* One that was saved since nobody has looked into. Each saving has a key of its own. */
static int check_drafts(struct turn *turn, const struct thing *thing, const struct disposal_settle_ready *ready, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT DISTINCT d.key_id FROM need_to_know n JOIN draft d ON d.post_id = n.post_id WHERE n.case_id = $1",
                          STORE_BIND(STORE_TEXT(id_text(&thing->case_id))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        const struct id key = column_id(rows, 0);
        size_t i = 0;
        while (i < ready->looks && !id_equal(&ready->looked[i], &key))
            i++;
        got = i < ready->looks ? 0
                               : error_set(error, ERROR_CONFLICT, "", "Approve it once more.",
                                           "somebody who knows the case was writing just now; nothing was destroyed");
    }
    return got;
}

static int drop_drafts(struct turn *turn, const struct disposal_settle_ready *ready, struct error *error)
{
    int result = 0;
    for (size_t i = 0; !result && i < ready->drafts; i++) {
        const struct store_value id = STORE_TEXT(id_text(&ready->draft[i]));
        result = store_run(turn->session, "DELETE FROM record_key WHERE id IN (SELECT key_id FROM draft WHERE id = $1)",
                           STORE_BIND(id), NULL, error);
        if (!result)
            result = store_run(turn->session, "DELETE FROM draft WHERE id = $1", STORE_BIND(id), NULL, error);
    }
    return result;
}

/* ---- disposal.approve ---- */

static int disposal_approve_prepare(struct turn *turn, const struct disposal_of *in, struct disposal_settle_ready **out,
                                    struct error *error)
{
    struct disposal_settle_ready *ready = *out = ARENA_NEW(turn->arena, struct disposal_settle_ready);
    int result = ready ? disposal_find(turn, &in->disposal_id, &ready->disposal, error) : arena_error(turn->arena, error);
    if (result)
        return result;
    if (!text_equal(ready->disposal.state, TEXT("proposed")))
        return decided_already(error);
    if (!text_equal(ready->disposal.agency, id_text(&turn->actor->agency)))
        return error_set(error, ERROR_FORBIDDEN, "", "It is for the agency that holds it to decide.", "this is not your agency’s");
    if (by_actor(turn, &ready->disposal))
        return error_set(error, ERROR_FORBIDDEN, "", "Ask another manager, lead or the governance lead.",
                         "who proposed it may not approve it");
    result = holds_check(turn, &ready->disposal.thing.case_id, error);
    if (!result)
        result = find_told(turn, &ready->disposal.thing, ready, error);
    return result ? result : find_drafts(turn, &ready->disposal.thing, ready, error);
}

static struct text join(struct arena *arena, const struct text_list *list)
{
    struct buffer b = buffer_in(arena);
    for (size_t i = 0; i < list->n; i++) {
        if (i)
            buffer_string(&b, ", ");
        buffer_text(&b, list->item[i]);
    }
    return buffer_result(&b);
}

static int mark_waiting(struct turn *turn, const struct id *disposal, struct text gone, struct error *error)
{
    int64_t changed = 0;
    int result = store_run(turn->session,
                           "UPDATE disposal SET state = 'waiting', approved_by = $2, approved_at = $3, epoch = $4, gone = $5"
                           " WHERE id = $1 AND state = 'proposed'",
                           STORE_BIND(STORE_TEXT(id_text(disposal)), STORE_TEXT(id_text(&turn->actor->post)), STORE_INT(turn->now),
                                      STORE_INT(turn->epoch), STORE_TEXT(gone)),
                           &changed, error);
    if (!result && !changed)
        return decided_already(error);
    return result ? result : turn_wrote(turn, "disposal", disposal, error);
}

static int disposal_approve_apply(struct turn *turn, const struct disposal_of *in, const struct disposal_settle_ready *ready,
                                  struct disposal_settled *out, struct error *error)
{
    struct doom doom;
    struct text_list gone;
    int result = holds_check(turn, &ready->disposal.thing.case_id, error); /* one may have been placed since */
    if (!result)
        result = check_drafts(turn, &ready->disposal.thing, ready, error);
    if (!result)
        result = doom_find(turn, &ready->disposal.thing, &doom, error);
    if (!result)
        result = doom_count(turn, &doom, &gone, error);
    if (!result)
        result = mark_waiting(turn, &in->disposal_id, join(turn->arena, &gone), error);
    if (!result)
        result = drop_drafts(turn, ready, error);
    if (!result)
        result = doom_carry_out(turn, &in->disposal_id, &doom, error);
    if (!result)
        result = telling_close(turn, &in->disposal_id, NULL, error); /* who was to approve it */
    if (!result)
        result = telling_raise(turn, &ready->workers, "disposal-done", &in->disposal_id, error);
    if (!result)
        result = telling_raise(turn, &ready->recipients, "disposal-received", &in->disposal_id, error);
    if (!result)
        *out = (struct disposal_settled){in->disposal_id, TEXT("waiting"), (int64_t)doom.n};
    return result;
}

/* ---- disposal.withdraw ---- */

static int disposal_withdraw_prepare(struct turn *turn, const struct disposal_of *in, struct disposal_settle_ready **out,
                                     struct error *error)
{
    struct disposal_settle_ready *ready = *out = ARENA_NEW(turn->arena, struct disposal_settle_ready);
    int result = ready ? disposal_find(turn, &in->disposal_id, &ready->disposal, error) : arena_error(turn->arena, error);
    if (result)
        return result;
    if (!text_equal(ready->disposal.agency, id_text(&turn->actor->agency)))
        return error_set(error, ERROR_FORBIDDEN, "", "It is for the agency that holds it to decide.", "this is not your agency’s");
    if (!text_equal(ready->disposal.state, TEXT("proposed")))
        return error_set(error, ERROR_CONFLICT, "", "What was destroyed cannot be brought back.", "this has been decided already");
    return 0;
}

static int disposal_withdraw_apply(struct turn *turn, const struct disposal_of *in, const struct disposal_settle_ready *ready,
                                   struct disposal_settled *out, struct error *error)
{
    (void)ready;
    int64_t changed = 0;
    int result = store_run(turn->session,
                           "UPDATE disposal SET state = 'withdrawn', withdrawn_by = $2, withdrawn_at = $3"
                           " WHERE id = $1 AND state = 'proposed'",
                           STORE_BIND(STORE_TEXT(id_text(&in->disposal_id)), STORE_TEXT(id_text(&turn->actor->post)),
                                      STORE_INT(turn->now)),
                           &changed, error);
    if (!result && !changed)
        return decided_already(error);
    if (!result)
        result = turn_wrote(turn, "disposal", &in->disposal_id, error);
    *out = (struct disposal_settled){in->disposal_id, TEXT("withdrawn"), 0};
    return result ? result : telling_close(turn, &in->disposal_id, NULL, error);
}

static const struct field takes[] = {
    FIELD(struct disposal_of, disposal_id, .label = "Disposal", .required = true, .about = "disposal"),
};
static const struct field gives[] = {
    FIELD(struct disposal_settled, disposal_id, .label = "Disposal", .about = "disposal"),
    FIELD(struct disposal_settled, state, .label = "State", .choices = disposal_states),
    FIELD(struct disposal_settled, rows, .label = "Rows destroyed"),
};

COMMAND(disposal_approve, struct disposal_of, struct disposal_settled, struct disposal_settle_ready, .name = "disposal.approve",
        .title = "Approve that something be destroyed: it is done at once", TAKES(takes), GIVES(gives),
        .may = {.roles = ROLES_DISPOSE, .reach = REACH_DISPOSAL, .about = offsetof(struct disposal_of, disposal_id)});
COMMAND(disposal_withdraw, struct disposal_of, struct disposal_settled, struct disposal_settle_ready, .name = "disposal.withdraw",
        .title = "Withdraw a proposal to destroy something", TAKES(takes), GIVES(gives),
        .may = {.roles = ROLES_DISPOSE, .reach = REACH_DISPOSAL, .about = offsetof(struct disposal_of, disposal_id)});

/* ---- disposal.final ---- */

static int disposal_final_apply(struct turn *turn, const struct disposal_final *in, struct disposal_finals *out,
                                struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "UPDATE disposal SET state = 'final', final_at = $2 WHERE state = 'waiting' AND epoch < $1 RETURNING id",
                          STORE_BIND(STORE_INT(in->living), STORE_INT(turn->now)), &rows, error);
    out->n = 0;
    while (!got && (got = store_next(rows, error)) > 0) {
        struct id disposal = column_id(rows, 0);
        got = turn_wrote(turn, "disposal", &disposal, error);
        out->n++;
    }
    return got;
}

static const struct field final_takes[] = {
    FIELD(struct disposal_final, living, .label = "The oldest epoch whose key is kept"),
};
static const struct field final_gives[] = {
    FIELD(struct disposal_finals, n, .label = "Disposals that are final now"),
};

/* Done by the gate when an epoch has been destroyed; no role can ask for it through a face. */
COMMAND_DIRECT(disposal_final, struct disposal_final, struct disposal_finals, .name = "disposal.final",
               .title = "Note that disposals are final", TAKES(final_takes), GIVES(final_gives), .inside = true,
               .may = {.roles = ROLE_ADMINISTRATOR});
