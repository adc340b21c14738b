#include "ledger/evidence.h"

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "codec.h"

#define EVIDENCE_FIRST_LINE "c2sp.org/tlog-proof@v1"

static int evidence_malformed(struct error *error, const char *what)
{
    return error_set(error, ERROR_INPUT, "evidence", "", "%s", what);
}

int ledger_evidence_text(struct arena *arena, const struct ledger_evidence *evidence, struct text *text,
                         struct error *error)
{
    struct ledger_note note;
    struct ledger_checkpoint checkpoint;
    int result = ledger_note_parse(arena, evidence->checkpoint, &note, error);
    if (result == 0)
        result = ledger_checkpoint_parse(note.text, &checkpoint, error);
    if (result != 0)
        return result;
    if (evidence->index >= checkpoint.head.size || evidence->inclusion.count > LEDGER_PROOF_MAX)
        return evidence_malformed(error, "the entry lies beyond the end of the tree");
    struct buffer out = buffer_in(arena);
    buffer_string(&out, EVIDENCE_FIRST_LINE "\n");
    if (evidence->has_extra) {
        buffer_string(&out, "extra ");
        ledger_put_base64(&out, evidence->extra.p, evidence->extra.n);
        buffer_char(&out, '\n');
    }
    buffer_string(&out, "index ");
    ledger_put_decimal(&out, evidence->index);
    buffer_char(&out, '\n');
    ledger_put_proof(&out, &evidence->inclusion);
    buffer_char(&out, '\n');
    buffer_text(&out, evidence->checkpoint);
    if (buffer_failed(&out))
        return arena_error(arena, error);
    *text = buffer_result(&out);
    return 0;
}

int ledger_evidence_parse(struct arena *arena, struct text source, struct ledger_evidence *evidence,
                          struct error *error)
{
    struct ledger_evidence made = {0};
    struct text rest = source, line;
    if (!ledger_line_next(&rest, &line) || !text_equal(line, TEXT(EVIDENCE_FIRST_LINE)))
        return evidence_malformed(error, "the first line is not " EVIDENCE_FIRST_LINE);
    bool more = ledger_line_next(&rest, &line);
    if (more && text_starts(line, TEXT("extra "))) {
        made.has_extra = true;
        if (!base64_decode(arena, BASE64_STANDARD, text_cut(line, 6, line.n), &made.extra))
            return evidence_malformed(error, "the extra line is not base64");
        more = ledger_line_next(&rest, &line);
    }
    if (!more || !text_starts(line, TEXT("index ")) ||
        !ledger_decimal_parse(text_cut(line, 6, line.n), &made.index))
        return evidence_malformed(error, "the index line is missing or malformed");
    if (!ledger_proof_lines(&rest, &made.inclusion))
        return evidence_malformed(
            error, "the inclusion proof is malformed, too long, or has no empty line behind it");
    struct ledger_note note;
    made.checkpoint = rest;
    int result = ledger_note_parse(arena, rest, &note, error);
    if (result == 0)
        *evidence = made;
    return result;
}

int ledger_evidence_check(struct arena *arena, const struct ledger_evidence *evidence, struct text leaf,
                          struct text origin, const struct ledger_key *keys, size_t count,
                          struct ledger_checkpoint *checkpoint, struct ledger_note_verdict *verdicts,
                          struct error *error)
{
    int result = ledger_checkpoint_open(arena, evidence->checkpoint, origin, keys, count, checkpoint, verdicts,
                                        error);
    if (result != 0)
        return result;
    struct ledger_hash hash = ledger_hash_leaf(leaf);
    return ledger_inclusion_check(&checkpoint->head, evidence->index, &hash, &evidence->inclusion, error);
}
