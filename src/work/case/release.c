#include "internal.h"

/* Whoever no longer needs to know a case loses it (BEX-23). What they did and looked at stays on record. */

static int case_release_apply(struct turn *turn, const struct case_release *in, struct case_released *out,
                              struct error *error)
{
    struct id entry;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session,
                           "SELECT id FROM need_to_know WHERE case_id = $1 AND post_id = $2 AND until IS NULL",
                           STORE_BIND(STORE_TEXT(id_text(&in->case_id)), STORE_TEXT(id_text(&in->post_id))), &rows,
                           error);
    if (result == ERROR_MISSING)
        return error_set(error, ERROR_INVALID, "post_id", "Choose from those who need to know the case.",
                         "this post does not have the case");
    if (result)
        return result;
    entry = column_id(rows, 0);
    store_done(&rows);
    result = store_run(turn->session, "UPDATE need_to_know SET until = $2 WHERE id = $1",
                       STORE_BIND(STORE_TEXT(id_text(&entry)), STORE_INT(turn->now)), NULL, error);
    out->released = true;
    return result ? result : turn_wrote(turn, "need_to_know", &entry, error);
}

static const struct field takes[] = {
    FIELD(struct case_release, case_id, .label = "Case", .required = true, .about = "case"),
    FIELD(struct case_release, post_id, .label = "Who no longer needs to know?", .required = true, .about = "post"),
};
static const struct field gives[] = {
    FIELD(struct case_released, released, .label = "They no longer have the case"),
};

COMMAND_DIRECT(case_release, struct case_release, struct case_released, .name = "case.release",
               .title = "Take a colleague off a case", TAKES(takes), GIVES(gives),
               .may = {.roles = ROLES_STAFF, .reach = REACH_CASE_REVIEW, .about = offsetof(struct case_release, case_id)});
