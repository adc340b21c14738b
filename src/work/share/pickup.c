#include "arrival.h"
#include "internal.h"
#include "parcel.h"

#include <string.h>

static const struct choice states[] = {
    {"open", "It can be opened with the phrase you were told."},
    {"taken", "It has been opened already, and could be opened once only. Ask the sender if that was not you."},
    {"expired", "The time to pick it up is over. Ask the sender to send it again."},
    {"locked", "It was locked after too many wrong phrases. Ask the sender to send it again."},
    {NULL, NULL},
};

static const char *state_of(bool locked, bool once, bool taken, int64_t expires_at, int64_t now)
{
    if (locked)
        return "locked";
    if (once && taken)
        return "taken";
    return expires_at <= now ? "expired" : "open";
}

static int refuse(struct error *error, const char *state)
{
    bool locked = strcmp(state, "locked") == 0;
    return error_set(error, locked ? ERROR_LIMITED : ERROR_CONFLICT, "link", "", "%.*s",
                     TEXT_ARGS(choice_label(states, text_of(state))));
}

/* ---- pickup.look ---- */

static int pickup_look_look(struct turn *turn, const struct pickup_look *in, struct view_rows *out,
                            struct error *error)
{
    uint8_t hash[PARCEL_HASH];
    parcel_link_hash(in->link, hash);
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT a.name, p.expires_at, p.failures, p.locked, p.once, p.taken_at FROM pickup p"
                          " JOIN receipt r ON r.id = p.receipt_id JOIN share s ON s.id = r.share_id"
                          " JOIN agency a ON a.id = s.agency_id WHERE p.link = $1",
                          STORE_BIND(STORE_BYTES(hash, sizeof hash)), &rows, error);
    if (got || (got = store_next(rows, error)) <= 0)
        return got;
    struct pickup_row *row = view_row(out);
    if (!row)
        return arena_error(turn->arena, error);
    row->sender_agency = store_text_in(rows, 0, turn->arena);
    row->expires_at.at = store_int(rows, 1);
    row->tries_left = PICKUP_TRIES - store_int(rows, 2);
    row->once = store_bool(rows, 4);
    row->state = text_of(state_of(store_bool(rows, 3), row->once, !store_is_null(rows, 5), row->expires_at.at, turn->now));
    row->state_words = choice_label(states, row->state);
    row->open = text_equal(row->state, TEXT("open"));
    return 0;
}

static const struct field look_takes[] = {
    FIELD(struct pickup_look, link, .label = "Link", .required = true, .max = 64),
};
static const struct field look_gives[] = {
    FIELD(struct pickup_row, sender_agency, .label = "From"),
    FIELD(struct pickup_row, expires_at, .label = "Until"),
    FIELD(struct pickup_row, open, .label = "It can be opened"),
    FIELD(struct pickup_row, state, .label = "State", .choices = states),
    FIELD(struct pickup_row, state_words, .label = "State in words"),
    FIELD(struct pickup_row, tries_left, .label = "Tries left"),
    FIELD(struct pickup_row, once, .label = "One time only"),
};

VIEW(pickup_look, struct pickup_look, struct pickup_row, .name = "pickup.look", .title = "A parcel that waits for you",
     TAKES(look_takes), GIVES(look_gives), .one = true, .may = {.roles = ROLES_ALL});

/* ---- pickup.try ---- */

struct pickup_try_ready {
    struct id pickup, sender, case_id, notice;
    struct arrival arrival;
    struct text content; /* {NULL, 0}: the phrase was wrong */
};

/* First our key, then theirs. Those that were sent before there were such keys lie in the pickup's own row, under theirs alone. */
static int open_parcel(struct turn *turn, struct store_rows *rows, struct text secret, struct text *content, struct error *error)
{
    struct text file = store_bytes_in(rows, 3, turn->arena);
    struct id id = column_id(rows, 10);
    int result = id_is_set(&id) ? turn_open_bytes(turn, "parcel", &id, store_bytes(rows, 11), store_bytes(rows, 12), &file, error) : 0;
    return result ? result : parcel_open(turn->arena, file, secret, content, error);
}

