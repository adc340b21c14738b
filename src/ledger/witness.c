#include "ledger/witness.h"

#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "codec.h"
#include "note_inside.h"

int ledger_submission_text(struct arena *arena, const struct ledger_submission *submission, struct text *text,
                           struct error *error)
{
    if (submission->proof.count > LEDGER_SUBMISSION_PROOF_MAX)
        return error_set(error, ERROR_TOO_LARGE, "submission", "", "a submission has at most %d hashes of a proof",
                         LEDGER_SUBMISSION_PROOF_MAX);
    struct buffer out = buffer_in(arena);
    buffer_string(&out, "old ");
    ledger_put_decimal(&out, submission->old_size);
    buffer_char(&out, '\n');
    ledger_put_proof(&out, &submission->proof);
    buffer_char(&out, '\n');
    buffer_text(&out, submission->checkpoint);
    if (buffer_failed(&out))
        return arena_error(arena, error);
    *text = buffer_result(&out);
    return 0;
}

int ledger_submission_parse(struct arena *arena, struct text source, struct ledger_submission *submission,
                            struct error *error)
{
    struct ledger_submission made = {0};
    struct text rest = source, line;
    struct ledger_note note;
    if (!ledger_line_next(&rest, &line) || !text_starts(line, TEXT("old ")) ||
        !ledger_decimal_parse(text_cut(line, 4, line.n), &made.old_size))
        return error_set(error, ERROR_INPUT, "submission", "", "the first line is not \"old\" and a size");
    if (!ledger_proof_lines(&rest, &made.proof) || made.proof.count > LEDGER_SUBMISSION_PROOF_MAX)
        return error_set(error, ERROR_INPUT, "submission", "",
                         "the proof is malformed, too long, or has no empty line behind it");
    made.checkpoint = rest;
    int result = ledger_note_parse(arena, rest, &note, error);
    if (result == 0)
        *submission = made;
    return result;
}

int ledger_submission_judge(struct arena *arena, const struct ledger_submission *submission,
                            struct text origin, const struct ledger_key *keys, size_t count,
                            const struct ledger_head *last, struct ledger_checkpoint *checkpoint,
                            struct error *error)
{
    struct ledger_note note;
    struct ledger_checkpoint made;
    struct ledger_note_verdict *verdicts = ARENA_ARRAY(arena, struct ledger_note_verdict, count + 1);
    if (!verdicts)
        return arena_error(arena, error);
    int result = ledger_note_parse(arena, submission->checkpoint, &note, error);
    if (result == 0)
        result = ledger_checkpoint_parse(note.text, &made, error);
    if (result != 0)
        return result;
    if (!text_equal(made.origin, origin))
        return error_set(error, ERROR_MISSING, "submission", "",
                         "this log is not one that is witnessed here");
    result = ledger_note_verify(&note, keys, count, verdicts, error);
    if (result == ERROR_CHECK || (result == 0 && !verdicts[0].signed_by))
        return error_set(error, ERROR_FORBIDDEN, "submission", "", "the log's signature is missing or wrong");
    if (result != 0)
        return result;
    if (submission->old_size > made.head.size)
        return error_set(error, ERROR_INPUT, "submission", "", "the old size is above the new one");
    if (submission->old_size != last->size)
        return error_set(error, ERROR_CONFLICT, "submission", "send a proof from that size",
                         "the size seen last is %llu", (unsigned long long)last->size);
    if (last->size == made.head.size && last->size > 0 &&
        !ledger_hash_equal(&last->root, &made.head.root))
        return error_set(error, ERROR_CONFLICT, "submission",
                         "keep both checkpoints: they show that the log lied",
                         "another tree of the same size was seen before");
    if (last->size == 0 ? submission->proof.count != 0
                        : ledger_consistency_check(last, &made.head, &submission->proof, error) != 0)
        return error_set(error, ERROR_INVALID, "submission", "", "the consistency proof does not hold");
    *checkpoint = made;
    return 0;
}

static bool note_has(const struct ledger_note *note, const struct ledger_note_signature *signature)
{
    for (size_t i = 0; i < note->signature_count; i++)
        if (note->signature[i].id == signature->id && text_equal(note->signature[i].name, signature->name) &&
            text_equal(note->signature[i].bytes, signature->bytes))
            return true;
    return false;
}

/* Of the signatures of this key that are right, the one with the latest time; the first of equals. NULL: none. */
static const struct ledger_note_signature *note_latest(const struct ledger_note *note, const struct ledger_key *key)
{
    const struct ledger_note_signature *latest = NULL;
    for (size_t i = 0; i < note->signature_count; i++) {
        const struct ledger_note_signature *signature = &note->signature[i];
        if (signature->id != key->id || !text_equal(signature->name, key->name))
            continue;
        /* of a witness the first eight bytes are the time, big-endian; of a log all are alike */
        if (!latest || (key->kind == LEDGER_KEY_WITNESS && memcmp(signature->bytes.p, latest->bytes.p, 8) > 0))
            latest = signature;
    }
    return latest;
}

int ledger_note_merge(struct arena *arena, struct text note, struct text lines, const struct ledger_key *keys,
                      size_t count, struct text *out, struct error *error)
{
    struct ledger_note old, answer;
    int result = ledger_note_parse(arena, note, &old, error);
    if (result != 0)
        return result;
    struct buffer joined = buffer_in(arena);
    buffer_text(&joined, old.text);
    buffer_char(&joined, '\n');
    buffer_text(&joined, lines);
    if (buffer_failed(&joined))
        return arena_error(arena, error);
    result = ledger_note_parse(arena, buffer_result(&joined), &answer, error);
    /* Lines that hold an empty one would move the border between text and signatures. */
    if (result == 0 && !text_equal(answer.text, old.text))
        result = error_set(error, ERROR_INPUT, "signed note", "", "these are not signature lines");
    if (result == 0)
        result = ledger_note_verify(&answer, keys, count, NULL, error);
    if (result != 0)
        return result;
    struct buffer merged = buffer_in(arena);
    buffer_text(&merged, note);
    struct text rest = lines, line;
    size_t total = old.signature_count;
    for (size_t i = 0; ledger_line_next(&rest, &line); i++) {
        const struct ledger_note_signature *signature = &answer.signature[i];
        bool known = false;
        for (size_t k = 0; k < count; k++)
            known = known || signature == note_latest(&answer, &keys[k]);
        if (!known || note_has(&old, signature))
            continue;
        buffer_text(&merged, line);
        buffer_char(&merged, '\n');
        total++;
    }
    if (buffer_failed(&merged))
        return arena_error(arena, error);
    if (merged.n > LEDGER_NOTE_LIMIT || total > LEDGER_NOTE_SIGNATURES)
        return error_set(error, ERROR_TOO_LARGE, "signed note", "", "the note would grow beyond its limits");
    *out = buffer_result(&merged);
    return 0;
}
