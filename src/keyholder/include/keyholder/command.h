#ifndef KEYHOLDER_COMMAND_H
#define KEYHOLDER_COMMAND_H

/*
 * proviso keyholder --home DIR --fd N [--origin NAME] [--user USER] [--escrow FILE] [--read-only]
 *
 * argv[0] is the word "keyholder". Serves requests on file descriptor N, one end of a SOCK_SEQPACKET pair of
 * Unix sockets, until the other end is closed. Meant to be started by keyholder_start() only.
 *
 * DIR holds the keys. It is made at first start, with new keys, for the log named NAME (printable ASCII
 * without space or "+"); later NAME may be left out, and a different one is refused. It also refuses to start
 * if DIR or a file in it is open to other users or belongs to another, if something is missing or damaged, or
 * if another keyholder has it.
 *
 *   identity     the origin and the signing seed
 *   epoch-N      an epoch key; two while the epoch turns
 *   tree         the last signed tree, in two places written in turn
 *   retired-N    an epoch key on its way out: overwritten and removed at the next start if a crash left it
 *   escrow       the epoch whose shares are safe with the agencies, and by which plan
 *
 * FILE names the agencies that keep a share of the epoch key and how many of them are needed (the form is in
 * proviso.conf(5)). It is read once, before anything is heard from the server, so that a server that has been broken into
 * cannot have shares sealed to somebody else. Keep it where the server cannot write.
 *
 * With --read-only it may run beside the keyholder that has the folder: it takes no lock, never writes, answers only
 * what describes and unwraps, and ends if there are no keys.
 *
 * Started as root with --user, it becomes that user first and makes DIR, if it is not there, for it.
 *
 * Once its folder is open it gives up everything else: see SANDBOX_KEYHOLDER. Returns exit code 2 for bad
 * usage; otherwise it does not return but ends the process, with 3 if it could not start or go on.
 *
 * proviso keyholder --home DIR --new-log NAME
 *
 * For the operator who had to put back an older copy of the database, which the keyholder rightly refuses to
 * sign: ends the old log and begins one of another name with a new signing key. The records stay readable.
 * Partners see that the old log has ended and a new one begun. Stop the server first. Returns 0, 1 if the
 * folder is damaged, 2 for bad usage, a name used now or a folder in use, 3 if the system failed.
 */
int keyholder_command(int argc, char **argv);

#endif
