#ifndef TESTS_PDF_READER_H
#define TESTS_PDF_READER_H

#include "base.h"

/* What a shell command says of a file, whose name it finds in $PDF. A command that fails fails the test. */
struct text reader_says(struct arena *arena, const char *command, struct text file);

#endif
