#include "sharing.h"

/* ---- the decisions ---- */

static int check_decided(struct store_rows *rows, struct error *error)
{
    struct text decided = store_text(rows, 1);
    if (!text_equal(decided, TEXT("share")) && !text_equal(decided, TEXT("share-anonymised")))
        return error_set(error, ERROR_UNLAWFUL, "decisions", "If something has changed, record a new decision.",
                         "this decision was not to share");
    if (store_int(rows, 4) > 0)
        return error_set(error, ERROR_CONFLICT, "decisions", "Look at the case: it shows what was sent.",
                         "what was decided here has been sent already");
    return 0;
}

/* What is opened of each: the decision, and whom it is about. */
static int read_one(struct turn *turn, const struct id *decision, struct one_share *share, struct id *together,
                    struct openings *sealed, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session,
                           "SELECT d.case_id, d.decided, d.sealed, k.wrapped,"
                           " (SELECT count(*) FROM share WHERE share.decision_id = d.id), u.id, u.sealed, ku.wrapped,"
                           " t.together FROM decision d JOIN case_file c ON c.id = d.case_id"
                           " JOIN subject u ON u.id = c.subject_id LEFT JOIN record_key k ON k.id = d.key_id"
                           " LEFT JOIN record_key ku ON ku.id = u.key_id"
                           " LEFT JOIN decision_together t ON t.decision_id = d.id WHERE d.id = $1",
                           STORE_BIND(STORE_TEXT(id_text(decision))), &rows, error);
    if (!result)
        result = check_decided(rows, error);
    if (result)
        return result;
    share->id = turn_id(turn);
    share->decision_id = *decision;
    share->case_id = column_id(rows, 0);
    *together = column_id(rows, 8);
    bool named = text_equal(store_text(rows, 1), TEXT("share"));
    return openings_add(turn, sealed, "decision", id_text(decision), store_bytes(rows, 2), store_bytes(rows, 3)) &&
                   openings_add(turn, sealed, "subject", store_text(rows, 5), store_bytes(rows, 6),
                                named ? store_bytes(rows, 7) : (struct text){NULL, 0})
               ? 0
               : arena_error(turn->arena, error);
}

static int read_answers(struct turn *turn, const struct sealed_row *decision, struct one_share *share,
                        struct error *error)
{
    int result = kept_answers_read(turn, decision, &share->answers, error);
    if (!result && share->answers.n == 0)
        return error_set(error, ERROR_CONFLICT, "decisions", "", "the content of this decision was disposed of");
    return result;
}

int sharing_read(struct turn *turn, const struct share_send *in, struct share_send_ready *ready, struct error *error)
{
    struct openings sealed = {0};
    struct id together, first = {""};
    int result = 0;
    ready->shares = in->decisions.n;
    if (!(ready->share = ARENA_ARRAY(turn->arena, struct one_share, ready->shares)))
        return arena_error(turn->arena, error);
    for (size_t i = 0; !result && i < ready->shares; i++) {
        result = read_one(turn, &in->decisions.item[i], &ready->share[i], &together, &sealed, error);
        if (i == 0)
            first = together;
        if (!result && i > 0 && (!id_is_set(&together) || !id_equal(&together, &first)))
            return error_set(error, ERROR_INVALID, "decisions", "Send each on its own.",
                             "these were not decided together");
    }
    if (!result)
        result = turn_open(turn, sealed.row, sealed.n, error);
    for (size_t i = 0; !result && i < ready->shares; i++) {
        ready->share[i].name = plain_text(&sealed.row[2 * i + 1], "name");
        ready->share[i].born = plain_date(&sealed.row[2 * i + 1], "born");
        result = read_answers(turn, &sealed.row[2 * i], &ready->share[i], error);
        if (!result && ready->shares > 1)
            result = own_key_make(turn, &ready->share[i].key, error);
    }
    return result;
}

const struct kept_answer *sharing_outside(const struct one_share *share)
{
    for (size_t i = 0; i < share->answers.n; i++) {
        struct id agency;
        if (!id_parse(share->answers.item[i].agency_id, &agency))
            return &share->answers.item[i];
    }
    return NULL;
}

