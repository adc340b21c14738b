#include "names.h"
#include "walk.h"

#include "work/name_index.h"

/*
 * Keys of records beside what names them: a command's key is named by its entry, a key of its own by one sealed column of
 * one row, that of the index of names by its table. That a key opens what it is named by is seen where that is opened.
 */
int verify_names_due(struct walk *walk, bool *due, struct error *error)
{
    int64_t n = 0;
    int result = store_one_int(walk->session,
                               "SELECT (SELECT count(*) FROM name_key WHERE key_id = '') + (SELECT count(*) FROM subject_trigram)"
                               " + (SELECT count(*) FROM subject_trigram_2)", STORE_BIND(), &n, error);
    *due = walk->verify->asked->names_due && n == 1;
    return result;
}

static int names_key(struct walk *walk, struct error *error)
{
    bool due;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct error why;
    int got = verify_names_due(walk, &due, error);
    if (got || due)
        return got;
    struct turn turn = names_turn(walk->gate, walk->arena, walk->session);
    int fit = name_index_look(&turn, &why);
    if (fit == ERROR_CHECK)
        verify_differ(walk->verify, "name_key", TEXT(""), -1, "%s", why.what);
    else if (fit) {
        *error = why;
        return fit;
    }
    got = store_query(walk->session, "SELECT key_id FROM name_key", STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        sum_add(walk->verify, &walk->tally.own_named, TEXT(""), store_text(rows, 0), 0);
        got = 0;
    }
    return got;
}

int verify_keys(struct walk *walk, const struct task *task, struct error *error)
{
    (void)task;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = names_key(walk, error);
    if (!got)
        got = store_query(walk->session, "SELECT id, own FROM record_key", STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        sum_add(walk->verify, store_int(rows, 1) ? &walk->tally.own_kept : &walk->tally.keys_kept, TEXT(""), store_text(rows, 0), 0);
        got = 0;
    }
    return got;
}

static int name_all(struct walk *walk, struct store_rows *rows, const char *what, struct error *error)
{
    int got;
    while ((got = store_next(rows, error)) > 0)
        verify_differ(walk->verify, "record_key", store_text(rows, 0), -1, "%s", what);
    return got;
}

static int name_commands(struct walk *walk, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_query(walk->session,
                             "SELECT id FROM record_key WHERE own = 0 AND id NOT IN (SELECT key_id FROM entry)"
                             " ORDER BY id LIMIT 20",
                             STORE_BIND(), &rows, error);
    return result ? result : name_all(walk, rows, "no entry is sealed under this key", error);
}

static int name_own(struct walk *walk, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_query(
        walk->session,
        "SELECT id FROM record_key WHERE own = 1 AND id NOT IN (SELECT key_id FROM subject UNION ALL"
        " SELECT key_id FROM item UNION ALL SELECT key_id FROM decision UNION ALL SELECT key_id FROM document UNION ALL"
        " SELECT key_id FROM share UNION ALL SELECT key_id FROM receipt UNION ALL"
        " SELECT reply_key_id FROM receipt WHERE reply_key_id IS NOT NULL UNION ALL"
        " SELECT key_id FROM policy_effect UNION ALL SELECT key_id FROM parcel UNION ALL SELECT key_id FROM draft UNION ALL"
        " SELECT key_id FROM name_key) ORDER BY id LIMIT 20",
        STORE_BIND(), &rows, error);
    return result ? result : name_all(walk, rows, "no row is sealed under this key", error);
}

int verify_keys_names(struct walk *walk, struct error *error)
{
    struct verify *verify = walk->verify;
    bool commands = sum_equal(&verify->all.keys_named, &verify->all.keys_kept);
    bool own = sum_equal(&verify->all.own_named, &verify->all.own_kept);
    int result = commands ? 0 : name_commands(walk, error);
    if (!result && !own)
        result = name_own(walk, error);
    if (!result && !(commands && own) && !findings_any(verify->findings, "record_key"))
        verify_differ(verify, "record_key", TEXT(""), -1, "the keys are not those that entries and rows name");
    return result;
}
