#include "arrival.h"
#include "receipts.h"

const struct choice receipt_states[] = {
    {"sent", "New"},
    {"opened", "Opened, not answered yet"},
    {"confirmed", "Answered"},
    {NULL, NULL},
};

bool receipt_is_overseer(const struct actor *actor)
{
    return actor->roles & (ROLE_MANAGER | ROLE_LEAD);
}

/* ---- receipt.open: the first to open it takes it; from then on it is theirs, and their managers' and leads' ---- */

/* In apply: a colleague may have taken it since the gate judged. */
static int check_own(struct turn *turn, const struct id *receipt, struct error *error)
{
    int64_t own = 0;
    int result = store_one_int(turn->session,
                               "SELECT count(*) FROM receipt WHERE id = $1 AND (post_id IS NULL OR post_id = $2 OR $3 <> 0)",
                               STORE_BIND(STORE_TEXT(id_text(receipt)), STORE_TEXT(id_text(&turn->actor->post)),
                                          STORE_BOOL(receipt_is_overseer(turn->actor))),
                               &own, error);
    return result || own ? result
                         : error_set(error, ERROR_CONFLICT, "receipt_id", "Look at your list again.",
                                     "a colleague has taken this meanwhile");
}

static int receipt_open_apply(struct turn *turn, const struct receipt_of *in, struct receipt_opened *out,
                              struct error *error)
{
    struct arrival arrival;
    int result = arrival_find(turn, &in->receipt_id, &arrival, error);
    out->first = false;
    for (size_t i = 0; !result && i < arrival.n; i++) {
        int64_t changed = 0;
        result = store_run(turn->session,
                           "UPDATE receipt SET state = 'opened', opened_at = $2, post_id = $3"
                           " WHERE id = $1 AND state = 'sent' AND outside = 0",
                           STORE_BIND(STORE_TEXT(id_text(&arrival.receipt[i])), STORE_INT(turn->now),
                                      STORE_TEXT(id_text(&turn->actor->post))),
                           &changed, error);
        if (!result && changed)
            result = turn_wrote(turn, "receipt", &arrival.receipt[i], error);
        out->first |= changed > 0;
    }
    return result || out->first ? result : check_own(turn, &in->receipt_id, error);
}

static const struct field of_takes[] = {
    FIELD(struct receipt_of, receipt_id, .label = "Receipt", .required = true, .about = "receipt"),
};
static const struct field open_gives[] = {
    FIELD(struct receipt_opened, first, .label = "You are the first to open it"),
};

COMMAND_DIRECT(receipt_open, struct receipt_of, struct receipt_opened, .name = "receipt.open",
               .title = "Take what was shared with your agency", TAKES(of_takes), GIVES(open_gives),
               .may = {.roles = ROLES_STAFF, .reach = REACH_RECEIPT, .about = offsetof(struct receipt_of, receipt_id)});

/* ---- receipt.confirm ---- */

struct one_reply {
    struct id receipt, sender, case_id, notice;
    struct own_key key;
    struct text sealed;
};

struct receipt_confirm_ready {
    struct one_reply *reply;
    size_t replies;
};

/* The same words to each person's file. */
static int seal_reply(struct turn *turn, const struct receipt_confirm *in, struct one_reply *reply, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session,
                           "SELECT s.sent_by, s.case_id FROM receipt r JOIN share s ON s.id = r.share_id WHERE r.id = $1",
                           STORE_BIND(STORE_TEXT(id_text(&reply->receipt))), &rows, error);
    if (result)
        return result;
    reply->sender = column_id(rows, 0);
    reply->case_id = column_id(rows, 1);
    reply->notice = turn_id(turn);
    SEAL_BEGIN(turn, w);
    json_member_text(&w, "action", in->action);
    return SEAL_END_OWN(turn, w, &reply->key, "receipt", &reply->receipt, &reply->sealed, error);
}

static int receipt_confirm_prepare(struct turn *turn, const struct receipt_confirm *in,
                                   struct receipt_confirm_ready **out, struct error *error)
{
    struct receipt_confirm_ready *ready = *out = ARENA_NEW(turn->arena, struct receipt_confirm_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    struct arrival arrival;
    int result = arrival_find(turn, &in->receipt_id, &arrival, error);
    if (result)
        return result;
    ready->replies = arrival.n;
    if (!(ready->reply = ARENA_ARRAY(turn->arena, struct one_reply, arrival.n)))
        return arena_error(turn->arena, error);
    for (size_t i = 0; !result && i < arrival.n; i++) {
        ready->reply[i].receipt = arrival.receipt[i];
        if (arrival.n > 1)
            result = own_key_make(turn, &ready->reply[i].key, error);
        if (!result)
            result = seal_reply(turn, in, &ready->reply[i], error);
    }
    return result;
}

static int write_reply(struct turn *turn, const struct one_reply *reply, struct error *error)
{
    int64_t changed = 0;
    int result = check_own(turn, &reply->receipt, error);
    if (!result)
        result = own_key_write(turn, &reply->key, error);
    if (!result)
        result = store_run(turn->session,
                           "UPDATE receipt SET state = 'confirmed', confirmed_at = $2, reply_key_id = $3, reply = $4,"
                           " opened_at = COALESCE(opened_at, $2), post_id = COALESCE(post_id, $5)"
                           " WHERE id = $1 AND state <> 'confirmed' AND outside = 0",
                           STORE_BIND(STORE_TEXT(id_text(&reply->receipt)), STORE_INT(turn->now),
                                      STORE_TEXT(own_key_id(turn, &reply->key)), SEALED_BYTES(reply->sealed),
                                      STORE_TEXT(id_text(&turn->actor->post))),
                           &changed, error);
    if (!result && !changed)
        return error_set(error, ERROR_CONFLICT, "receipt_id", "", "receipt has been confirmed already");
    if (!result)
        result = turn_wrote(turn, "receipt", &reply->receipt, error);
    return result ? result
                  : notice_raise(turn, &reply->notice, &reply->sender, "share-confirmed", &reply->case_id, error);
}

static int receipt_confirm_apply(struct turn *turn, const struct receipt_confirm *in,
                                 const struct receipt_confirm_ready *ready, struct receipt_confirmed *out,
                                 struct error *error)
{
    (void)in;
    int result = 0;
    for (size_t i = 0; !result && i < ready->replies; i++)
        result = write_reply(turn, &ready->reply[i], error);
    out->confirmed_at.at = turn->now;
    return result;
}

static const struct field confirm_takes[] = {
    FIELD(struct receipt_confirm, receipt_id, .label = "Receipt", .required = true, .about = "receipt"),
    FIELD(struct receipt_confirm, action, .label = "What will you do?",
          .hint = "The person who shared this will read it. If you will do nothing, say so and why.", .max = 5000,
          .required = true, .personal = true),
};
static const struct field confirm_gives[] = {
    FIELD(struct receipt_confirmed, confirmed_at, .label = "Confirmed"),
};

COMMAND(receipt_confirm, struct receipt_confirm, struct receipt_confirmed, struct receipt_confirm_ready,
        .name = "receipt.confirm", .title = "Confirm receipt and say what you will do", TAKES(confirm_takes),
        GIVES(confirm_gives),
        .may = {.roles = ROLES_STAFF, .reach = REACH_RECEIPT, .about = offsetof(struct receipt_confirm, receipt_id)});
