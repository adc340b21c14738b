#include <openssl/evp.h>
#include <sodium.h>

#include "base/bytes.h"
#include "base/error.h"
#include "codec.h"
#include "ledger/note.h"
#include "note_inside.h"

bool ledger_note_text_valid(struct text text)
{
    if (text.n == 0 || text.p[text.n - 1] != '\n' || !text_is_utf8(text))
        return false;
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < 0x20 && text.p[i] != '\n')
            return false;
    return true;
}

static int note_malformed(struct error *error, const char *what)
{
    return error_set(error, ERROR_INPUT, "signed note", "", "%s", what);
}

static int note_parse_line(struct arena *arena, struct text line,
                           struct ledger_note_signature *signature, struct error *error)
{
    struct text mark = LEDGER_SIGNATURE_MARK;
    if (!text_starts(line, mark))
        return note_malformed(error, "a signature line does not begin with a dash and a space");
    line = text_cut(line, mark.n, line.n);
    ptrdiff_t space = text_find_char(line, ' ');
    if (space < 0)
        return note_malformed(error, "a signature line has no signature");
    struct text name = text_cut(line, 0, (size_t)space), bytes;
    if (!ledger_key_name_valid(name))
        return note_malformed(error, "a signature line has a malformed key name");
    if (!base64_decode(arena, BASE64_STANDARD, text_cut(line, (size_t)space + 1, line.n), &bytes) ||
        bytes.n < 5)
        return arena_exhausted(arena)
                   ? arena_error(arena, error)
                   : note_malformed(error, "a signature is not base64, or too short");
    *signature = (struct ledger_note_signature){.name = name, .bytes = text_cut(bytes, 4, bytes.n)};
    for (size_t i = 0; i < 4; i++)
        signature->id = signature->id << 8 | (uint8_t)bytes.p[i];
    return 0;
}

int ledger_note_parse(struct arena *arena, struct text source, struct ledger_note *note, struct error *error)
{
    if (source.n > LEDGER_NOTE_LIMIT)
        return error_set(error, ERROR_TOO_LARGE, "signed note", "", "a note has at most %d bytes",
                         LEDGER_NOTE_LIMIT);
    if (!ledger_note_text_valid(source))
        return note_malformed(
            error, "a note is UTF-8 text without control characters that ends with a newline");
    /* The last empty line parts text and signatures. */
    size_t split = source.n - 1;
    while (split > 0 && !(source.p[split] == '\n' && source.p[split - 1] == '\n'))
        split--;
    if (split == 0)
        return note_malformed(error, "no empty line between the text and the signatures");
    struct text rest = text_cut(source, split + 1, source.n), line;
    struct ledger_note made = {.text = text_cut(source, 0, split)};
    for (size_t i = 0; i < rest.n; i++)
        made.signature_count += rest.p[i] == '\n';
    if (made.signature_count == 0)
        return note_malformed(error, "there is no signature");
    if (made.signature_count > LEDGER_NOTE_SIGNATURES)
        return error_set(error, ERROR_TOO_LARGE, "signed note", "", "a note has at most %d signatures",
                         LEDGER_NOTE_SIGNATURES);
    struct ledger_note_signature *signature =
        ARENA_ARRAY(arena, struct ledger_note_signature, made.signature_count);
    if (!signature)
        return arena_error(arena, error);
    for (size_t i = 0; ledger_line_next(&rest, &line); i++) {
        int result = note_parse_line(arena, line, &signature[i], error);
        if (result != 0)
            return result;
    }
    made.signature = signature;
    *note = made;
    return 0;
}

/*
 * OpenSSL is quick, but says "wrong" also where it has no memory. To accuse somebody falsely would be worse than to be slow:
 * what it does not call good, libsodium judges, which asks for no memory.
 */
static bool ed25519_verify(const uint8_t public_key[LEDGER_PUBLIC_KEY_SIZE], struct text message,
                           const uint8_t *signature)
{
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, LEDGER_PUBLIC_KEY_SIZE);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = key && context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
                EVP_DigestVerify(context, signature, LEDGER_SIGNATURE_SIZE, (const uint8_t *)message.p,
                                 message.n) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return good || crypto_sign_verify_detached(signature, (const unsigned char *)message.p, message.n, public_key) == 0;
}

/* The time before a witness's signature; false where the bytes have not the length of the kind, or the time
 * is absurd. */
static bool signature_time(enum ledger_key_kind kind, struct text bytes, uint64_t *time)
{
    *time = 0;
    if (kind != LEDGER_KEY_WITNESS)
        return bytes.n == LEDGER_SIGNATURE_SIZE;
    if (bytes.n != 8 + LEDGER_SIGNATURE_SIZE)
        return false;
    for (size_t i = 0; i < 8; i++)
        *time = *time << 8 | (uint8_t)bytes.p[i];
    return *time <= INT64_MAX;
}

static int note_verify_one(const struct ledger_note *note,
                           const struct ledger_note_signature *signature, const struct ledger_key *key,
                           struct ledger_note_verdict *verdict, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(2 * LEDGER_NOTE_LIMIT, ARENA_PLAIN);
    if (!arena)
        return error_set(error, ERROR_SYSTEM, "signed note", "", "out of memory");
    struct text message;
    uint64_t time = 0;
    bool good = signature_time(key->kind, signature->bytes, &time);
    if (good) {
        int result = ledger_note_message(arena, key->kind, note->text, time, &message, error);
        if (result != 0)
            return result;
        const char *bytes = signature->bytes.p + signature->bytes.n - LEDGER_SIGNATURE_SIZE;
        good = ed25519_verify(key->public_key, message, (const uint8_t *)bytes);
    }
    if (!good)
        return error_set(error, ERROR_CHECK, "signed note",
                         "do not trust it: fetch it again, or ask its operator",
                         "the signature of %.*s is wrong", TEXT_ARGS(key->name));
    /* A key may sign more than once; the latest time is what it last said. */
    if (!verdict->signed_by || time > verdict->time)
        verdict->time = time;
    verdict->signed_by = true;
    return 0;
}

int ledger_note_verify(const struct ledger_note *note, const struct ledger_key *keys, size_t count,
                       struct ledger_note_verdict *verdicts, struct error *error)
{
    bool any = false;
    for (size_t k = 0; k < count; k++) {
        struct ledger_note_verdict verdict = {0};
        for (size_t i = 0; i < note->signature_count; i++) {
            const struct ledger_note_signature *signature = &note->signature[i];
            if (signature->id != keys[k].id || !text_equal(signature->name, keys[k].name))
                continue;
            int result = note_verify_one(note, signature, &keys[k], &verdict, error);
            if (result != 0)
                return result;
        }
        any = any || verdict.signed_by;
        if (verdicts)
            verdicts[k] = verdict;
    }
    if (!any)
        return error_set(error, ERROR_CHECK, "signed note", "Check that the right key was given.",
                         "none of the keys that are trusted has signed it");
    return 0;
}

int64_t ledger_note_time(uint64_t time)
{
    static const uint64_t last = UINT64_C(253402300799); /* 9999-12-31 23:59:59 */
    if (time == 0)
        return 1;
    return (int64_t)(time > last ? last : time);
}
