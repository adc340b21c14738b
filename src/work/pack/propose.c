#include "rules.h"

#include <stdio.h>

struct pack_propose_ready {
    struct id adoption_id;
    struct keeping keeping;
    struct telling telling;
};

/* As a page asks it: one of the two says which version. */
static int pack_propose_check(const void *given, struct error *error)
{
    const struct pack_propose *in = given;
    if (in->pack.n && id_is_set(&in->version_id))
        return error_set(error, ERROR_INVALID, "pack", "Give one of the two.", "two versions are named");
    return 0;
}

static int is_usable(const struct policy_pack *pack, struct date from, struct arena *arena, struct error *error)
{
    const struct policy_pack_info *info = policy_pack_info(pack);
    struct date valid_from = day_read(info->valid_from), valid_to = day_read(info->valid_to);
    if (!info->decides[POLICY_SHARE])
        return error_set(error, ERROR_INVALID, "pack", "Choose one that does.", "this does not say what may be shared");
    if (valid_from.year && date_compare(from, valid_from) < 0)
        return error_set(error, ERROR_INVALID, "from", "Choose that day or a later one.", "these rules hold from %.*s on",
                         TEXT_ARGS(date_words(arena, valid_from)));
    if (valid_to.year && date_compare(from, valid_to) > 0)
        return error_set(error, ERROR_INVALID, "from", "Choose another version.", "these rules hold until %.*s",
                         TEXT_ARGS(date_words(arena, valid_to)));
    struct buffer report = buffer_in(arena);
    int result = policy_check(pack, arena, &report, error);
    if (result != ERROR_CHECK)
        return result;
    struct text line = {NULL, 0}, rest = buffer_result(&report);
    text_next(&rest, '\n', &line);
    return error_set(error, ERROR_INVALID, "pack", "Have it mended: \"proviso policy check\" shows what is wrong.",
                     "these rules do not hold together: %.*s", TEXT_ARGS(line));
}

/* `own` is the caller's to free; *out is it, or a kept one. */
static int find_pack(struct turn *turn, const struct pack_propose *in, struct policy_pack **own,
                     const struct policy_pack **out, struct error *error)
{
    const char *id = arena_string(turn->arena, in->pack);
    int result;
    if (!id)
        return arena_error(turn->arena, error);
    if (id_is_set(&in->version_id)) {
        result = turn->shelf->kept(turn->shelf->self, &in->version_id, out, error);
        return result == ERROR_MISSING ? error_set(error, ERROR_INVALID, "version_id", "Choose one from the list.",
                                                   "this version is not kept here")
                                       : result;
    }
    if (!in->pack.n)
        return error_set(error, ERROR_INVALID, "pack", "Choose one from the list.", "no version is named");
    result = turn->shelf->folder(turn->shelf->self, id, own, error);
    *out = *own;
    if (result == ERROR_MISSING)
        return error_set(error, ERROR_INVALID, "pack", "Choose one from the list.", "there is no such policy here");
    if (result == ERROR_INPUT || result == ERROR_TOO_LARGE) {
        char what[sizeof error->what];
        snprintf(what, sizeof what, "%s", error->what);
        return error_set(error, ERROR_INVALID, "pack", "Have it mended: \"proviso policy check\" shows what is wrong.",
                         "this policy cannot be read: %s", what);
    }
    return result;
}

static int prepare_with(struct turn *turn, const struct pack_propose *in, const struct policy_pack *pack,
                        struct pack_propose_ready *ready, struct error *error)
{
    struct id adoption, version;
    int result = is_usable(pack, in->from, turn->arena, error);
    if (!result)
        result = keeping_prepare(turn, pack, &ready->keeping, error);
    if (!result && !ready->keeping.is_new) {
        int found = adoption_on(turn, in->from, &adoption, &version, error);
        if (!found && id_equal(&version, &ready->keeping.version_id))
            return error_set(error, ERROR_INVALID, "version_id", "Choose another version, or another day.",
                             "this very version applies on that day already");
        result = found == ERROR_MISSING ? 0 : found;
    }
    return result;
}

static int pack_propose_prepare(struct turn *turn, const struct pack_propose *in, struct pack_propose_ready **out,
                                struct error *error)
{
    struct pack_propose_ready *ready = *out = ARENA_NEW(turn->arena, struct pack_propose_ready);
    struct policy_pack *own POLICY_PACK_SCOPE = NULL;
    const struct policy_pack *pack = NULL;
    if (!ready)
        return arena_error(turn->arena, error);
    if (date_compare(in->from, turn_date(turn)) < 0)
        return error_set(error, ERROR_INVALID, "from", "Choose today or a later day.", "that day has passed");
    ready->adoption_id = turn_id(turn);
    int result = find_pack(turn, in, &own, &pack, error);
    if (!result)
        result = prepare_with(turn, in, pack, ready, error);
    if (!result)
        result = telling_find(turn, ROLE_GOVERNANCE, &ready->telling, error);
    if (!result && ready->telling.n == 0) /* somebody has to approve it */
        result = telling_find(turn, ROLE_MANAGER, &ready->telling, error);
    return result;
}

