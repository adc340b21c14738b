/* A log's server and its witnesses: who signs, who is away, who is told two different things. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "http/http.h"
#include "scene.h"
#include "support/wait.h"

static struct scene scene;
static struct error error;

/* Each test has new witnesses, which have seen nothing. */
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

/* ---- what happens ---- */

static void all_sign(void **state)
{
    (void)state;
    struct witness_policy policy;
    struct front front;
    scene_policy(&scene, "group all all leeds york hull\nquorum all\n", &policy);
    struct witness_rounds *rounds = front_start(&front, &scene.host, &policy, TEXT(""));
    WAIT_FOR(atomic_load(&front.size) == 3);
    assert_int_equal(scene_signatures(&scene, &policy, front_note(&front, scene.arena)), 3);
    for (size_t step = 1; step < 400; step += 37) {
        host_grow(&scene.host, step, "leaf");
        witness_rounds_wake(rounds);
        WAIT_FOR(atomic_load(&front.size) == scene.host.edge.size);
        assert_int_equal(scene_signatures(&scene, &policy, front_note(&front, scene.arena)), 3);
    }
    struct witness_state_of_all all = look_at_all(rounds);
    assert_true(all.size == scene.host.edge.size && all.cosigned_size == all.size && all.behind_since == 0);
    struct witness_standing hull = look(rounds, 2);
    assert_true(hull.size == all.size && hull.behind_since == 0 && hull.problem[0] == '\0' && hull.signed_at > 0);
    witness_rounds_stop(&rounds);
}

static void one_is_away(void **state)
{
    (void)state;
    struct witness_policy policy;
    struct front front;
    scene_close(&scene, 1);
    scene_open(&scene, 1); /* its port is known now */
    scene_policy(&scene, "group two 2 leeds york hull\nquorum two\n", &policy);
    scene_close(&scene, 1);
    struct witness_rounds *rounds = front_start(&front, &scene.host, &policy, TEXT(""));
    WAIT_FOR(atomic_load(&front.size) == 3);
    WAIT_FOR(look(rounds, 1).failures > 0);
    host_grow(&scene.host, 10, "leaf");
    witness_rounds_wake(rounds);
    WAIT_FOR(atomic_load(&front.size) == 13);
    struct witness_standing york = look(rounds, 1);
    assert_true(york.size == 0 && york.behind_since > 0 && !york.alarm);
    assert_true(text_starts(text_of(york.problem), TEXT("it cannot be reached")));
    scene_open(&scene, 1);
    WAIT_FOR(look(rounds, 1).size == 13);
    /* nobody else was asked again, and their signatures are there still */
    WAIT_FOR(scene_signatures(&scene, &policy, front_note(&front, scene.arena)) == 3);
    assert_int_equal(look(rounds, 1).problem[0], '\0');
    /* nor were they behind while only the third was waited for */
    assert_true(look(rounds, 0).behind_since == 0 && look(rounds, 2).behind_since == 0 && look_at_all(rounds).behind_since == 0);
    witness_rounds_stop(&rounds);
}

static void across_a_restart(void **state)
{
    (void)state;
    struct witness_policy policy;
    struct front front, after;
    scene_policy(&scene, "group two 2 leeds york hull\nquorum two\n", &policy);
    scene_close(&scene, 2);
    struct witness_rounds *rounds = front_start(&front, &scene.host, &policy, TEXT(""));
    WAIT_FOR(atomic_load(&front.size) == 3);
    witness_rounds_stop(&rounds);
    struct text kept = front_note(&front, scene.arena);
    assert_int_equal(scene_signatures(&scene, &policy, kept), 2);
    rounds = front_start(&after, &scene.host, &policy, kept);
    struct witness_state_of_all all = look_at_all(rounds);
    assert_true(all.cosigned_size == 3);
    scene_open(&scene, 2);
    WAIT_FOR(atomic_load(&after.size) == 3);
    assert_int_equal(scene_signatures(&scene, &policy, front_note(&after, scene.arena)), 3); /* those of before with the new one */
    host_grow(&scene.host, 300, "leaf");
    witness_rounds_wake(rounds);
    WAIT_FOR(atomic_load(&after.size) == 303);
    witness_rounds_stop(&rounds);
}

