#include "rules.h"

/* Staff say that they have read what changes; who oversees sees who has and who has not. */

static int pack_acknowledge_prepare(struct turn *turn, const struct pack_of *in, struct id **out, struct error *error)
{
    struct adoption adoption;
    struct id *ready = *out = ARENA_NEW(turn->arena, struct id);
    int result = ready ? adoption_read(turn, &in->adoption_id, &adoption, error) : arena_error(turn->arena, error);
    if (result)
        return result;
    if (!text_equal(adoption.state, TEXT("approved")))
        return error_set(error, ERROR_CONFLICT, "", "You will be told when it is approved.", "these rules are not approved");
    *ready = turn_id(turn);
    return 0;
}

/* A second time changes nothing. */
static int pack_acknowledge_apply(struct turn *turn, const struct pack_of *in, const struct id *ready,
                                  struct pack_acknowledged *out, struct error *error)
{
    int64_t added = 0;
    int result = store_run(turn->session,
                           "INSERT INTO policy_acknowledgement (id, adoption_id, post_id, at) VALUES ($1, $2, $3, $4)"
                           " ON CONFLICT (adoption_id, post_id) DO NOTHING",
                           STORE_BIND(STORE_TEXT(id_text(ready)), STORE_TEXT(id_text(&in->adoption_id)),
                                      STORE_TEXT(id_text(&turn->actor->post)), STORE_INT(turn->now)),
                           &added, error);
    if (!result && added)
        result = turn_wrote(turn, "policy_acknowledgement", ready, error);
    if (!result)
        result = telling_close(turn, &in->adoption_id, &turn->actor->post, error);
    out->at.at = turn->now;
    return result;
}

static const struct field takes[] = {
    FIELD(struct pack_of, adoption_id, .label = "Rules", .required = true, .about = "adoption"),
};
static const struct field acknowledge_gives[] = {
    FIELD(struct pack_acknowledged, at, .label = "Read"),
};

COMMAND(pack_acknowledge, struct pack_of, struct pack_acknowledged, struct id, .name = "pack.acknowledge",
        .title = "Say that you have read what changes", TAKES(takes), GIVES(acknowledge_gives),
        .may = {.roles = ROLES_STAFF});

/* A governance lead sees every agency, others their own. Those who have not read it come first. */
static int pack_acknowledgements_look(struct turn *turn, const struct pack_of *in, struct view_rows *out,
                                      struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT agency.name, post.person, post.title, k.at FROM post"
                          " JOIN agency ON agency.id = post.agency_id"
                          " LEFT JOIN policy_acknowledgement k ON k.adoption_id = $1 AND k.post_id = post.id"
                          " WHERE post.roles & $2 <> 0 AND ($3 <> 0 OR post.agency_id = $4)"
                          " ORDER BY agency.name, k.at IS NOT NULL, post.person",
                          STORE_BIND(STORE_TEXT(id_text(&in->adoption_id)), STORE_INT(ROLES_STAFF),
                                     STORE_BOOL(turn->actor->roles & ROLE_GOVERNANCE),
                                     STORE_TEXT(id_text(&turn->actor->agency))),
                          &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct pack_reader_row *row = view_row(out);
        if (!row)
            return arena_error(turn->arena, error);
        row->agency = store_text_in(rows, 0, turn->arena);
        row->person = store_text_in(rows, 1, turn->arena);
        row->post = store_text_in(rows, 2, turn->arena);
        row->at.at = store_int(rows, 3);
        got = 0;
    }
    return got;
}

static const struct field reader_gives[] = {
    FIELD(struct pack_reader_row, agency, .label = "Agency"),
    FIELD(struct pack_reader_row, person, .label = "Person"),
    FIELD(struct pack_reader_row, post, .label = "Post"),
    FIELD(struct pack_reader_row, at, .label = "Read it"),
};

VIEW(pack_acknowledgements, struct pack_of, struct pack_reader_row, .name = "pack.acknowledgements",
     .title = "Who has read what changes, and who has not", TAKES(takes), GIVES(reader_gives),
     .may = {.roles = ROLES_OVERSEE});
