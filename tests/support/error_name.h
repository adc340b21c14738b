#ifndef TESTS_SUPPORT_ERROR_NAME_H
#define TESTS_SUPPORT_ERROR_NAME_H

#include "base/error.h"

/* A short lower-case name for a code: "input", "forbidden", ... */
static inline const char *error_name(int code)
{
    switch (code) {
    case ERROR_INPUT:
        return "input";
    case ERROR_UNAUTHENTICATED:
        return "unauthenticated";
    case ERROR_FORBIDDEN:
        return "forbidden";
    case ERROR_MISSING:
        return "missing";
    case ERROR_CONFLICT:
        return "conflict";
    case ERROR_TOO_LARGE:
        return "too-large";
    case ERROR_INVALID:
        return "invalid";
    case ERROR_LIMITED:
        return "limited";
    case ERROR_UNLAWFUL:
        return "unlawful";
    case ERROR_CHECK:
        return "check";
    case ERROR_SYSTEM:
        return "system";
    default:
        return "none";
    }
}

#endif
