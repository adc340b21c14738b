#include "vault/command.h"

#include <stdio.h>
#include <string.h>
#include "base/error.h"
#include "base/file.h"
#include "common.h"

enum { SECRETS = 4 << 20, IDENTITY_FILE_MAX = 1 << 20 };

#define USAGE "Usage: proviso open -i IDENTITY-FILE | --passphrase-file F [--max-work N] [-o OUT] [FILE]"

static int take_max_work(struct vault_command *command, const char *value, struct error *error)
{
    int64_t work;
    if (!text_to_int64(text_of(value), &work) || work < 1 || work > VAULT_WORK_MAX)
        return error_set(error, ERROR_INPUT, "--max-work", "", "not a number between 1 and %d",
                         VAULT_WORK_MAX);
    command->max_work = (int)work;
    return 0;
}

static const struct vault_option options[] = {
    {'i', "identity", true, vault_command_take_key},
    {0, "passphrase-file", true, vault_command_take_passphrase},
    {0, "max-work", true, take_max_work},
    {'o', "output", true, vault_command_take_output},
    {'h', "help", false, vault_command_take_help},
    {0, NULL, false, NULL},
};

static int read_identities(const struct vault_command *command, struct arena *secrets,
                           struct vault_identity **list, size_t *count, struct error *error)
{
    bool plain_stdin = !command->input || strcmp(command->input, "-") == 0;
    for (size_t i = 0; i < command->key_count; i++) {
        const struct vault_identity *some;
        struct text file;
        size_t n;
        const char *path = command->keys[i];
        if (plain_stdin && strcmp(path, "-") == 0)
            return error_set(error, ERROR_INPUT, "-i", "name the file to work on",
                             "standard input cannot be both the file and the identity file");
        int result = file_read(secrets, path, IDENTITY_FILE_MAX, &file, error);
        if (result == 0)
            result = vault_identities_read(secrets, file, path, &some, &n, error);
        if (result)
            return result;
        *list = arena_grow(secrets, *list, *count, *count + n, sizeof **list);
        if (!*list)
            return arena_error(secrets, error);
        memcpy(*list + *count, some, n * sizeof **list);
        *count += n;
    }
    return 0;
}

static int identities_of(const struct vault_command *command, struct arena *secrets,
                         struct vault_identity **list, size_t *count, struct error *error)
{
    *list = NULL;
    *count = 0;
    if (!command->passphrase_file)
        return read_identities(command, secrets, list, count, error);
    struct text passphrase;
    int result = vault_command_passphrase(secrets, command->passphrase_file, &passphrase, error);
    if (result)
        return result;
    *list = ARENA_NEW(secrets, struct vault_identity);
    if (!*list)
        return arena_error(secrets, error);
    **list = vault_identity_passphrase(passphrase);
    (*list)->work_ceiling = command->max_work;
    *count = 1;
    return 0;
}

static int open_sealed(struct vault_command *command, struct error *error)
{
    ARENA_SCOPE struct arena *secrets = arena_new(SECRETS, ARENA_SECRET);
    VAULT_INPUT_SCOPE struct vault_input input = {.fd = -1};
    VAULT_OUTPUT_SCOPE struct vault_output output = {.fd = -1};
    struct vault_identity *identities;
    size_t count;
    if (!secrets)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    int result = identities_of(command, secrets, &identities, &count, error);
    if (result == 0)
        result = vault_input_open(&input, command->input, error);
    if (result == 0) /* what is opened is for the eyes of who opened it */
        result = vault_output_open(&output, command->output, 0600, error);
    if (result)
        return result;
    struct vault_reader reader = vault_input_reader(&input);
    struct vault_writer writer = vault_output_writer(&output);
    enum vault_verdict verdict;
    result = vault_file_open(&reader, &writer, identities, count, &verdict, error);
    if (result && verdict != VAULT_SYSTEM_FAILED)
        error_within(error, input.name);
    if (result && output.direct)
        command->gone = output.written;
    return result ? result : vault_output_keep(&output, error);
}

int vault_command_open(int argc, char **argv)
{
    struct vault_command command = {.name = "open", .usage = USAGE};
    return vault_command_run(&command, options, argc, argv, open_sealed);
}
