#include "internal.h"

/* The vocabulary's `recipient` values that an agency can be. */
static const struct choice agency_kinds[] = {
    {"childrens-social-care", "Children’s social care"},
    {"adult-social-care", "Adult social care"},
    {"police", "Police"},
    {"probation", "Probation"},
    {"health", "Health"},
    {"education", "School, college or nursery"},
    {"fire", "Fire and rescue"},
    {"local-authority", "Another part of the council"},
    {"charity", "Charity"},
    {"regulator", "Regulator"},
    {"court", "Court"},
    {"board", "Safeguarding partnership board"},
    {NULL, NULL},
};

const struct choice post_roles[] = {
    {"practitioner", "Practitioner"},
    {"manager", "Manager"},
    {"lead", "Designated safeguarding lead"},
    {"governance", "Information governance lead"},
    {"administrator", "Administrator"},
    {NULL, NULL},
};

/* post_roles in order are the bits from ROLE_PRACTITIONER up. */
static uint32_t role_bit(size_t index)
{
    return (uint32_t)ROLE_PRACTITIONER << index;
}

static uint32_t roles_from(struct text_list list)
{
    uint32_t roles = 0;
    for (size_t i = 0; i < list.n; i++)
        for (size_t r = 0; post_roles[r].value; r++)
            if (text_equal(list.item[i], text_of(post_roles[r].value)))
                roles |= role_bit(r);
    return roles;
}

static struct text_list roles_to(struct arena *arena, uint32_t roles)
{
    struct text *names = ARENA_ARRAY(arena, struct text, FIELDS_COUNT(post_roles));
    size_t n = 0;
    for (size_t r = 0; names && post_roles[r].value; r++)
        if (roles & role_bit(r))
            names[n++] = text_of(post_roles[r].value);
    return (struct text_list){names, n};
}

/* ---- agency.add ---- */

struct agency_add_ready {
    struct id id;
};

static int agency_add_prepare(struct turn *turn, const struct agency_add *in, struct agency_add_ready **out,
                              struct error *error)
{
    (void)in;
    struct agency_add_ready *ready = *out = ARENA_NEW(turn->arena, struct agency_add_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    ready->id = turn_id(turn);
    return 0;
}

static int agency_add_apply(struct turn *turn, const struct agency_add *in, const struct agency_add_ready *ready,
                            struct agency_added *out, struct error *error)
{
    int result = store_run(
        turn->session, "INSERT INTO agency (id, name, kind, domain, added_at) VALUES ($1, $2, $3, $4, $5)",
        STORE_BIND(STORE_TEXT(id_text(&ready->id)), STORE_TEXT(in->name), STORE_TEXT(in->kind),
                   STORE_TEXT(in->domain), STORE_INT(turn->now)),
        NULL, error);
    if (result == ERROR_CONFLICT && !store_retry(turn->session))
        return error_set(error, ERROR_CONFLICT, "name", "Use the agency that is there, or another name.",
                         "there is an agency of this name already");
    if (result)
        return result;
    out->agency_id = ready->id;
    return turn_wrote(turn, "agency", &ready->id, error);
}

static const struct field agency_add_takes[] = {
    FIELD(struct agency_add, name, .label = "Name of the agency", .required = true),
    FIELD(struct agency_add, kind, .label = "What kind of agency is it?", .required = true,
          .choices = agency_kinds),
    FIELD(struct agency_add, domain, .label = "Its mail domain", .hint = "For example school.example"),
};
static const struct field agency_add_gives[] = {
    FIELD(struct agency_added, agency_id, .label = "Agency", .about = "agency"),
};

COMMAND(agency_add, struct agency_add, struct agency_added, struct agency_add_ready, .name = "agency.add",
        .title = "Add an agency to the directory", TAKES(agency_add_takes), GIVES(agency_add_gives),
        .may = {.roles = ROLE_ADMINISTRATOR});

/* ---- post.add ---- */

static int post_add_prepare(struct turn *turn, const struct post_add *in, struct agency_add_ready **out,
                            struct error *error)
{
    (void)in;
    return agency_add_prepare(turn, NULL, out, error);
}

static int post_add_apply(struct turn *turn, const struct post_add *in, const struct agency_add_ready *ready,
                          struct post_added *out, struct error *error)
{
    int result = store_run(
        turn->session,
        "INSERT INTO post (id, agency_id, title, roles, person, added_at) VALUES ($1, $2, $3, $4, $5, $6)",
        STORE_BIND(STORE_TEXT(id_text(&ready->id)), STORE_TEXT(id_text(&in->agency_id)), STORE_TEXT(in->title),
                   STORE_INT(roles_from(in->roles)), STORE_TEXT(in->person), STORE_INT(turn->now)),
        NULL, error);
    if (result == ERROR_CONFLICT && !store_retry(turn->session))
        return error_set(error, ERROR_MISSING, "agency_id", "Choose an agency from the directory.",
                         "there is no such agency");
    if (result)
        return result;
    out->post_id = ready->id;
    return turn_wrote(turn, "post", &ready->id, error);
}

static const struct field post_add_takes[] = {
    FIELD(struct post_add, agency_id, .label = "Agency", .required = true, .about = "agency"),
    FIELD(struct post_add, title, .label = "Name of the post", .required = true),
    FIELD(struct post_add, person, .label = "Who holds it", .required = true),
    FIELD(struct post_add, roles, .label = "What may they do?", .required = true, .choices = post_roles),
};
static const struct field post_add_gives[] = {
    FIELD(struct post_added, post_id, .label = "Post", .about = "post"),
};

COMMAND(post_add, struct post_add, struct post_added, struct agency_add_ready, .name = "post.add",
        .title = "Add a post to an agency", TAKES(post_add_takes), GIVES(post_add_gives),
        .may = {.roles = ROLE_ADMINISTRATOR});

/* ---- agency.list ---- */

static int agency_list_look(struct turn *turn, const struct nothing *in, struct view_rows *out, struct error *error)
{
    (void)in;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session, "SELECT id, name, kind, domain FROM agency ORDER BY name", STORE_BIND(),
                          &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct agency_row *row = view_row(out);
        if (!row)
            return arena_error(turn->arena, error);
        row->agency_id = column_id(rows, 0);
        row->name = store_text_in(rows, 1, turn->arena);
        row->kind = store_text_in(rows, 2, turn->arena);
        row->kind_words = choice_label(agency_kinds, row->kind);
        row->domain = store_text_in(rows, 3, turn->arena);
        row->own = id_equal(&row->agency_id, &turn->actor->agency);
        got = 0;
    }
    return got;
}

