#ifndef DMN_LEXER_H
#define DMN_LEXER_H

#include "base/arena.h"

/* FEEL text as tokens. Names of several words are put together by the parser, which knows what is in scope. */
enum token_kind {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_STRING, /* text: characters with escapes resolved */
    TOKEN_AT,     /* @"...": likewise */
    TOKEN_WORD,   /* one run of name characters, or "?" */
    TOKEN_SYMBOL, /* text: the symbol */
    TOKEN_BAD,    /* text: what is wrong */
};

/* A place in the source. Line and column count from those of the first character. */
struct spot {
    size_t at;
    int line, column;
};

struct token {
    enum token_kind kind;
    struct text text;
    struct spot start, end;
};

/* The token at `from`, white space and comments before it skipped. */
struct token lexer_token(struct arena *arena, struct text source, struct spot from);

/* `from` moved on by `bytes`, counting lines. */
struct spot lexer_advance(struct text source, struct spot from, size_t bytes);

/* Bytes of white space or of a name character at the start of `t`; 0 if there is none. */
size_t lexer_space(struct text t);
size_t lexer_name_start(struct text t);
size_t lexer_name_part(struct text t);

/* One run of name characters and nothing else? */
bool lexer_is_word(struct text t);

/*
 * Bytes of `source` that spell `name`; 0 if it does not, or if the name would stop inside a word. Names are tokens:
 * "a-b" is also spelt "a - b", and between two words there is any white space.
 */
size_t lexer_match_name(struct text source, struct text name);

#endif
