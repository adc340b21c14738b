#include "rules.h"

/* The rules that apply are reviewed: what was found, and when again. */

static int pack_review_prepare(struct turn *turn, const struct pack_review *in, struct id **out, struct error *error)
{
    struct id *ready = *out = ARENA_NEW(turn->arena, struct id), now, version;
    struct adoption adoption;
    int result = ready ? adoption_read(turn, &in->adoption_id, &adoption, error) : arena_error(turn->arena, error);
    if (!result)
        result = adoption_on(turn, turn_date(turn), &now, &version, error);
    if (result)
        return result;
    if (!id_equal(&now, &in->adoption_id))
        return error_set(error, ERROR_CONFLICT, "adoption_id", "Review what applies now.", "these rules do not apply now");
    if (date_compare(in->next, turn_date(turn)) <= 0)
        return error_set(error, ERROR_INVALID, "next", "Choose a day to come.", "that day has passed");
    *ready = turn_id(turn);
    return 0;
}

static int pack_review_apply(struct turn *turn, const struct pack_review *in, const struct id *ready,
                             struct pack_reviewed *out, struct error *error)
{
    int result = store_run(turn->session,
                           "INSERT INTO policy_review (id, adoption_id, reviewed_by, at, found, next_day)"
                           " VALUES ($1, $2, $3, $4, $5, $6)",
                           STORE_BIND(STORE_TEXT(id_text(ready)), STORE_TEXT(id_text(&in->adoption_id)),
                                      STORE_TEXT(id_text(&turn->actor->post)), STORE_INT(turn->now),
                                      STORE_TEXT(text_trim(in->found)), STORE_TEXT(day_write(turn->arena, in->next))),
                           NULL, error);
    out->review_id = *ready;
    return result ? result : turn_wrote(turn, "policy_review", ready, error);
}

static const struct field takes[] = {
    FIELD(struct pack_review, adoption_id, .label = "Rules", .required = true, .about = "adoption"),
    FIELD(struct pack_review, found, .label = "What did the review find?",
          .hint = "What works, what does not, what should change. Name no child.", .max = 4000, .required = true),
    FIELD(struct pack_review, next, .label = "When is the next review?", .hint = "For example 30 9 2028.",
          .required = true),
};
static const struct field gives[] = {
    FIELD(struct pack_reviewed, review_id, .label = "Review"),
};

COMMAND(pack_review, struct pack_review, struct pack_reviewed, struct id, .name = "pack.review",
        .title = "Record a review of the rules that apply", TAKES(takes), GIVES(gives), .may = {.roles = ROLES_ADOPT});

static int pack_reviews_look(struct turn *turn, const struct pack_of *in, struct view_rows *out, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT r.at, r.found, r.next_day, post.person, post.title FROM policy_review r"
                          " JOIN post ON post.id = r.reviewed_by WHERE r.adoption_id = $1 ORDER BY r.at DESC LIMIT 100",
                          STORE_BIND(STORE_TEXT(id_text(&in->adoption_id))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct pack_review_row *row = view_row(out);
        if (!row)
            return arena_error(turn->arena, error);
        row->at.at = store_int(rows, 0);
        row->found = store_text_in(rows, 1, turn->arena);
        row->next = day_read(store_text(rows, 2));
        row->by = arena_format(turn->arena, "%.*s, %.*s", TEXT_ARGS(store_text(rows, 3)), TEXT_ARGS(store_text(rows, 4)));
        got = 0;
    }
    return got;
}

static const struct field reviews_takes[] = {
    FIELD(struct pack_of, adoption_id, .label = "Rules", .required = true, .about = "adoption"),
};
static const struct field review_gives[] = {
    FIELD(struct pack_review_row, at, .label = "Reviewed"),
    FIELD(struct pack_review_row, by, .label = "By"),
    FIELD(struct pack_review_row, found, .label = "Found"),
    FIELD(struct pack_review_row, next, .label = "Next review"),
};

VIEW(pack_reviews, struct pack_of, struct pack_review_row, .name = "pack.reviews", .title = "The reviews of these rules",
     TAKES(reviews_takes), GIVES(review_gives), .may = {.roles = ROLES_STAFF});
