/*
 * A log's server and a witness of somebody else's making, which keeps to the letter of C2SP tlog-witness and not to our
 * habits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdatomic.h>
#include <string.h>

#include <cmocka.h>

#include "http/http.h"
#include "scene.h"
#include "support/wait.h"

static struct scene scene;
static struct error error;

static int setup(void **state)
{
    (void)state;
    return scene_make(&scene);
}

static int teardown(void **state)
{
    (void)state;
    return scene_drop(&scene);
}

enum habit { TELLS_A_SIZE, BUSY_AT_FIRST, STAYS_BEHIND, SAW_MORE, SAYS_NO_NUMBER, SAW_ANOTHER_TREE };

static struct test_signer foreign;
static _Atomic int habit;
static _Atomic uint64_t time_to_sign;
static _Atomic unsigned asked;
static _Atomic unsigned proved; /* questions that went on from the size that it told */
static _Atomic unsigned lines;  /* signatures in the last question */

static int take_piece(struct http_request *request, const struct http_piece *piece, struct error *why)
{
    (void)request, (void)why;
    struct text body = {piece->p, piece->n};
    atomic_fetch_add(&proved, text_starts(body, TEXT("old 2\n")));
    if (text_starts(body, TEXT("old ")))
        atomic_store(&lines, 0);
    for (size_t i = 0; i < body.n; i++)
        atomic_fetch_add(&lines, text_starts(text_cut(body, i, body.n), TEXT("\xe2\x80\x94 ")));
    return 0;
}

static int answer(struct http_request *request, struct error *why)
{
    struct ledger_note note;
    struct text line;
    unsigned number = atomic_fetch_add(&asked, 1);
    switch (atomic_load(&habit)) {
    case TELLS_A_SIZE:
        if (number == 0)
            return http_reply(request, 409, "Text/X.Tlog.Size; charset=utf-8", TEXT("2\n"), why);
        break;
    case BUSY_AT_FIRST:
        if (number == 0)
            return http_reply(request, 503, "text/plain", TEXT(""), why);
        break;
    case STAYS_BEHIND:
        return http_reply(request, 409, "text/x.tlog.size", TEXT("2\n"), why);
    case SAW_MORE:
        return http_reply(request, 409, "text/x.tlog.size", TEXT("4\n"), why);
    case SAYS_NO_NUMBER:
        return http_reply(request, 409, "text/x.tlog.size", TEXT("02\n"), why);
    default: /* of trees of one size that differ, the standard says no more than the status */
        return number == 0 ? http_reply(request, 409, "text/x.tlog.size", TEXT("3\n"), why)
                           : http_reply(request, 409, "text/plain", TEXT("the roots differ\n"), why);
    }
    pthread_mutex_lock(&scene.host.lock);
    int result = ledger_note_parse(http_arena(request), arena_text(http_arena(request), scene.host.note), &note, why);
    pthread_mutex_unlock(&scene.host.lock);
    if (result == 0)
        result = ledger_note_sign_line(http_arena(request), note.text, &foreign.signer, atomic_load(&time_to_sign), &line, why);
    return result ? result : http_reply(request, 200, "text/plain", line, why);
}

/* Gives its line of a policy. */
static struct text open_it(struct http_server **server, enum habit with)
{
    static const struct http_route routes[] = {{.method = HTTP_POST,
                                                .pattern = "/submit/add-checkpoint",
                                                .handler = answer,
                                                .upload = take_piece,
                                                .body = HTTP_BODY_STREAM}};
    static const struct http_table table = {routes, 1};
    static struct http_site site = {.tables = &table, .tables_n = 1};
    struct http_settings settings = {.address = "127.0.0.1"};
    assert_int_equal(http_start(&settings, &site, server, &error), 0);
    test_signer_make(&foreign, LEDGER_KEY_WITNESS, "foreign.example", 77);
    atomic_store(&habit, (int)with);
    atomic_store(&asked, 0);
    atomic_store(&proved, 0);
    return arena_format(scene.arena, "witness foreign %.*s http://127.0.0.1:%u/submit\n",
                        TEXT_ARGS(ledger_key_text(scene.arena, &foreign.signer.key)), http_port(*server));
}

/* However many have signed, a witness is sent the log's signature alone: of more than 16 it might not read the note. */
static void told_of_no_others(void **state)
{
    (void)state;
    struct http_server *server;
    struct witness_policy policy;
    struct front front;
    struct text line = open_it(&server, BUSY_AT_FIRST);
    atomic_store(&time_to_sign, 1790000060);
    scene_policy(&scene, arena_format(scene.arena, "%.*sgroup all all leeds york hull\nquorum all\n", TEXT_ARGS(line)).p, &policy);
    struct witness_rounds *rounds = front_start(&front, &scene.host, &policy, TEXT(""));
    WAIT_FOR(atomic_load(&front.size) == 3);
    WAIT_FOR(look(rounds, 3).size == 3); /* asked again, when the others have signed long since */
    assert_int_equal(atomic_load(&asked), 2);
    assert_int_equal(atomic_load(&lines), 1);
    WAIT_FOR(scene_signatures(&scene, &policy, front_note(&front, scene.arena)) == 4);
    witness_rounds_stop(&rounds);
    http_stop(&server);
}