static int pickup_try_prepare(struct turn *turn, const struct pickup_try *in, struct pickup_try_ready **out,
                              struct error *error)
{
    struct pickup_try_ready *ready = *out = ARENA_NEW(turn->arena, struct pickup_try_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    struct vault_phrase phrase;
    int result = vault_phrase_parse(in->phrase, &phrase, error);
    if (result)
        return error_within(error, "phrase");

    uint8_t link[PARCEL_HASH], code[PARCEL_HASH];
    parcel_link_hash(in->link, link);
    parcel_code_hash(in->link, text_of(phrase.code), code);
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    result = store_one(turn->session,
                       "SELECT p.id, p.receipt_id, p.code, p.parcel, p.locked, p.once, p.taken_at, p.expires_at,"
                       " s.sent_by, s.case_id, l.id, l.sealed, k.wrapped FROM pickup p JOIN receipt r ON r.id = p.receipt_id"
                       " JOIN share s ON s.id = r.share_id LEFT JOIN parcel l ON l.pickup_id = p.id"
                       " LEFT JOIN record_key k ON k.id = l.key_id WHERE p.link = $1",
                       STORE_BIND(STORE_BYTES(link, sizeof link)), &rows, error);
    if (result == ERROR_MISSING)
        result = error_set(error, ERROR_MISSING, "link", "Check the whole address, or ask the sender.",
                           "there is no parcel at this address");
    if (!result) {
        const char *state =
            state_of(store_bool(rows, 4), store_bool(rows, 5), !store_is_null(rows, 6), store_int(rows, 7), turn->now);
        if (strcmp(state, "open") != 0)
            result = refuse(error, state);
    }
    if (!result) {
        ready->pickup = column_id(rows, 0);
        struct id receipt = column_id(rows, 1);
        ready->sender = column_id(rows, 8);
        ready->case_id = column_id(rows, 9);
        ready->notice = turn_id(turn);
        /* a wrong code costs no scrypt */
        if (text_equal_secret(store_bytes(rows, 2), (struct text){(const char *)code, sizeof code}))
            result = open_parcel(turn, rows, text_of(phrase.secret), &ready->content, error);
        store_done(&rows);
        if (!result)
            result = arrival_find(turn, &receipt, &ready->arrival, error);
    }
    vault_phrase_wipe(&phrase);
    return result;
}

static int count_failure(struct turn *turn, const struct pickup_try_ready *ready, int64_t failures,
                         struct pickup_tried *out, struct error *error)
{
    bool locks = failures + 1 >= PICKUP_TRIES;
    int result = store_run(turn->session, "UPDATE pickup SET failures = $2, locked = $3 WHERE id = $1",
                           STORE_BIND(STORE_TEXT(id_text(&ready->pickup)), STORE_INT(failures + 1), STORE_BOOL(locks)),
                           NULL, error);
    if (!result && locks)
        result = notice_raise(turn, &ready->notice, &ready->sender, "pickup-locked", &ready->case_id, error);
    out->opened = false;
    out->tries_left = PICKUP_TRIES - failures - 1;
    return result ? result : turn_wrote(turn, "pickup", &ready->pickup, error);
}

/* Judged again here: other tries may have come between, and only the writer counts. */
static int pickup_try_apply(struct turn *turn, const struct pickup_try *in, const struct pickup_try_ready *ready,
                            struct pickup_tried *out, struct error *error)
{
    (void)in;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result =
        store_one(turn->session, "SELECT failures, locked, once, taken_at, expires_at FROM pickup WHERE id = $1",
                  STORE_BIND(STORE_TEXT(id_text(&ready->pickup))), &rows, error);
    if (result)
        return result;
    int64_t failures = store_int(rows, 0);
    const char *state =
        state_of(store_bool(rows, 1), store_bool(rows, 2), !store_is_null(rows, 3), store_int(rows, 4), turn->now);
    store_done(&rows);
    if (strcmp(state, "open") != 0)
        return refuse(error, state);
    if (!ready->content.p)
        return count_failure(turn, ready, failures, out, error);
    result = store_run(turn->session, "UPDATE pickup SET taken_at = COALESCE(taken_at, $2) WHERE id = $1",
                       STORE_BIND(STORE_TEXT(id_text(&ready->pickup)), STORE_INT(turn->now)), NULL, error);
    if (!result)
        result = turn_wrote(turn, "pickup", &ready->pickup, error);
    for (size_t i = 0; !result && i < ready->arrival.n; i++) {
        const struct id *receipt = &ready->arrival.receipt[i];
        result = store_run(turn->session,
                           "UPDATE receipt SET state = 'collected', opened_at = COALESCE(opened_at, $2) WHERE id = $1",
                           STORE_BIND(STORE_TEXT(id_text(receipt)), STORE_INT(turn->now)), NULL, error);
        if (!result)
            result = turn_wrote(turn, "receipt", receipt, error);
    }
    out->opened = true;
    out->tries_left = PICKUP_TRIES - failures;
    out->parcel.json = ready->content;
    return result;
}

static const struct field try_takes[] = {
    FIELD(struct pickup_try, link, .label = "Link", .required = true, .max = 64),
    FIELD(struct pickup_try, phrase, .label = "What is the phrase you were told?",
          .hint = "Ten words. Capital letters and hyphens do not matter.", .required = true, .personal = true),
};
static const struct field try_gives[] = {
    FIELD(struct pickup_tried, opened, .label = "Opened"),
    FIELD(struct pickup_tried, tries_left, .label = "Tries left"),
    FIELD(struct pickup_tried, parcel, .label = "Parcel", .personal = true, .secret = true),
};

COMMAND(pickup_try, struct pickup_try, struct pickup_tried, struct pickup_try_ready, .name = "pickup.try",
        .title = "Open a parcel with its phrase", TAKES(try_takes), GIVES(try_gives), .pace = PACE_SLOW,
        .inside = true, .may = {.roles = ROLES_ALL});
