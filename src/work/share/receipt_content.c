#include "internal.h"

/* What came with a receipt: receipt.items, receipt.documents. */

static const struct field takes[] = {
    FIELD(struct receipt_of, receipt_id, .label = "Receipt", .required = true, .about = "receipt"),
};

static int receipt_items_look(struct turn *turn, const struct receipt_of *in, struct view_rows *out,
                              struct error *error)
{
    struct openings sealed = {0};
    bool anonymised = false;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT i.id, i.nature, i.historical, i.confidence, i.recorded_at, i.sealed, k.wrapped,"
                          " d.decided = 'share-anonymised'"
                          " FROM receipt r JOIN share s ON s.id = r.share_id JOIN decision d ON d.id = s.decision_id"
                          " JOIN share_item si ON si.share_id = r.share_id JOIN item i ON i.id = si.item_id"
                          " LEFT JOIN record_key k ON k.id = i.key_id WHERE r.id = $1 ORDER BY i.recorded_at",
                          STORE_BIND(STORE_TEXT(id_text(&in->receipt_id))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct receipt_item *row = view_row(out);
        if (!row || !openings_add(turn, &sealed, "item", store_text(rows, 0), store_bytes(rows, 5), store_bytes(rows, 6)))
            return arena_error(turn->arena, error);
        row->nature = store_text_in(rows, 1, turn->arena);
        row->historical = store_bool(rows, 2);
        row->confidence = store_text_in(rows, 3, turn->arena);
        row->recorded_at.at = store_int(rows, 4);
        anonymised = store_bool(rows, 7);
        got = 0;
    }
    if (!got)
        got = turn_open(turn, sealed.row, sealed.n, error);
    for (size_t i = 0; !got && i < sealed.n; i++) {
        struct receipt_item *row = row_at(out, i);
        row->text = plain_text(&sealed.row[i], "text");
        /* who told it in confidence stays with the sender (BUC-36, LLR-31) */
        if (!anonymised && !text_equal(row->confidence, TEXT("explicit")))
            row->provider = plain_text(&sealed.row[i], "provider");
        row->happened_at.at = plain_int(&sealed.row[i], "happened_at");
    }
    return got;
}

static const struct field items_gives[] = {
    FIELD(struct receipt_item, text, .label = "What is known", .personal = true),
    FIELD(struct receipt_item, nature, .label = "Fact or opinion", .choices = item_natures),
    FIELD(struct receipt_item, confidence, .label = "Confidence", .choices = item_confidences),
    FIELD(struct receipt_item, provider, .label = "Told by", .personal = true),
    FIELD(struct receipt_item, historical, .label = "About the past"),
    FIELD(struct receipt_item, happened_at, .label = "Happened"),
    FIELD(struct receipt_item, recorded_at, .label = "Written down"),
};

VIEW(receipt_items, struct receipt_of, struct receipt_item, .name = "receipt.items",
     .title = "The items that were shared with you", TAKES(takes), GIVES(items_gives), .personal = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_RECEIPT_TAKEN, .about = offsetof(struct receipt_of, receipt_id)});

static int receipt_documents_look(struct turn *turn, const struct receipt_of *in, struct view_rows *out,
                                  struct error *error)
{
    struct openings sealed = {0};
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT d.id, d.size, d.sealed, k.wrapped FROM receipt r"
                          " JOIN share_document sd ON sd.share_id = r.share_id JOIN document d ON d.id = sd.document_id"
                          " LEFT JOIN record_key k ON k.id = d.key_id WHERE r.id = $1 ORDER BY d.added_at",
                          STORE_BIND(STORE_TEXT(id_text(&in->receipt_id))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct receipt_document *row = view_row(out);
        if (!row ||
            !openings_add(turn, &sealed, "document", store_text(rows, 0), store_bytes(rows, 2), store_bytes(rows, 3)))
            return arena_error(turn->arena, error);
        row->document_id = column_id(rows, 0);
        row->size = store_int(rows, 1);
        got = 0;
    }
    if (!got)
        got = turn_open(turn, sealed.row, sealed.n, error);
    for (size_t i = 0; !got && i < sealed.n; i++) {
        struct receipt_document *row = row_at(out, i);
        row->name = plain_text(&sealed.row[i], "name");
        row->type = plain_text(&sealed.row[i], "type");
    }
    return got;
}

static const struct field documents_gives[] = {
    FIELD(struct receipt_document, document_id, .label = "Document", .about = "document"),
    FIELD(struct receipt_document, name, .label = "Name", .personal = true),
    FIELD(struct receipt_document, type, .label = "Kind"),
    FIELD(struct receipt_document, size, .label = "Bytes"),
};

VIEW(receipt_documents, struct receipt_of, struct receipt_document, .name = "receipt.documents",
     .title = "The documents that were shared with you", TAKES(takes), GIVES(documents_gives), .personal = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_RECEIPT_TAKEN, .about = offsetof(struct receipt_of, receipt_id)});
