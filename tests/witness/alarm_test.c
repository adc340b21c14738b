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
    assert_true(hull.size == 0 && hull.failures == 1 && hull.behind_since > 0);
    /* that it cannot be reached takes nothing back */
    scene_close(&scene, 2);
    let_it_rest(rounds);
    WAIT_FOR(look(rounds, 2).failures == 2);
    hull = look(rounds, 2);
    assert_true(hull.alarm);
    assert_non_null(strstr(hull.problem, "it has seen 23 entries, more than this log has"));
    scene_open(&scene, 2);
    host_grow(&older, 30, "leaf");
    let_it_rest(rounds);
    WAIT_FOR(look(rounds, 2).size == 33);
    hull = look(rounds, 2);
    assert_false(hull.alarm);
    assert_true(hull.problem[0] == '\0' && hull.failures == 0 && hull.behind_since == 0 && hull.signed_at > 0);
    WAIT_FOR(atomic_load(&front.size) == 33 && scene_signatures(&scene, &policy, front_note(&front, scene.arena)) == 3);
    WAIT_FOR(look_at_all(rounds).behind_since == 0);
    witness_rounds_stop(&rounds);
    host_free(&older);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(signs_again, setup, teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
