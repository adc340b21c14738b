/* What an entry tells of its command in plain words, and that nothing personal is among them. */
#include "home.h"
#include "inside.h"
#include "keys.h"

#include "ledger.h"
#include "store.h"
#include "vault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct test_home home;

static int make(void **state)
{
    *state = &home;
    home_make(&home);
    return 0;
}

/* ---- a command that takes one of each ---- */

struct each {
    struct text nature, unsaid, health, answer, remark;
    struct id case_id, unset, child, parcel;
};

static int tell_each_prepare(struct turn *turn, const struct each *in, char **ready, struct error *error)
{
    (void)turn, (void)in, (void)ready, (void)error;
    return 0;
}

static int tell_each_apply(struct turn *turn, const struct each *in, const char *ready, struct nothing *out, struct error *error)
{
    (void)turn, (void)in, (void)ready, (void)out, (void)error;
    return 0;
}

static const struct choice choices[] = {{"fact", "A fact"}, {"asthma", "Asthma"}, {"heron", "The heron"}, {NULL, NULL}};

static const struct field each_takes[] = {
    FIELD(struct each, nature, .label = "A choice", .choices = choices),
    FIELD(struct each, unsaid, .label = "A choice that was left open", .choices = choices),
    FIELD(struct each, health, .label = "A choice about a person", .choices = choices, .personal = true),
    FIELD(struct each, answer, .label = "A choice for the program only", .choices = choices, .secret = true),
    FIELD(struct each, remark, .label = "Words"),
    FIELD(struct each, case_id, .label = "An id"),
    FIELD(struct each, unset, .label = "An id that was left out"),
    FIELD(struct each, child, .label = "An id that tells of a person", .personal = true),
    FIELD(struct each, parcel, .label = "An id for the program only", .secret = true),
};

extern const struct command tell_each_command;
COMMAND(tell_each, struct each, struct nothing, char, .name = "test.tell_each", .title = "Take one of each", TAKES(each_takes),
        .may = {.roles = ROLE_ADMINISTRATOR});

/* ---- the entry as whoever has its key reads it ---- */

static struct text body_of(int64_t index)
{
    struct error error;
    uint8_t plain[1][TURN_KEY_SIZE];
    struct text body;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    must(store_reader(home.gate->store, &session, &error), &error, "store_reader");
    must(store_one(session, "SELECT e.key_id, e.sealed, k.wrapped FROM entry e JOIN record_key k ON k.id = e.key_id WHERE e.idx = $1",
                   STORE_BIND(STORE_INT(index)), &rows, &error),
         &error, "the entry");
    struct text bound = arena_format(home.arena, "entry/%.*s", TEXT_ARGS(store_text(rows, 0)));
    struct text wrapped = store_bytes_in(rows, 2, home.arena);
    must(keys_open(home.gate, 1, &wrapped, plain, &error), &error, "keys_open");
    must(vault_record_open(home.arena, plain[0], bound, store_bytes_in(rows, 1, home.arena), &body, &error), &error, "open");
    return body;
}

static const char *names_of(const struct ledger_entry *entry)
{
    struct buffer names = buffer_in(home.arena);
    for (size_t i = 0; i < entry->field_count; i++)
        buffer_format(&names, "%s%.*s", i ? " " : "", TEXT_ARGS(entry->field[i].name));
    return arena_string(home.arena, buffer_result(&names));
}

/* Ids and choices that are nobody's secret, and of those only what was said. */
static void test_plain_fields(void **state)
{
    (void)state;
    struct error error;
    struct nothing out;
    struct ledger_entry entry;
    struct visit *visit;
    struct each in = {.nature = TEXT("fact"), .health = TEXT("asthma"), .answer = TEXT("heron"), .remark = TEXT("a wet Tuesday"),
                      .case_id = id_new(clock_now()), .child = id_new(clock_now()), .parcel = id_new(clock_now())};
    must(visit_begin(home.gate, home.arena, &visit, &error), &error, "visit_begin");
    visit_as_operator(visit);
    must(visit_act_wait(visit, &tell_each_command, &in, &out, &error), &error, "test.tell_each");
    struct text body = body_of((int64_t)gate_count(home.gate).log_size - 1);
    must(ledger_entry_parse(home.arena, body, &entry, &error), &error, "the entry");
    assert_string_equal(names_of(&entry), "type time account post agency by by_person nature case_id");
    assert_true(text_equal(*ledger_entry_field(&entry, "type"), TEXT("test.tell_each")));
    assert_true(text_equal(*ledger_entry_field(&entry, "nature"), in.nature));
    assert_true(text_equal(*ledger_entry_field(&entry, "case_id"), id_text(&in.case_id)));
    const struct text hidden[] = {in.health, in.answer, in.remark, id_text(&in.child), id_text(&in.parcel)};
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (text_find(body, hidden[i]) >= 0)
            fail_msg("the entry has \"%.*s\"", TEXT_ARGS(hidden[i]));
}

/* Of a day's work: which case, and that it was a fact; not who, what or why. */
static void test_of_work(void **state)
{
    (void)state;
    struct visit *teacher = home_visit(&home, "teacher");
    int64_t from = (int64_t)gate_count(home.gate).log_size, cases = 0;
    struct decided decided = home_decide(&home, teacher, TEXT(""));
    int64_t to = (int64_t)gate_count(home.gate).log_size;
    static const char *const personal[] = {"Robin", "Example", "2015-04-01", "bruise", "what the child said", "child_harm"};
    for (int64_t i = from; i < to; i++) {
        struct text body = body_of(i);
        cases += text_find(body, id_text(&decided.case_id)) >= 0;
        for (size_t k = 0; k < sizeof personal / sizeof *personal; k++)
            if (text_find(body, text_of(personal[k])) >= 0)
                fail_msg("entry %lld has \"%s\"", (long long)i, personal[k]);
    }
    assert_int_equal(to - from, 3);
    assert_true(cases >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_plain_fields), cmocka_unit_test(test_of_work)};
    return cmocka_run_group_tests(tests, make, home_end);
}
