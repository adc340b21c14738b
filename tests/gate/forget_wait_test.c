/*
 * Who holds a key while the epoch turns: a command that has taken one and is not written yet, a view that has read keys as
 * they were wrapped before. The turn waits for both. What is disposed of meanwhile waits for the next turn. And a hold that
 * comes while somebody approves; and a draft. And a file that fails.
 */
#include "forget_home.h"

#include "forget/forget_inside.h"
#include "support/wait.h"
#include "writer/writer.h"

#include "keyholder.h"
#include "store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* So long it is looked whether the turn goes on although it must not. */
enum { LOOKS = 100 };

static struct forget_home home;
static const char *_Atomic step = ""; /* of the turn */

static void turned(void *context, const char *what)
{
    (void)context;
    atomic_store(&step, what);
}

static bool reaches(const char *what)
{
    for (int looks = 0; looks < LOOKS && strcmp(atomic_load(&step), what) != 0; looks++)
        wait_a_little();
    return strcmp(atomic_load(&step), what) == 0;
}

/* ---- a command and a view that wait in the middle ---- */

struct held {
    pthread_t thread;
    struct arena *arena;
    struct visit *visit;
    _Atomic bool holds, released;
    int result;
    struct error error;
};
static struct held command, view;

static void hold(struct held *held)
{
    atomic_store(&held->holds, true);
    for (int looks = 0; looks < WAIT_LOOKS && !atomic_load(&held->released); looks++)
        wait_a_little();
}

static int held_write_prepare(struct turn *turn, const struct nothing *in, struct id **ready, struct error *error)
{
    (void)in;
    *ready = ARENA_NEW(turn->arena, struct id);
    **ready = home.home.school;
    (void)error;
    hold(&command); /* the key of its entry is taken */
    return 0;
}

static int held_write_apply(struct turn *turn, const struct nothing *in, const struct id *ready, struct nothing *out, struct error *error)
{
    (void)in, (void)out;
    int result = store_run(turn->session, "UPDATE agency SET name = name WHERE id = $1", STORE_BIND(STORE_TEXT(id_text(ready))), NULL, error);
    return result ? result : turn_wrote(turn, "agency", ready, error);
}

extern const struct command held_write_command;
COMMAND(held_write, struct nothing, struct nothing, struct id, .name = "test.held_write", .title = "Write a row, slowly",
        .may = {.roles = ROLE_ADMINISTRATOR});

static int held_read_look(struct turn *turn, const struct id *in, struct view_rows *out, struct error *error)
{
    (void)out;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session, "SELECT i.id, i.sealed, k.wrapped FROM item i JOIN record_key k ON k.id = i.key_id WHERE i.id = $1",
                           STORE_BIND(STORE_TEXT(id_text(in))), &rows, error);
    if (result)
        return result;
    struct sealed_row row = {.table = "item",
                             .row = store_text_in(rows, 0, turn->arena),
                             .sealed = store_bytes_in(rows, 1, turn->arena),
                             .wrapped = store_bytes_in(rows, 2, turn->arena)};
    hold(&view); /* the keys are read as they are wrapped in this picture */
    result = turn_open(turn, &row, 1, error);
    return result || row.plain ? result : error_set(error, ERROR_CHECK, "item", "", "it did not open");
}

extern const struct view held_read_view;
VIEW(held_read, struct id, struct nothing, .name = "test.held_read", .title = "Read a row, slowly", .may = {.roles = ROLE_ADMINISTRATOR});

static void *write_slowly(void *context)
{
    struct held *held = context;
    struct nothing in = {0}, out;
    held->result = visit_act_wait(held->visit, &held_write_command, &in, &out, &held->error);
    return NULL;
}

static struct id item;

static void *read_slowly(void *context)
{
    struct held *held = context;
    struct view_rows rows;
    held->result = visit_look(held->visit, &held_read_view, &item, &rows, &held->error);
    return NULL;
}

