#include "inside.h"

const struct choice disposal_kinds[] = {
    {"case", "The whole case"},
    {"item", "One item of information"},
    {"document", "One document"},
    {"decision", "One decision, with what was shared under it"},
    {NULL, NULL},
};

const struct choice disposal_rules[] = {
    {"retention", "It has been kept as long as it should be"},
    {"consent-withdrawn", "Consent was withdrawn, and it was held on consent alone"},
    {"not-relevant", "It is not relevant, or is not needed any more"},
    {"court-order", "A court ordered that it be erased"},
    {"erasure-request", "The person asked for it to be erased, and that was granted"},
    {"in-error", "It was recorded by mistake"},
    {"own-policy", "Our agency’s own policy"},
    {NULL, NULL},
};

const struct choice disposal_papers[] = {
    {"none", "There is no copy on paper"},
    {"shredded", "We shred it"},
    {"shredding-service", "It goes to confidential shredding"},
    {NULL, NULL},
};

const struct choice disposal_medias[] = {
    {"none", "There is no copy on a disc, stick or drive"},
    {"destroyed", "Discs that cannot be written again are destroyed"},
    {"erased", "Sticks and drives are erased securely"},
    {"destroyed-and-erased", "Both: discs are destroyed, sticks and drives erased securely"},
    {NULL, NULL},
};

const struct choice disposal_states[] = {
    {"proposed", "Proposed"},
    {"waiting", "Destroyed, not final yet"},
    {"final", "Destroyed for good"},
    {"withdrawn", "Withdrawn"},
    {NULL, NULL},
};

int disposal_find(struct turn *turn, const struct id *id, struct disposal *out, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session,
                           "SELECT d.agency_id, d.state, d.kind, d.case_id, d.thing_id, d.proposed_by, p.person, p.agency_id"
                           " FROM disposal d JOIN post p ON p.id = d.proposed_by WHERE d.id = $1",
                           STORE_BIND(STORE_TEXT(id_text(id))), &rows, error);
    if (result)
        return result;
    *out = (struct disposal){.id = *id,
                             .agency = store_text_in(rows, 0, turn->arena),
                             .state = store_text_in(rows, 1, turn->arena),
                             .thing = {.kind = store_text_in(rows, 2, turn->arena),
                                       .case_id = column_id(rows, 3),
                                       .id = column_id(rows, 4)},
                             .proposed_by = column_id(rows, 5),
                             .proposer = store_text_in(rows, 6, turn->arena),
                             .proposer_agency = store_text_in(rows, 7, turn->arena)};
    return arena_exhausted(turn->arena) ? arena_error(turn->arena, error) : 0;
}

/* A day that has come is still held; from the next day on it is not, once that has come for sure. */
int holds_check(struct turn *turn, const struct id *case_id, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session,
                           "SELECT a.name FROM legal_hold h JOIN agency a ON a.id = h.agency_id"
                           " WHERE h.case_id = $1 AND h.lifted_at IS NULL AND (h.until_day = '' OR h.until_day >= $2)"
                           " ORDER BY h.placed_at LIMIT 1",
                           STORE_BIND(STORE_TEXT(id_text(case_id)), STORE_TEXT(day_write(turn->arena, turn_date_passed(turn)))),
                           &rows, error);
    if (result)
        return result == ERROR_MISSING ? 0 : result;
    return error_set(error, ERROR_CONFLICT, "", "Talk to them. Who placed the hold can lift it.",
                     "a legal hold of %.*s stands on this case: nothing of it may be destroyed", TEXT_ARGS(store_text(rows, 0)));
}