/* It says the size, and when it is asked from there, that the tree is not the one. */
static void saw_another_tree(void **state)
{
    (void)state;
    struct http_server *server;
    struct witness_policy policy;
    struct witness_sight sight;
    struct front front;
    uint64_t largest;
    size_t answered;
    struct text line = open_it(&server, SAW_ANOTHER_TREE);
    struct text source = arena_format(scene.arena, "%.*squorum foreign\n", TEXT_ARGS(line));
    assert_int_equal(witness_policy_parse(scene.arena, source, "policy", &policy, &error), 0);
    struct witness_rounds *rounds = front_start(&front, &scene.host, &policy, TEXT(""));
    WAIT_FOR(look(rounds, 0).failures > 0);
    assert_true(look(rounds, 0).alarm);
    assert_non_null(strstr(look(rounds, 0).problem, "another tree of the same size"));
    assert_int_equal(atomic_load(&asked), 2);
    witness_rounds_stop(&rounds);
    /* so it is for who asks before a restore */
    assert_int_equal(witness_seen(scene.arena, &policy, scene.host.note, NULL, &sight, &largest, &answered, &error), 0);
    assert_true(answered == 1 && largest == 3 && sight.answered && sight.size == 3 && sight.forked);
    http_stop(&server);
}

/* It answers alike, whatever it is sent: from a smaller size that is its own affair, and by one entry more it accuses. */
static void stays_with_a_size(void **state)
{
    (void)state;
    static const struct {
        enum habit habit;
        bool alarm;
        unsigned asked;
        const char *says;
    } cases[] = {{STAYS_BEHIND, false, 2, "does not stay with"}, {SAW_MORE, true, 1, "it has seen 4 entries, more than"},
                 {SAYS_NO_NUMBER, false, 1, "does not say which"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_server *server;
        struct witness_policy policy;
        struct front front;
        struct text line = open_it(&server, cases[i].habit);
        struct text source = arena_format(scene.arena, "%.*squorum foreign\n", TEXT_ARGS(line));
        assert_int_equal(witness_policy_parse(scene.arena, source, "policy", &policy, &error), 0);
        struct witness_rounds *rounds = front_start(&front, &scene.host, &policy, TEXT(""));
        WAIT_FOR(look(rounds, 0).failures > 0);
        struct witness_standing standing = look(rounds, 0);
        assert_int_equal(standing.alarm, cases[i].alarm);
        assert_non_null(strstr(standing.problem, cases[i].says));
        assert_int_equal(atomic_load(&asked), cases[i].asked);
        witness_rounds_stop(&rounds);
        http_stop(&server);
    }
}

/* A size of a type with capitals and a parameter; times that no clock has. */
static void size_and_times(void **state)
{
    (void)state;
    static const uint64_t times[] = {0, INT64_MAX, 1790000060};
    struct http_server *server;
    struct witness_policy policy;
    struct text line = open_it(&server, TELLS_A_SIZE);
    struct text source = arena_format(scene.arena, "%.*squorum foreign\n", TEXT_ARGS(line));
    assert_int_equal(witness_policy_parse(scene.arena, source, "policy", &policy, &error), 0);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct front front;
        uint64_t size = scene.host.edge.size;
        atomic_store(&asked, 0);
        atomic_store(&proved, 0);
        atomic_store(&time_to_sign, times[i]);
        struct witness_rounds *rounds = front_start(&front, &scene.host, &policy, TEXT(""));
        WAIT_FOR(atomic_load(&front.size) == size);
        struct witness_standing standing = look(rounds, 0);
        assert_true(standing.size == size && standing.failures == 0 && standing.signed_at > 0);
        assert_int_equal(scene_signatures(&scene, &policy, front_note(&front, scene.arena)), 1);
        witness_rounds_stop(&rounds);
        assert_int_equal(atomic_load(&asked), 2);
        assert_int_equal(atomic_load(&proved), 1);
        /* what was kept is known again: it is asked when there is something new, and not before */
        rounds = front_start(&front, &scene.host, &policy, front_note(&front, scene.arena));
        host_grow(&scene.host, 1, "leaf");
        witness_rounds_wake(rounds);
        WAIT_FOR(atomic_load(&front.size) == size + 1);
        assert_int_equal(atomic_load(&asked), 3);
        witness_rounds_stop(&rounds);
    }
    http_stop(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(told_of_no_others, setup, teardown),
        cmocka_unit_test_setup_teardown(saw_another_tree, setup, teardown),
        cmocka_unit_test_setup_teardown(stays_with_a_size, setup, teardown),
        cmocka_unit_test_setup_teardown(size_and_times, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