static void begin(struct held *held, void *(*run)(void *context))
{
    struct error error;
    held->arena = arena_new(64 << 20, ARENA_SECRET);
    must(visit_begin(home.home.gate, held->arena, &held->visit, &error), &error, "visit_begin");
    visit_as_operator(held->visit);
    assert_int_equal(pthread_create(&held->thread, NULL, run, held), 0);
    WAIT_FOR(atomic_load(&held->holds));
}

static void end(struct held *held, const char *what)
{
    pthread_join(held->thread, NULL);
    must(held->result, &held->error, what);
    visit_end(&held->visit);
    arena_free(&held->arena);
}

struct turning {
    pthread_t thread;
    int result;
    struct error error;
};

static void *turn(void *context)
{
    struct turning *turning = context;
    turning->result = gate_turn_keys(home.home.gate, &turning->error);
    return NULL;
}

static bool is_in(const struct id *disposal, const char *state)
{
    struct disposal_row row = forget_read(home.gov, disposal);
    return text_equal(row.state, text_of(state));
}

static void test_waits(void **state)
{
    (void)state;
    struct error error;
    struct turning turning = {0};
    struct marked stays = forget_mark(&home, "MARKSTAYS", "Robin Example"), before = forget_mark(&home, "MARKBEFORE", "Sam Example"),
                  meanwhile = forget_mark(&home, "MARKMEANWHILE", "Kim Example");
    item = stays.item;
    struct id first = forget_dispose(&home, &(struct disposal_propose){.case_id = before.case_id, FORGET_BY_RULE});

    begin(&command, write_slowly);
    unsigned wrapping = atomic_load(&home.home.gate->epoch.round);
    assert_int_equal(pthread_create(&turning.thread, NULL, turn, &turning), 0);
    WAIT_FOR(strcmp(atomic_load(&step), "turned") == 0 && atomic_load(&home.home.gate->epoch.round) != wrapping);
    begin(&view, read_slowly);
    struct id second = forget_dispose(&home, &(struct disposal_propose){.case_id = meanwhile.case_id, FORGET_BY_RULE});
    assert_false(reaches("wrapped"));
    atomic_store(&command.released, true);
    end(&command, "the command");
    assert_false(reaches("final"));
    assert_string_equal(atomic_load(&step), "moved"); /* the view is in its way still */
    assert_true(is_in(&first, "waiting"));
    atomic_store(&view.released, true);
    end(&view, "the view");
    pthread_join(turning.thread, NULL);
    must(turning.result, &turning.error, "gate_turn_keys");

    assert_true(is_in(&first, "final"));
    assert_true(is_in(&second, "waiting")); /* its key was among those that the turn wrapped anew, or made under the new epoch */
    forget_verify(&home);
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
    assert_true(is_in(&second, "final"));
    forget_verify(&home);
}

/* ---- a hold that is placed between the two looks of an approval ---- */

static struct held writer;

static int block(struct store_session *session, void *context, struct error *error)
{
    (void)session, (void)error;
    hold(context);
    return 0;
}

static void *block_writer(void *context)
{
    struct held *held = context;
    held->result = writer_do(home.home.gate, block, held, true, &held->error);
    return NULL;
}

static void answered(void *context, int result, const struct error *error)
{
    (void)error;
    atomic_store((_Atomic int *)context, result ? result : 1);
}

static void test_hold_in_between(void **state)
{
    (void)state;
    _Atomic int placed = 0, approved = 0;
    struct marked made = forget_mark(&home, "MARKHELD", "Lee Example");
    struct disposal_of of = {forget_propose(&home, &(struct disposal_propose){.case_id = made.case_id, FORGET_BY_RULE})};
    struct hold_place place = {.case_id = made.case_id, .reason = TEXT("A complaint.")};
    struct hold_placed out;
    struct disposal_settled settled;
    assert_int_equal(pthread_create(&writer.thread, NULL, block_writer, &writer), 0);
    WAIT_FOR(atomic_load(&writer.holds));
    visit_act(home.head, &hold_place_command, &place, &out, (struct visit_done){answered, &placed});
    visit_act(home.principal, &disposal_approve_command, &of, &settled, (struct visit_done){answered, &approved}); /* sees no hold yet */
    assert_true(atomic_load(&placed) == 0 && atomic_load(&approved) == 0);
    atomic_store(&writer.released, true);
    pthread_join(writer.thread, NULL);
    WAIT_FOR(atomic_load(&placed) != 0 && atomic_load(&approved) != 0);
    assert_int_equal(placed, 1);
    assert_int_equal(approved, ERROR_CONFLICT);
    assert_true(is_in(&of.disposal_id, "proposed"));
    forget_verify(&home);
}

