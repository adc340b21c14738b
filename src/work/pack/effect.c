#include "rules.h"

/*
 * What proposed rules would change: worked out by the gate beside its work, kept with the proposal, so that who proposes
 * and who approves have the same before them.
 */

static int read_effect(struct turn *turn, const struct id *adoption, struct pack_effect_row *row,
                       const struct sealed_row **plain, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct openings sealed = {0};
    *plain = NULL;
    int result = store_one(turn->session,
                           "SELECT e.id, e.against_id, e.worked_at, e.decisions, e.differing, e.sealed, k.wrapped,"
                           " (SELECT count(*) FROM policy_case x WHERE x.effect_id = e.id)"
                           " FROM policy_effect e LEFT JOIN record_key k ON k.id = e.key_id"
                           " WHERE e.adoption_id = $1 ORDER BY e.worked_at DESC LIMIT 1",
                           STORE_BIND(STORE_TEXT(id_text(adoption))), &rows, error);
    if (result)
        return result == ERROR_MISSING ? 0 : result;
    row->against_id = column_id(rows, 1);
    row->worked_at.at = store_int(rows, 2);
    row->decisions = store_int(rows, 3);
    row->differing = store_int(rows, 4);
    row->cases = store_int(rows, 7);
    if (!openings_add(turn, &sealed, "policy_effect", store_text(rows, 0), store_bytes(rows, 5), store_bytes(rows, 6)))
        return arena_error(turn->arena, error);
    store_done(&rows);
    *plain = sealed.row;
    return turn_open(turn, sealed.row, 1, error);
}

static int pack_effect_look(struct turn *turn, const struct pack_of *in, struct view_rows *out, struct error *error)
{
    struct adoption adoption;
    const struct sealed_row *plain;
    struct pack_effect_row *row = view_row(out);
    int result = row ? adoption_read(turn, &in->adoption_id, &adoption, error) : arena_error(turn->arena, error);
    if (!result)
        result = read_effect(turn, &in->adoption_id, row, &plain, error);
    if (result)
        return result;
    struct shelf_progress progress = turn->shelf->progress(turn->shelf->self, &in->adoption_id);
    row->state = progress.working ? TEXT("working") : plain ? TEXT("done") : progress.failed ? TEXT("failed") : TEXT("none");
    row->done = (int64_t)progress.done;
    row->of = (int64_t)progress.of;
    row->effect = plain ? plain_object(plain, "effect") : (struct json_object){TEXT("{}")};
    return 0;
}

static struct text_list read_texts(struct arena *arena, const struct json *array)
{
    size_t n = json_is(array, JSON_ARRAY) ? array->count : 0;
    struct text *list = ARENA_ARRAY(arena, struct text, n);
    for (size_t i = 0; list && i < n; i++)
        list[i] = json_text(&array->item[i]);
    return (struct text_list){list, list ? n : 0};
}

/* Only what follows from the rules themselves: all staff may see it. */
static int pack_changes_look(struct turn *turn, const struct pack_of *in, struct view_rows *out, struct error *error)
{
    struct pack_effect_row whole = {0};
    const struct sealed_row *plain;
    const struct json *effect = NULL;
    int result = read_effect(turn, &in->adoption_id, &whole, &plain, error);
    if (!result && plain && plain_text(plain, "effect").n)
        result = json_read(turn->arena, plain_text(plain, "effect"), "effect", &effect, error);
    const struct json *compared = json_get(effect, "compared");
    for (size_t i = 0; !result && json_is(compared, JSON_ARRAY) && i < compared->count; i++) {
        const struct json *one = &compared->item[i], *list = json_get(one, "rows");
        for (size_t k = 0; json_is(list, JSON_ARRAY) && k < list->count; k++) {
            struct pack_change_row *row = view_row(out);
            if (!row)
                return arena_error(turn->arena, error);
            row->decision = json_text(json_get(one, "decision"));
            row->title = json_text(json_get(one, "title"));
            row->here = json_text(json_get(&list->item[k], "was_words"));
            row->there = json_text(json_get(&list->item[k], "now_words"));
            row->percent = json_text(json_get(&list->item[k], "percent"));
            row->when = read_texts(turn->arena, json_get(&list->item[k], "when"));
        }
    }
    return result;
}

static const struct field takes[] = {
    FIELD(struct pack_of, adoption_id, .label = "Proposal", .required = true, .about = "adoption"),
};
static const struct field effect_gives[] = {
    FIELD(struct pack_effect_row, state, .label = "State"),
    FIELD(struct pack_effect_row, done, .label = "Recorded decisions worked out so far"),
    FIELD(struct pack_effect_row, of, .label = "Recorded decisions"),
    FIELD(struct pack_effect_row, worked_at, .label = "Worked out"),
    FIELD(struct pack_effect_row, against_id, .label = "Compared with the version", .about = "version"),
    FIELD(struct pack_effect_row, effect, .label = "What it would change", .max = 1000000),
    FIELD(struct pack_effect_row, decisions, .label = "Decisions of the last year"),
    FIELD(struct pack_effect_row, differing, .label = "Of these answered otherwise"),
    FIELD(struct pack_effect_row, cases, .label = "Open cases whose answer changes"),
};
static const struct field change_gives[] = {
    FIELD(struct pack_change_row, decision, .label = "Decision"),
    FIELD(struct pack_change_row, title, .label = "What is asked"),
    FIELD(struct pack_change_row, here, .label = "Now"),
    FIELD(struct pack_change_row, there, .label = "Then"),
    FIELD(struct pack_change_row, percent, .label = "Of a hundred possible cases"),
    FIELD(struct pack_change_row, when, .label = "For example when", .max = 200),
};

