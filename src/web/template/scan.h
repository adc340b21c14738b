#ifndef TEMPLATE_SCAN_H
#define TEMPLATE_SCAN_H

#include "tree.h"

/* Where the reading of one file is. */
struct scan {
    struct template_set *set;
    struct text file, source;
    struct text home; /* the template's name; empty in a file of shapes */
    size_t at;
    struct place place;
    struct error *error;
};

/* Checks that the source is UTF-8 without control characters. */
int scan_begin(struct scan *scan, struct template_set *set, struct text file, struct text source,
               struct error *error);

bool scan_over(const struct scan *scan);
char scan_peek(const struct scan *scan); /* '\0' at the end */
bool scan_looking_at(const struct scan *scan, const char *what);
void scan_skip(struct scan *scan, size_t bytes); /* counts lines and columns */
struct text scan_since(const struct scan *scan, size_t start);

void scan_space(struct scan *scan);
bool scan_take(struct scan *scan, const char *what); /* skips it if it is next */

/* A name: a lower-case letter, then lower-case letters, digits, '_' and (where `dashes`) '-'. */
int scan_name(struct scan *scan, bool dashes, const char *what_for, struct text *name);
struct text scan_word(const struct scan *scan); /* the letters that are next, not taken */
bool scan_take_word(struct scan *scan, const char *word);

/* %} at the end of a directive, or the error that names the directive. */
int scan_close(struct scan *scan, const char *directive);

int scan_fail(struct scan *scan, struct place place, const char *fix, const char *what, ...)
    __attribute__((format(printf, 4, 5)));
int scan_full(struct scan *scan); /* the arena is full */

/* name: type [= default] [# comment], until `end` ("%}" or "}"), which is taken. */
int declare_fields(struct scan *scan, struct text owner, const char *end, struct field **fields);

/* A value of an argument or a default, and a path. */
int scan_value(struct scan *scan, struct value **value);
int scan_path(struct scan *scan, struct path *path);

/* A condition, up to what cannot be part of one. */
int scan_condition(struct scan *scan, struct condition **condition);

#endif
