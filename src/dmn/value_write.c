#include "base/json.h"
#include "dmn/value.h"
#include "engine.h"
#include "parser/lexer.h"

enum { WRITE_DEPTH_MOST = 2000 };

static void write_feel(struct buffer *out, const struct dmn_value *v, bool inside, int depth);

static void quoted(struct buffer *out, struct text t)
{
    buffer_char(out, '"');
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] == '"' || t.p[i] == '\\')
            buffer_char(out, '\\');
        buffer_char(out, t.p[i]);
    }
    buffer_char(out, '"');
}

/* As it may stand in a context: quoted where it would not read as a name. */
static void write_key(struct buffer *out, struct text key)
{
    bool name = key.n > 0 && lexer_name_start(key) > 0;
    for (size_t i = 0; i < key.n && name; i++)
        name = (unsigned char)key.p[i] >= 0x80 || lexer_name_part(text_cut(key, i, key.n)) || key.p[i] == ' ';
    if (name)
        buffer_text(out, key);
    else
        quoted(out, key);
}

static void write_range(struct buffer *out, const struct dmn_value *v, int depth)
{
    if (v->as.range.unequal) {
        buffer_string(out, "(!= ");
        write_feel(out, v->as.range.low, true, depth + 1);
        buffer_char(out, ')');
        return;
    }
    buffer_char(out, v->as.range.low_open ? '(' : '[');
    write_feel(out, v->as.range.low, true, depth + 1);
    buffer_string(out, "..");
    write_feel(out, v->as.range.high, true, depth + 1);
    buffer_char(out, v->as.range.high_open ? ')' : ']');
}

static void write_function(struct buffer *out, const struct dmn_function *f)
{
    if (f->name.n) {
        buffer_text(out, f->name);
        return;
    }
    buffer_string(out, "function(");
    for (size_t i = 0; i < f->parameters; i++) {
        if (i)
            buffer_string(out, ", ");
        buffer_text(out, f->parameter[i].name);
    }
    buffer_char(out, ')');
}

static void write_feel(struct buffer *out, const struct dmn_value *v, bool inside, int depth)
{
    if (depth > WRITE_DEPTH_MOST)
        out->failed = true; /* nested too deeply to be written whole */
    if (buffer_failed(out))
        return;
    switch (v->kind) {
    case DMN_NULL: buffer_string(out, "null"); break;
    case DMN_BOOLEAN: buffer_string(out, v->as.boolean ? "true" : "false"); break;
    case DMN_NUMBER: number_write(out, v->as.number); break;
    case DMN_STRING:
        if (inside)
            quoted(out, v->as.string);
        else
            buffer_text(out, v->as.string);
        break;
    case DMN_DATE: temporal_write_date(out, v->as.date); break;
    case DMN_TIME: temporal_write_time(out, v->as.time); break;
    case DMN_DATE_TIME: temporal_write_date_time(out, v->as.date_time); break;
    case DMN_DURATION: temporal_write_duration(out, v->as.duration); break;
    case DMN_MONTHS: temporal_write_months(out, v->as.months); break;
    case DMN_LIST:
        buffer_char(out, '[');
        for (size_t i = 0; i < v->as.list.count; i++) {
            if (i)
                buffer_string(out, ", ");
            write_feel(out, v->as.list.item[i], true, depth + 1);
        }
        buffer_char(out, ']');
        break;
    case DMN_CONTEXT:
        buffer_char(out, '{');
        for (size_t i = 0; i < v->as.context.count; i++) {
            if (i)
                buffer_string(out, ", ");
            write_key(out, v->as.context.entry[i].name);
            buffer_string(out, ": ");
            write_feel(out, v->as.context.entry[i].value, true, depth + 1);
        }
        buffer_char(out, '}');
        break;
    case DMN_RANGE: write_range(out, v, depth); break;
    case DMN_FUNCTION: write_function(out, v->as.function); break;
    }
}

void dmn_value_write_feel(struct buffer *out, const struct dmn_value *value)
{
    write_feel(out, value, false, 0);
}

static void write_json(struct buffer *out, const struct dmn_value *v, int depth)
{
    if (depth > WRITE_DEPTH_MOST)
        out->failed = true; /* nested too deeply to be written whole */
    if (buffer_failed(out))
        return;
    switch (v->kind) {
    case DMN_NULL:
    case DMN_BOOLEAN:
    case DMN_NUMBER: write_feel(out, v, false, depth); break;
    case DMN_STRING: json_quote(out, v->as.string); break;
    case DMN_LIST:
        buffer_char(out, '[');
        for (size_t i = 0; i < v->as.list.count; i++) {
            if (i)
                buffer_char(out, ',');
            write_json(out, v->as.list.item[i], depth + 1);
        }
        buffer_char(out, ']');
        break;
    case DMN_CONTEXT:
        buffer_char(out, '{');
        for (size_t i = 0; i < v->as.context.count; i++) {
            if (i)
                buffer_char(out, ',');
            json_quote(out, v->as.context.entry[i].name);
            buffer_char(out, ':');
            write_json(out, v->as.context.entry[i].value, depth + 1);
        }
        buffer_char(out, '}');
        break;
    case DMN_DATE:
    case DMN_TIME:
    case DMN_DATE_TIME:
    case DMN_DURATION:
    case DMN_MONTHS:
    case DMN_RANGE:
    case DMN_FUNCTION: {
        struct buffer text = buffer_in(out->arena);
        write_feel(&text, v, false, depth);
        json_quote(out, buffer_result(&text));
        break;
    }
    }
}

void dmn_value_write_json(struct buffer *out, const struct dmn_value *value)
{
    write_json(out, value, 0);
}
