#include "commands.h"

#include "dmn/command.h"
#include "keyholder/command.h"
#include "policy/command.h"
#include "vault/command.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __has_feature
#define BUILT_WITH_ASAN __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define BUILT_WITH_ASAN 1
#else
#define BUILT_WITH_ASAN 0
#endif
#if BUILT_WITH_ASAN
/* The leak checker looks into its own process from outside, which the sandbox forbids. The unit tests look for leaks. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
#endif

static int help_command(int argc, char **argv);
static int version_command(int argc, char **argv);

static const struct {
    const char *name, *title;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"serve", "serve a partnership's pages and REST", serve_command},
    {"demo", "the same with an invented partnership, at http://127.0.0.1:8080", demo_command},
    {"decide", "may it be shared? Facts in, answer out", policy_command_decide},
    {"keys", "destroy the keys of an epoch now, so that disposals are final", keys_command},
    {"policy", "check, show and compare policy packs; replay recorded answers", policy_or_replay_command},
    {"dmn", "evaluate any DMN model", dmn_command},
    {"ledger", "the record: verify, prove, witness, mirror it", ledger_command},
    {"backup", "copy a home, also while it is served, and verify the copy", backup_command},
    {"restore", "make a home from a backup and the shares of its key", restore_command},
    {"access", "report which role can do or see what", access_command},
    {"keygen", "make a key for sealed files (age)", vault_command_keygen},
    {"seal", "seal a file for somebody (age)", vault_command_seal},
    {"open", "open a sealed file (age)", vault_command_open},
    {"help", "this list", help_command},
    {"version", "print the version", version_command},
    {"keyholder", NULL, keyholder_command}, /* started by serve only */
};

static int help_command(int argc, char **argv)
{
    (void)argc, (void)argv;
    printf("proviso: share what protects a child, and be able to prove why\n\n");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (commands[i].title)
            printf("  proviso %-10s %s\n", commands[i].name, commands[i].title);
    printf("\nproviso COMMAND --help tells more. See proviso(1).\n");
    return 0;
}

static int version_command(int argc, char **argv)
{
    (void)argc, (void)argv;
    printf("proviso %s\n", PROVISO_VERSION);
    return 0;
}

int command_fail(const char *command, const struct error *error)
{
    char line[800];
    error_line(error, line, sizeof line);
    fprintf(stderr, "proviso %s: %s\n", command, line);
    return error_exit_code(error->code);
}

/* Who keeps what was printed in a file must not be left with half of it and a good status. */
static int written(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fprintf(stderr, "proviso: standard output cannot be written: %s. Free some space there, then try again.\n", strerror(errno));
    return code ? code : 3;
}

int main(int argc, char **argv)
{
    if (sodium_init() < 0) {
        fprintf(stderr, "proviso: the cryptographic library does not start\n");
        return 3;
    }
    /* days are the partnership's: see turn_date() */
    setenv("TZ", "Europe/London", 1);
    tzset();
    if (argc < 2) {
        help_command(argc, argv);
        return 2;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    if (strcmp(name, "--version") == 0)
        name = "version";
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(name, commands[i].name) == 0)
            return written(commands[i].run(argc - 1, argv + 1));
    fprintf(stderr, "proviso: there is no command \"%s\"; \"proviso help\" lists them\n", name);
    return 2;
}
