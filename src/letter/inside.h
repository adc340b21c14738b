#ifndef LETTER_INSIDE_H
#define LETTER_INSIDE_H

#include "base.h"
#include "letter.h"

#include <stdio.h>

/* What has been written so far; freed by letter_end. */
struct letter_bytes {
    char *p;
    size_t n, room;
};

/* ---- press.c ---- */
void letter_press_take(struct letter_press *press);
void letter_press_leave(struct letter_press *press);
struct _PangoContext *letter_press_context(struct letter_press *press); /* to be unreferenced */

/* ---- finish.c ---- */
/* An instant as "2026-11-21T15:05:00Z". */
void letter_time(int64_t at, char *out, size_t size);
/* Adds what cairo cannot say: the language, that the title is to be shown, the standard it follows, an attached file. */
int letter_complete(struct text drawn, const struct letter_file *file, struct arena *arena, struct text *pdf,
                    struct error *error);

#endif
