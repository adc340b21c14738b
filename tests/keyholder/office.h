#ifndef TESTS_KEYHOLDER_OFFICE_H
#define TESTS_KEYHOLDER_OFFICE_H

#include "keyholder_test.h"

#include "desk.h"

/* The keyholder's desk over a folder, without its process: requests are put to it by hand. */
#define ORIGIN "proviso.example/test"

struct office {
    struct keyholder_folder folder;
    struct keyholder_desk *desk;
    union message_request request;
    union message_reply reply;
    uint64_t sequence;
};

/* Whatever comes of it, close_office is for it. */
static inline int try_office(struct office *office, const char *home, struct error *error)
{
    memset(office, 0, sizeof *office);
    office->folder.fd = -1;
    int result = keyholder_folder_open(home, &office->folder, error);
    return result ? result : keyholder_desk_open(&office->folder, ORIGIN, &office->desk, error);
}

static inline void open_office(struct office *office, const struct place *place)
{
    struct error error = {0};
    if (try_office(office, place->home, &error) != 0)
        fail_msg("%s: %s", error.where, error.what);
}

static inline void close_office(struct office *office)
{
    keyholder_desk_close(&office->desk);
    keyholder_folder_close(&office->folder);
}

/* Sends office->request. 0, or the code of the failure, which *error tells. */
static inline int try_ask(struct office *office, enum message_kind kind, uint32_t count, struct error *error)
{
    const struct message_shape *shape = keyholder_message_shape(kind);
    office->request.head = (struct message_head){.magic = MESSAGE_MAGIC,
                                                 .version = MESSAGE_VERSION,
                                                 .kind = (uint16_t)kind,
                                                 .count = count,
                                                 .sequence = ++office->sequence};
    size_t size = keyholder_desk_answer(office->desk, &office->request, keyholder_message_size(shape->request, count), &office->reply);
    assert_int_equal(office->reply.head.sequence, office->sequence);
    if (office->reply.head.kind == MESSAGE_FAILURE) {
        assert_int_equal(size, sizeof office->reply.failure);
        return keyholder_message_failed(&office->reply.failure, error);
    }
    assert_int_equal(office->reply.head.kind, kind);
    assert_int_equal(size, keyholder_message_size(shape->reply, count));
    return 0;
}

static inline int ask(struct office *office, enum message_kind kind, uint32_t count)
{
    struct error ignored;
    return try_ask(office, kind, count, &ignored);
}

static inline int sign(struct office *office, struct ledger_growth growth)
{
    office->request.growth.growth = growth;
    return ask(office, MESSAGE_SIGN, 0);
}

#define IN_A_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)

#endif
