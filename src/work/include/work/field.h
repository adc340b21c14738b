#ifndef WORK_FIELD_H
#define WORK_FIELD_H

#include "base/clock.h"
#include "base/id.h"
#include "base/text.h"

/*
 * Fields describe the members of a struct that a command takes or a view gives. Forms, JSON, OpenAPI, help and the
 * access report are derived from them, so a member is described once:
 *
 *     static const struct field takes[] = {
 *         FIELD(struct share_send, message, .label = "What should they know?", .max = 10000, .personal = true),
 *     };
 *
 * The kind follows from the member's C type; a type that is not listed here does not compile.
 */
enum field_kind {
    FIELD_TEXT,    /* struct text: UTF-8; tabs and newlines only if .max > 200 */
    FIELD_ID,      /* struct id */
    FIELD_NUMBER,  /* int64_t */
    FIELD_YES_NO,  /* bool */
    FIELD_DATE,    /* struct date; year 0: none */
    FIELD_INSTANT, /* struct instant; 0: none */
    FIELD_IDS,     /* struct id_list */
    FIELD_TEXTS,   /* struct text_list */
    FIELD_OBJECT,  /* struct json_object */
};

struct instant {
    int64_t at; /* as clock_now() */
};

struct id_list {
    const struct id *item;
    size_t n;
};

struct text_list {
    const struct text *item;
    size_t n;
};

/* A JSON object as its text: in JSON it stands as it is, in a form it is one field. */
struct json_object {
    struct text json;
};

/* One of the values a text field may have, and its words for people. */
struct choice {
    const char *value, *label;
};

struct field {
    const char *name;
    enum field_kind kind;
    size_t offset;

    const char *label; /* as a question or a name, for people */
    const char *hint;  /* one sentence under it; NULL: none */
    size_t max;        /* characters of a text, items of a list; 0: 200 characters, 100 items */
    bool required;     /* must be there and not empty */
    bool personal;     /* about a person: never in a log line, an address or an error */
    bool secret;       /* a view gives it to the program only: no face shows it; a form never shows it again */
    const struct choice *choices; /* a text or texts: the values allowed, ended by {NULL, NULL} */
    const char *about;            /* an id: the noun it names, e.g. "case" */
};

#define FIELD_KIND_OF(member)                                                                                  \
    _Generic((member),                                                                                         \
        struct text: FIELD_TEXT,                                                                               \
        struct id: FIELD_ID,                                                                                   \
        int64_t: FIELD_NUMBER,                                                                                 \
        bool: FIELD_YES_NO,                                                                                    \
        struct date: FIELD_DATE,                                                                               \
        struct instant: FIELD_INSTANT,                                                                         \
        struct id_list: FIELD_IDS,                                                                             \
        struct text_list: FIELD_TEXTS,                                                                         \
        struct json_object: FIELD_OBJECT)

#define FIELD(type, member, ...)                                                                               \
    {                                                                                                          \
        .name = #member, .kind = FIELD_KIND_OF(((type *)0)->member), .offset = offsetof(type, member),         \
        __VA_ARGS__                                                                                            \
    }

#define FIELDS_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Is `value` one of the choices? */
bool choice_valid(const struct choice *choices, struct text value);
/* Its words; the value itself if it is none of them. */
struct text choice_label(const struct choice *choices, struct text value);

#endif
