#include "base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever is read can be written and read again to the same text. */
static void write_value(struct json_writer *w, const struct json *value)
{
    switch (value->kind) {
    case JSON_NULL:
        json_put_null(w);
        break;
    case JSON_FALSE:
    case JSON_TRUE:
        json_put_bool(w, value->kind == JSON_TRUE);
        break;
    case JSON_NUMBER:
        json_put_raw(w, value->text);
        break;
    case JSON_STRING:
        json_put_text(w, value->text);
        break;
    case JSON_ARRAY:
        json_array(w);
        for (size_t i = 0; i < value->count; i++)
            write_value(w, &value->item[i]);
        json_end(w);
        break;
    case JSON_OBJECT:
        json_object(w);
        for (size_t i = 0; i < value->count; i++) {
            json_key_text(w, value->key[i]);
            write_value(w, &value->item[i]);
        }
        json_end(w);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE struct arena *arena = arena_new(16 << 20, ARENA_PLAIN);
    struct error error;
    const struct json *first, *second;
    if (json_read(arena, (struct text){(const char *)data, size}, "input", &first, &error) != 0)
        return 0;
    struct buffer once = buffer_in(arena), twice = buffer_in(arena);
    struct json_writer w = json_writer_in(&once);
    write_value(&w, first);
    if (buffer_failed(&once))
        return 0;
    if (json_read(arena, buffer_result(&once), "own output", &second, &error) != 0) {
        if (arena_exhausted(arena))
            return 0;
        __builtin_trap();
    }
    w = json_writer_in(&twice);
    write_value(&w, second);
    if (!buffer_failed(&twice) && !text_equal(buffer_result(&once), buffer_result(&twice)))
        __builtin_trap();
    return 0;
}
