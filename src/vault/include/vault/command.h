#ifndef VAULT_COMMAND_H
#define VAULT_COMMAND_H

/*
 * The tools of the command line. argv[0] is the command's name ("keygen", "seal", "open"). They return the exit code: 0
 * done, 1 a check failed, 2 bad usage or input (one line on standard error), 3 the system failed.
 *
 *   keygen [--x25519] [-o OUT]
 *       makes a post-quantum key, or one that older age tools know; OUT must not be there, and the public half is printed
 *   seal -r age1... [-r age1...] | --passphrase-file F  [-a] [-o OUT] [FILE]
 *       -r, --recipient          a recipient; may be repeated
 *       --passphrase-file F      the first line of F is the passphrase
 *       -a, --armor              the text form
 *   open -i IDENTITY-FILE [-i ...] | --passphrase-file F  [-o OUT] [FILE]
 *       -i, --identity           a file of keys, as age-keygen writes it
 *       --max-work N             refuse a passphrase file of a higher scrypt work factor (22)
 *
 * FILE is standard input if it is absent or "-"; OUT is standard output. OUT appears, or replaces what was
 * there, only when all went well. On standard output what was verified may have gone out before a later part
 * turned out broken: the exit code is then 1 and the message says so.
 */
int vault_command_keygen(int argc, char **argv);
int vault_command_seal(int argc, char **argv);
int vault_command_open(int argc, char **argv);

#endif