VIEW(pack_effect, struct pack_of, struct pack_effect_row, .name = "pack.effect",
     .title = "What proposed rules would change", TAKES(takes), GIVES(effect_gives), .one = true,
     .may = {.roles = ROLES_OVERSEE});
VIEW(pack_changes, struct pack_of, struct pack_change_row, .name = "pack.changes",
     .title = "Which kinds of case are answered otherwise", TAKES(takes), GIVES(change_gives),
     .may = {.roles = ROLES_STAFF});

/* ---- to work it out again: it changes nothing, and it is on record who asked ---- */

static int pack_work_out_prepare(struct turn *turn, const struct pack_of *in, struct id **out, struct error *error)
{
    struct adoption adoption;
    *out = NULL;
    int result = adoption_read(turn, &in->adoption_id, &adoption, error);
    if (!result && !text_equal(adoption.state, TEXT("proposed")))
        return error_set(error, ERROR_CONFLICT, "", "What was worked out before stays.", "this has been decided already");
    return result;
}

static int pack_work_out_apply(struct turn *turn, const struct pack_of *in, const struct id *ready,
                               struct pack_settled *out, struct error *error)
{
    (void)turn, (void)ready, (void)error;
    *out = (struct pack_settled){in->adoption_id, TEXT("proposed")};
    return 0;
}

static const struct field work_out_gives[] = {
    FIELD(struct pack_settled, adoption_id, .label = "Proposal", .about = "adoption"),
    FIELD(struct pack_settled, state, .label = "State"),
};

COMMAND(pack_work_out, struct pack_of, struct pack_settled, struct id, .name = "pack.work_out",
        .title = "Work out again what proposed rules would change", TAKES(takes), GIVES(work_out_gives),
        .may = {.roles = ROLES_OVERSEE});

/* ---- the gate keeps what it worked out ---- */

struct pack_effect_ready {
    struct id id;
    struct text sealed;
};

static int pack_effect_keep_prepare(struct turn *turn, const struct pack_effect_keep *in, struct pack_effect_ready **out,
                                    struct error *error)
{
    struct pack_effect_ready *ready = *out = ARENA_NEW(turn->arena, struct pack_effect_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    ready->id = turn_id(turn);
    SEAL_BEGIN(turn, w);
    json_member_text(&w, "effect", in->effect.json);
    json_member_text(&w, "cases_sha256", pack_cases_hash(turn->arena, in->cases.item, in->cases.n));
    return SEAL_END(turn, w, "policy_effect", &ready->id, &ready->sealed, error);
}

static int pack_effect_keep_apply(struct turn *turn, const struct pack_effect_keep *in,
                                  const struct pack_effect_ready *ready, struct pack_effect_kept *out,
                                  struct error *error)
{
    int result = store_run(
        turn->session,
        "INSERT INTO policy_effect (id, adoption_id, against_id, worked_at, decisions, differing, key_id, sealed)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        STORE_BIND(STORE_TEXT(id_text(&ready->id)), STORE_TEXT(id_text(&in->adoption_id)),
                   STORE_TEXT(id_text(&in->against_id)), STORE_INT(turn->now), STORE_INT(in->decisions),
                   STORE_INT(in->differing), KEY_ID(turn), SEALED_BYTES(ready->sealed)),
        NULL, error);
    if (!result)
        result = turn_wrote(turn, "policy_effect", &ready->id, error);
    for (size_t i = 0; !result && i < in->cases.n; i++)
        result = store_run(turn->session, "INSERT INTO policy_case (effect_id, case_id) VALUES ($1, $2)",
                           STORE_BIND(STORE_TEXT(id_text(&ready->id)), STORE_TEXT(id_text(&in->cases.item[i]))), NULL,
                           error);
    out->effect_id = ready->id;
    return result;
}

static const struct field keep_takes[] = {
    FIELD(struct pack_effect_keep, adoption_id, .label = "Proposal", .required = true, .about = "adoption"),
    FIELD(struct pack_effect_keep, against_id, .label = "Compared with the version", .required = true, .about = "version"),
    FIELD(struct pack_effect_keep, effect, .label = "What it would change", .max = 1000000, .personal = true),
    FIELD(struct pack_effect_keep, decisions, .label = "Decisions"),
    FIELD(struct pack_effect_keep, differing, .label = "Answered otherwise"),
    FIELD(struct pack_effect_keep, cases, .label = "Open cases", .max = 1000000),
};
static const struct field kept_gives[] = {
    FIELD(struct pack_effect_kept, effect_id, .label = "Effect"),
};

COMMAND(pack_effect_keep, struct pack_effect_keep, struct pack_effect_kept, struct pack_effect_ready,
        .name = "pack.effect_keep", .title = "Keep what proposed rules would change", TAKES(keep_takes),
        GIVES(kept_gives), .inside = true, .may = {.roles = ROLE_ADMINISTRATOR});