static const struct field agency_list_gives[] = {
    FIELD(struct agency_row, agency_id, .label = "Agency", .about = "agency"),
    FIELD(struct agency_row, name, .label = "Name"),
    FIELD(struct agency_row, kind, .label = "Kind"),
    FIELD(struct agency_row, kind_words, .label = "Kind in words"),
    FIELD(struct agency_row, domain, .label = "Mail domain"),
    FIELD(struct agency_row, own, .label = "Your own"),
};

VIEW(agency_list, struct nothing, struct agency_row, .name = "agency.list", .title = "The partner agencies",
     GIVES(agency_list_gives), .may = {.roles = ROLES_SIGNED_IN});

/* ---- post.list ---- */

static int post_list_look(struct turn *turn, const struct post_list *in, struct view_rows *out, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT post.id, post.agency_id, post.title, post.person, agency.name, post.roles FROM post"
                          " JOIN agency ON agency.id = post.agency_id"
                          " WHERE $1 = '' OR post.agency_id = $1 ORDER BY agency.name, post.title",
                          STORE_BIND(STORE_TEXT(id_text(&in->agency_id))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct post_row *row = view_row(out);
        if (!row)
            return arena_error(turn->arena, error);
        row->post_id = column_id(rows, 0);
        row->agency_id = column_id(rows, 1);
        row->title = store_text_in(rows, 2, turn->arena);
        row->person = store_text_in(rows, 3, turn->arena);
        row->agency = store_text_in(rows, 4, turn->arena);
        row->roles = roles_to(turn->arena, (uint32_t)store_int(rows, 5));
        got = 0;
    }
    return got;
}

static const struct field post_list_takes[] = {
    FIELD(struct post_list, agency_id, .label = "Agency", .about = "agency"),
};
static const struct field post_list_gives[] = {
    FIELD(struct post_row, post_id, .label = "Post", .about = "post"),
    FIELD(struct post_row, agency_id, .label = "Agency", .about = "agency"),
    FIELD(struct post_row, title, .label = "Post"),
    FIELD(struct post_row, person, .label = "Held by"),
    FIELD(struct post_row, agency, .label = "Agency"),
    FIELD(struct post_row, roles, .label = "Roles", .choices = post_roles),
};

VIEW(post_list, struct post_list, struct post_row, .name = "post.list", .title = "The posts of the partner agencies",
     TAKES(post_list_takes), GIVES(post_list_gives), .may = {.roles = ROLES_SIGNED_IN});
