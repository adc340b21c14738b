#include "internal.h"
#include "need.h"

int need_to_know_add(struct turn *turn, const struct id *id, const struct id *case_id, const struct id *post,
                     struct error *error)
{
    int result = store_run(
        turn->session,
        "INSERT INTO need_to_know (id, case_id, post_id, added_by, added_at) VALUES ($1, $2, $3, $4, $5)",
        STORE_BIND(STORE_TEXT(id_text(id)), STORE_TEXT(id_text(case_id)), STORE_TEXT(id_text(post)),
                   STORE_TEXT(id_text(&turn->actor->post)), STORE_INT(turn->now)),
        NULL, error);
    return result ? result : turn_wrote(turn, "need_to_know", id, error);
}

struct case_admit_ready {
    struct id id;
};

static int case_admit_prepare(struct turn *turn, const struct case_admit *in, struct case_admit_ready **out,
                              struct error *error)
{
    struct case_admit_ready *ready = *out = ARENA_NEW(turn->arena, struct case_admit_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    ready->id = turn_id(turn);
    int64_t same_agency;
    int result = store_one_int(turn->session, "SELECT agency_id = $2 FROM post WHERE id = $1",
                               STORE_BIND(STORE_TEXT(id_text(&in->post_id)), STORE_TEXT(id_text(&turn->actor->agency))),
                               &same_agency, error);
    if (result == ERROR_MISSING || (!result && !same_agency))
        return error_set(error, ERROR_INVALID, "post_id", "To tell another agency, share with it.",
                         "only a post of your own agency can be added to this case");
    return result;
}

static int case_admit_apply(struct turn *turn, const struct case_admit *in, const struct case_admit_ready *ready,
                            struct case_admitted *out, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session,
                           "SELECT id FROM need_to_know WHERE case_id = $1 AND post_id = $2 AND until IS NULL",
                           STORE_BIND(STORE_TEXT(id_text(&in->case_id)), STORE_TEXT(id_text(&in->post_id))), &rows,
                           error);
    if (result == 0) {
        out->need_to_know_id = column_id(rows, 0);
        return 0;
    }
    if (result != ERROR_MISSING)
        return result;
    out->need_to_know_id = ready->id;
    return need_to_know_add(turn, &ready->id, &in->case_id, &in->post_id, error);
}

static const struct field takes[] = {
    FIELD(struct case_admit, case_id, .label = "Case", .required = true, .about = "case"),
    FIELD(struct case_admit, post_id, .label = "Who needs to know?", .required = true, .about = "post"),
};
static const struct field gives[] = {
    FIELD(struct case_admitted, need_to_know_id, .label = "Entry on the list"),
};

COMMAND(case_admit, struct case_admit, struct case_admitted, struct case_admit_ready, .name = "case.admit",
        .title = "Add a colleague who needs to know", TAKES(takes), GIVES(gives),
        .may = {.roles = ROLES_STAFF, .reach = REACH_CASE_REVIEW, .about = offsetof(struct case_admit, case_id)});
