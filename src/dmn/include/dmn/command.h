#ifndef DMN_COMMAND_H
#define DMN_COMMAND_H

/*
 * proviso dmn eval MODEL.dmn --decision NAME --input FILE|- [--all] [--why]
 *
 * argv[0] is "dmn", argv[1] "eval". Prints the value as JSON on standard output; with --why, why parts of it
 * came out as null, on standard error.
 * Gives the exit code: 0 done, 2 bad usage or input, 3 the system failed; then one line on standard error.
 */
int dmn_command(int argc, char **argv);

#endif
