#ifndef POLICY_ADDRESS_H
#define POLICY_ADDRESS_H

#include "base/text.h"

/*
 * The domain of a mail address: what follows its one @, without a trailing dot. False where the address is
 * malformed: not exactly one @, an empty or odd local part, a domain that is not two or more labels of letters,
 * digits and inner hyphens, or a last label of digits only. No comments, quotes, display names or addresses of machines.
 */
bool policy_address_domain(struct text address, struct text *domain);

/* Is `domain` the listed domain or under it? Case and one trailing dot do not matter: "evilnhs.net" is not under
 * "nhs.net", "a.NHS.net." is. */
bool policy_domain_under(struct text domain, struct text listed);

#endif
