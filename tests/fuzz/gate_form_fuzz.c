#include "gate.h"
#include "gate/form.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * The first byte says which row's input, the second whether the rest is a JSON object or name=value lines. What was read
 * and found in order is written as JSON and read again: nothing may have changed on the way.
 */
struct row {
    const struct field *takes;
    size_t n, in_size;
};

static struct row row_of(size_t which)
{
    struct row row[200];
    size_t n = 0;
    for (const struct command *const *at = gate_commands(); *at && n < 200; at++)
        row[n++] = (struct row){(*at)->takes, (*at)->takes_n, (*at)->in_size};
    for (const struct view *const *at = gate_views(); *at && n < 200; at++)
        row[n++] = (struct row){(*at)->takes, (*at)->takes_n, (*at)->in_size};
    return row[which % n];
}

static int read_json(struct arena *arena, const struct row *row, struct text source, void *in, struct error *error)
{
    struct form_errors errors = {0};
    const struct json *object;
    int result = json_read(arena, source, "input", &object, error);
    if (!result)
        result = form_read_json(arena, row->takes, row->n, object, in, &errors, error);
    for (size_t i = 0; i < errors.n; i++)
        if (!errors.item[i].field || !errors.item[i].error.what[0])
            __builtin_trap();
    return result;
}

static int read_lines(struct arena *arena, const struct row *row, struct text source, void *in, struct error *error)
{
    struct form_errors errors = {0};
    struct form_pair pair[64];
    struct text line;
    size_t n = 0;
    while (n < 64 && text_next(&source, '\n', &line)) {
        ptrdiff_t equals = text_find_char(line, '=');
        if (equals > 0)
            pair[n++] = (struct form_pair){text_cut(line, 0, (size_t)equals), text_cut(line, (size_t)equals + 1, line.n)};
    }
    return form_read(arena, row->takes, row->n, pair, n, in, &errors, error);
}

static struct text written(struct arena *arena, const struct row *row, const void *in)
{
    struct buffer b = buffer_in(arena);
    struct json_writer w = json_writer_in(&b);
    form_write_json(arena, row->takes, row->n, in, &w);
    return buffer_result(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct error error;
    struct form_errors errors = {0};
    struct row row = row_of(data[0]);
    struct text rest = {(const char *)data + 2, size - 2};
    struct arena *arena = arena_new(8 << 20, ARENA_PLAIN);
    void *in = arena_alloc(arena, row.in_size), *again = arena_alloc(arena, row.in_size);
    int result = data[1] & 1 ? read_lines(arena, &row, rest, in, &error) : read_json(arena, &row, rest, in, &error);
    if (!result)
        result = form_check(arena, row.takes, row.n, in, &errors, &error);
    if (!result) {
        struct text first = written(arena, &row, in);
        if (read_json(arena, &row, first, again, &error) != 0 || !text_equal(first, written(arena, &row, again)))
            __builtin_trap();
    }
    arena_free(&arena);
    return 0;
}
