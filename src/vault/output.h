#ifndef VAULT_OUTPUT_H
#define VAULT_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include "vault/file.h"

/*
 * Where a command writes: standard output, or a file that appears under its name only when all is well. Until
 * then it has no name where the system can do that, so that nothing is left behind even by a kill; otherwise
 * it stands beside under another name. A device or a named pipe is written as it is.
 */
struct vault_output {
    int fd;
    bool nameless, direct;
    char *path, *beside;
    uint64_t written;
};

/* `path` NULL or "-": standard output. `mode` as for open(2). */
int vault_output_open(struct vault_output *output, const char *path, unsigned mode, struct error *error);
int vault_output_keep(struct vault_output *output, struct error *error);
void vault_output_close(struct vault_output *output); /* what was not kept is gone */

struct vault_writer vault_output_writer(struct vault_output *output);

#define VAULT_OUTPUT_SCOPE __attribute__((cleanup(vault_output_close)))

#endif
