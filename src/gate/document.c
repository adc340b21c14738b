#include "health.h"
#include "inside.h"
#include "upload.h"

#include "gate/document.h"
#include "gate/form.h"
#include "store.h"
#include "vault.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sealed bytes are gathered to one stored piece before they are written. */
struct document_receiver {
    struct gate *gate;
    struct id case_id;
    char name[256], type[128], payload[ID_LENGTH + 1];
    struct vault_file_key key;
    struct vault_sealer *sealer;
    int64_t plain, stored;
    size_t held;
    uint8_t piece[STORE_BLOB_PIECE];
};

/* Uploads lie on the same disk; the reserve is not for them. */
static int fail_store(struct document_receiver *receiver, const struct store_session *session, int result, struct error *error)
{
    struct error why = *error;
    return result == ERROR_SYSTEM && session && store_full(session) ? full_told(receiver->gate, &why, error) : result;
}

/* What the command would refuse once all of it is here is refused before a byte is taken. */
static int check_name(struct arena *arena, struct text name, struct error *error)
{
    const struct field *field = form_field(document_attach_command.takes, document_attach_command.takes_n, "name");
    struct document_attach asked = {.name = name};
    struct form_errors errors = {0};
    if (text_trim(name).n == 0)
        return error_set(error, ERROR_INVALID, "name", "", "the document has no name");
    if (name.n >= sizeof(((struct document_receiver *)0)->name))
        return error_set(error, ERROR_INVALID, "name", "Give the file a shorter name.", "the name of the document is too long");
    if (text_find_char(name, '/') >= 0 || text_find_char(name, '\\') >= 0)
        return error_set(error, ERROR_INVALID, "name", "Send the name of the file alone, without its folders.",
                         "the name of the document has a slash or a backslash");
    return form_check(arena, field, 1, &asked, &errors, error);
}

int document_receive(struct visit *visit, const struct id *case_id, struct text name, struct text type,
                     struct document_receiver **out, struct error *error)
{
    struct document_attach asked = {.case_id = *case_id};
    int result = visit_may(visit, &document_attach_command.may, &asked, error);
    if (!result)
        result = check_name(visit->arena, name, error);
    if (result)
        return result;
    struct document_receiver *receiver = sodium_malloc(sizeof *receiver);
    if (!receiver)
        return error_set(error, ERROR_SYSTEM, "", "Try again in a few minutes.", "out of memory");
    memset(receiver, 0, sizeof *receiver);
    receiver->gate = visit->gate;
    receiver->case_id = *case_id;
    struct id payload = id_new(clock_now());
    snprintf(receiver->name, sizeof receiver->name, "%.*s", TEXT_ARGS(name));
    snprintf(receiver->type, sizeof receiver->type, "%.*s", TEXT_ARGS(type));
    snprintf(receiver->payload, sizeof receiver->payload, "%s", payload.text);
    receiver->key = vault_file_key_new();
    result = vault_sealer_new(&receiver->key, true, &receiver->sealer, error);
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    if (!result)
        result = store_writer(receiver->gate->documents, &session, error);
    if (!result)
        result = upload_remember(receiver->gate, session, text_of(receiver->payload), error);
    if (!result)
        result = store_blob_begin(session, text_of(receiver->payload), clock_now(), error);
    if (result) {
        result = fail_store(receiver, session, result, error);
        document_receive_end(&receiver);
    }
    *out = receiver;
    return result;
}

static int flush(struct document_receiver *receiver, struct error *error)
{
    if (receiver->held == 0)
        return 0;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = store_writer(receiver->gate->documents, &session, error);
    if (!result)
        result = store_blob_append(session, text_of(receiver->payload), receiver->stored,
                                   (struct text){(const char *)receiver->piece, receiver->held}, error);
    if (result)
        return fail_store(receiver, session, result, error);
    receiver->stored += (int64_t)receiver->held;
    receiver->held = 0;
    return 0;
}

static int seal(struct document_receiver *receiver, const void *p, size_t n, bool end, struct error *error)
{
    struct vault_flow flow = {.in = p, .in_left = n};
    do {
        if (receiver->held == sizeof receiver->piece) {
            int result = flush(receiver, error);
            if (result)
                return result;
        }
        flow.out = receiver->piece + receiver->held;
        flow.out_left = sizeof receiver->piece - receiver->held;
        int result = vault_sealer_step(receiver->sealer, &flow, end, error);
        receiver->held = sizeof receiver->piece - flow.out_left;
        if (result)
            return result;
    } while (flow.in_left || (end && !vault_sealer_done(receiver->sealer)));
    return 0;
}