static int pack_propose_apply(struct turn *turn, const struct pack_propose *in, const struct pack_propose_ready *ready,
                              struct pack_proposed *out, struct error *error)
{
    int result = keeping_apply(turn, &ready->keeping, error);
    if (!result)
        result = store_run(
            turn->session,
            "INSERT INTO policy_adoption (id, version_id, from_day, state, reasons, proposed_by, proposed_at)"
            " VALUES ($1, $2, $3, 'proposed', $4, $5, $6)",
            STORE_BIND(STORE_TEXT(id_text(&ready->adoption_id)), STORE_TEXT(id_text(&ready->keeping.version_id)),
                       STORE_TEXT(day_write(turn->arena, in->from)), STORE_TEXT(text_trim(in->reasons)),
                       STORE_TEXT(id_text(&turn->actor->post)), STORE_INT(turn->now)),
            NULL, error);
    if (!result)
        result = turn_wrote(turn, "policy_adoption", &ready->adoption_id, error);
    if (!result)
        result = telling_raise(turn, &ready->telling, "pack-proposed", &ready->adoption_id, error);
    out->adoption_id = ready->adoption_id;
    return result;
}

static const struct field takes[] = {
    FIELD(struct pack_propose, pack, .label = "Which rules?", .hint = "The name of their folder, for example england."),
    FIELD(struct pack_propose, version_id, .label = "Which version that was kept before?", .about = "version"),
    FIELD(struct pack_propose, from, .label = "From which day should they apply?",
          .hint = "Leave time for everybody to read what changes, for example 30 9 2027.", .required = true),
    FIELD(struct pack_propose, reasons, .label = "What changes, and why?",
          .hint = "Everybody who works with children here will read this. Use plain words and name nobody.",
          .max = 4000, .required = true),
};
static const struct field gives[] = {
    FIELD(struct pack_proposed, adoption_id, .label = "Proposal", .about = "adoption"),
};

COMMAND(pack_propose, struct pack_propose, struct pack_proposed, struct pack_propose_ready, .name = "pack.propose",
        .title = "Propose that other rules apply from a day on", TAKES(takes), GIVES(gives), .pace = PACE_SLOW,
        .check = pack_propose_check, .may = {.roles = ROLES_OVERSEE});

/* ---- the pack that a home was set up with ---- */

struct pack_found_ready {
    struct id adoption_id;
    struct keeping keeping;
};

static int pack_found_prepare(struct turn *turn, const struct pack_found *in, struct pack_found_ready **out,
                              struct error *error)
{
    (void)in;
    struct pack_found_ready *ready = *out = ARENA_NEW(turn->arena, struct pack_found_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    ready->adoption_id = turn_id(turn);
    return keeping_prepare(turn, turn->pack, &ready->keeping, error);
}

static int pack_found_apply(struct turn *turn, const struct pack_found *in, const struct pack_found_ready *ready,
                            struct pack_proposed *out, struct error *error)
{
    (void)in;
    int64_t there = 0;
    int result = store_one_int(turn->session, "SELECT count(*) FROM policy_adoption WHERE state = 'approved'",
                               STORE_BIND(), &there, error);
    if (!result && there)
        return error_set(error, ERROR_CONFLICT, "", "", "it is on record already which rules apply");
    if (!result)
        result = keeping_apply(turn, &ready->keeping, error);
    if (!result)
        result = store_run(turn->session,
                           "INSERT INTO policy_adoption (id, version_id, from_day, state, reasons, proposed_at, approved_at)"
                           " VALUES ($1, $2, '', 'approved', $3, $4, $4)",
                           STORE_BIND(STORE_TEXT(id_text(&ready->adoption_id)),
                                      STORE_TEXT(id_text(&ready->keeping.version_id)),
                                      STORE_STRING("The operator set the service up with these rules."),
                                      STORE_INT(turn->now)),
                           NULL, error);
    if (!result)
        result = turn_wrote(turn, "policy_adoption", &ready->adoption_id, error);
    out->adoption_id = ready->adoption_id;
    return result;
}

COMMAND(pack_found, struct pack_found, struct pack_proposed, struct pack_found_ready, .name = "pack.found",
        .title = "Keep the rules that the service was set up with", GIVES(gives), .inside = true,
        .may = {.roles = ROLE_ADMINISTRATOR});
