#include "message.h"

#include <stddef.h>
#include <string.h>

#define WHOLE(type) {sizeof(type), 0}
#define FOR_EACH(type, keys) {offsetof(type, keys), sizeof(((type *)0)->keys[0])}

static const struct message_shape SHAPES[MESSAGE_KINDS] = {
    [MESSAGE_HELLO] = {"hello", WHOLE(struct message_head), WHOLE(struct message_description), false},
    [MESSAGE_KEYS] = {"keys", WHOLE(struct message_head), FOR_EACH(struct message_keys, key), true},
    [MESSAGE_UNWRAP] = {"unwrap", FOR_EACH(struct message_wrapped, wrapped), FOR_EACH(struct message_plain, key), true},
    [MESSAGE_SIGN] = {"sign", WHOLE(struct message_growth), WHOLE(struct message_signature), false},
    [MESSAGE_TURN] = {"turn", WHOLE(struct message_head), WHOLE(struct message_epoch), false},
    [MESSAGE_REWRAP] = {"rewrap", FOR_EACH(struct message_wrapped, wrapped), FOR_EACH(struct message_rewrapped, wrapped), true},
    [MESSAGE_RETIRE] = {"retire", WHOLE(struct message_epoch), WHOLE(struct message_head), false},
    [MESSAGE_ESCROW] = {"escrow", WHOLE(struct message_epoch), WHOLE(struct message_share), false},
    [MESSAGE_ESCROWED] = {"escrowed", WHOLE(struct message_epoch), WHOLE(struct message_head), false},
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
    if (head.sequence == 0)
        return malformed(error, "a request must have a sequence number");
    if (shape->counted ? head.count == 0 || head.count > KEYHOLDER_BATCH : head.count != 0)
        return malformed(error, "the number of keys is out of range");
    if (size != keyholder_message_size(shape->request, head.count))
        return malformed(error, "it does not have the size of its kind");
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