/* Where this machine cannot ask, each witness that was to be asked rests and says why, and is asked later. */
static void nobody_can_be_asked(void **state)
{
    (void)state;
    struct witness_policy policy;
    struct front front;
    size_t n = (size_t)9 << 20; /* an address longer than the HTTP client takes */
    char *url = arena_alloc(scene.arena, n);
    assert_non_null(url);
    memset(url, 'x', n);
    memcpy(url, "http://127.0.0.1/", 17);
    scene_policy(&scene, "group two 2 leeds york hull\nquorum two\n", &policy);
    struct witness_policy_member members[AGENCIES];
    memcpy(members, policy.witness, sizeof members);
    members[2].url = (struct text){url, n};
    policy.witness = members;
    struct witness_rounds *rounds = front_start(&front, &scene.host, &policy, TEXT(""));
    WAIT_FOR(look(rounds, 2).failures > 1);
    assert_non_null(strstr(look(rounds, 2).problem, "it was not asked to the end: out of memory for a request"));
    assert_false(look(rounds, 2).alarm);
    witness_rounds_stop(&rounds);
}

/* What was kept is of another tree of this size: no signature goes with it. */
static void another_tree_was_kept(void **state)
{
    (void)state;
    struct witness_policy policy;
    struct front front;
    struct host face;
    struct ledger_checkpoint checkpoint;
    scene_policy(&scene, "group two 2 leeds york hull\nquorum two\n", &policy);
    host_make(&face, "log.example/partnership", 1);
    host_grow(&face, 3, "lie");
    struct witness_rounds *rounds = front_start(&front, &scene.host, &policy, face.note);
    WAIT_FOR(atomic_load(&front.size) == 3);
    witness_rounds_stop(&rounds);
    struct ledger_head head = host_head(&scene.host, 3);
    struct text note = front_note(&front, scene.arena);
    assert_int_equal(witness_policy_judge(scene.arena, &policy, &scene.host.signer.signer.key, note, &checkpoint, NULL, NULL, &error), 0);
    assert_true(ledger_hash_equal(&checkpoint.head.root, &head.root));
    host_free(&face);
}

/* The server was put back to an older copy. Its keyholder would refuse that; here it has none. */
static void an_older_copy(void **state)
{
    (void)state;
    struct witness_policy policy;
    struct front front, after;
    struct host older;
    scene_policy(&scene, "group all all leeds york hull\nquorum all\n", &policy);
    host_make(&older, "log.example/partnership", 1);
    host_grow(&older, 3, "leaf");
    host_grow(&scene.host, 20, "leaf");
    struct witness_rounds *rounds = front_start(&front, &scene.host, &policy, TEXT(""));
    WAIT_FOR(atomic_load(&front.size) == 23);
    witness_rounds_stop(&rounds);
    rounds = front_start(&after, &older, &policy, TEXT(""));
    for (size_t i = 0; i < AGENCIES; i++) {
        WAIT_FOR(look(rounds, i).alarm);
        assert_non_null(strstr(look(rounds, i).problem, "it has seen 23 entries, more than this log has"));
    }
    witness_rounds_stop(&rounds);
    /* nor is it told anything else where what they had signed is remembered, and is more than there is */
    rounds = front_start(&after, &older, &policy, front_note(&front, scene.arena));
    for (size_t i = 0; i < AGENCIES; i++) {
        WAIT_FOR(look(rounds, i).failures > 0);
        assert_true(look(rounds, i).alarm);
    }
    /* it grows past what they saw, another way: not believed */
    host_grow(&older, 40, "other");
    witness_rounds_stop(&rounds);
    rounds = front_start(&after, &older, &policy, TEXT(""));
    for (size_t i = 0; i < AGENCIES; i++) {
        WAIT_FOR(look(rounds, i).failures > 0);
        assert_non_null(strstr(look(rounds, i).problem, "the proof did not hold"));
        assert_true(look(rounds, i).alarm);
    }
    assert_int_equal(atomic_load(&after.times), 0);
    witness_rounds_stop(&rounds);
    host_free(&older);
}

