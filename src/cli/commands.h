#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "base.h"

struct settings;

/* Each takes its own name as argv[0] and gives the exit code: 0 done, 1 a check failed, 2 bad usage or input, 3 the system. */
int serve_command(int argc, char **argv);
int demo_command(int argc, char **argv);
int ledger_command(int argc, char **argv);
int ledger_verify_command(int argc, char **argv); /* argv[0] is the last word */
/* ledger witness, mirror, compare: for agencies that trust the host in nothing; argv[0] is the last word. */
int ledger_witness_command(int argc, char **argv);
int ledger_mirror_command(int argc, char **argv);
int ledger_compare_command(int argc, char **argv);
int backup_command(int argc, char **argv);
int restore_command(int argc, char **argv);
int ledger_prove_command(int argc, char **argv); /* makes a proof of a decision, or checks one */
int keys_command(int argc, char **argv);
int access_command(int argc, char **argv);
/* policy show PACK --html prints a page of HTML; whatever else is policy_command()'s (policy/command.h). */
int policy_show_command(int argc, char **argv);
int policy_or_replay_command(int argc, char **argv); /* policy replay from the record; else policy_show_command() */

/* Prints "proviso COMMAND: error" as one line on standard error; gives the exit code. */
int command_fail(const char *command, const struct error *error);
/* How it is called: on standard output, 0, to whoever asks with --help as the last word; else on standard error, behind what does not fit, 2. */
int command_usage(int argc, char **argv, const char *usage);

/* Serves until SIGTERM or SIGINT. `ready` is printed once it answers, after the address to open; NULL: a log line only. */
int serve_until_told(const struct settings *settings, bool demo, const char *ready, struct error *error);

/* demo_seed.c: fills an empty home with the invented partnership. */
int demo_seed(const struct settings *settings, struct error *error);
/* Who can sign in to it, for people to read. */
void demo_accounts(struct buffer *out);
/* The same for the page to sign in. */
struct face;
void demo_tell(struct face *face);

#endif