/* ---- what is sent ---- */

/* Into every share of its case. False: there is none. */
static bool put(struct turn *turn, struct share_send_ready *ready, const struct id *case_id, struct sent_thing thing,
                bool document)
{
    bool there = false;
    for (size_t i = 0; i < ready->shares; i++) {
        struct one_share *share = &ready->share[i];
        if (!id_equal(&share->case_id, case_id))
            continue;
        there = true;
        thing.link = turn_id(turn);
        if (document)
            share->document[share->documents++] = thing;
        else
            share->item[share->items++] = thing;
    }
    return there;
}

static int gather_item(struct turn *turn, const struct id *item, size_t number, struct share_send_ready *ready,
                       struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session,
                           "SELECT i.case_id, i.sealed, k.wrapped, i.nature, i.historical FROM item i"
                           " LEFT JOIN record_key k ON k.id = i.key_id WHERE i.id = $1",
                           STORE_BIND(STORE_TEXT(id_text(item))), &rows, error);
    if (result && result != ERROR_MISSING)
        return result;
    struct sent_thing thing = {.id = *item, .sealed = ready->things.n};
    struct id case_id = {""};
    if (!result) {
        case_id = column_id(rows, 0);
        thing.nature = store_text_in(rows, 3, turn->arena);
        thing.historical = store_bool(rows, 4);
    }
    if (result || !put(turn, ready, &case_id, thing, false))
        return error_set(error, ERROR_INVALID, "items", "Choose from the items of the case.",
                         "item %zu is not one of this case", number);
    return openings_add(turn, &ready->things, "item", id_text(item), store_bytes(rows, 1), store_bytes(rows, 2))
               ? 0
               : arena_error(turn->arena, error);
}

static int gather_document(struct turn *turn, const struct id *document, size_t number, struct share_send_ready *ready,
                           struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session,
                           "SELECT d.case_id, d.sealed, k.wrapped, d.size, d.payload FROM document d"
                           " LEFT JOIN record_key k ON k.id = d.key_id WHERE d.id = $1",
                           STORE_BIND(STORE_TEXT(id_text(document))), &rows, error);
    if (result && result != ERROR_MISSING)
        return result;
    struct sent_thing thing = {.id = *document, .sealed = ready->things.n};
    struct id case_id = {""};
    if (!result) {
        case_id = column_id(rows, 0);
        thing.size = store_int(rows, 3);
        thing.payload = store_text_in(rows, 4, turn->arena);
    }
    if (result || !put(turn, ready, &case_id, thing, true))
        return error_set(error, ERROR_INVALID, "documents", "Choose from the documents of the case.",
                         "document %zu is not one of this case", number);
    return openings_add(turn, &ready->things, "document", id_text(document), store_bytes(rows, 1), store_bytes(rows, 2))
               ? 0
               : arena_error(turn->arena, error);
}

int sharing_gather(struct turn *turn, const struct share_send *in, struct share_send_ready *ready, struct error *error)
{
    int result = 0;
    for (size_t i = 0; i < ready->shares; i++) {
        struct one_share *share = &ready->share[i];
        share->item = ARENA_ARRAY(turn->arena, struct sent_thing, in->items.n);
        share->document = ARENA_ARRAY(turn->arena, struct sent_thing, in->documents.n);
        if (!share->item || !share->document)
            return arena_error(turn->arena, error);
    }
    for (size_t i = 0; !result && i < in->items.n; i++)
        result = gather_item(turn, &in->items.item[i], i + 1, ready, error);
    for (size_t i = 0; !result && i < in->documents.n; i++)
        result = gather_document(turn, &in->documents.item[i], i + 1, ready, error);
    bool says = text_trim(in->message).n > 0;
    for (size_t i = 0; !result && !says && i < ready->shares; i++)
        if (ready->share[i].items + ready->share[i].documents == 0)
            return error_set(error, ERROR_INVALID, "items", "Choose something about each, or write a message.",
                             "there is nothing to send about one of them");
    return result ? result : turn_open(turn, ready->things.row, ready->things.n, error);
}
