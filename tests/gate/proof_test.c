/* Proofs of decisions: what they say, what they do not, and that nothing else passes for one. */
#include "raw.h"

#include "gate/log.h"
#include "inside.h"
#include "rows.h"

#include "ledger.h"
#include "proof.h"
#include "store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct ledger_key log_key(struct test_home *home)
{
    struct ledger_key key;
    struct error error;
    must(ledger_key_parse(gate_log_key(home->gate, home->arena), &key, &error), &error, "the log's key");
    return key;
}

static struct text prove(struct visit *visit, const struct id *decision, bool reasons)
{
    struct error error;
    struct view_rows rows;
    struct decision_proof in = {*decision, reasons};
    must(visit_look(visit, &decision_proof_view, &in, &rows, &error), &error, "decision.proof");
    return VISIT_ROW(rows, struct decision_proof_row, 0)->proof;
}

static int check(struct test_home *home, struct text file, struct proof_said *said)
{
    struct error error;
    struct ledger_key key = log_key(home);
    return proof_check(home->arena, file, &key, 1, said, &error);
}

/* What the statement of a file holds, as bytes. */
static struct text statement_of(struct arena *arena, struct text file)
{
    struct ledger_evidence evidence;
    struct error error;
    must(ledger_evidence_parse(arena, file, &evidence, &error), &error, "evidence");
    return evidence.extra;
}

static void test_says_what_was_decided(void **state)
{
    struct test_home *home = *state;
    struct visit *teacher = home_visit(home, "teacher");
    struct decided decided = home_decide(home, teacher, TEXT(""));
    struct proof_said said;
    struct text file = prove(teacher, &decided.decision_id, false);
    assert_int_equal(check(home, file, &said), 0);
    assert_true(text_equal(said.decided, TEXT("share")) && text_equal(said.answered, TEXT("share")) && !said.differs);
    assert_true(text_equal(said.pack, TEXT("manchester-2016")) && said.pack_version.n && said.pack_sha256.n);
    assert_true(text_equal(said.decision_id, id_text(&decided.decision_id)));
    assert_true(text_equal(said.agency_id, id_text(&home->school)) && text_equal(said.post_id, id_text(&home->teacher)));
    assert_true(text_starts(said.by, TEXT("teacher, ")) && said.index < said.size && said.recorded_at > 0);

    /* nothing personal: not the reasons, not the name of who decided, and no byte of what lies sealed */
    assert_true(!said.personal && !said.reasons.n && !said.by_person.n && !said.facts);
    struct text statement = statement_of(home->arena, file);
    assert_true(text_find(statement, TEXT("bruise")) < 0 && text_find(statement, TEXT("Robin")) < 0);
    assert_true(statement.n < 1500);

    file = prove(teacher, &decided.decision_id, true);
    assert_int_equal(check(home, file, &said), 0);
    assert_true(said.personal && text_equal(said.reasons, TEXT("The bruise and what the child said.")));
    assert_true(text_equal(json_text(json_get(said.facts, "purpose")), TEXT("section-47")));
    assert_true(text_equal(said.by_person, TEXT("teacher")));
    visit_end(&teacher);
}

/* It was kept a moment ago and is not signed for yet: nothing leaves, and it is said what to do. */
static void test_not_covered_yet(void **state)
{
    struct test_home *home = *state;
    struct visit *teacher = home_visit(home, "teacher");
    struct evidence proof;
    struct error error;
    struct text before, now;
    must(gate_checkpoint(home->gate, home->arena, &before, &error), &error, "checkpoint");
    struct decided decided = home_decide(home, teacher, TEXT(""));
    must(gate_checkpoint(home->gate, home->arena, &now, &error), &error, "checkpoint");
    snprintf(home->gate->published.note, sizeof home->gate->published.note, "%.*s", TEXT_ARGS(before)); /* nothing is under way */
    int result = gate_prove(home->gate, home->arena, &decided.decision_id, &proof, &error);
    assert_int_equal(result, ERROR_CONFLICT);
    assert_non_null(strstr(error.what, "does not cover the decision yet"));
    assert_true(error.fix[0] != 0);
    snprintf(home->gate->published.note, sizeof home->gate->published.note, "%.*s", TEXT_ARGS(now));
    must(gate_prove(home->gate, home->arena, &decided.decision_id, &proof, &error), &error, "gate_prove");
    visit_end(&teacher);
}

static int64_t count_looks(struct test_home *home, const char *view)
{
    struct error error;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int64_t n = 0;
    must(store_reader(home->gate->store, &session, &error), &error, "reader");
    must(store_one_int(session, "SELECT count(*) FROM look WHERE view = $1", STORE_BIND(STORE_STRING(view)), &n, &error),
         &error, "looks");
    return n;
}

