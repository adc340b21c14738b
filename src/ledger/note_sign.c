#include "base/buffer.h"
#include "base/error.h"
#include "codec.h"
#include "ledger/note.h"
#include "note_inside.h"

int ledger_note_message(struct arena *arena, enum ledger_key_kind kind, struct text text, uint64_t time,
                        struct text *message, struct error *error)
{
    if (kind == LEDGER_KEY_LOG) {
        *message = text;
        return 0;
    }
    if (time > INT64_MAX)
        return error_set(error, ERROR_INPUT, "cosignature", "", "the time is out of range");
    struct buffer out = buffer_in(arena);
    buffer_string(&out, "cosignature/v1\ntime ");
    ledger_put_decimal(&out, time);
    buffer_char(&out, '\n');
    buffer_text(&out, text);
    if (buffer_failed(&out))
        return arena_error(arena, error);
    *message = buffer_result(&out);
    return 0;
}

int ledger_note_line(struct arena *arena, const struct ledger_key *key, uint64_t time,
                     const uint8_t signature[LEDGER_SIGNATURE_SIZE], struct text *line, struct error *error)
{
    struct buffer bytes = buffer_in(arena);
    buffer_u32(&bytes, key->id);
    if (key->kind == LEDGER_KEY_WITNESS)
        buffer_u64(&bytes, time);
    buffer_bytes(&bytes, signature, LEDGER_SIGNATURE_SIZE);
    struct buffer out = buffer_in(arena);
    buffer_text(&out, LEDGER_SIGNATURE_MARK);
    buffer_text(&out, key->name);
    buffer_char(&out, ' ');
    ledger_put_base64(&out, bytes.p, bytes.n);
    buffer_char(&out, '\n');
    if (buffer_failed(&bytes) || buffer_failed(&out))
        return arena_error(arena, error);
    *line = buffer_result(&out);
    return 0;
}

int ledger_note_sign_line(struct arena *arena, struct text text, const struct ledger_signer *signer,
                          uint64_t time, struct text *line, struct error *error)
{
    struct text message;
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    int result = ledger_note_message(arena, signer->key.kind, text, time, &message, error);
    if (result == 0)
        result = signer->sign(signer->self, message, signature, error);
    if (result == 0)
        result = ledger_note_line(arena, &signer->key, time, signature, line, error);
    return result;
}
