/* The index of names moves to its other table and to another key, while people are added, searched for and disposed of. */
#include "names_home.h"

#include "case/names.h"
#include "inside.h"
#include "keys.h"
#include "names.h"
#include "writer/writer.h"

#include "store.h"
#include "work/name_index.h"

#include <stdio.h>

struct move {
    struct arena *arena;
    struct turn_key fresh;
    struct name_moving page;
    struct name_cut late;
    struct text agency, subject;
};

static int begin(struct store_session *session, void *context, struct error *error)
{
    struct move *move = context;
    struct turn turn = names_turn(home.gate, move->arena, session);
    turn.key = move->fresh;
    return name_move_begin(&turn, error);
}

static int write_page(struct store_session *session, void *context, struct error *error)
{
    struct move *move = context;
    struct turn turn = names_turn(home.gate, move->arena, session);
    return name_move_write(&turn, &move->page, error);
}

static int add_late(struct store_session *session, void *context, struct error *error)
{
    struct move *move = context;
    struct turn turn = names_turn(home.gate, move->arena, session);
    return name_index_add(&turn, move->agency, move->subject, &move->late, error);
}

static void read_session(struct move *move, struct store_session **session, struct turn *turn)
{
    struct error error;
    must(store_reader(home.gate->store, session, &error), &error, "store_reader");
    *turn = names_turn(home.gate, move->arena, *session);
}

static void read_page(struct move *move)
{
    struct error error;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    struct turn turn;
    read_session(move, &session, &turn);
    must(name_move_read(&turn, &move->page, &error), &error, "name_move_read");
}

/* Cuts a name as if it were about to be written, in memory that lasts; it is not in the index. */
static void cut_late(struct move *move, struct arena *kept, const struct id *late, const char *name)
{
    struct error error;
    struct raw raw = raw_open(&home, "proviso");
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    struct turn turn;
    move->agency = id_text(&home.school);
    move->subject = id_text(late);
    read_session(move, &session, &turn);
    turn.arena = kept;
    must(name_cut(&turn, move->agency, text_of(name), &move->late, &error), &error, "name_cut");
    raw_run(&raw, "DELETE FROM subject_trigram WHERE subject_id = '%s'", late->text);
    raw_run(&raw, "DELETE FROM subject_trigram_2 WHERE subject_id = '%s'", late->text);
    raw_close(&raw);
}

/* Everybody is found at every step, also who was prepared before it began and is written while it goes on. */
static void move_once(const struct id *first, const struct id *late, const char *late_name)
{
    struct error error;
    struct raw raw = raw_open(&home, "proviso");
    struct move move = {.arena = arena_new(4 << 20, ARENA_SECRET)};
    struct arena *kept = arena_new(1 << 16, ARENA_SECRET);
    struct text old = raw_text(&raw, "SELECT key_id FROM name_key");
    cut_late(&move, kept, late, late_name);

    must(keys_fresh(home.gate, gate_now(home.gate), &move.fresh, &error), &error, "keys_fresh");
    must(writer_do(home.gate, begin, &move, false, &error), &error, "begin");
    must(writer_do(home.gate, begin, &move, false, &error), &error, "begin again"); /* as after a crash */
    must(writer_do(home.gate, add_late, &move, false, &error), &error, "add");
    (void)open_case(teacher, "Ysolde Meanwhile");
    struct id added;
    size_t pages = 0;
    while (!move.page.done) {
        must_find(teacher, "Quillfether", first);
        must_find(teacher, late_name, late);
        assert_true(search(teacher, "Ysolde Meanwhile", &added) >= 1);
        home_verify(home.gate, home.arena);
        read_page(&move);
        must(writer_do(home.gate, write_page, &move, false, &error), &error, "name_move_write");
        pages++;
    }
    assert_true(pages >= 3);
    must_find(teacher, "Quillfether", first);
    must_find(teacher, late_name, late);
    home_verify(home.gate, home.arena);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM record_key WHERE id = '%.*s'", TEXT_ARGS(old)), 0);
    assert_int_equal(writer_do(home.gate, add_late, &move, false, &error), ERROR_CONFLICT); /* under a key that is gone */
    arena_free(&move.arena);
    arena_free(&kept);
    raw_close(&raw);
}

static void test_of_a_move(void **state)
{
    (void)state;
    char name[60];
    struct id quill = {""}, late;
    assert_int_equal(search(teacher, "Quillfether", &quill), 1);
    for (int i = 0; i < NAME_MOVE_PAGE + 10; i++) {
        snprintf(name, sizeof name, "Body %c%c%c%c", 'b' + i % 7, 'b' + i / 7 % 7, 'b' + i / 49, 'k');
        open_case(teacher, name);
    }
    late = open_case(teacher, "Tamsin Straggler");
    for (int i = 0; i < 2; i++) {
        move_once(&quill, &late, "Tamsin Straggler");
        begin_again();
    }
}

static int64_t pieces_of(struct raw *raw, struct text subject)
{
    return raw_int(raw, "SELECT count(*) FROM (SELECT * FROM subject_trigram UNION ALL SELECT * FROM subject_trigram_2)"
                        " WHERE subject_id = '%.*s'", TEXT_ARGS(subject));
}

