#include "vault/command.h"

#include <stdio.h>
#include <unistd.h>
#include "base/bytes.h"
#include "base/error.h"
#include "common.h"

#define USAGE "Usage: proviso keygen [--x25519] [-o OUT]"

enum { FILE_MOST = VAULT_RECIPIENT_LENGTH + VAULT_IDENTITY_LENGTH + 64 };

static int take_plain(struct vault_command *command, const char *value, struct error *error)
{
    (void)value;
    (void)error;
    command->x25519 = true;
    return 0;
}

static const struct vault_option options[] = {
    {0, "x25519", false, take_plain},
    {'o', "output", true, vault_command_take_output},
    {'h', "help", false, vault_command_take_help},
    {0, NULL, false, NULL},
};

/* As age-keygen writes it. */
static int make(bool x25519, char file[FILE_MOST], char public[VAULT_RECIPIENT_LENGTH + 1], size_t *n, struct error *error)
{
    struct vault_identity identity;
    struct vault_recipient recipient;
    char secret[VAULT_IDENTITY_LENGTH + 1];
    if (x25519)
        vault_identity_new(&identity);
    else
        vault_identity_new_hybrid(&identity);
    int result = vault_identity_recipient(&identity, &recipient, error);
    if (result == 0) {
        vault_recipient_format(&recipient, public);
        vault_identity_format(&identity, secret);
        *n = (size_t)snprintf(file, FILE_MOST, "# public key: %s\n%s\n", public, secret);
    }
    bytes_wipe(&identity, sizeof identity);
    bytes_wipe(secret, sizeof secret);
    return result;
}

static int keygen(struct vault_command *command, struct error *error)
{
    VAULT_OUTPUT_SCOPE struct vault_output output = {.fd = -1};
    char file[FILE_MOST], public[VAULT_RECIPIENT_LENGTH + 1];
    size_t n = 0;
    if (command->input)
        return error_set(error, ERROR_INPUT, command->input, USAGE, "no file is read: give -o to name the one that is written");
    if (command->output && access(command->output, F_OK) == 0)
        return error_set(error, ERROR_INPUT, command->output, "name another file",
                         "there is a file of this name, and a key that is lost opens nothing any more");
    int result = make(command->x25519, file, public, &n, error);
    if (result == 0)
        result = vault_output_open(&output, command->output, 0600, error);
    if (result == 0) {
        struct vault_writer writer = vault_output_writer(&output);
        result = writer.write(writer.self, file, n, error);
    }
    if (result == 0)
        result = vault_output_keep(&output, error);
    bytes_wipe(file, sizeof file);
    if (result == 0 && command->output)
        puts(public);
    return result;
}

int vault_command_keygen(int argc, char **argv)
{
    struct vault_command command = {.name = "keygen", .usage = USAGE, .keyless = true};
    return vault_command_run(&command, options, argc, argv, keygen);
}