/* ---- a draft that is saved between the two looks: nobody has looked into it, and it may be about the case ---- */

static void test_draft_in_between(void **state)
{
    (void)state;
    struct error error;
    _Atomic int saved = 0, approved = 0;
    struct marked made = forget_mark(&home, "MARKDRAFT", "Jo Example");
    struct disposal_of of = {forget_propose(&home, &(struct disposal_propose){.case_id = made.case_id, FORGET_BY_RULE})};
    struct draft_save save = {.draft_id = made.draft,
                              .journey = TEXT("worry"),
                              .content = {arena_format(home.home.arena, "{\"case\":\"%s\",\"seen\":\"more\"}", made.case_id.text)}};
    struct draft_saved out;
    struct disposal_settled settled;
    writer = (struct held){.result = 0};
    assert_int_equal(pthread_create(&writer.thread, NULL, block_writer, &writer), 0);
    WAIT_FOR(atomic_load(&writer.holds));
    visit_act(home.teacher, &draft_save_command, &save, &out, (struct visit_done){answered, &saved});
    visit_act(home.principal, &disposal_approve_command, &of, &settled, (struct visit_done){answered, &approved}); /* sees the older one */
    assert_true(atomic_load(&saved) == 0 && atomic_load(&approved) == 0);
    atomic_store(&writer.released, true);
    pthread_join(writer.thread, NULL);
    WAIT_FOR(atomic_load(&saved) != 0 && atomic_load(&approved) != 0);
    assert_int_equal(saved, 1);
    assert_int_equal(approved, ERROR_CONFLICT);
    assert_true(is_in(&of.disposal_id, "proposed"));
    must(forget_approve(&home, &of.disposal_id, &error), &error, "disposal.approve");
    struct draft_of draft = {made.draft};
    struct view_rows rows;
    assert_int_equal(visit_look(home.teacher, &draft_read_view, &draft, &rows, &error), ERROR_MISSING);
    forget_verify(&home);
}

/* ---- a reader that stays: the disk's part is tried again, by itself, and no further epoch is begun for it ---- */

static uint32_t epoch_now(void)
{
    struct keyholder_description known;
    struct error error;
    must(keyholder_describe(home.home.gate->keyholder, &known, &error), &error, "keyholder_describe");
    return known.epoch;
}

static void test_a_reader_stays(void **state)
{
    (void)state;
    struct error error;
    struct store_session *reader = NULL;
    struct marked made = forget_mark(&home, "MARKREADER", "Ash Example");
    struct id disposal = forget_dispose(&home, &(struct disposal_propose){.case_id = made.case_id, FORGET_BY_RULE});
    must(store_reader(home.home.gate->store, &reader, &error), &error, "store_reader");
    must(store_begin(reader, STORE_READ, &error), &error, "store_begin");
    uint32_t before = epoch_now();
    assert_int_equal(gate_turn_keys(home.home.gate, &error), ERROR_CONFLICT);
    assert_int_equal(epoch_now(), before + 1);
    assert_string_equal(atomic_load(&step), "deleted");
    for (int again = 0; again < 2; again++) {
        atomic_store(&step, "");
        forget_ask(home.home.gate);
        WAIT_FOR(strcmp(atomic_load(&step), "deleted") == 0);
    }
    assert_true(is_in(&disposal, "waiting"));
    store_rollback(reader);
    store_give_back(&reader);
    forget_ask(home.home.gate);
    WAIT_FOR(strcmp(atomic_load(&step), "final") == 0);
    assert_int_equal(epoch_now(), before + 1);
    WAIT_FOR(is_in(&disposal, "final"));
    forget_verify(&home);
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys"); /* whoever asks for it has another epoch */
    assert_int_equal(epoch_now(), before + 2);
}

