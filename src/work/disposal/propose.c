#include "inside.h"

struct disposal_propose_ready {
    struct id id;
    struct thing thing;
    struct telling others;
};

static int disposal_propose_check(const void *given, struct error *error)
{
    const struct disposal_propose *in = given;
    if (id_is_set(&in->item_id) + id_is_set(&in->document_id) + id_is_set(&in->decision_id) > 1)
        return error_set(error, ERROR_INVALID, "item_id", "Propose each by itself, or the whole case.",
                         "more than one thing is named");
    return 0;
}

static struct thing thing_of(const struct disposal_propose *in)
{
    if (id_is_set(&in->item_id))
        return (struct thing){TEXT("item"), in->case_id, in->item_id};
    if (id_is_set(&in->document_id))
        return (struct thing){TEXT("document"), in->case_id, in->document_id};
    if (id_is_set(&in->decision_id))
        return (struct thing){TEXT("decision"), in->case_id, in->decision_id};
    return (struct thing){TEXT("case"), in->case_id, in->case_id};
}

/* It is there, and of the case on which the gate judged. */
static int check_thing(struct turn *turn, const struct thing *thing, struct error *error)
{
    int64_t n = 0;
    const struct store_value id = STORE_TEXT(id_text(&thing->id)), of = STORE_TEXT(id_text(&thing->case_id));
    int result =
        text_equal(thing->kind, TEXT("item"))
            ? store_one_int(turn->session, "SELECT count(*) FROM item WHERE id = $1 AND case_id = $2", STORE_BIND(id, of), &n, error)
        : text_equal(thing->kind, TEXT("document"))
            ? store_one_int(turn->session, "SELECT count(*) FROM document WHERE id = $1 AND case_id = $2", STORE_BIND(id, of), &n, error)
        : text_equal(thing->kind, TEXT("decision"))
            ? store_one_int(turn->session, "SELECT count(*) FROM decision WHERE id = $1 AND case_id = $2", STORE_BIND(id, of), &n, error)
            : store_one_int(turn->session, "SELECT count(*) FROM case_file WHERE id = $1 AND $2 <> ''", STORE_BIND(id, of), &n, error);
    return result || n ? result : error_set(error, ERROR_MISSING, "", "Look at the case.", "there is no such thing in this case");
}

static int check_once(struct turn *turn, const struct thing *thing, struct error *error)
{
    int64_t there = 0;
    int result = store_one_int(turn->session,
                               "SELECT count(*) FROM disposal WHERE agency_id = $1 AND thing_id = $2 AND state = 'proposed'",
                               STORE_BIND(STORE_TEXT(id_text(&turn->actor->agency)), STORE_TEXT(id_text(&thing->id))), &there, error);
    return result || !there ? result
                            : error_set(error, ERROR_CONFLICT, "", "Look at the list of what is to be destroyed.",
                                        "somebody has proposed this already");
}

/* Those in the agency who may approve it. */
static int find_approvers(struct turn *turn, struct telling *telling, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session, "SELECT id FROM post WHERE agency_id = $1 AND roles & $2 <> 0 AND id <> $3 ORDER BY id",
                          STORE_BIND(STORE_TEXT(id_text(&turn->actor->agency)), STORE_INT(ROLES_DISPOSE),
                                     STORE_TEXT(id_text(&turn->actor->post))),
                          &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct id post = column_id(rows, 0);
        got = telling_add(turn, telling, &post, error);
    }
    return got;
}

static int disposal_propose_prepare(struct turn *turn, const struct disposal_propose *in, struct disposal_propose_ready **out,
                                    struct error *error)
{
    struct disposal_propose_ready *ready = *out = ARENA_NEW(turn->arena, struct disposal_propose_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    ready->id = turn_id(turn);
    ready->thing = thing_of(in);
    int result = check_thing(turn, &ready->thing, error);
    if (!result)
        result = check_once(turn, &ready->thing, error);
    return result ? result : find_approvers(turn, &ready->others, error);
}

static int disposal_propose_apply(struct turn *turn, const struct disposal_propose *in,
                                  const struct disposal_propose_ready *ready, struct disposal_proposed *out,
                                  struct error *error)
{
    int result = check_thing(turn, &ready->thing, error);
    if (!result)
        result = check_once(turn, &ready->thing, error);
    if (!result)
        result = store_run(turn->session,
                           "INSERT INTO disposal (id, agency_id, case_id, kind, thing_id, rule, stands, paper, media, state,"
                           " proposed_by, proposed_at, gone)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'proposed', $10, $11, '')",
                           STORE_BIND(STORE_TEXT(id_text(&ready->id)), STORE_TEXT(id_text(&turn->actor->agency)),
                                      STORE_TEXT(id_text(&in->case_id)), STORE_TEXT(ready->thing.kind),
                                      STORE_TEXT(id_text(&ready->thing.id)), STORE_TEXT(in->rule), STORE_TEXT(in->stands),
                                      STORE_TEXT(in->paper), STORE_TEXT(in->media),
                                      STORE_TEXT(id_text(&turn->actor->post)), STORE_INT(turn->now)),
                           NULL, error);
    if (!result)
        result = turn_wrote(turn, "disposal", &ready->id, error);
    out->disposal_id = ready->id;
    return result ? result : telling_raise(turn, &ready->others, "disposal-proposed", &ready->id, error);
}

static const struct field takes[] = {
    FIELD(struct disposal_propose, case_id, .label = "Case", .required = true, .about = "case"),
    FIELD(struct disposal_propose, item_id, .label = "Only this item", .about = "item"),
    FIELD(struct disposal_propose, document_id, .label = "Only this document", .about = "document"),
    FIELD(struct disposal_propose, decision_id, .label = "Only this decision", .about = "decision"),
    FIELD(struct disposal_propose, rule, .label = "Why must it be destroyed?", .required = true, .choices = disposal_rules),
    FIELD(struct disposal_propose, stands, .label = "Where can the reason be read?",
          .hint = "For example: our retention schedule of 2026, line 12. This is kept for ever, so do not write a name.",
          .required = true),
    FIELD(struct disposal_propose, paper, .label = "What happens to copies on paper?", .required = true,
          .choices = disposal_papers),
    FIELD(struct disposal_propose, media, .label = "What happens to copies on discs, sticks and drives?", .required = true,
          .choices = disposal_medias),
};
static const struct field gives[] = {
    FIELD(struct disposal_proposed, disposal_id, .label = "Disposal", .about = "disposal"),
};

COMMAND(disposal_propose, struct disposal_propose, struct disposal_proposed, struct disposal_propose_ready,
        .check = disposal_propose_check, .name = "disposal.propose", .title = "Propose that something be destroyed",
        TAKES(takes), GIVES(gives),
        .may = {.roles = ROLES_DISPOSE, .reach = REACH_CASE_OF_AGENCY, .about = offsetof(struct disposal_propose, case_id)});
