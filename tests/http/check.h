#ifndef TESTS_HTTP_CHECK_H
#define TESTS_HTTP_CHECK_H

/* What cmocka asks to be included before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#define check_text(t, literal)                                                                               \
    do {                                                                                                     \
        struct text check_got = (t);                                                                         \
        if (!text_equal(check_got, TEXT(literal)))                                                           \
            fail_msg("\"%.*s\" is not \"%s\"", TEXT_ARGS(check_got), literal);                               \
    } while (0)

#endif
