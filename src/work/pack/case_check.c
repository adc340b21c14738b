#include "internal.h"
#include "rules.h"
#include "work/derived.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* Which open cases a proposal would change lies plain beside its effect; their hash lies sealed in it. */

static int by_bytes(const void *a, const void *b)
{
    return strcmp(((const struct id *)a)->text, ((const struct id *)b)->text);
}

struct text pack_cases_hash(struct arena *arena, const struct id *cases, size_t n)
{
    crypto_hash_sha256_state state;
    uint8_t hash[crypto_hash_sha256_BYTES];
    struct id *sorted = ARENA_ARRAY(arena, struct id, n);
    if (!sorted)
        return (struct text){NULL, 0};
    if (n)
        memcpy(sorted, cases, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_bytes);
    crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < n; i++)
        crypto_hash_sha256_update(&state, (const uint8_t *)sorted[i].text, ID_LENGTH);
    crypto_hash_sha256_final(&state, hash);
    return hex_encode(arena, hash, sizeof hash);
}

/* All of one effect; at most a few hundred thousand ids. */
static int read_cases(struct turn *turn, struct text effect, struct id **cases, size_t *n, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    size_t room = 0;
    *cases = NULL;
    *n = 0;
    int got = store_query(turn->session, "SELECT case_id FROM policy_case WHERE effect_id = $1"
                          " UNION ALL SELECT case_id FROM policy_case_gone WHERE effect_id = $1",
                          STORE_BIND(STORE_TEXT(effect)), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct id *grown = arena_more(turn->arena, *cases, *n, &room, sizeof *grown);
        if (!grown)
            return arena_error(turn->arena, error);
        *cases = grown;
        (*cases)[(*n)++] = column_id(rows, 0);
        got = 0;
    }
    return got;
}

static int check_effect(struct turn *turn, struct text id, struct text sealed, struct text wrapped,
                        const struct derived_report *report, struct error *error)
{
    struct openings openings = {0};
    struct error why;
    struct id *cases;
    size_t n;
    if (!openings_add(turn, &openings, "policy_effect", id, sealed, wrapped))
        return arena_error(turn->arena, error);
    int result = turn_open(turn, openings.row, 1, &why);
    struct text said = result ? TEXT("") : plain_text(openings.row, "cases_sha256");
    if (result == ERROR_SYSTEM) {
        *error = why;
        return result;
    }
    if (!said.n) /* it does not open, which is told by who checks the rows; or is of before this was kept */
        return 0;
    result = read_cases(turn, id, &cases, &n, error);
    if (!result && !text_equal(said, pack_cases_hash(turn->arena, cases, n)))
        report->differs(report->self, "policy_case", id, "the open cases beside this effect are not those that were found then");
    return result;
}

/* One that is said to be gone is gone. */
static int check_gone(struct turn *turn, const struct derived_report *report, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT g.effect_id FROM policy_case_gone g JOIN case_file c ON c.id = g.case_id ORDER BY g.effect_id, g.case_id",
                          STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        report->differs(report->self, "policy_case_gone", store_text(rows, 0), "a case beside this effect is said to be gone, and is there");
        got = 0;
    }
    return got;
}

/* Rows of no effect are told by the check of references. */
static int check(struct turn *turn, const struct derived_report *report, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT e.id, e.sealed, k.wrapped FROM policy_effect e LEFT JOIN record_key k ON k.id = e.key_id"
                          " ORDER BY e.id",
                          STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        got = check_effect(turn, store_text(rows, 0), store_bytes(rows, 1), store_bytes(rows, 2), report, error);
        arena_reset(turn->arena);
    }
    return got ? got : check_gone(turn, report, error);
}

const struct derived policy_case_derived = {"policy_case", check};