static int make(void **state)
{
    (void)state;
    forget_home_make(&home, NULL);
    home.home.turned = turned;
    home_reopen(&home.home);
    forget_home_sign_in(&home);
    return 0;
}

/*
 * Somebody enters at the very moment at which it is waited for those of before: either they are waited for, or they enter
 * as those who come after. The places at which the two meet are all tried, by chance, in so many rounds, or in those of a few
 * seconds: where each has a processor of its own they meet often, and a meeting is waited out.
 */
enum { ROUNDS = 2000000, SECONDS = 4, INSIDE = 4, OUTSIDE = 100 };

struct meeting {
    struct gate gate; /* nothing of it but who is under way */
    _Atomic unsigned over; /* whoever entered before this has left */
    _Atomic bool begun, enough;
    unsigned missed;
};

static void *come_and_go(void *context)
{
    struct meeting *meeting = context;
    while (!atomic_load(&meeting->enough)) {
        unsigned entered = keys_enter(&meeting->gate);
        for (int i = 0; i < INSIDE; i++)
            meeting->missed += entered < atomic_load(&meeting->over);
        keys_leave(&meeting->gate, entered);
        atomic_store(&meeting->begun, true);
        for (int i = 0; i < OUTSIDE; i++)
            (void)atomic_load(&meeting->enough);
    }
    return NULL;
}

static void test_nobody_is_missed(void **state)
{
    (void)state;
    static struct meeting meeting;
    pthread_t thread;
    struct error error;
    assert_int_equal(pthread_create(&thread, NULL, come_and_go, &meeting), 0);
    while (!atomic_load(&meeting.begun))
        wait_a_little();
    int64_t until = clock_steady() + SECONDS * CLOCK_SECOND;
    for (unsigned i = 0; i < ROUNDS && clock_steady() < until; i++) {
        must(forget_wait_out(&meeting.gate, &error), &error, "forget_wait_out");
        atomic_store(&meeting.over, i + 1);
    }
    atomic_store(&meeting.enough, true);
    pthread_join(thread, NULL);
    assert_int_equal(meeting.missed, 0);
}

/* ---- the documents' own file fails: payloads stay, and the service says that it has to be started anew ---- */

void store_poison(struct store_session *session); /* the store's own */

static void test_documents_fail(void **state)
{
    (void)state;
    struct error error, why;
    struct store_session *documents = NULL;
    struct marked made = forget_mark(&home, "MARKFAIL", "Sky Example");
    struct id disposal = forget_dispose(&home, &(struct disposal_propose){.case_id = made.case_id, FORGET_BY_RULE});
    must(store_writer(home.home.gate->documents, &documents, &error), &error, "store_writer");
    assert_true(gate_is_well(home.home.gate, NULL));
    store_poison(documents);
    store_give_back(&documents);
    forget_ask(home.home.gate); /* also where nothing is disposed of: uploads fail as well */
    WAIT_FOR(!gate_is_well(home.home.gate, NULL));
    gate_illness(home.home.gate, &why);
    assert_non_null(strstr(why.what, "a write to the documents failed"));
    gate_close(&home.home.gate);
    home_reopen(&home.home);
    forget_home_sign_in(&home);
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
    assert_true(is_in(&disposal, "final"));
    forget_verify(&home);
}

static int drop(void **state)
{
    (void)state;
    home_drop(&home.home);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_waits), cmocka_unit_test(test_hold_in_between),
                                       cmocka_unit_test(test_draft_in_between), cmocka_unit_test(test_a_reader_stays),
                                       cmocka_unit_test(test_nobody_is_missed), cmocka_unit_test(test_documents_fail)};
    return cmocka_run_group_tests(tests, make, drop);
}
