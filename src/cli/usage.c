#include "commands.h"

#include <stdio.h>
#include <string.h>

/* What of a command line does not fit how it is called, read off its own usage text. */

static bool goes_on(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

/* Behind the word in the usage; NULL: it is not in it. */
static const char *behind(const char *usage, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = usage; (at = strstr(at, word)); at++)
        if ((at == usage || !goes_on(at[-1])) && !goes_on(at[n]))
            return at + n;
    return NULL;
}

/* "proviso ledger verify" of "proviso ledger verify [--against ...": the words that are typed as they stand. */
static int name_length(const char *usage)
{
    size_t n = 0, word;
    while ((word = strspn(usage + n, "abcdefghijklmnopqrstuvwxyz")) > 0 && strchr(" \n", usage[n + word]))
        n += word + (usage[n + word] == ' ');
    return (int)(n > 0 && usage[n - 1] == ' ' ? n - 1 : n);
}

static bool takes_value(const char *rest)
{
    return rest[0] == ' ' && ((rest[1] >= 'A' && rest[1] <= 'Z') || strncmp(rest + 1, "postgresql:", 11) == 0);
}

static bool is_there(int argc, char **argv, const char *word, size_t n)
{
    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], word, n) == 0 && argv[i][n] == 0)
            return true;
    return false;
}

/* The first option of the first way to call it that stands in no brackets and was not given; its length in *n. */
static const char *missing(int argc, char **argv, const char *usage, size_t *n)
{
    int depth = 0;
    for (const char *at = usage; *at && *at != '\n'; at++) {
        depth += (*at == '[') - (*at == ']');
        *n = 0;
        while (at[1] == '-' && goes_on(at[1 + *n]))
            ++*n;
        if (*at == ' ' && depth == 0 && *n && !is_there(argc, argv, at + 1, *n))
            return at + 1;
    }
    return NULL;
}

static void tell_fault(int argc, char **argv, const char *usage)
{
    const char *first = usage + name_length(usage);
    bool takes_words = takes_value(first);
    for (int i = 1; i < argc; i++) {
        bool option = argv[i][0] == '-' && argv[i][1];
        const char *rest = behind(usage, argv[i]);
        if (option && !rest) {
            fprintf(stderr, "\"%s\" is not one of its options\n", argv[i]);
            return;
        }
        if (!option && !takes_words && !rest) {
            fprintf(stderr, "\"%s\" is not understood here\n", argv[i]);
            return;
        }
        if (option && takes_value(rest) && ++i == argc) {
            fprintf(stderr, "%s needs a value behind it\n", argv[i - 1]);
            return;
        }
    }
    size_t n;
    const char *option = missing(argc, argv, usage, &n);
    if (option)
        fprintf(stderr, "%.*s is missing\n", (int)n, option);
    else
        fprintf(stderr, argc < 2 ? "it needs more words than that\n" : "something is missing, or stands twice\n");
}

int command_usage(int argc, char **argv, const char *usage)
{
    bool asked = argc > 1 && strcmp(argv[argc - 1], "--help") == 0;
    if (!asked) {
        fprintf(stderr, "%.*s: ", name_length(usage), usage);
        tell_fault(argc, argv, usage);
    }
    fprintf(asked ? stdout : stderr, "usage: %s\n", usage);
    return asked ? 0 : 2;
}