/* Only who may see the decision may have it proved, and that they did is on record. */
static void test_reach_and_looks(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct view_rows rows;
    struct visit *teacher = home_visit(home, "teacher"), *other = home_visit(home, "other"),
                 *worker = home_visit(home, "worker");
    struct decided decided = home_decide(home, teacher, TEXT(""));
    struct decision_proof in = {decided.decision_id, true};
    assert_int_equal(visit_look(other, &decision_proof_view, &in, &rows, &error), ERROR_MISSING);
    assert_int_equal(visit_look(worker, &decision_proof_view, &in, &rows, &error), ERROR_MISSING);
    in.with_reasons = false;
    assert_int_equal(visit_look(other, &decision_proof_view, &in, &rows, &error), ERROR_MISSING);
    assert_int_equal(count_looks(home, "decision.proof"), 0);
    prove(teacher, &decided.decision_id, false);
    home_settle(teacher);
    assert_int_equal(count_looks(home, "decision.proof"), 1);
    visit_end(&worker);
    visit_end(&other);
    visit_end(&teacher);
}

/* Each byte of the file changed in several ways: it is refused. (No byte of it is free: there is one encoding.) */
static void test_every_byte(void **state)
{
    struct test_home *home = *state;
    struct visit *teacher = home_visit(home, "teacher");
    struct decided decided = home_decide(home, teacher, TEXT(""));
    static const char with[] = {1, 0x20, (char)0x80};
    for (int reasons = 0; reasons < 2; reasons++) {
        struct text file = prove(teacher, &decided.decision_id, reasons);
        struct ledger_key key = log_key(home);
        struct proof_said said;
        struct error error;
        ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
        must(proof_check(home->arena, file, &key, 1, &said, &error), &error, "check");
        char *p = arena_string(home->arena, file);
        for (size_t i = 0; i < file.n; i++)
            for (size_t k = 0; k < (reasons ? 1 : sizeof with); k++) {
                arena_reset(arena);
                p[i] = (char)(p[i] ^ with[k]);
                if (proof_check(arena, (struct text){p, file.n}, &key, 1, &said, &error) == 0)
                    fail_msg("byte %zu of %zu may be changed", i, file.n);
                p[i] = (char)(p[i] ^ with[k]);
            }
        for (size_t n = 0; n < file.n; n++) {
            arena_reset(arena);
            assert_int_not_equal(proof_check(arena, (struct text){p, n}, &key, 1, &said, &error), 0);
        }
        assert_int_equal(proof_check(arena, file, &key, 1, &said, &error), 0);
    }
    visit_end(&teacher);
}

/* The parts of one proof in another's place. */
static void test_pasted(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct visit *teacher = home_visit(home, "teacher");
    struct decided one = home_decide(home, teacher, TEXT("")), two = home_decide(home, teacher, TEXT("health"));
    struct text file[2] = {prove(teacher, &one.decision_id, true), prove(teacher, &two.decision_id, true)}, made;
    struct ledger_evidence evidence[2], mixed;
    struct proof_statement statement[2], pasted;
    struct proof_said said;
    for (size_t i = 0; i < 2; i++) {
        must(ledger_evidence_parse(home->arena, file[i], &evidence[i], &error), &error, "evidence");
        must(proof_statement_parse(home->arena, evidence[i].extra, &statement[i], &error), &error, "statement");
    }
    mixed = evidence[0]; /* another decision's statement */
    mixed.extra = evidence[1].extra;
    must(ledger_evidence_text(home->arena, &mixed, &made, &error), &error, "text");
    assert_int_equal(check(home, made, &said), ERROR_CHECK);
    for (int part = 0; part < 4; part++) {
        pasted = statement[0];
        if (part == 0)
            pasted.content = statement[1].content;
        else if (part == 1)
            pasted.row_key = statement[1].row_key;
        else if (part == 2)
            memcpy(pasted.opener, statement[1].opener, sizeof pasted.opener);
        else { /* the other's reasons, rightly opened */
            memcpy(pasted.opener, statement[1].opener, sizeof pasted.opener);
            pasted.sealed = statement[1].sealed;
        }
        mixed = evidence[0];
        must(proof_statement_encode(home->arena, &pasted, &mixed.extra, &error), &error, "encode");
        must(ledger_evidence_text(home->arena, &mixed, &made, &error), &error, "text");
        assert_int_equal(check(home, made, &said), ERROR_CHECK);
    }
    visit_end(&teacher);
}

static void test_other_keys(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct visit *teacher = home_visit(home, "teacher");
    struct decided decided = home_decide(home, teacher, TEXT(""));
    struct text file = prove(teacher, &decided.decision_id, false);
    struct proof_said said;
    struct ledger_key key = log_key(home), other;
    uint8_t public_key[LEDGER_PUBLIC_KEY_SIZE] = {9};
    must(ledger_key_make(LEDGER_KEY_LOG, key.name, public_key, &other, &error), &error, "key");
    assert_int_equal(proof_check(home->arena, file, &other, 1, &said, &error), ERROR_CHECK);
    must(ledger_key_make(LEDGER_KEY_LOG, TEXT("other.example/log"), key.public_key, &other, &error), &error, "key");
    assert_int_not_equal(proof_check(home->arena, file, &other, 1, &said, &error), 0);

    /* too large to be one, and not one */
    char *large = calloc(1, PROOF_FILE_MAX + 1);
    assert_non_null(large);
    assert_int_equal(proof_check(home->arena, (struct text){large, PROOF_FILE_MAX + 1}, &key, 1, &said, &error),
                     ERROR_TOO_LARGE);
    assert_int_equal(proof_check(home->arena, (struct text){large, PROOF_FILE_MAX}, &key, 1, &said, &error), ERROR_INPUT);
    free(large);
    visit_end(&teacher);
}