/* A dishonest host signs two trees and shows each to other witnesses. Neither gets two of three. */
static void two_faces(void **state)
{
    (void)state;
    struct witness_policy policy;
    struct front front, back;
    struct host face;
    scene_policy(&scene, "group two 2 leeds york hull\nquorum two\n", &policy);
    host_make(&face, "log.example/partnership", 1);
    host_grow(&face, 3, "leaf");
    host_grow(&scene.host, 5, "leaf");
    host_grow(&face, 5, "lie");
    assert_int_equal(scene.host.edge.size, face.edge.size);
    struct witness_reply reply;
    witness_desk_submit(scene.agency[0].desk, scene.arena, host_submission(&scene.host, 0), &reply);
    assert_int_equal(reply.status, 200);
    witness_desk_submit(scene.agency[1].desk, scene.arena, host_submission(&face, 0), &reply);
    assert_int_equal(reply.status, 200);
    scene_close(&scene, 2); /* the third is kept in the dark by both */
    struct witness_rounds *here = front_start(&front, &scene.host, &policy, TEXT("")),
                          *there = front_start(&back, &face, &policy, TEXT(""));
    WAIT_FOR(look(here, 1).alarm && look(there, 0).alarm);
    assert_non_null(strstr(look(here, 1).problem, "another tree of the same size"));
    WAIT_FOR(look(here, 0).size == 8 && look(there, 1).size == 8);
    WAIT_FOR(look(here, 2).failures && look(there, 2).failures);
    assert_int_equal(atomic_load(&front.times) + atomic_load(&back.times), 0);
    witness_rounds_stop(&here);
    witness_rounds_stop(&there);
    /* what the two witnesses hold, side by side, is the proof: signed by the log, of one size, and different */
    scene_open(&scene, 2);
    struct text shown[2] = {{0}};
    struct ledger_checkpoint checkpoint[2];
    for (size_t i = 0; i < 2; i++) {
        char hash[80] = "";
        FILE *shell = popen("printf log.example/partnership | sha256sum | cut -c1-64 | tr -d '\\n'", "r");
        assert_non_null(fgets(hash, sizeof hash, shell));
        pclose(shell);
        assert_true(witness_desk_latest(scene.agency[i].desk, scene.arena, text_of(hash), &shown[i]));
        assert_int_equal(ledger_checkpoint_open(scene.arena, shown[i], scene.host.origin, &scene.host.signer.signer.key, 1,
                                                &checkpoint[i], NULL, &error),
                         0);
    }
    assert_true(checkpoint[0].head.size == checkpoint[1].head.size);
    assert_false(ledger_hash_equal(&checkpoint[0].head.root, &checkpoint[1].head.root));
    host_free(&face);
}

/* ---- a witness that does not behave ---- */

enum mischief { GARBAGE, OTHERS_SIGNATURE, ENDLESS, WANDERING, BUSY, NOTHING_AT_ALL, NOT_A_SIZE, NOT_GROWN, ELSEWHERE, SILENT };
static _Atomic int mischief;
static _Atomic unsigned asked;
static _Atomic bool released; /* SILENT answers */
static char others_line[400];

static int64_t endless(void *context, uint64_t offset, void *out, size_t n)
{
    (void)context, (void)offset;
    memset(out, 'x', n);
    return (int64_t)n;
}

static void done(void *context, bool whole)
{
    (void)context, (void)whole;
}

static int misbehave(struct http_request *request, struct error *why)
{
    unsigned number = atomic_fetch_add(&asked, 1);
    static const struct http_source source = {endless, done, NULL};
    switch (atomic_load(&mischief)) {
    case OTHERS_SIGNATURE:
        return http_reply(request, 200, "text/plain", text_of(others_line), why);
    case ENDLESS:
        return http_reply_stream(request, 200, "text/plain", UINT64_MAX, &source, why);
    case WANDERING:
        return http_reply(request, 409, "text/x.tlog.size", number % 2 ? TEXT("1\n") : TEXT("2\n"), why);
    case BUSY:
        return http_reply(request, 429, "text/plain", TEXT("later"), why);
    case NOTHING_AT_ALL:
        return http_reply(request, 409, "text/x.tlog.size", TEXT("1e9\n"), why);
    case NOT_A_SIZE:
        return http_reply(request, 409, "text/plain", TEXT("2\n"), why);
    case NOT_GROWN:
        return http_reply(request, 422, "text/plain", TEXT(""), why);
    case ELSEWHERE:
        (void)http_set_header(request, "Location", TEXT("http://127.0.0.1:1/"), why);
        return http_reply(request, 307, "text/plain", TEXT(""), why);
    case SILENT:
        for (int looks = 0; looks < WAIT_LOOKS && !atomic_load(&released); looks++)
            wait_a_little();
        return http_reply(request, 503, "text/plain", TEXT(""), why);
    default:
        return http_reply(request, 200, "text/plain", TEXT("\xe2\x80\x94 hull AAAA\n"), why);
    }
}

