/* An alarm about a witness: that it stands, and how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"
#include "support/wait.h"

static struct scene scene;

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

/* ---- time that passes ---- */

static _Atomic int64_t ahead; /* of the machine's steady clock */

int64_t __real_clock_steady(void);
int64_t __wrap_clock_steady(void);
int64_t __wrap_clock_steady(void)
{
    return __real_clock_steady() + atomic_load(&ahead);
}

/* Longer than a witness is ever left alone. Once a round: whoever waits by the machine's clock does so for longer then. */
static void let_it_rest(struct witness_rounds *rounds)
{
    atomic_fetch_add(&ahead, 301 * CLOCK_SECOND);
    witness_rounds_wake(rounds);
}

/* ---- what happens ---- */

/*
 * The server was put back to an older copy, and what was lost is put into place again: the witness that raised the alarm
 * signs, and that ends it.
 */
static void signs_again(void **state)
{
    (void)state;
    struct witness_policy policy;
    struct front front;
    struct host older;
    struct witness_reply reply;
    scene_policy(&scene, "group two 2 leeds york hull\nquorum two\n", &policy);
    host_make(&older, "log.example/partnership", 1);
    host_grow(&older, 3, "leaf");
    host_grow(&scene.host, 20, "leaf");
    witness_desk_submit(scene.agency[2].desk, scene.arena, host_submission(&scene.host, 0), &reply);
    assert_int_equal(reply.status, 200);
    struct witness_rounds *rounds = front_start(&front, &older, &policy, TEXT(""));
    WAIT_FOR(look(rounds, 2).alarm && atomic_load(&front.size) == 3);
    struct witness_standing hull = look(rounds, 2);
    assert_true(hull.size == 0 && hull.failures == 1 && hull.behind_since > 0 && hull.alarm_at > 0);
    WAIT_FOR(front_alarm(&front, scene.arena, 2).at == hull.alarm_at);
    /* since when it stands does not move where it is said once more; that it cannot be reached takes nothing back */
    let_it_rest(rounds);
    WAIT_FOR(look(rounds, 2).failures == 2);
    assert_true(look(rounds, 2).alarm && look(rounds, 2).alarm_at == hull.alarm_at);
    scene_close(&scene, 2);
    let_it_rest(rounds);
    WAIT_FOR(look(rounds, 2).failures == 3);
    assert_true(look(rounds, 2).alarm && look(rounds, 2).alarm_at == hull.alarm_at);
    hull = look(rounds, 2);
    assert_non_null(strstr(hull.problem, "it has seen 23 entries, more than this log has"));
    scene_open(&scene, 2);
    host_grow(&older, 30, "leaf");
    let_it_rest(rounds);
    WAIT_FOR(look(rounds, 2).size == 33);
    hull = look(rounds, 2);
    assert_false(hull.alarm || front_alarm(&front, scene.arena, 2).at);
    assert_true(hull.problem[0] == '\0' && hull.failures == 0 && hull.behind_since == 0 && hull.signed_at > 0);
    WAIT_FOR(atomic_load(&front.size) == 33 && scene_signatures(&scene, &policy, front_note(&front, scene.arena)) == 3);
    WAIT_FOR(look_at_all(rounds).behind_since == 0);
    witness_rounds_stop(&rounds);
    host_free(&older);
}

/*
 * What was handed over is given back at the next start: the alarm stands as it did while the witness cannot be reached, and ends
 * when it signs, also where it signs once more what it is known to have signed.
 */
static void stands_across_a_restart(void **state)
{
    (void)state;
    struct witness_policy policy;
    struct front front;
    struct host older;
    struct witness_reply reply;
    struct witness_alarm alarms[AGENCIES] = {{0}};
    scene_policy(&scene, "group two 2 leeds york hull\nquorum two\n", &policy);
    host_make(&older, "log.example/partnership", 1);
    host_grow(&older, 3, "leaf");
    host_grow(&scene.host, 20, "leaf");
    witness_desk_submit(scene.agency[2].desk, scene.arena, host_submission(&scene.host, 0), &reply);
    struct witness_rounds *rounds = front_start(&front, &older, &policy, TEXT(""));
    WAIT_FOR(front_alarm(&front, scene.arena, 2).at != 0 && atomic_load(&front.size) == 3);
    struct witness_standing before = look(rounds, 2);
    struct text note = front_note(&front, scene.arena);
    alarms[2] = front_alarm(&front, scene.arena, 2);
    assert_true(alarms[2].at == before.alarm_at && text_equal(alarms[2].problem, text_of(before.problem)));
    assert_true(front_alarm(&front, scene.arena, 0).at == 0 && front_alarm(&front, scene.arena, 1).at == 0);
    witness_rounds_stop(&rounds);
    scene_close(&scene, 2);
    alarms[0] = (struct witness_alarm){7, TEXT("it has cosigned another tree")}; /* the checkpoint of before has its signature */
    rounds = front_start_with(&front, &older, &policy, note, alarms);
    WAIT_FOR(look(rounds, 2).failures > 0 && !look(rounds, 0).alarm);
    struct witness_standing hull = look(rounds, 2);
    assert_true(hull.alarm && hull.alarm_at == before.alarm_at);
    assert_string_equal(hull.problem, before.problem);
    WAIT_FOR(front_alarm(&front, scene.arena, 0).problem.n == 0 && look(rounds, 0).alarm_at == 0);
    scene_open(&scene, 2);
    host_grow(&older, 30, "leaf");
    let_it_rest(rounds);
    WAIT_FOR(look(rounds, 2).size == 33);
    hull = look(rounds, 2);
    assert_true(!hull.alarm && hull.alarm_at == 0 && hull.problem[0] == '\0');
    witness_rounds_stop(&rounds);
    host_free(&older);
}

/* What was cosigned before is known again; whether that is enough is for the policy of now to say. */
static void another_policy(void **state)
{
    (void)state;
    struct witness_policy one, two;
    struct front front;
    scene_policy(&scene, "quorum leeds\n", &one);
    scene_policy(&scene, "group two 2 leeds york hull\nquorum two\n", &two);
    for (size_t i = 1; i < AGENCIES; i++)
        scene_close(&scene, i);
    struct witness_rounds *rounds = front_start(&front, &scene.host, &one, TEXT(""));
    WAIT_FOR(atomic_load(&front.size) == 3);
    struct text note = front_note(&front, scene.arena);
    witness_rounds_stop(&rounds);
    rounds = front_start(&front, &scene.host, &one, note);
    assert_true(look(rounds, 0).size == 3 && look_at_all(rounds).cosigned_size == 3 && look_at_all(rounds).cosigned_at > 0);
    witness_rounds_stop(&rounds);
    rounds = front_start_with(&front, &scene.host, &two, note, (struct witness_alarm[AGENCIES]){{0}});
    for (size_t i = 0; i < AGENCIES; i++)
        assert_false(look(rounds, i).alarm); /* who raised none before has none now */
    assert_true(look(rounds, 0).size == 3 && look_at_all(rounds).cosigned_size == 0 && look_at_all(rounds).cosigned_at == 0);
    witness_rounds_stop(&rounds);
    for (size_t i = 1; i < AGENCIES; i++)
        scene_open(&scene, i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(signs_again, setup, teardown),
                                       cmocka_unit_test_setup_teardown(another_policy, setup, teardown),
                                       cmocka_unit_test_setup_teardown(stands_across_a_restart, setup, teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
