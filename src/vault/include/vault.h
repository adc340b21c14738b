#ifndef VAULT_H
#define VAULT_H

/*
 * Sealed files and cells. Files are age v1 (the C2SP age specification), readable by any age tool.
 *
 *   vault/key.h       recipients, identities, file keys and how they are written
 *   vault/header.h    the header of a file: who can open it; made and opened apart from the payload
 *   vault/payload.h   the payload of a file, sealed and opened piece by piece under a file key
 *   vault/file.h      whole files, pushed and pulled, or from a reader to a writer
 *   vault/armor.h     the text form of a file
 *   vault/record.h    small sealed records, for database cells
 *   vault/phrase.h    passphrases to be spoken
 *   vault/command.h   the command line tools `seal` and `open`
 */
#include "vault/flow.h"
#include "vault/key.h"
#include "vault/header.h"
#include "vault/payload.h"
#include "vault/armor.h"
#include "vault/file.h"
#include "vault/record.h"
#include "vault/phrase.h"

#endif
