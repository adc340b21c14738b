#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "base/file.h"

enum { PASSPHRASE_FILE_MAX = 65536 };

static int usage(struct error *error, const char *usage_line, const char *where, const char *what)
{
    return error_set(error, ERROR_INPUT, where, usage_line, "%s", what);
}

int vault_command_take_key(struct vault_command *command, const char *value, struct error *error)
{
    if (command->key_count == VAULT_COMMAND_MANY)
        return error_set(error, ERROR_INPUT, "", "", "more than %d keys", VAULT_COMMAND_MANY);
    command->keys[command->key_count++] = value;
    return 0;
}

static int once(const char **place, const char *value, const char *option, struct error *error)
{
    if (*place)
        return error_set(error, ERROR_INPUT, option, "", "given twice");
    *place = value;
    return 0;
}

int vault_command_take_passphrase(struct vault_command *command, const char *value, struct error *error)
{
    return once(&command->passphrase_file, value, "--passphrase-file", error);
}

int vault_command_take_output(struct vault_command *command, const char *value, struct error *error)
{
    return once(&command->output, value, "-o", error);
}

int vault_command_take_help(struct vault_command *command, const char *value, struct error *error)
{
    (void)value;
    (void)error;
    command->help = true;
    return 0;
}

/* The option that `argument` names and, if it stands in the same argument, its value. */
static const struct vault_option *find_option(const struct vault_option *options, const char *argument,
                                              const char **value)
{
    *value = NULL;
    for (const struct vault_option *o = options; o->name; o++) {
        size_t n = strlen(o->name);
        if (argument[1] == '-') {
            if (strncmp(argument + 2, o->name, n) != 0 || (argument[2 + n] != '\0' && argument[2 + n] != '='))
                continue;
            *value = argument[2 + n] == '=' ? argument + 3 + n : NULL;
            return o;
        }
        if (o->letter && argument[1] == o->letter && (argument[2] == '\0' || o->has_value)) {
            *value = argument[2] ? argument + 2 : NULL;
            return o;
        }
    }
    return NULL;
}

static int check(const struct vault_command *c, struct error *error)
{
    bool plain_stdin = !c->input || strcmp(c->input, "-") == 0;
    if (c->key_count == 0 && !c->passphrase_file)
        return usage(error, c->usage, "", "no key and no passphrase file");
    if (c->key_count > 0 && c->passphrase_file)
        return usage(error, c->usage, "--passphrase-file", "a passphrase file beside a key");
    if (plain_stdin && c->passphrase_file && strcmp(c->passphrase_file, "-") == 0)
        return usage(error, "name the file to work on", "--passphrase-file",
                     "standard input cannot be both the file and the passphrase file");
    return 0;
}

static int parse(struct vault_command *command, const struct vault_option *options, int argc, char **argv,
                 struct error *error)
{
    bool only_files = false;
    for (int i = 1; i < argc; i++) {
        const char *argument = argv[i], *value;
        if (only_files || argument[0] != '-' || argument[1] == '\0') {
            if (command->input)
                return usage(error, command->usage, argument, "more than one file");
            command->input = argument;
            continue;
        }
        if (strcmp(argument, "--") == 0) {
            only_files = true;
            continue;
        }
        const struct vault_option *option = find_option(options, argument, &value);
        if (!option)
            return usage(error, command->usage, argument, "unknown option");
        if (!option->has_value && value)
            return usage(error, command->usage, argument, "this option takes no value");
        if (option->has_value && !value && (value = i + 1 < argc ? argv[++i] : NULL) == NULL)
            return usage(error, command->usage, argument, "this option needs a value");
        int result = option->take(command, value, error);
        if (result)
            return result;
    }
    return command->help || command->keyless ? 0 : check(command, error);
}

int vault_command_run(struct vault_command *command, const struct vault_option *options, int argc, char **argv,
                      int (*work)(struct vault_command *command, struct error *error))
{
    struct error error = {0};
    char line[1024], more[128] = "";
    int result = parse(command, options, argc, argv, &error);
    if (result == 0 && command->help) {
        puts(command->usage);
        return 0;
    }
    if (result == 0)
        result = work(command, &error);
    if (result == 0)
        return 0;
    error_line(&error, line, sizeof line);
    if (command->gone > 0)
        snprintf(more, sizeof more, "; %" PRIu64 " bytes that were verified have gone out before", command->gone);
    fprintf(stderr, "proviso %s: %s%s\n", command->name, line, more);
    return error_exit_code(result);
}

int vault_command_passphrase(struct arena *secrets, const char *path, struct text *out, struct error *error)
{
    struct text file;
    int result = file_read(secrets, path, PASSPHRASE_FILE_MAX, &file, error);
    if (result)
        return result;
    if (!text_next(&file, '\n', out))
        *out = (struct text){NULL, 0};
    if (text_ends(*out, TEXT("\r")))
        out->n--;
    if (out->n == 0)
        return error_set(error, ERROR_INPUT, path, "its first line should be the passphrase",
                         "the passphrase file begins with an empty line");
    return 0;
}

int vault_input_open(struct vault_input *input, const char *path, struct error *error)
{
    struct stat status;
    *input = (struct vault_input){.fd = STDIN_FILENO, .name = "standard input"};
    if (!path || strcmp(path, "-") == 0)
        return 0;
    input->name = path;
    input->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (input->fd < 0) {
        error_system(error, errno, path, "cannot be read");
        if (error)
            error->code = ERROR_INPUT;
        return ERROR_INPUT;
    }
    if (fstat(input->fd, &status) == 0 && S_ISDIR(status.st_mode))
        return error_set(error, ERROR_INPUT, path, "", "it is a folder");
    posix_fadvise(input->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return 0;
}

void vault_input_close(struct vault_input *input)
{
    if (input->fd > STDIN_FILENO)
        close(input->fd);
    input->fd = -1;
}

static int read_input(void *self, void *buffer, size_t room, size_t *got, struct error *error)
{
    struct vault_input *input = self;
    for (;;) {
        ssize_t n = read(input->fd, buffer, room);
        if (n >= 0) {
            *got = (size_t)n;
            return 0;
        }
        if (errno != EINTR)
            return error_system(error, errno, input->name, "cannot be read");
    }
}

struct vault_reader vault_input_reader(struct vault_input *input)
{
    return (struct vault_reader){read_input, input};
}