static int take_piece(struct http_request *request, const struct http_piece *piece, struct error *why)
{
    (void)request, (void)piece, (void)why;
    return 0;
}

static void misbehaves(void **state)
{
    (void)state;
    static const struct http_route routes[] = {{.method = HTTP_POST,
                                                .pattern = "/add-checkpoint",
                                                .handler = misbehave,
                                                .upload = take_piece,
                                                .body = HTTP_BODY_STREAM}};
    static const struct http_table table = {routes, 1};
    struct http_site site = {.tables = &table, .tables_n = 1};
    struct http_settings settings = {.address = "127.0.0.1"};
    struct http_server *server;
    static const struct {
        enum mischief mischief;
        const char *problem;
    } kinds[] = {{GARBAGE, "not its signature"},  {OTHERS_SIGNATURE, "not its signature"}, {ENDLESS, "longer than it may be"},
                 {WANDERING, "does not stay with"}, {BUSY, "too busy"},                      {NOTHING_AT_ALL, "does not say which"},
                 {NOT_A_SIZE, "does not say which"}, {ELSEWHERE, "answered with status 307"}};
    struct witness_policy policy;
    struct witness_reply reply;
    assert_int_equal(http_start(&settings, &site, &server, &error), 0);
    scene_close(&scene, 2);
    unsigned port = scene.agency[2].port;
    scene_open(&scene, 2);
    scene.agency[2].port = http_port(server); /* hull's key, another's port */
    scene_policy(&scene, "group two 2 leeds york hull\nquorum two\n", &policy);
    scene.agency[2].port = port;
    witness_desk_submit(scene.agency[0].desk, scene.arena, host_submission(&scene.host, 0), &reply);
    snprintf(others_line, sizeof others_line, "%.*s", TEXT_ARGS(reply.body));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct front front;
        atomic_store(&mischief, (int)kinds[i].mischief);
        struct witness_rounds *rounds = front_start(&front, &scene.host, &policy, TEXT(""));
        WAIT_FOR(atomic_load(&front.size) == 3); /* the others are not kept waiting */
        WAIT_FOR(look(rounds, 2).failures > 0);
        if (!strstr(look(rounds, 2).problem, kinds[i].problem))
            fail_msg("%s: %s", kinds[i].problem, look(rounds, 2).problem);
        assert_int_equal(scene_signatures(&scene, &policy, front_note(&front, scene.arena)), 2);
        witness_rounds_stop(&rounds);
    }
    /* one that has an alarm rests for minutes, however often something is new */
    struct front front;
    atomic_store(&mischief, NOT_GROWN);
    atomic_store(&asked, 0);
    struct witness_rounds *rounds = front_start(&front, &scene.host, &policy, TEXT(""));
    WAIT_FOR(look(rounds, 2).alarm);
    for (int i = 0; i < 5; i++) {
        host_grow(&scene.host, 1, "leaf");
        witness_rounds_wake(rounds);
        WAIT_FOR(atomic_load(&front.size) == scene.host.edge.size);
    }
    assert_int_equal(atomic_load(&asked), 1);
    witness_rounds_stop(&rounds);
    /* one that keeps silent for long: what the others signed is published before it answers */
    atomic_store(&mischief, SILENT);
    rounds = front_start(&front, &scene.host, &policy, TEXT(""));
    WAIT_FOR(atomic_load(&front.size) == scene.host.edge.size);
    assert_int_equal(look(rounds, 2).failures, 0);
    atomic_store(&released, true);
    WAIT_FOR(look(rounds, 2).failures > 0);
    witness_rounds_stop(&rounds);
    http_stop(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_sign, setup, teardown),
        cmocka_unit_test_setup_teardown(one_is_away, setup, teardown),
        cmocka_unit_test_setup_teardown(across_a_restart, setup, teardown),
        cmocka_unit_test_setup_teardown(nobody_can_be_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(another_tree_was_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(an_older_copy, setup, teardown),
        cmocka_unit_test_setup_teardown(two_faces, setup, teardown),
        cmocka_unit_test_setup_teardown(misbehaves, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
