#include "gate/backup.h"

/* record.restore: the first thing that a restored record says. Only the command line can say it. */

static int record_restore_prepare(struct turn *turn, const struct record_restore *in, struct id **ready, struct error *error)
{
    (void)in;
    struct id *id = *ready = ARENA_NEW(turn->arena, struct id);
    if (!id)
        return arena_error(turn->arena, error);
    *id = turn_id(turn);
    return 0;
}

static int record_restore_apply(struct turn *turn, const struct record_restore *in, const struct id *ready,
                                struct record_restored *out, struct error *error)
{
    int result = store_run(turn->session,
                           "INSERT INTO restoration (id, at, made_at, entries, bytes, seen, old_log, new_log, restored_by, reason)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                           STORE_BIND(STORE_TEXT(id_text(ready)), STORE_INT(turn->now), STORE_INT(in->made_at.at),
                                      STORE_INT(in->entries), STORE_INT(in->bytes), STORE_INT(in->seen), STORE_TEXT(in->old_log),
                                      STORE_TEXT(in->new_log), STORE_TEXT(in->restored_by), STORE_TEXT(in->reason)),
                           NULL, error);
    /* signatures of witnesses under the log that has ended, and what they said against it */
    if (!result)
        result = store_run(turn->session, "DELETE FROM log_cosigned", STORE_BIND(), NULL, error);
    if (!result)
        result = store_run(turn->session, "DELETE FROM witness_alarm", STORE_BIND(), NULL, error);
    out->restoration_id = *ready;
    return result ? result : turn_wrote(turn, "restoration", ready, error);
}

static const struct field takes[] = {
    FIELD(struct record_restore, made_at, .label = "When the backup was made", .required = true),
    FIELD(struct record_restore, entries, .label = "Entries in it"),
    FIELD(struct record_restore, bytes, .label = "Its size in bytes"),
    FIELD(struct record_restore, seen, .label = "Entries that a witness had seen"),
    FIELD(struct record_restore, old_log, .label = "Log that ended", .max = 255, .required = true),
    FIELD(struct record_restore, new_log, .label = "Log that began", .max = 255, .required = true),
    FIELD(struct record_restore, restored_by, .label = "Restored by", .required = true),
    FIELD(struct record_restore, reason, .label = "Why", .max = 1000),
};

static const struct field gives[] = {
    FIELD(struct record_restored, restoration_id, .label = "Restoration", .about = "restoration"),
};

COMMAND(record_restore, struct record_restore, struct record_restored, struct id, .name = "record.restore",
        .title = "Write down that the record was restored from a backup", TAKES(takes), GIVES(gives), .inside = true,
        .may = {.roles = ROLE_ADMINISTRATOR});

/* ---- restoration.list ---- */

static int restoration_list_look(struct turn *turn, const struct nothing *in, struct view_rows *out, struct error *error)
{
    (void)in;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT id, at, made_at, entries, bytes, seen, old_log, new_log, restored_by, reason FROM restoration"
                          " ORDER BY at DESC LIMIT 100",
                          STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct restoration_row *row = view_row(out);
        if (!row)
            return arena_error(turn->arena, error);
        id_parse(store_text(rows, 0), &row->restoration_id);
        row->at.at = store_int(rows, 1);
        row->made_at.at = store_int(rows, 2);
        row->entries = store_int(rows, 3);
        row->bytes = store_int(rows, 4);
        row->seen = store_int(rows, 5);
        row->old_log = store_text_in(rows, 6, turn->arena);
        row->new_log = store_text_in(rows, 7, turn->arena);
        row->restored_by = store_text_in(rows, 8, turn->arena);
        row->reason = store_text_in(rows, 9, turn->arena);
        got = 0;
    }
    return got;
}

static const struct field list_gives[] = {
    FIELD(struct restoration_row, restoration_id, .label = "Restoration", .about = "restoration"),
    FIELD(struct restoration_row, at, .label = "When it was restored"),
    FIELD(struct restoration_row, made_at, .label = "When the backup was made"),
    FIELD(struct restoration_row, entries, .label = "Entries in it"),
    FIELD(struct restoration_row, bytes, .label = "Its size in bytes"),
    FIELD(struct restoration_row, seen, .label = "Entries that a witness had seen"),
    FIELD(struct restoration_row, old_log, .label = "Log that ended"),
    FIELD(struct restoration_row, new_log, .label = "Log that began"),
    FIELD(struct restoration_row, restored_by, .label = "Restored by"),
    FIELD(struct restoration_row, reason, .label = "Why"),
};

VIEW(restoration_list, struct nothing, struct restoration_row, .name = "restoration.list",
     .title = "When the record was restored from a backup, and why", GIVES(list_gives), .may = {.roles = ROLES_SIGNED_IN});
