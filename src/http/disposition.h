#ifndef HTTP_DISPOSITION_H
#define HTTP_DISPOSITION_H

#include "base/arena.h"

struct error;

/*
 * The name of a file from the value of a Content-Disposition (RFC 6266): "attachment", with filename* (UTF-8 by RFC 8187) or
 * filename (ASCII without a backslash), each at most once, and nothing else. Where both are there filename* counts, as the standard says.
 * The name is UTF-8 without control characters and may be empty; it may have slashes. Lives in the arena or is lent from `value`.
 * ERROR_INPUT where a name could be read in two ways, or in none; ERROR_TOO_LARGE past the arena.
 */
int disposition_read(struct arena *arena, struct text value, struct text *filename, struct error *error);

#endif