/* One name that does not open costs nobody else theirs, when the index is made and when it moves. */
static void test_beside_one_that_does_not_open(void **state)
{
    (void)state;
    struct id quill = {""}, late = {""};
    struct error error;
    int pages = 0;
    struct raw raw = raw_open(&home, "proviso");
    struct move move = {.arena = arena_new(4 << 20, ARENA_SECRET)};
    struct arena *kept = arena_new(1 << 16, ARENA_SECRET);
    assert_int_equal(search(teacher, "Quillfether", &quill), 1);
    assert_int_equal(search(teacher, "Tamsin Straggler", &late), 1);
    struct text bad = raw_text(&raw, "SELECT id FROM subject ORDER BY id LIMIT 1 OFFSET 2");
    struct text wrapped = raw_text(&raw, "SELECT hex(wrapped) FROM record_key WHERE id = (SELECT key_id FROM subject WHERE id = '%.*s')",
                                   TEXT_ARGS(bad));
    raw_run(&raw, "UPDATE record_key SET wrapped = zeroblob(length(wrapped)) WHERE id = (SELECT key_id FROM subject WHERE id = '%.*s')",
            TEXT_ARGS(bad));
    damage_name_key(&raw);
    begin_again();
    must_find(teacher, "Quillfether", &quill);
    must_find(teacher, "Tamsin Straggler", &late);
    assert_int_equal(pieces_of(&raw, bad), 0);

    cut_late(&move, kept, &late, "Tamsin Straggler");
    must(keys_fresh(home.gate, gate_now(home.gate), &move.fresh, &error), &error, "keys_fresh");
    must(writer_do(home.gate, begin, &move, false, &error), &error, "begin");
    raw_run(&raw, "INSERT INTO %s VALUES ('%s', 'of one that does not open', '%.*s'), ('%s', 'of nobody', 'nobody')",
            raw_int(&raw, "SELECT second FROM trigram_side") ? "subject_trigram" : "subject_trigram_2", home.school.text, TEXT_ARGS(bad),
            home.school.text);
    /* who is disposed of between reading and writing does not come back; who is written then is not left behind */
    read_page(&move);
    struct text gone = arena_text(kept, move.page.moved[move.page.n - 1].subject);
    assert_true(move.page.moved[move.page.n - 1].n > 0);
    raw_run(&raw, "DELETE FROM subject_trigram WHERE subject_id = '%.*s'; DELETE FROM subject_trigram_2 WHERE subject_id = '%.*s'",
            TEXT_ARGS(gone), TEXT_ARGS(gone));
    must(writer_do(home.gate, write_page, &move, false, &error), &error, "name_move_write");
    do {
        assert_true(pages++ < 20); /* nobody's pieces are in the way for ever */
        read_page(&move);
        if (move.page.n == 0 && pieces_of(&raw, move.subject) == 0)
            must(writer_do(home.gate, add_late, &move, false, &error), &error, "add");
        must(writer_do(home.gate, write_page, &move, false, &error), &error, "name_move_write");
    } while (!move.page.done);
    must_find(teacher, "Quillfether", &quill);
    must_find(teacher, "Tamsin Straggler", &late);
    assert_int_equal(pieces_of(&raw, bad) + pieces_of(&raw, gone) + pieces_of(&raw, TEXT("nobody")), 0);

    raw_run(&raw, "UPDATE record_key SET wrapped = x'%.*s' WHERE id = (SELECT key_id FROM subject WHERE id = '%.*s')",
            TEXT_ARGS(wrapped), TEXT_ARGS(bad));
    damage_name_key(&raw);
    begin_again();
    arena_free(&move.arena);
    arena_free(&kept);
    raw_close(&raw);
    home_verify(home.gate, home.arena);
}

/* A key that the index claims, and that is an entry's, is not destroyed when the index moves. */
static void test_of_a_key_that_is_an_entrys(void **state)
{
    (void)state;
    struct id found;
    int pages = 0;
    struct error error;
    struct raw raw = raw_open(&home, "proviso");
    struct move move = {.arena = arena_new(4 << 20, ARENA_SECRET)};
    struct text entry = raw_text(&raw, "SELECT key_id FROM entry ORDER BY idx LIMIT 1");
    raw_run(&raw, "DELETE FROM record_key WHERE id = (SELECT key_id FROM name_key); UPDATE name_key SET key_id = '%.*s'", TEXT_ARGS(entry));
    must(keys_fresh(home.gate, gate_now(home.gate), &move.fresh, &error), &error, "keys_fresh");
    must(writer_do(home.gate, begin, &move, false, &error), &error, "begin");
    do {
        assert_true(pages++ < 20);
        read_page(&move);
        must(writer_do(home.gate, write_page, &move, false, &error), &error, "name_move_write");
    } while (!move.page.done);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM record_key WHERE id = '%.*s'", TEXT_ARGS(entry)), 1);
    assert_int_equal(search(teacher, "Quillfether", &found), 1);
    arena_free(&move.arena);
    raw_close(&raw);
    home_verify(home.gate, home.arena);
}

static int make_with_one(void **state)
{
    (void)make(state);
    (void)open_case(teacher, "Zoë Quillfether");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_a_move),
        cmocka_unit_test(test_beside_one_that_does_not_open),
        cmocka_unit_test(test_of_a_key_that_is_an_entrys),
    };
    return cmocka_run_group_tests(tests, make_with_one, drop);
}