/* Keys gone, the log grown: what was handed out before still holds; no new one is made. */
static void test_outlives_disposal(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct view_rows rows;
    struct visit *teacher = home_visit(home, "teacher");
    struct decided decided = home_decide(home, teacher, TEXT(""));
    struct text plain = prove(teacher, &decided.decision_id, false),
                whole = prove(teacher, &decided.decision_id, true);
    struct proof_said said;
    visit_end(&teacher);
    gate_close(&home->gate);
    assert_int_equal(raw_change(home, "proviso", "DELETE FROM record_key WHERE id = (SELECT key_id FROM decision WHERE id = '%s')",
                                decided.decision_id.text), 1);
    home_reopen(home);
    teacher = home_visit(home, "teacher");
    home_decide(home, teacher, TEXT(""));
    assert_int_equal(check(home, plain, &said), 0);
    assert_int_equal(check(home, whole, &said), 0);
    assert_true(text_equal(said.reasons, TEXT("The bruise and what the child said.")));
    struct decision_proof in = {decided.decision_id, false};
    assert_int_equal(visit_look(teacher, &decision_proof_view, &in, &rows, &error), ERROR_CONFLICT);
    visit_end(&teacher);
}

/* A row that was recorded when bytes stood in its content whole is still recognised, and proved. */
static void test_rows_of_before(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct visit *teacher = home_visit(home, "teacher");
    struct decided decided = home_decide(home, teacher, TEXT(""));
    const struct ledgered *table = ledgered_find("decision");
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    must(store_reader(home->gate->store, &session, &error), &error, "reader");
    must(table->one(session, id_text(&decided.decision_id), &rows, &error), &error, "row");
    struct text now, found, sealed = store_bytes(rows, 13);
    must(row_content(home->arena, table, rows, &now, &error), &error, "content");
    struct buffer whole = buffer_in(home->arena);
    buffer_text(&whole, text_cut(now, 0, now.n - 1 - LEDGER_HASH_SIZE));
    buffer_char(&whole, 'b');
    buffer_u64(&whole, sealed.n);
    buffer_text(&whole, sealed);
    struct ledger_hash key = {{7}};
    struct ledger_row row = {.table = TEXT("decision"), .key = id_text(&decided.decision_id)};
    row.digest = ledger_row_digest_by(&key, row.table, row.key, buffer_result(&whole));
    must(row_find_content(home->arena, table, rows, &key, &row, &found, &error), &error, "find");
    assert_true(text_equal(found, buffer_result(&whole)));
    struct proof_column column[sizeof PROOF_DECISION_KINDS - 1];
    must(proof_content_read(found, PROOF_DECISION_KINDS, column, &error), &error, "read");
    assert_true(column[13].kind == 'b' && text_equal(column[13].text, sealed));
    row.digest.byte[0] ^= 1;
    must(row_find_content(home->arena, table, rows, &key, &row, &found, &error), &error, "find");
    assert_null(found.p);
    visit_end(&teacher);
}

/* The columns that a proof is read by are those of the schema. Who changes the schema: old proofs are read by the old ones. */
static void test_columns(void **state)
{
    (void)state;
#define X(table, columns, kinds)                                                                               \
    if (strcmp(#table, "decision") == 0) {                                                                     \
        assert_string_equal(columns, PROOF_DECISION_COLUMNS);                                                  \
        assert_string_equal(kinds, PROOF_DECISION_KINDS);                                                      \
    }
    WORK_LEDGERED(X)
#undef X
}

static void test_operator(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct visit *teacher = home_visit(home, "teacher");
    struct decided decided = home_decide(home, teacher, TEXT(""));
    struct evidence evidence;
    struct proof_said said;
    must(gate_prove(home->gate, home->arena, &decided.decision_id, &evidence, &error), &error, "gate_prove");
    assert_int_equal(check(home, evidence.file, &said), 0);
    assert_false(said.personal);
    assert_int_equal(gate_prove(home->gate, home->arena, &decided.case_id, &evidence, &error), ERROR_MISSING);
    visit_end(&teacher);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, home_begin, home_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_says_what_was_decided), TEST(test_reach_and_looks), TEST(test_every_byte),
        TEST(test_pasted),                TEST(test_other_keys),      TEST(test_outlives_disposal),
        TEST(test_not_covered_yet), TEST(test_rows_of_before),        TEST(test_operator),        cmocka_unit_test(test_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
