#include "name_page.h"
#include "name_rows.h"
#include "names.h"

/* The index of names: added to, and made again from the sealed names. */

int name_index_add(struct turn *turn, struct text agency, struct text subject, const struct name_cut *cut, struct error *error)
{
    int64_t is_there = 1;
    int result = cut->n == 0 ? 0
                             : store_one_int(turn->session, "SELECT count(*) FROM name_key WHERE id = $1 AND key_id = $2",
                                             STORE_BIND(STORE_INT(cut->second ? 2 : 1), STORE_TEXT(id_text(&cut->key))), &is_there,
                                             error);
    if (!result && !is_there)
        return error_set(error, ERROR_CONFLICT, "name", "Try again. Nothing was changed.",
                         "the keys of the service were renewed at this very moment");
    struct name_rows rows = {.turn = turn, .second = cut->second};
    if (!result)
        result = name_rows_add(&rows, agency, subject, cut->piece, cut->n, error);
    return result ? result : name_rows_end(&rows, error);
}

/* ---- what is there ---- */

/* *n of the pieces that lie in a table without a key, and of keys of no table. */
static int count_stray(struct turn *turn, const struct name_keys *keys, int64_t *n, struct error *error)
{
    int result = store_one_int(turn->session, "SELECT count(*) FROM name_key WHERE id NOT IN (1, 2)", STORE_BIND(), n, error);
    if (result || *n)
        return result;
    if (!id_is_set(&keys->id[0]))
        return store_one_int(turn->session, "SELECT count(*) FROM subject_trigram", STORE_BIND(), n, error);
    if (!id_is_set(&keys->id[1]))
        return store_one_int(turn->session, "SELECT count(*) FROM subject_trigram_2", STORE_BIND(), n, error);
    return 0;
}

int name_index_look(struct turn *turn, struct error *error)
{
    struct name_keys keys;
    int64_t stray = 0;
    int result = name_keys_open(turn, &keys, error);
    bytes_wipe(keys.plain, sizeof keys.plain);
    if (!result)
        result = count_stray(turn, &keys, &stray, error);
    if (!result && stray)
        result = error_set(error, ERROR_CHECK, "name_key", "Tell the operator: start the service again, which indexes names anew.",
                           "pieces of names lie there whose key is gone, or a key is there that is of none");
    return result;
}

/* ---- making it again ---- */

static int put_key(struct turn *turn, bool *is_second, struct error *error)
{
    int64_t second = 0;
    int result = store_one_int(turn->session, "SELECT second FROM trigram_side WHERE id = 1", STORE_BIND(), &second, error);
    if (!result)
        result = store_run(turn->session, "DELETE FROM record_key WHERE own = 1 AND id IN (SELECT key_id FROM name_key)", STORE_BIND(),
                           NULL, error);
    if (!result)
        result = store_run(turn->session, "DELETE FROM name_key", STORE_BIND(), NULL, error);
    if (!result)
        result = turn_own_key_write(turn, &turn->key, error);
    if (!result)
        result = store_run(turn->session, "INSERT INTO name_key (id, key_id) VALUES ($1, $2)",
                           STORE_BIND(STORE_INT(second ? 2 : 1), STORE_TEXT(id_text(&turn->key.id))), NULL, error);
    if (!result)
        result = store_run(turn->session, "DELETE FROM subject_trigram", STORE_BIND(), NULL, error);
    if (!result)
        result = store_run(turn->session, "DELETE FROM subject_trigram_2", STORE_BIND(), NULL, error);
    *is_second = second != 0;
    return result;
}

static int index_page(struct turn *turn, const struct name_page *page, bool second, size_t *opened, struct error *error)
{
    int result = 0;
    struct name_rows rows = {.turn = turn, .second = second};
    for (size_t i = 0; !result && i < page->person.n; i++) {
        const struct sealed_row *row = &page->person.row[i];
        if (!row->plain)
            continue;
        ++*opened;
        struct text *piece;
        size_t n;
        result = name_pieces(turn, turn->key.plain, page->agency[i], plain_text(row, "name"), &piece, &n, error);
        if (!result)
            result = name_rows_add(&rows, page->agency[i], row->row, piece, n, error);
    }
    return result ? result : name_rows_end(&rows, error);
}

int name_index_make(struct turn *turn, const struct name_watch *watch, struct error *error)
{
    struct name_page page = {.last = {""}};
    bool second = false;
    size_t opened = 0;
    int64_t people = 0, done = 0;
    int result = store_one_int(turn->session, "SELECT count(*) FROM subject", STORE_BIND(), &people, error);
    if (!result)
        result = watch->tell(watch->context, done, people, error);
    if (!result)
        result = put_key(turn, &second, error);
    do {
        if (!result)
            result = name_page_next(turn, &page, error);
        if (!result)
            result = index_page(turn, &page, second, &opened, error);
        done += (int64_t)page.person.n;
        if (!result)
            result = watch->tell(watch->context, done, people, error);
    } while (!result && page.person.n == NAME_MOVE_PAGE);
    if (!result && people && !opened)
        result = error_set(error, ERROR_CHECK, "subject", "Look whether the keyholder's folder is the one of this database.",
                           "not one name opens");
    return result;
}
