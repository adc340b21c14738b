#ifndef KEYHOLDER_H
#define KEYHOLDER_H

/*
 * keyholder: a process of its own that alone has the long-lived secrets: the Ed25519 key that signs the log,
 * and the epoch keys that wrap the keys of records. `serve` starts it and talks to it over a socket pair. No
 * function of this header takes or returns a long-lived secret.
 *
 *   keyholder/key.h      keys of records, plain and wrapped
 *   keyholder/client.h   what `serve` uses: start, keys, signing, turning the epoch
 *   keyholder/command.h  the process itself: `proviso keyholder`
 *   keyholder/restore.h  keys for a home that is restored from a backup
 *
 * What it promises, also to a partner who fears that `serve` has been broken into:
 *   - It signs a tree only if it grew, provably, from the last tree it signed. Nothing is rolled back unseen.
 *   - A key of a record that was wrapped under a retired epoch can never be unwrapped again.
 *   - Its secrets lie in its folder (mode 0700, files 0600) and in locked memory that is in no core dump and that no
 *     process of the same user can read.
 *
 * The last signed tree is on its way to the disk before the signature is answered, and synced within a
 * second, off the path of any request. That is enough, because whoever asks for a signature has made the tree
 * durable before asking: a signed tree is never lost by the log. After a power cut the keyholder may remember
 * an older tree than the last one it signed; it then accepts only what grew consistently from that older
 * tree, which the true log did.
 *
 * Limits: "overwritten and synced" is what a program can do to destroy a retired epoch key. Flash media and
 * copy-on-write file systems may keep old blocks: keep the folder on an encrypted volume. Nobody else than
 * the keyholder's user may write to the folder; a person who can put an older copy of it in place can make it
 * forget.
 */
#include "keyholder/client.h"
#include "keyholder/command.h"
#include "keyholder/key.h"
#include "keyholder/restore.h"

#endif
