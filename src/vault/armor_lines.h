#ifndef VAULT_ARMOR_LINES_H
#define VAULT_ARMOR_LINES_H

#define VAULT_ARMOR_BEGIN "-----BEGIN AGE ENCRYPTED FILE-----"
#define VAULT_ARMOR_END "-----END AGE ENCRYPTED FILE-----"

/* White space that may stand before the BEGIN and after the END line, in bytes. */
enum { VAULT_ARMOR_OUTSIDE = 1024 };

#endif
