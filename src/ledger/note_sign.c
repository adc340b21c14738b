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

static int note_joined(struct arena *arena, struct buffer *out, struct text *note, struct error *error)
{
    if (buffer_failed(out))
        return arena_error(arena, error);
    if (out->n > LEDGER_NOTE_LIMIT)
        return error_set(error, ERROR_TOO_LARGE, "signed note", "", "a note has at most %d bytes",
                         LEDGER_NOTE_LIMIT);
    *note = buffer_result(out);
    return 0;
}

int ledger_note_sign(struct arena *arena, struct text text, const struct ledger_signer *signers, size_t count,
                     uint64_t time, struct text *note, struct error *error)
{
    if (!ledger_note_text_valid(text))
        return error_set(error, ERROR_INPUT, "signed note", "",
                         "a note is UTF-8 text without control characters that ends with a newline");
    if (count == 0 || count > LEDGER_NOTE_SIGNATURES)
        return error_set(error, ERROR_INPUT, "signed note", "", "a note has 1 to %d signatures",
                         LEDGER_NOTE_SIGNATURES);
    struct buffer out = buffer_in(arena);
    buffer_text(&out, text);
    buffer_char(&out, '\n');
    for (size_t i = 0; i < count; i++) {
        struct text line;
        int result = ledger_note_sign_line(arena, text, &signers[i], time, &line, error);
        if (result != 0)
            return result;
        buffer_text(&out, line);
    }
    return note_joined(arena, &out, note, error);
}

int ledger_note_add(struct arena *arena, struct text note, const struct ledger_signer *signer, uint64_t time,
                    struct text *out, struct error *error)
{
    struct ledger_note parsed;
    struct text line;
    int result = ledger_note_parse(arena, note, &parsed, error);
    if (result == 0 && parsed.signature_count == LEDGER_NOTE_SIGNATURES)
        result = error_set(error, ERROR_TOO_LARGE, "signed note", "", "a note has at most %d signatures",
                           LEDGER_NOTE_SIGNATURES);
    if (result == 0)
        result = ledger_note_sign_line(arena, parsed.text, signer, time, &line, error);
    if (result != 0)
        return result;
    struct buffer joined = buffer_in(arena);
    buffer_text(&joined, note);
    buffer_text(&joined, line);
    return note_joined(arena, &joined, out, error);
}
