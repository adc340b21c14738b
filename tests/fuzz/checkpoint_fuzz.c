/*
 * Signed notes, checkpoints, verifier keys, evidence and what is sent to witnesses. The first byte chooses
 * the parser. Whatever is accepted is written again to the same bytes.
 */
#include "base.h"
#include "ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void try_checkpoint(struct arena *arena, struct text source)
{
    struct ledger_checkpoint checkpoint;
    struct text again;
    struct error error;
    if (ledger_checkpoint_parse(source, &checkpoint, &error) != 0)
        return;
    must(ledger_checkpoint_text(arena, &checkpoint, &again, &error) == 0);
    must(text_equal(source, again));
}

static void try_note(struct arena *arena, struct text source)
{
    struct ledger_note note;
    struct error error;
    if (ledger_note_parse(arena, source, &note, &error) != 0)
        return;
    struct buffer again = buffer_in(arena);
    buffer_text(&again, note.text);
    buffer_char(&again, '\n');
    for (size_t i = 0; i < note.signature_count; i++) {
        struct buffer bytes = buffer_in(arena);
        buffer_u32(&bytes, note.signature[i].id);
        buffer_text(&bytes, note.signature[i].bytes);
        buffer_string(&again, "\xe2\x80\x94 ");
        buffer_text(&again, note.signature[i].name);
        buffer_char(&again, ' ');
        buffer_text(&again, base64_encode(arena, BASE64_STANDARD, bytes.p, bytes.n));
        buffer_char(&again, '\n');
    }
    must(buffer_failed(&again) || text_equal(source, buffer_result(&again)));
    /* A sound key (of RFC 8032, test 1) that has signed none of this: no other signature may count for it. */
    struct ledger_key key = {
        .kind = LEDGER_KEY_LOG,
        .name = note.signature[0].name,
        .id = note.signature[0].id,
        .public_key = {0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe,
                       0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6,
                       0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a},
    };
    must(ledger_note_verify(&note, &key, 1, NULL, &error) != 0);
    try_checkpoint(arena, note.text);
}

static void try_key(struct arena *arena, struct text source)
{
    struct ledger_key key;
    struct error error;
    if (ledger_key_parse(source, &key, &error) == 0)
        must(text_equal(source, ledger_key_text(arena, &key)));
}

static void try_evidence(struct arena *arena, struct text source)
{
    struct ledger_evidence evidence;
    struct text again;
    struct error error;
    if (ledger_evidence_parse(arena, source, &evidence, &error) == 0 &&
        ledger_evidence_text(arena, &evidence, &again, &error) == 0)
        must(text_equal(source, again));
}

static void try_submission(struct arena *arena, struct text source)
{
    struct ledger_submission submission;
    struct text again;
    struct error error;
    if (ledger_submission_parse(arena, source, &submission, &error) == 0 &&
        ledger_submission_text(arena, &submission, &again, &error) == 0)
        must(text_equal(source, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    ARENA_SCOPE struct arena *arena = arena_new(8 << 20, ARENA_PLAIN);
    struct text source = {(const char *)data + 1, size - 1};
    switch (data[0]) {
    case 'c':
        try_checkpoint(arena, source);
        break;
    case 'k':
        try_key(arena, source);
        break;
    case 'e':
        try_evidence(arena, source);
        break;
    case 'w':
        try_submission(arena, source);
        break;
    default:
        try_note(arena, source);
    }
    return 0;
}
