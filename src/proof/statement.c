#include "proof/statement.h"

#include "base.h"

#include <string.h>

enum { VERSION = 2 }; /* a bare showing (ledger/showing.h), which may stand in its place, begins with 1 */

static int malformed(struct error *error)
{
    return error_set(error, ERROR_INPUT, "statement", "", "these bytes are not a statement about a row");
}

int proof_statement_encode(struct arena *arena, const struct proof_statement *statement, struct text *out,
                           struct error *error)
{
    struct text showing;
    int result = ledger_showing_encode(arena, &statement->showing, &showing, error);
    if (result)
        return result;
    if (statement->showing.item[statement->showing.count - 1].place < statement->showing.field_count)
        return malformed(error);
    struct buffer b = buffer_in(arena);
    buffer_char(&b, VERSION);
    buffer_u32(&b, (uint32_t)showing.n);
    buffer_text(&b, showing);
    buffer_bytes(&b, statement->row_key.byte, sizeof statement->row_key.byte);
    buffer_u32(&b, (uint32_t)statement->content.n);
    buffer_text(&b, statement->content);
    buffer_char(&b, statement->has_sealed ? 1 : 0);
    if (statement->has_sealed) {
        buffer_bytes(&b, statement->opener, PROOF_OPENER);
        buffer_u32(&b, (uint32_t)statement->sealed.n);
        buffer_text(&b, statement->sealed);
    }
    *out = buffer_result(&b);
    return buffer_failed(&b) ? arena_error(arena, error) : 0;
}

static bool take(struct text *rest, size_t n, struct text *taken)
{
    if (rest->n < n)
        return false;
    *taken = text_cut(*rest, 0, n);
    *rest = text_cut(*rest, n, rest->n);
    return true;
}

static bool take_number(struct text *rest, size_t size, uint64_t *value)
{
    struct text bytes;
    if (!take(rest, size, &bytes))
        return false;
    *value = 0;
    for (size_t i = 0; i < size; i++)
        *value = *value << 8 | (uint8_t)bytes.p[i];
    return true;
}

static bool take_long(struct text *rest, size_t size_of_length, struct text *taken)
{
    uint64_t n;
    return take_number(rest, size_of_length, &n) && n <= rest->n && take(rest, (size_t)n, taken);
}

static bool take_bytes(struct text *rest, void *out, size_t n)
{
    struct text taken;
    if (!take(rest, n, &taken))
        return false;
    memcpy(out, taken.p, n);
    return true;
}

int proof_statement_parse(struct arena *arena, struct text source, struct proof_statement *statement,
                          struct error *error)
{
    struct proof_statement read = {.has_sealed = false};
    struct text rest = source, showing;
    uint64_t version, sealed;
    if (!take_number(&rest, 1, &version) || version != VERSION || !take_long(&rest, 4, &showing))
        return malformed(error);
    int result = ledger_showing_parse(arena, showing, &read.showing, error);
    if (result)
        return result;
    if (read.showing.item[read.showing.count - 1].place < read.showing.field_count ||
        !take_bytes(&rest, read.row_key.byte, sizeof read.row_key.byte) || !take_long(&rest, 4, &read.content) ||
        !take_number(&rest, 1, &sealed) || sealed > 1)
        return malformed(error);
    read.has_sealed = sealed;
    if (read.has_sealed && (!take_bytes(&rest, read.opener, PROOF_OPENER) || !take_long(&rest, 4, &read.sealed)))
        return malformed(error);
    if (rest.n)
        return malformed(error);
    *statement = read;
    return 0;
}

static bool read_column(struct text *rest, char kind, struct proof_column *column)
{
    uint64_t letter, number;
    if (!take_number(rest, 1, &letter))
        return false;
    *column = (struct proof_column){.kind = (char)letter};
    if (column->kind == 'n')
        return true;
    if (column->kind != kind && !(kind == 'b' && column->kind == 'h'))
        return false;
    if (column->kind == 'i') {
        bool taken = take_number(rest, 8, &number);
        column->number = taken ? (int64_t)number : 0;
        return taken;
    }
    return column->kind == 'h' ? take(rest, LEDGER_HASH_SIZE, &column->text) : take_long(rest, 8, &column->text);
}

int proof_content_read(struct text content, const char *kinds, struct proof_column *column, struct error *error)
{
    struct text rest = content;
    for (size_t i = 0; kinds[i]; i++)
        if (!read_column(&rest, kinds[i], &column[i]))
            return malformed(error);
    return rest.n ? malformed(error) : 0;
}
