#ifndef VAULT_COMMAND_COMMON_H
#define VAULT_COMMAND_COMMON_H

#include "output.h"

enum { VAULT_COMMAND_MANY = 1000 };

/* What the commands take. Lists hold what stood on the command line, lent. */
struct vault_command {
    const char *name, *usage;
    const char *keys[VAULT_COMMAND_MANY]; /* -r or -i */
    size_t key_count;
    const char *passphrase_file, *output, *input; /* NULL: not given */
    int max_work;
    bool armor, help, x25519;
    bool keyless;  /* set before: it takes no key */
    uint64_t gone; /* set by the work: bytes that went out before it failed */
};

struct vault_option {
    char letter; /* 0: none */
    const char *name;
    bool has_value;
    int (*take)(struct vault_command *command, const char *value, struct error *error);
};

int vault_command_take_key(struct vault_command *command, const char *value, struct error *error);
int vault_command_take_passphrase(struct vault_command *command, const char *value, struct error *error);
int vault_command_take_output(struct vault_command *command, const char *value, struct error *error);
int vault_command_take_help(struct vault_command *command, const char *value, struct error *error);

/*
 * The whole command: options (ended by a zero entry) and keys (unless it is keyless, keys or a passphrase file, and not both)
 * are read, then `work` runs. An error is one line on standard error. Returns the exit code.
 */
int vault_command_run(struct vault_command *command, const struct vault_option *options, int argc, char **argv,
                      int (*work)(struct vault_command *command, struct error *error));

/* The first line of the passphrase file, into a secret arena. */
int vault_command_passphrase(struct arena *secrets, const char *path, struct text *out, struct error *error);

struct vault_input {
    int fd;
    const char *name;
};

int vault_input_open(struct vault_input *input, const char *path, struct error *error);
void vault_input_close(struct vault_input *input);
struct vault_reader vault_input_reader(struct vault_input *input);

#define VAULT_INPUT_SCOPE __attribute__((cleanup(vault_input_close)))

#endif
