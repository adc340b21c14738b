#include "names.h"

#include "base.h"
#include "store.h"

#include <string.h>

static int bad(struct error *error)
{
    return error_set(error, ERROR_CHECK, "name_key", "Tell the operator: start the service again, which indexes names anew.",
                     "the key of the index of names is gone, or does not open");
}

static int read_wrapped(struct turn *turn, struct name_keys *keys, struct text wrapped[2], struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT n.id, n.key_id, k.wrapped FROM name_key n LEFT JOIN record_key k ON k.id = n.key_id"
                          " WHERE n.id IN (1, 2)",
                          STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        int64_t table = store_int(rows, 0) - 1;
        if (store_bytes(rows, 2).n == 0 || !id_parse(store_text(rows, 1), &keys->id[table]))
            return bad(error);
        wrapped[table] = store_bytes_in(rows, 2, turn->arena);
        got = 0;
    }
    return got;
}

int name_keys_open(struct turn *turn, struct name_keys *out, struct error *error)
{
    struct text wrapped[2] = {{NULL, 0}, {NULL, 0}};
    int64_t second = 0;
    *out = (struct name_keys){.second = false};
    int result = store_one_int(turn->session, "SELECT second FROM trigram_side WHERE id = 1", STORE_BIND(), &second, error);
    if (result == ERROR_MISSING)
        return error_set(error, ERROR_CHECK, "trigram_side", "Restore the newest backup.",
                         "nothing says which of the two tables of pieces of names is written to");
    if (!result)
        result = read_wrapped(turn, out, wrapped, error);
    if (result)
        return result;
    out->second = second != 0;
    if (!id_is_set(&out->id[out->second]))
        return bad(error);
    size_t first = wrapped[0].n ? 0 : 1, n = wrapped[0].n && wrapped[1].n ? 2 : 1;
    result = turn->open_keys(turn->opener, n, &wrapped[first], &out->plain[first], error);
    return result && result != ERROR_SYSTEM ? bad(error) : result;
}

int name_cut(struct turn *turn, struct text agency, struct text name, struct name_cut *out, struct error *error)
{
    struct name_keys keys;
    *out = (struct name_cut){.n = 0};
    int result = name_keys_open(turn, &keys, error);
    bool opens = result == 0;
    if (result == ERROR_CHECK) {
        log_line(LOG_LEVEL_ERROR, "names", "%s: whoever is added now is not found by name before the next start", error->what);
        result = 0;
    }
    if (!result) {
        out->second = keys.second;
        out->key = keys.id[keys.second];
        result = name_pieces(turn, keys.plain[keys.second], agency, name, &out->piece, &out->n, error);
    }
    if (!opens)
        out->n = 0; /* cut all the same, to tell a name that is too long */
    bytes_wipe(&keys, sizeof keys);
    return result;
}
