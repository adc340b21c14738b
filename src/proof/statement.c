#include "proof/statement.h"

#include "base.h"

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

int proof_statement_parse(struct arena *arena, struct text source, struct proof_statement *statement,
                          struct error *error)
{
    struct proof_statement read = {.has_sealed = false};
    struct wire wire = {.rest = source};
    uint64_t version = wire_number(&wire, 1);
    struct text showing = wire_text(&wire, 4);
    if (wire.failed || version != VERSION)
        return malformed(error);
    int result = ledger_showing_parse(arena, showing, &read.showing, error);
    if (result)
        return result;
    wire_copy(&wire, read.row_key.byte, sizeof read.row_key.byte);
    read.content = wire_text(&wire, 4);
    uint64_t sealed = wire_number(&wire, 1);
    read.has_sealed = sealed != 0;
    if (read.has_sealed) {
        wire_copy(&wire, read.opener, PROOF_OPENER);
        read.sealed = wire_text(&wire, 4);
    }
    if (!wire_done(&wire) || sealed > 1 || read.showing.item[read.showing.count - 1].place < read.showing.field_count)
        return malformed(error);
    *statement = read;
    return 0;
}

/* What is not of the kind fails, as what is not there does. */
static void read_column(struct wire *wire, char kind, struct proof_column *column)
{
    *column = (struct proof_column){.kind = (char)wire_number(wire, 1)};
    if (column->kind == 'n')
        return;
    if (column->kind != kind && !(kind == 'b' && column->kind == 'h'))
        wire->failed = true;
    else if (column->kind == 'i')
        column->number = (int64_t)wire_number(wire, 8);
    else
        column->text = column->kind == 'h' ? wire_take(wire, LEDGER_HASH_SIZE) : wire_text(wire, 8);
}

int proof_content_read(struct text content, const char *kinds, struct proof_column *column, struct error *error)
{
    struct wire wire = {.rest = content};
    for (size_t i = 0; kinds[i]; i++)
        read_column(&wire, kinds[i], &column[i]);
    return wire_done(&wire) ? 0 : malformed(error);
}
