#include "good.h"

void expect_good(int code, const struct error *error, const char *file, int line)
{
    if (code == 0)
        return;
    char words[800];
    error_line(error, words, sizeof(words));
    fail_msg("%s:%d: %d: %s", file, line, code, words);
}