int document_piece(struct document_receiver *receiver, const void *p, size_t n, struct error *error)
{
    receiver->plain += (int64_t)n;
    return n ? seal(receiver, p, n, false, error) : 0;
}

int document_received(struct document_receiver *receiver, struct arena *arena, struct document_attach *attach,
                      struct error *error)
{
    if (receiver->plain == 0)
        return error_set(error, ERROR_INVALID, "document", "Choose a file that has something in it.", "the document is empty");
    uint8_t digest[VAULT_DIGEST];
    int result = seal(receiver, NULL, 0, true, error);
    if (!result)
        result = flush(receiver, error);
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    if (!result)
        result = store_writer(receiver->gate->documents, &session, error);
    if (!result)
        result = store_blob_finish(session, text_of(receiver->payload), receiver->stored, error);
    if (result)
        return fail_store(receiver, session, result, error);
    vault_sealer_digest(receiver->sealer, digest);
    *attach = (struct document_attach){
        .case_id = receiver->case_id,
        .name = arena_text(arena, text_of(receiver->name)),
        .type = arena_text(arena, text_of(receiver->type)),
        .size = receiver->plain,
        .digest = hex_encode(arena, digest, sizeof digest),
        .payload = arena_text(arena, text_of(receiver->payload)),
        .file_key = hex_encode(arena, receiver->key.bytes, sizeof receiver->key.bytes),
    };
    return arena_exhausted(arena) ? arena_error(arena, error) : 0;
}

void document_receive_end(struct document_receiver **slot)
{
    if (!*slot)
        return;
    vault_sealer_free(&(*slot)->sealer);
    sodium_free(*slot); /* wipes */
    *slot = NULL;
}

/* ---- out ---- */

struct document_sender {
    struct gate *gate;
    char payload[ID_LENGTH + 1];
    struct vault_opener *opener;
    int64_t read;
    bool ended;
    size_t at, held;
    uint8_t piece[STORE_BLOB_PIECE];
};

int document_send(struct gate *gate, const struct document_key *key, struct document_sender **out, struct error *error)
{
    struct vault_file_key file_key;
    struct document_sender *sender = calloc(1, sizeof *sender);
    if (!sender)
        return error_set(error, ERROR_SYSTEM, "", "Try again in a few minutes.", "out of memory");
    sender->gate = gate;
    snprintf(sender->payload, sizeof sender->payload, "%.*s", TEXT_ARGS(key->payload));
    int result = hex_decode(key->file_key, file_key.bytes, sizeof file_key.bytes)
                     ? vault_opener_new(&file_key, &sender->opener, error)
                     : error_set(error, ERROR_MISSING, "document", "", "the content of this document was disposed of");
    vault_file_key_wipe(&file_key);
    if (result)
        document_send_end(&sender);
    *out = sender;
    return result;
}

static int refill(struct document_sender *sender, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = store_reader(sender->gate->documents, &session, error);
    if (!result)
        result = store_blob_read(session, text_of(sender->payload), sender->read, sender->piece, sizeof sender->piece,
                                 &sender->held, error);
    sender->at = 0;
    sender->read += (int64_t)sender->held;
    sender->ended = sender->held < sizeof sender->piece;
    return result;
}

int document_read(struct document_sender *sender, void *p, size_t n, size_t *got, struct error *error)
{
    struct vault_flow flow = {.out = p, .out_left = n};
    while (flow.out_left && !vault_opener_done(sender->opener)) {
        if (sender->at == sender->held && !sender->ended) {
            int result = refill(sender, error);
            if (result)
                return result;
        }
        flow.in = sender->piece + sender->at;
        flow.in_left = sender->held - sender->at;
        size_t before = flow.out_left + flow.in_left;
        int result = vault_opener_step(sender->opener, &flow, sender->ended, error);
        sender->at = sender->held - flow.in_left;
        if (result)
            return result;
        if (flow.out_left + flow.in_left == before && sender->ended)
            break;
    }
    *got = n - flow.out_left;
    return 0;
}

void document_send_end(struct document_sender **slot)
{
    if (!*slot)
        return;
    vault_opener_free(&(*slot)->opener);
    free(*slot);
    *slot = NULL;
}
