#include "message.h"

#include <string.h>

static const struct message_shape SHAPES[MESSAGE_KINDS] = {
    [MESSAGE_HELLO] = {"hello", sizeof(struct message_head), sizeof(struct message_description), false},
    [MESSAGE_KEYS] = {"keys", sizeof(struct message_head), sizeof(struct message_keys), true},
    [MESSAGE_UNWRAP] = {"unwrap", sizeof(struct message_wrapped), sizeof(struct message_plain), true},
    [MESSAGE_SIGN] = {"sign", sizeof(struct message_growth), sizeof(struct message_signature), false},
    [MESSAGE_TURN] = {"turn", sizeof(struct message_head), sizeof(struct message_epoch), false},
    [MESSAGE_REWRAP] = {"rewrap", sizeof(struct message_wrapped), sizeof(struct message_rewrapped), true},
    [MESSAGE_RETIRE] = {"retire", sizeof(struct message_epoch), sizeof(struct message_head), false},
    [MESSAGE_ESCROW] = {"escrow", sizeof(struct message_epoch), sizeof(struct message_share), false},
    [MESSAGE_ESCROWED] = {"escrowed", sizeof(struct message_epoch), sizeof(struct message_head), false},
};

const struct message_shape *keyholder_message_shape(unsigned kind)
{
    return kind < MESSAGE_KINDS && SHAPES[kind].name ? &SHAPES[kind] : NULL;
}

static int malformed(struct error *error, const char *what)
{
    return error_set(error, ERROR_INPUT, "keyholder message", "", "%s", what);
}

int keyholder_message_check(const void *message, size_t size, struct error *error)
{
    struct message_head head;
    if (size < sizeof head)
        return malformed(error, "it is shorter than the head of a message");
    memcpy(&head, message, sizeof head);
    const struct message_shape *shape = keyholder_message_shape(head.kind);
    if (head.magic != MESSAGE_MAGIC || head.version != MESSAGE_VERSION || head.zero != 0)
        return malformed(error, "it is not a message of this version");
    if (!shape)
        return malformed(error, "there is no request of this kind");
    if (size != shape->request)
        return malformed(error, "it does not have the size of its kind");
    if (head.sequence == 0)
        return malformed(error, "a request must have a sequence number");
    if (shape->counted ? head.count == 0 || head.count > KEYHOLDER_BATCH : head.count != 0)
        return malformed(error, "the number of keys is out of range");
    return 0;
}

void keyholder_message_fail(struct message_failure *failure, uint64_t sequence, const struct error *error)
{
    memset(failure, 0, sizeof *failure);
    failure->head = (struct message_head){
        .magic = MESSAGE_MAGIC, .version = MESSAGE_VERSION, .kind = MESSAGE_FAILURE, .sequence = sequence};
    failure->error = *error;
}

int keyholder_message_failed(const struct message_failure *failure, struct error *error)
{
    struct error told = failure->error;
    told.where[sizeof told.where - 1] = '\0';
    told.what[sizeof told.what - 1] = '\0';
    told.fix[sizeof told.fix - 1] = '\0';
    int code = told.code < 0 ? told.code : ERROR_SYSTEM;
    return error_set(error, code, told.where, told.fix, "%s", told.what);
}
