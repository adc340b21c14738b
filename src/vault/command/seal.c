#include "vault/command.h"

#include <stdio.h>
#include <unistd.h>
#include "base/error.h"
#include "common.h"

enum { SECRETS = 4 << 20 };

#define USAGE "Usage: proviso seal -r age1... | --passphrase-file F [-a] [-o OUT] [FILE]"

static int take_armor(struct vault_command *command, const char *value, struct error *error)
{
    (void)value;
    (void)error;
    command->armor = true;
    return 0;
}

static const struct vault_option options[] = {
    {'r', "recipient", true, vault_command_take_key},
    {0, "passphrase-file", true, vault_command_take_passphrase},
    {'o', "output", true, vault_command_take_output},
    {'a', "armor", false, take_armor},
    {'h', "help", false, vault_command_take_help},
    {0, NULL, false, NULL},
};

static int recipients_of(const struct vault_command *command, struct arena *secrets,
                         struct vault_recipient **out, size_t *count, struct error *error)
{
    *count = command->passphrase_file ? 1 : command->key_count;
    struct vault_recipient *list = *out = ARENA_ARRAY(secrets, struct vault_recipient, *count);
    if (!list)
        return arena_error(secrets, error);
    if (command->passphrase_file) {
        struct text passphrase;
        int result = vault_command_passphrase(secrets, command->passphrase_file, &passphrase, error);
        list[0] = vault_recipient_passphrase(passphrase);
        return result;
    }
    for (size_t i = 0; i < *count; i++) {
        int result = vault_recipient_parse(text_of(command->keys[i]), &list[i], error);
        if (result) {
            char place[64];
            snprintf(place, sizeof place, "-r number %zu", i + 1);
            error_within(error, place);
            return result;
        }
    }
    return 0;
}

static int seal(struct vault_command *command, struct error *error)
{
    ARENA_SCOPE struct arena *secrets = arena_new(SECRETS, ARENA_SECRET);
    VAULT_INPUT_SCOPE struct vault_input input = {.fd = -1};
    VAULT_OUTPUT_SCOPE struct vault_output output = {.fd = -1};
    struct vault_recipient *recipients;
    size_t count;
    if (!secrets)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    int result = recipients_of(command, secrets, &recipients, &count, error);
    if (result == 0)
        result = vault_input_open(&input, command->input, error);
    if (result == 0 && !command->output && !command->armor && isatty(STDOUT_FILENO))
        result = error_set(error, ERROR_INPUT, "standard output", "give -o OUT, or -a for the text form",
                           "a sealed file is not for a terminal");
    if (result == 0)
        result = vault_output_open(&output, command->output, 0666, error);
    if (result)
        return result;
    struct vault_reader reader = vault_input_reader(&input);
    struct vault_writer writer = vault_output_writer(&output);
    result = vault_file_seal(&reader, &writer, recipients, count, command->armor, error);
    return result ? result : vault_output_keep(&output, error);
}

int vault_command_seal(int argc, char **argv)
{
    struct vault_command command = {.name = "seal", .usage = USAGE};
    return vault_command_run(&command, options, argc, argv, seal);
}
