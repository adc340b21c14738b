#ifndef LETTER_H
#define LETTER_H

#include "base/arena.h"

struct error;
struct letter;
struct letter_press;

/*
 * letter: plain documents on A4, as PDF that a screen reader can read: tagged (headings, paragraphs, lists, tables), with
 * title and language, its fonts embedded, its text extractable. It knows nothing of what letters say.
 *
 * Write it from top to bottom; pages break by themselves. What goes wrong on the way is told by letter_finish.
 */
struct letter_about {
    struct text title; /* shown by readers as the window's title */
    struct text author;
    int64_t at;        /* when it was made: an instant */
    bool close;        /* smaller letters, nearer to each other: an eighth more stands on a page */
};

/* A file that travels inside the PDF. */
struct letter_file {
    struct text name; /* ASCII */
    struct text says; /* what it is, in a few words */
    struct text content;
};

/* A row of facts. */
struct letter_fact {
    struct text key, value;
};

/*
 * The press has the fonts: opened once, used by any thread, closed when no letter is left. ERROR_SYSTEM: the fonts are
 * not installed.
 */
int letter_press_open(struct letter_press **out, struct error *error);
void letter_press_close(struct letter_press **press);

/* One letter is written at a time: this waits for another to end. Write it without a pause. */
int letter_begin(struct letter_press *press, const struct letter_about *about, struct letter **out, struct error *error);
void letter_end(struct letter **letter);
#define LETTER_SCOPE __attribute__((cleanup(letter_end)))

void letter_heading(struct letter *letter, int level, struct text words); /* level 1 or 2 */
void letter_paragraph(struct letter *letter, struct text words);
void letter_code(struct letter *letter, struct text words); /* something to type, in letters of one width */
void letter_steps(struct letter *letter, const struct text *step, size_t n); /* numbered */
void letter_facts(struct letter *letter, const struct letter_fact *fact, size_t n); /* a table of two columns */

size_t letter_pages(const struct letter *letter); /* that have begun */
size_t letter_boxes(const struct letter *letter); /* characters that the fonts have not: Arabic, Chinese and others stand as boxes */

/* The PDF, in the arena; `file` (may be NULL) is put into it. */
int letter_finish(struct letter *letter, const struct letter_file *file, struct arena *arena, struct text *pdf,
                  struct error *error);

#endif
