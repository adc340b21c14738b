#ifndef LEDGER_NOTE_INSIDE_H
#define LEDGER_NOTE_INSIDE_H

#include "ledger/note.h"

/* Of any length: how long the names of keys that are not ours may be is nowhere said. */
bool ledger_key_name_valid(struct text name);

/* What a signature line begins with: an em dash and a space. */
#define LEDGER_SIGNATURE_MARK TEXT("\xe2\x80\x94 ")

#endif
