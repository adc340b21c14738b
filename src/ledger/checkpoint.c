#include "ledger/checkpoint.h"

#include "base/buffer.h"
#include "base/error.h"
#include "codec.h"

static int checkpoint_malformed(struct error *error, const char *what)
{
    return error_set(error, ERROR_INPUT, "checkpoint", "", "%s", what);
}

/* The one place where the rules of the three lines are judged, for writing and reading. */
static int checkpoint_rules(const struct ledger_checkpoint *checkpoint, struct error *error)
{
    struct text line, rest = checkpoint->extension;
    if (checkpoint->origin.n == 0 || text_find_char(checkpoint->origin, '\n') >= 0)
        return checkpoint_malformed(error, "the origin is one line that is not empty");
    if (checkpoint->head.size > LEDGER_SIZE_MAX)
        return checkpoint_malformed(error, "no log is as large as that");
    struct ledger_hash empty = ledger_hash_empty();
    if (checkpoint->head.size == 0 && !ledger_hash_equal(&checkpoint->head.root, &empty))
        return checkpoint_malformed(error, "the root of an empty log is the hash of nothing");
    while (rest.n > 0)
        if (!ledger_line_next(&rest, &line) || line.n == 0)
            return checkpoint_malformed(error, "extension lines are not empty and end with a newline");
    return 0;
}

int ledger_checkpoint_text(struct arena *arena, const struct ledger_checkpoint *checkpoint, struct text *text,
                           struct error *error)
{
    int result = checkpoint_rules(checkpoint, error);
    if (result != 0)
        return result;
    struct buffer out = buffer_in(arena);
    buffer_text(&out, checkpoint->origin);
    buffer_char(&out, '\n');
    ledger_put_decimal(&out, checkpoint->head.size);
    buffer_char(&out, '\n');
    ledger_put_base64(&out, checkpoint->head.root.byte, LEDGER_HASH_SIZE);
    buffer_char(&out, '\n');
    buffer_text(&out, checkpoint->extension);
    if (buffer_failed(&out))
        return arena_error(arena, error);
    if (!ledger_note_text_valid(buffer_result(&out)))
        return checkpoint_malformed(error,
                                    "origin and extensions are UTF-8 without control characters");
    *text = buffer_result(&out);
    return 0;
}

int ledger_checkpoint_parse(struct text text, struct ledger_checkpoint *checkpoint, struct error *error)
{
    struct ledger_checkpoint made = {0};
    struct text size, root;
    if (!ledger_note_text_valid(text))
        return checkpoint_malformed(
            error, "it is UTF-8 text without control characters that ends with a newline");
    if (!ledger_line_next(&text, &made.origin) || !ledger_line_next(&text, &size) ||
        !ledger_line_next(&text, &root))
        return checkpoint_malformed(error, "it has fewer than three lines");
    if (!ledger_decimal_parse(size, &made.head.size))
        return checkpoint_malformed(error, "the second line is not a size");
    if (!ledger_base64_parse(root, made.head.root.byte, LEDGER_HASH_SIZE))
        return checkpoint_malformed(error, "the third line is not the base64 of a root");
    made.extension = text;
    int result = checkpoint_rules(&made, error);
    if (result == 0)
        *checkpoint = made;
    return result;
}

int ledger_checkpoint_open(struct arena *arena, struct text note, struct text origin,
                           const struct ledger_key *keys, size_t count, struct ledger_checkpoint *checkpoint,
                           struct ledger_note_verdict *verdicts, struct error *error)
{
    struct ledger_note parsed;
    struct ledger_checkpoint made;
    struct ledger_note_verdict *found =
        verdicts ? verdicts : ARENA_ARRAY(arena, struct ledger_note_verdict, count);
    if (!found)
        return arena_error(arena, error);
    int result = ledger_note_parse(arena, note, &parsed, error);
    if (result == 0)
        result = ledger_note_verify(&parsed, keys, count, found, error);
    if (result == 0 && !found[0].signed_by)
        result = error_set(error, ERROR_CHECK, "checkpoint", "", "the log itself has not signed it");
    if (result == 0)
        result = ledger_checkpoint_parse(parsed.text, &made, error);
    if (result == 0 && !text_equal(made.origin, origin))
        result = error_set(error, ERROR_CHECK, "checkpoint", "", "it comes from another log: %.*s",
                           TEXT_ARGS(text_cut(made.origin, 0, 120)));
    if (result == 0)
        *checkpoint = made;
    return result;
}
