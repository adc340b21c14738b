#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "pdf_reader.h"

/* Pango keeps what it took for a set of fonts: once for a press, however many letters are written. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\nleak:libpango\nleak:libcairo\nleak:libglib\n";
}

struct text reader_says(struct arena *arena, const char *command, struct text file)
{
    char path[] = "/tmp/proviso-letter-XXXXXX";
    struct buffer said = buffer_in(arena);
    struct error error;
    int fd = mkstemp(path), c;
    assert_true(fd >= 0);
    assert_int_equal(file_write_all(fd, file.p, file.n, &error), 0);
    close(fd);
    setenv("PDF", path, 1);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    while ((c = getc(out)) != EOF)
        buffer_char(&said, (char)c);
    assert_int_equal(pclose(out), 0);
    unlink(path);
    return buffer_result(&said);
}
