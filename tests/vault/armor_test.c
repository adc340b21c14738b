/* Armor both ways, in pieces; the vectors (vectors_test.c) hold the reader to its strictness. */
#include "pieces.h"

#include <string.h>

static void test_both_ways(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{1000, 1000}, {1, 1}, {48, 65}, {7, 64}, {49, 3}};
    for (size_t n = 0; n < 200; n++) {
        struct bytes first = {0};
        for (size_t how = 0; how < 5; how++) {
            struct vault_armor_writer writer;
            struct vault_armor_reader reader;
            struct bytes plain = bytes_made(n, 1), text = {0}, back = {0};
            vault_armor_writer_start(&writer);
            assert_int_equal(run_pieces(stepper_armor_writer(&writer), plain.p, n, sizes[how][0],
                                        sizes[how][1], how % 2, &text, NULL),
                             0);
            size_t lines = (n + 47) / 48;
            assert_int_equal(text.n, 35 + 33 + (n + 2) / 3 * 4 + lines);
            if (how == 0)
                bytes_add(&first, text.p, text.n);
            bytes_assert(&text, &first);
            vault_armor_reader_start(&reader);
            assert_int_equal(run_pieces(stepper_armor_reader(&reader), text.p, text.n, sizes[how][1],
                                        sizes[how][0], n % 2, &back, NULL),
                             0);
            bytes_assert(&back, &plain);
            bytes_free(&plain);
            bytes_free(&text);
            bytes_free(&back);
        }
        bytes_free(&first);
    }
}

static int read_armor(const char *text, size_t n, struct error *error)
{
    struct vault_armor_reader reader;
    struct bytes out = {0};
    vault_armor_reader_start(&reader);
    int result = run_pieces(stepper_armor_reader(&reader), (const uint8_t *)text, n, 11, 7, false, &out, error);
    bytes_free(&out);
    return result;
}

#define BEGIN "-----BEGIN AGE ENCRYPTED FILE-----\n"
#define END "-----END AGE ENCRYPTED FILE-----\n"

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where;
    } wrong[] = {
        {"", "armor line 0"},
        {BEGIN, "armor line 1"},
        {BEGIN "YWdl\n", "armor line 2"},
        {BEGIN "YWdl\n\n" END, "armor line 3"},
        {BEGIN "YWdl\nYWdl\n" END, "armor line 3"},
        {BEGIN "YWdlIg\n" END, "armor line 2"},
        {BEGIN "YWdlIh==\n" END, "armor line 2"},
        {BEGIN "YW dl\n" END, "armor line 2"},
        {BEGIN "YWd\0\n" END, "armor line 2"},
        {BEGIN "YWdl\n" END "x", "armor line 4"},
        {BEGIN "YWdl\n" END BEGIN "YWdl\n" END, "armor line 4"},
        {" " BEGIN "YWdl\n" END, "armor line 1"},
        {"text\n" BEGIN "YWdl\n" END, "armor line 1"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct error error = {0};
        size_t n = i == 8 ? sizeof(BEGIN "YWd\0\n" END) - 1 : strlen(wrong[i].text);
        assert_int_equal(read_armor(wrong[i].text, n, &error), ERROR_INPUT);
        assert_string_equal(error.where, wrong[i].where);
    }
    assert_int_equal(read_armor("\r\n \t\n" BEGIN "YWdl\r\n" END "  \n",
                                strlen("\r\n \t\n" BEGIN "YWdl\r\n" END "  \n"), NULL),
                     0);
}

static void test_white_space_outside(void **state)
{
    (void)state;
    for (int more = 0; more < 2; more++) {
        struct bytes before = {0}, after = {0};
        for (int i = 0; i < 1024 + more; i++)
            bytes_add(&before, "\n", 1);
        bytes_add(&before, BEGIN "YWdl\n" END, strlen(BEGIN "YWdl\n" END));
        bytes_add(&after, BEGIN "YWdl\n" END, strlen(BEGIN "YWdl\n" END));
        for (int i = 0; i < 1024 + more; i++)
            bytes_add(&after, "\n", 1);
        assert_int_equal(read_armor((const char *)before.p, before.n, NULL), more ? ERROR_INPUT : 0);
        assert_int_equal(read_armor((const char *)after.p, after.n, NULL), more ? ERROR_INPUT : 0);
        bytes_free(&before);
        bytes_free(&after);
    }
}

/* A line that does not end is refused when it is too long, and the reader stays refused. */
static void test_endless_line(void **state)
{
    (void)state;
    struct vault_armor_reader reader;
    uint8_t room[100];
    char line[2000];
    memset(line, 'A', sizeof line);
    vault_armor_reader_start(&reader);
    struct vault_flow flow = {(const uint8_t *)BEGIN, strlen(BEGIN), room, sizeof room};
    assert_int_equal(vault_armor_reader_step(&reader, &flow, false, NULL), 0);
    for (int i = 0; i < 2; i++) {
        flow = (struct vault_flow){(const uint8_t *)line, sizeof line, room, sizeof room};
        assert_int_equal(vault_armor_reader_step(&reader, &flow, false, NULL), ERROR_INPUT);
        assert_int_equal(flow.out_left, sizeof room);
    }
    assert_false(vault_armor_reader_done(&reader));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_white_space_outside),
        cmocka_unit_test(test_endless_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
