#include "internal.h"
#include "names.h"

struct document_attach_ready {
    struct id id;
    struct text sealed;
    uint8_t digest[32];
};

static int document_attach_prepare(struct turn *turn, const struct document_attach *in,
                                   struct document_attach_ready **out, struct error *error)
{
    struct document_attach_ready *ready = *out = ARENA_NEW(turn->arena, struct document_attach_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    if (!hex_decode(in->digest, ready->digest, sizeof ready->digest))
        return error_set(error, ERROR_INPUT, "digest", "", "not a SHA-256 in hexadecimal");
    ready->id = turn_id(turn);
    SEAL_BEGIN(turn, w);
    json_member_text(&w, "name", name_in_order(turn->arena, in->name));
    json_member_text(&w, "type", in->type);
    json_member_text(&w, "file_key", in->file_key);
    return SEAL_END(turn, w, "document", &ready->id, &ready->sealed, error);
}

static int document_attach_apply(struct turn *turn, const struct document_attach *in,
                                 const struct document_attach_ready *ready, struct document_attached *out,
                                 struct error *error)
{
    int result = store_run(turn->session,
                           "INSERT INTO document (id, case_id, added_by, size, digest, payload, added_at, key_id, sealed)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                           STORE_BIND(STORE_TEXT(id_text(&ready->id)), STORE_TEXT(id_text(&in->case_id)),
                                      STORE_TEXT(id_text(&turn->actor->post)), STORE_INT(in->size),
                                      STORE_BYTES(ready->digest, sizeof ready->digest), STORE_TEXT(in->payload),
                                      STORE_INT(turn->now), KEY_ID(turn), SEALED_BYTES(ready->sealed)),
                           NULL, error);
    out->document_id = ready->id;
    return result ? result : turn_wrote(turn, "document", &ready->id, error);
}

static const struct field attach_takes[] = {
    FIELD(struct document_attach, case_id, .label = "Case", .required = true, .about = "case"),
    FIELD(struct document_attach, name, .label = "Name of the file", .required = true, .personal = true),
    FIELD(struct document_attach, type, .label = "Kind of file"),
    FIELD(struct document_attach, size, .label = "Bytes"),
    FIELD(struct document_attach, digest, .label = "SHA-256 of the sealed payload", .required = true),
    FIELD(struct document_attach, payload, .label = "Payload", .required = true),
    FIELD(struct document_attach, file_key, .label = "File key", .required = true, .secret = true),
};
static const struct field attach_gives[] = {
    FIELD(struct document_attached, document_id, .label = "Document", .about = "document"),
};

COMMAND(document_attach, struct document_attach, struct document_attached, struct document_attach_ready,
        .name = "document.attach", .title = "Attach a document to a case", TAKES(attach_takes), GIVES(attach_gives),
        .inside = true,
        .may = {.roles = ROLES_STAFF, .reach = REACH_CASE, .about = offsetof(struct document_attach, case_id)});

/* ---- document.list ---- */

static int document_list_look(struct turn *turn, const struct document_list *in, struct view_rows *out,
                              struct error *error)
{
    struct openings sealed = {0};
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT d.id, d.size, d.added_at, post.person, d.sealed, k.wrapped FROM document d"
                          " JOIN post ON post.id = d.added_by LEFT JOIN record_key k ON k.id = d.key_id"
                          " WHERE d.case_id = $1 ORDER BY d.added_at LIMIT 500",
                          STORE_BIND(STORE_TEXT(id_text(&in->case_id))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct document_row *row = view_row(out);
        if (!row ||
            !openings_add(turn, &sealed, "document", store_text(rows, 0), store_bytes(rows, 4), store_bytes(rows, 5)))
            return arena_error(turn->arena, error);
        row->document_id = column_id(rows, 0);
        row->size = store_int(rows, 1);
        row->added_at.at = store_int(rows, 2);
        row->added_by = store_text_in(rows, 3, turn->arena);
        got = 0;
    }
    if (!got)
        got = turn_open(turn, sealed.row, sealed.n, error);
    for (size_t i = 0; !got && i < sealed.n; i++) {
        struct document_row *row = row_at(out, i);
        row->name = plain_text(&sealed.row[i], "name");
        row->type = plain_text(&sealed.row[i], "type");
    }
    return got;
}

