#include "rules.h"

#include <stdio.h>

struct date day_read(struct text day)
{
    struct date date = {0, 0, 0};
    date_parse(day, &date);
    return date;
}

struct text day_write(struct arena *arena, struct date day)
{
    return day.year ? date_format(arena, day) : TEXT("");
}

int adoption_read(struct turn *turn, const struct id *id, struct adoption *out, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session,
                           "SELECT a.version_id, a.state, a.from_day, a.proposed_by, p.person, p.agency_id"
                           " FROM policy_adoption a LEFT JOIN post p ON p.id = a.proposed_by WHERE a.id = $1",
                           STORE_BIND(STORE_TEXT(id_text(id))), &rows, error);
    if (result == ERROR_MISSING)
        return error_set(error, ERROR_INVALID, "adoption_id", "Look for it in the list of the rules that apply.",
                         "there is no such version to decide on");
    if (result)
        return result;
    *out = (struct adoption){.id = *id,
                             .version_id = column_id(rows, 0),
                             .state = store_text_in(rows, 1, turn->arena),
                             .from = day_read(store_text(rows, 2)),
                             .proposed_by = column_id(rows, 3),
                             .proposer = store_text_in(rows, 4, turn->arena),
                             .agency = store_text_in(rows, 5, turn->arena)};
    return 0;
}

int adoption_on(struct turn *turn, struct date day, struct id *adoption, struct id *version, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session,
                           "SELECT id, version_id FROM policy_adoption WHERE state = 'approved' AND from_day <= $1"
                           " ORDER BY from_day DESC, approved_at DESC LIMIT 1",
                           STORE_BIND(STORE_TEXT(day_write(turn->arena, day))), &rows, error);
    if (result)
        return result;
    *adoption = column_id(rows, 0);
    *version = column_id(rows, 1);
    return 0;
}

/* What the last review said; where there was none, what the version itself says. */
int adoption_review_due(struct turn *turn, const struct id *adoption, struct date *due, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    *due = (struct date){0, 0, 0};
    int result = store_one(turn->session,
                           "SELECT next_day FROM policy_review WHERE adoption_id = $1 ORDER BY at DESC LIMIT 1",
                           STORE_BIND(STORE_TEXT(id_text(adoption))), &rows, error);
    if (result != ERROR_MISSING) {
        if (!result)
            *due = day_read(store_text(rows, 0));
        return result;
    }
    struct adoption found;
    const struct policy_pack *pack = NULL;
    result = adoption_read(turn, adoption, &found, error);
    if (!result)
        result = turn->shelf->kept(turn->shelf->self, &found.version_id, &pack, error);
    if (!result)
        *due = day_read(policy_pack_info(pack)->review_by);
    return result;
}

/* ---- keeping ---- */

static const char *const file_name[5] = {"vocabulary.json", "words.json", "pack.json", "policy.dmn", "safety.json"};

int keeping_prepare(struct turn *turn, const struct policy_pack *pack, struct keeping *out, struct error *error)
{
    const struct policy_pack_files *files = policy_pack_files(pack);
    const struct policy_pack_info *info = policy_pack_info(pack);
    char digest[SHELF_DIGEST];
    shelf_digest(files, digest);
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session, "SELECT id FROM policy_version WHERE digest = $1",
                           STORE_BIND(STORE_STRING(digest)), &rows, error);
    *out = (struct keeping){.is_new = result == ERROR_MISSING};
    if (result != ERROR_MISSING) {
        if (!result)
            out->version_id = column_id(rows, 0);
        return result;
    }
    const struct text content[5] = {files->vocabulary, files->words, files->pack, files->rules, files->safety};
    out->version_id = turn_id(turn);
    for (size_t i = 0; i < 5; i++) {
        out->file_id[i] = turn_id(turn);
        out->content[i] = arena_text(turn->arena, content[i]);
    }
    out->pack = arena_text(turn->arena, info->id);
    out->version = arena_text(turn->arena, info->version);
    out->title = arena_text(turn->arena, info->title);
    out->sha256 = arena_text(turn->arena, info->sha256);
    out->digest = arena_text(turn->arena, text_of(digest));
    return arena_exhausted(turn->arena) ? arena_error(turn->arena, error) : 0;
}

int keeping_apply(struct turn *turn, const struct keeping *keeping, struct error *error)
{
    if (!keeping->is_new)
        return 0;
    int result = store_run(
        turn->session,
        "INSERT INTO policy_version (id, pack, version, title, sha256, digest, kept_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        STORE_BIND(STORE_TEXT(id_text(&keeping->version_id)), STORE_TEXT(keeping->pack), STORE_TEXT(keeping->version),
                   STORE_TEXT(keeping->title), STORE_TEXT(keeping->sha256), STORE_TEXT(keeping->digest),
                   STORE_INT(turn->now)),
        NULL, error);
    if (!result)
        result = turn_wrote(turn, "policy_version", &keeping->version_id, error);
    for (size_t i = 0; !result && i < 5; i++) {
        result = store_run(turn->session,
                           "INSERT INTO policy_file (id, version_id, name, content) VALUES ($1, $2, $3, $4)",
                           STORE_BIND(STORE_TEXT(id_text(&keeping->file_id[i])),
                                      STORE_TEXT(id_text(&keeping->version_id)), STORE_STRING(file_name[i]),
                                      STORE_BYTES(keeping->content[i].p ? keeping->content[i].p : "",
                                                  keeping->content[i].n)),
                           NULL, error);
        if (!result)
            result = turn_wrote(turn, "policy_file", &keeping->file_id[i], error);
    }
    return result;
}

/* ---- telling ---- */

int telling_add(struct turn *turn, struct telling *telling, const struct id *post, struct error *error)
{
    if (telling->n == telling->room) {
        size_t room = telling->room ? telling->room * 2 : 16;
        struct id *posts = arena_grow(turn->arena, telling->post, telling->room, room, sizeof *posts);
        struct id *notices = posts ? arena_grow(turn->arena, telling->notice, telling->room, room, sizeof *notices) : NULL;
        if (!notices)
            return arena_error(turn->arena, error);
        *telling = (struct telling){posts, notices, telling->n, room};
    }
    telling->post[telling->n] = *post;
    telling->notice[telling->n++] = turn_id(turn);
    return 0;
}

int telling_find(struct turn *turn, uint32_t roles, struct telling *telling, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session, "SELECT id FROM post WHERE roles & $1 <> 0 AND id <> $2 ORDER BY id",
                          STORE_BIND(STORE_INT(roles), STORE_TEXT(id_text(&turn->actor->post))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct id post = column_id(rows, 0);
        got = telling_add(turn, telling, &post, error);
    }
    return got;
}

int telling_raise(struct turn *turn, const struct telling *telling, const char *kind, const struct id *about,
                  struct error *error)
{
    int result = 0;
    for (size_t i = 0; !result && i < telling->n; i++)
        result = notice_raise(turn, &telling->notice[i], &telling->post[i], kind, about, error);
    return result;
}

int telling_close(struct turn *turn, const struct id *adoption, const struct id *post, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "UPDATE notice SET done_at = $2 WHERE about = $1 AND done_at IS NULL AND ($3 = '' OR post_id = $3)"
                          " RETURNING id",
                          STORE_BIND(STORE_TEXT(id_text(adoption)), STORE_INT(turn->now),
                                     STORE_TEXT(post ? id_text(post) : TEXT(""))),
                          &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct id notice = column_id(rows, 0);
        got = turn_wrote(turn, "notice", &notice, error);
    }
    return got;
}
