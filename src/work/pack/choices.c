#include "rules.h"

/* What can be proposed: what lies in the operator's folder, and versions that were kept before. */

static int add_folder(struct turn *turn, struct text id, const struct id *in_force, struct view_rows *out,
                      struct error *error)
{
    struct policy_pack *pack POLICY_PACK_SCOPE = NULL;
    struct pack_choice_row *row = view_row(out);
    const char *name = arena_string(turn->arena, id);
    if (!row || !name)
        return arena_error(turn->arena, error);
    row->pack = id;
    struct error why = {0};
    int result = turn->shelf->folder(turn->shelf->self, name, &pack, &why);
    if (result == ERROR_SYSTEM) {
        *error = why;
        return result;
    }
    if (result) {
        row->title = id;
        row->broken = arena_text(turn->arena, text_of(why.what));
        return 0;
    }
    const struct policy_pack_info *info = policy_pack_info(pack);
    char digest[SHELF_DIGEST];
    shelf_digest(policy_pack_files(pack), digest);
    row->title = arena_text(turn->arena, info->title);
    row->version = arena_text(turn->arena, info->version);
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    result = store_one(turn->session, "SELECT id FROM policy_version WHERE digest = $1", STORE_BIND(STORE_STRING(digest)),
                       &rows, error);
    if (!result)
        row->version_id = column_id(rows, 0);
    row->in_force = !result && id_equal(&row->version_id, in_force);
    return result == ERROR_MISSING ? 0 : result;
}

static int add_kept(struct turn *turn, const struct id *in_force, struct view_rows *out, struct error *error)
{
    size_t in_folder = out->n;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT id, version, title FROM policy_version ORDER BY kept_at DESC LIMIT 100",
                          STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct id version = column_id(rows, 0);
        bool known = false;
        for (size_t i = 0; i < in_folder; i++)
            known |= id_equal(&((const struct pack_choice_row *)row_at(out, i))->version_id, &version);
        struct pack_choice_row *row = known ? NULL : view_row(out);
        if (!known && !row)
            return arena_error(turn->arena, error);
        if (row) {
            row->version_id = version;
            row->version = store_text_in(rows, 1, turn->arena);
            row->title = store_text_in(rows, 2, turn->arena);
            row->in_force = id_equal(&version, in_force);
        }
        got = 0;
    }
    return got;
}

static int pack_choices_look(struct turn *turn, const struct nothing *in, struct view_rows *out, struct error *error)
{
    (void)in;
    struct text *id = NULL;
    size_t n = 0;
    struct id adoption = {""}, version = {""};
    struct error why = {0};
    int result = adoption_on(turn, turn_date(turn), &adoption, &version, error);
    if (result == ERROR_MISSING)
        result = 0;
    /* where the folder is not there any more, what was kept still is */
    if (!result && turn->shelf->folder_list(turn->shelf->self, turn->arena, &id, &n, &why) != 0)
        n = 0;
    for (size_t i = 0; !result && i < n; i++)
        result = add_folder(turn, id[i], &version, out, error);
    return result ? result : add_kept(turn, &version, out, error);
}

static const struct field gives[] = {
    FIELD(struct pack_choice_row, pack, .label = "Folder"),
    FIELD(struct pack_choice_row, version_id, .label = "Kept version", .about = "version"),
    FIELD(struct pack_choice_row, version, .label = "Version"),
    FIELD(struct pack_choice_row, title, .label = "Title"),
    FIELD(struct pack_choice_row, in_force, .label = "Applies now"),
    FIELD(struct pack_choice_row, broken, .label = "Why it cannot be used"),
};

VIEW(pack_choices, struct nothing, struct pack_choice_row, .name = "pack.choices",
     .title = "The rules that can be proposed", GIVES(gives), .may = {.roles = ROLES_OVERSEE});