static const struct field list_takes[] = {
    FIELD(struct document_list, case_id, .label = "Case", .required = true, .about = "case"),
};
static const struct field list_gives[] = {
    FIELD(struct document_row, document_id, .label = "Document", .about = "document"),
    FIELD(struct document_row, name, .label = "Name", .personal = true),
    FIELD(struct document_row, type, .label = "Kind"),
    FIELD(struct document_row, added_by, .label = "Added by"),
    FIELD(struct document_row, size, .label = "Bytes"),
    FIELD(struct document_row, added_at, .label = "Added"),
};

VIEW(document_list, struct document_list, struct document_row, .name = "document.list",
     .title = "The documents of a case", TAKES(list_takes), GIVES(list_gives), .personal = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_CASE_REVIEW, .about = offsetof(struct document_list, case_id)});

/* ---- opening one ---- */

static int take_key(struct turn *turn, struct store_rows *rows, struct view_rows *out, struct error *error)
{
    struct openings sealed = {0};
    int got = store_next(rows, error);
    if (got <= 0)
        return got;
    struct document_key *row = view_row(out);
    if (!row || !openings_add(turn, &sealed, "document", store_text(rows, 0), store_bytes(rows, 3), store_bytes(rows, 4)))
        return arena_error(turn->arena, error);
    row->size = store_int(rows, 1);
    row->payload = store_text_in(rows, 2, turn->arena);
    got = turn_open(turn, sealed.row, 1, error);
    row->name = plain_text(sealed.row, "name");
    row->type = plain_text(sealed.row, "type");
    row->file_key = plain_text(sealed.row, "file_key");
    return got;
}

static int document_open_look(struct turn *turn, const struct document_open *in, struct view_rows *out,
                              struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT d.id, d.size, d.payload, d.sealed, k.wrapped FROM document d"
                          " JOIN record_key k ON k.id = d.key_id WHERE d.id = $1",
                          STORE_BIND(STORE_TEXT(id_text(&in->document_id))), &rows, error);
    return got ? got : take_key(turn, rows, out, error);
}

static int received_document_open_look(struct turn *turn, const struct received_document_open *in,
                                       struct view_rows *out, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT d.id, d.size, d.payload, d.sealed, k.wrapped FROM receipt r"
                          " JOIN share_document sd ON sd.share_id = r.share_id JOIN document d ON d.id = sd.document_id"
                          " JOIN record_key k ON k.id = d.key_id WHERE r.id = $1 AND d.id = $2",
                          STORE_BIND(STORE_TEXT(id_text(&in->receipt_id)), STORE_TEXT(id_text(&in->document_id))), &rows,
                          error);
    return got ? got : take_key(turn, rows, out, error);
}

static const struct field open_takes[] = {
    FIELD(struct document_open, document_id, .label = "Document", .required = true, .about = "document"),
};
static const struct field received_takes[] = {
    FIELD(struct received_document_open, receipt_id, .label = "Receipt", .required = true, .about = "receipt"),
    FIELD(struct received_document_open, document_id, .label = "Document", .required = true, .about = "document"),
};
static const struct field key_gives[] = {
    FIELD(struct document_key, name, .label = "Name", .personal = true),
    FIELD(struct document_key, type, .label = "Kind"),
    FIELD(struct document_key, size, .label = "Bytes"),
    FIELD(struct document_key, payload, .label = "Payload", .secret = true),
    FIELD(struct document_key, file_key, .label = "File key", .secret = true),
};

VIEW(document_open, struct document_open, struct document_key, .name = "document.open", .title = "Open a document",
     TAKES(open_takes), GIVES(key_gives), .personal = true, .one = true, .inside = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_DOCUMENT, .about = offsetof(struct document_open, document_id)});
VIEW(received_document_open, struct received_document_open, struct document_key, .name = "receipt.document",
     .title = "Open a document that was received", TAKES(received_takes), GIVES(key_gives), .personal = true,
     .one = true, .inside = true,
     .may = {.roles = ROLES_STAFF,
             .reach = REACH_RECEIPT_TAKEN,
             .about = offsetof(struct received_document_open, receipt_id)});
