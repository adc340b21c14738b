#include "internal.h"

int own_key_make(struct turn *turn, struct own_key *key, struct error *error)
{
    key->is_own = true;
    return turn->fresh_key(turn->opener, turn->now, &key->key, error);
}

int own_key_seal(struct turn *turn, const struct own_key *key, const char *table, const struct id *row,
                 struct text plain, struct text *sealed, struct error *error)
{
    return turn_seal_with(turn, key->is_own ? &key->key : &turn->key, table, row, plain, sealed, error);
}

int own_key_write(struct turn *turn, const struct own_key *key, struct error *error)
{
    return key->is_own ? turn_own_key_write(turn, &key->key, error) : 0;
}

struct text own_key_id(const struct turn *turn, const struct own_key *key)
{
    return id_text(key->is_own ? &key->key.id : &turn->key.id);
}
