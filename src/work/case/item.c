#include "internal.h"

const struct choice item_natures[] = {
    {"fact", "A fact: seen, heard or recorded"},
    {"opinion", "An opinion or a professional judgement"},
    {NULL, NULL},
};

const struct choice item_confidences[] = {
    {"none", "It was not given in confidence"},
    {"implied", "Confidence could be expected"},
    {"explicit", "It was given in confidence, and said so"},
    {NULL, NULL},
};

struct item_record_ready {
    struct id id;
    struct text sealed;
};

static int item_record_prepare(struct turn *turn, const struct item_record *in, struct item_record_ready **out,
                               struct error *error)
{
    struct item_record_ready *ready = *out = ARENA_NEW(turn->arena, struct item_record_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    if (in->happened_at.at > turn->lasts_from)
        return error_set(error, ERROR_INVALID, "happened_at", "Give a time that has passed.",
                         "the time when it happened lies in the future");
    ready->id = turn_id(turn);
    SEAL_BEGIN(turn, w);
    json_member_text(&w, "text", in->text);
    json_member_text(&w, "provider", in->provider);
    json_member_int(&w, "happened_at", in->happened_at.at);
    return SEAL_END(turn, w, "item", &ready->id, &ready->sealed, error);
}

static int item_record_apply(struct turn *turn, const struct item_record *in, const struct item_record_ready *ready,
                             struct item_recorded *out, struct error *error)
{
    struct text confidence = in->confidence.n ? in->confidence : TEXT("none");
    int result = store_run(turn->session,
                           "INSERT INTO item (id, case_id, recorded_by, nature, historical, confidence, recorded_at,"
                           " key_id, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                           STORE_BIND(STORE_TEXT(id_text(&ready->id)), STORE_TEXT(id_text(&in->case_id)),
                                      STORE_TEXT(id_text(&turn->actor->post)), STORE_TEXT(in->nature),
                                      STORE_BOOL(in->historical), STORE_TEXT(confidence), STORE_INT(turn->now),
                                      KEY_ID(turn), SEALED_BYTES(ready->sealed)),
                           NULL, error);
    out->item_id = ready->id;
    return result ? result : turn_wrote(turn, "item", &ready->id, error);
}

static const struct field record_takes[] = {
    FIELD(struct item_record, case_id, .label = "Case", .required = true, .about = "case"),
    FIELD(struct item_record, text, .label = "What have you seen or heard?",
          .hint = "Write what was said or done, when and where. Use the person’s own words where you can.", .max = 10000,
          .required = true, .personal = true),
    FIELD(struct item_record, nature, .label = "Is this a fact or an opinion?", .required = true,
          .choices = item_natures),
    FIELD(struct item_record, historical, .label = "It is about the past, not about now"),
    FIELD(struct item_record, confidence, .label = "Was it given in confidence?", .choices = item_confidences),
    FIELD(struct item_record, provider, .label = "Who told you?", .hint = "Leave it empty if you saw it yourself.",
          .personal = true),
    FIELD(struct item_record, happened_at, .label = "When did it happen?"),
};
static const struct field record_gives[] = {
    FIELD(struct item_recorded, item_id, .label = "Item", .about = "item"),
};

COMMAND(item_record, struct item_record, struct item_recorded, struct item_record_ready, .name = "item.record",
        .title = "Write down what you know", TAKES(record_takes), GIVES(record_gives),
        .may = {.roles = ROLES_STAFF, .reach = REACH_CASE, .about = offsetof(struct item_record, case_id)});

static int item_list_look(struct turn *turn, const struct item_list *in, struct view_rows *out, struct error *error)
{
    struct openings sealed = {0};
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT i.id, i.nature, i.historical, i.confidence, i.recorded_at, post.person, i.sealed, k.wrapped"
                          " FROM item i JOIN post ON post.id = i.recorded_by LEFT JOIN record_key k ON k.id = i.key_id"
                          " WHERE i.case_id = $1 ORDER BY i.recorded_at LIMIT 500",
                          STORE_BIND(STORE_TEXT(id_text(&in->case_id))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct item_row *row = view_row(out);
        if (!row || !openings_add(turn, &sealed, "item", store_text(rows, 0), store_bytes(rows, 6), store_bytes(rows, 7)))
            return arena_error(turn->arena, error);
        row->item_id = column_id(rows, 0);
        row->nature = store_text_in(rows, 1, turn->arena);
        row->historical = store_bool(rows, 2);
        row->confidence = store_text_in(rows, 3, turn->arena);
        row->recorded_at.at = store_int(rows, 4);
        row->recorded_by = store_text_in(rows, 5, turn->arena);
        got = 0;
    }
    if (!got)
        got = turn_open(turn, sealed.row, sealed.n, error);
    for (size_t i = 0; !got && i < sealed.n; i++) {
        struct item_row *row = row_at(out, i);
        row->text = plain_text(&sealed.row[i], "text");
        row->provider = plain_text(&sealed.row[i], "provider");
        row->happened_at.at = plain_int(&sealed.row[i], "happened_at");
    }
    return got;
}

static const struct field list_takes[] = {
    FIELD(struct item_list, case_id, .label = "Case", .required = true, .about = "case"),
};
static const struct field list_gives[] = {
    FIELD(struct item_row, item_id, .label = "Item", .about = "item"),
    FIELD(struct item_row, text, .label = "What is known", .personal = true),
    FIELD(struct item_row, nature, .label = "Fact or opinion", .choices = item_natures),
    FIELD(struct item_row, historical, .label = "About the past"),
    FIELD(struct item_row, confidence, .label = "Confidence", .choices = item_confidences),
    FIELD(struct item_row, provider, .label = "Told by", .personal = true),
    FIELD(struct item_row, recorded_by, .label = "Written down by"),
    FIELD(struct item_row, recorded_at, .label = "Written down"),
    FIELD(struct item_row, happened_at, .label = "Happened"),
};

VIEW(item_list, struct item_list, struct item_row, .name = "item.list", .title = "What is known in a case",
     TAKES(list_takes), GIVES(list_gives), .personal = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_CASE_REVIEW, .about = offsetof(struct item_list, case_id)});
