#ifndef VAULT_ARMOR_H
#define VAULT_ARMOR_H

#include <stdbool.h>
#include "vault/flow.h"

struct error;

/*
 * The text form of an age file: base64 in lines of 64 between a BEGIN and an END line. The reader is strict:
 * canonical base64, full lines but the last, LF or CR LF; only white space (at most 1024 bytes each) before
 * and after. Steps: see vault/flow.h. The two need no freeing; start each from its _start().
 */
struct vault_armor_writer {
    uint8_t held[48];
    size_t held_n;
    uint8_t line[66];
    size_t line_at, line_n;
    int state;
};

struct vault_armor_reader {
    char line[1026];
    size_t line_n, number, outside;
    uint8_t bytes[48];
    size_t bytes_at, bytes_n;
    int state;
};

void vault_armor_writer_start(struct vault_armor_writer *writer);
int vault_armor_writer_step(struct vault_armor_writer *writer, struct vault_flow *flow, bool end,
                            struct error *error);
bool vault_armor_writer_done(const struct vault_armor_writer *writer);

/* ERROR_INPUT, with the line, if it is not strict armor. */
void vault_armor_reader_start(struct vault_armor_reader *reader);
int vault_armor_reader_step(struct vault_armor_reader *reader, struct vault_flow *flow, bool end,
                            struct error *error);
bool vault_armor_reader_done(const struct vault_armor_reader *reader);

#endif
