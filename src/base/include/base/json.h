#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/arena.h"
#include "base/buffer.h"

struct error;

/*
 * Reading. Strict: duplicate keys, trailing text, invalid UTF-8, NUL characters and nesting deeper than 64 are
 * refused with line and column. The tree lives in the arena. Numbers keep their text exactly as written.
 */
enum json_kind {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
};

struct json {
    enum json_kind kind;
    struct text text;        /* JSON_STRING: its characters. JSON_NUMBER: its digits as written. */
    size_t count;            /* JSON_ARRAY, JSON_OBJECT */
    const struct json *item; /* `count` values */
    const struct text *key;  /* JSON_OBJECT: `count` keys in the order written */
};

/* `where` names the source in errors, e.g. a file name or "request body". */
int json_read(struct arena *arena, struct text source, const char *where, const struct json **out,
              struct error *error);

const struct json *json_get(const struct json *object, const char *key); /* NULL if absent or not an object */
struct text json_text(const struct json *value);                         /* a string's text; empty otherwise */
bool json_is(const struct json *value, enum json_kind kind);             /* false for NULL */
const char *json_kind_name(enum json_kind kind);                         /* "a string", "an object", ... */

/*
 * Writing. The writer puts commas and colons; the caller keeps brackets paired.
 *   struct json_writer w = json_writer_in(&buffer);
 *   json_object(&w); json_member_text(&w, "name", name); json_key(&w, "born"); json_array(&w); ... json_end(&w); json_end(&w);
 */
struct json_writer {
    struct buffer *out;
    uint64_t is_object, has_item; /* a bit a level: 64, as many as are read */
    int depth;
    bool after_key;
};

struct json_writer json_writer_in(struct buffer *out);
void json_object(struct json_writer *w);
void json_array(struct json_writer *w);
void json_end(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
void json_key_text(struct json_writer *w, struct text key);
void json_put_text(struct json_writer *w, struct text value);
void json_put_string(struct json_writer *w, const char *value); /* NULL puts null */
void json_put_int(struct json_writer *w, int64_t value);
void json_put_bool(struct json_writer *w, bool value);
void json_put_null(struct json_writer *w);
void json_member_text(struct json_writer *w, const char *key, struct text value); /* the key, then the value */
void json_member_string(struct json_writer *w, const char *key, const char *value);
void json_member_int(struct json_writer *w, const char *key, int64_t value);
void json_member_bool(struct json_writer *w, const char *key, bool value);
void json_put_raw(struct json_writer *w, struct text json); /* already JSON: a number, say */

/* A value as it was read, numbers digit by digit; NULL puts null. */
void json_put(struct json_writer *w, const struct json *value);

/* One JSON string with its quotes and escapes. */
void json_quote(struct buffer *out, struct text t);

#endif
