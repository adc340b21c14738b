#include "desk.h"

#include "base/error.h"
#include "base/log.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * The input is a conversation: messages, each after its length in two bytes (the lower first). They reach a
 * desk that has new keys in a folder of its own, in memory where the system has such a place.
 */
static char home[64];
static struct keyholder_folder folder = {.fd = -1, .path = home};

static void remove_folder(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", home);
    (void)!system(command);
}

static void set_up(void)
{
    struct error error;
    snprintf(home, sizeof home, "%s/keyholder-fuzz-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    /* Above errors: each refused signature is one. */
    log_threshold(LOG_LEVEL_ERROR + 1);
    if (sodium_init() < 0 || !mkdtemp(home) || atexit(remove_folder) != 0 ||
        keyholder_folder_open(home, &folder, &error) != 0)
        abort();
}

static int remove_file(void *self, const char *name, struct error *error)
{
    (void)self;
    (void)error;
    return unlinkat(folder.fd, name, 0);
}

static struct keyholder_desk *open_desk(void)
{
    struct keyholder_desk *desk;
    struct error error;
    if (keyholder_desk_open(&folder, "proviso.example/fuzz", &desk, &error) != 0)
        abort();
    return desk;
}

static void say(struct keyholder_desk *desk, const uint8_t *message, size_t size, uint64_t *signed_size)
{
    union message_reply reply;
    struct message_head head = {0};
    if (size >= sizeof head)
        memcpy(&head, message, sizeof head);
    size_t n = keyholder_desk_answer(desk, message, size, &reply);
    if (reply.head.magic != MESSAGE_MAGIC || reply.head.sequence != head.sequence)
        abort();
    if (reply.head.kind == MESSAGE_FAILURE) {
        if (n != sizeof reply.failure || reply.failure.error.code >= 0 || !reply.failure.error.what[0])
            abort();
        return;
    }
    const struct message_shape *shape = keyholder_message_shape(head.kind);
    if (!shape || size != keyholder_message_size(shape->request, head.count) ||
        n != keyholder_message_size(shape->reply, head.count) || reply.head.kind != head.kind)
        abort();
    if (head.kind == MESSAGE_HELLO) {
        uint64_t now = reply.description.description.signed_tree.size;
        if (now < *signed_size)
            abort();
        *signed_size = now;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct message_head hello = {
        .magic = MESSAGE_MAGIC, .version = MESSAGE_VERSION, .kind = MESSAGE_HELLO, .sequence = 1};
    uint64_t signed_size = 0;
    if (folder.fd < 0)
        set_up();
    if (keyholder_folder_list(&folder, remove_file, NULL, NULL) != 0)
        abort();
    struct keyholder_desk *desk = open_desk();
    for (int messages = 0; size >= 2 && messages < 16; messages++) {
        size_t n = (size_t)data[0] | (size_t)data[1] << 8;
        data += 2;
        size -= 2;
        n = n < size ? n : size;
        say(desk, data, n, &signed_size);
        data += n;
        size -= n;
    }
    /* What it remembers when it is closed is what it says when it is opened again. */
    say(desk, (const uint8_t *)&hello, sizeof hello, &signed_size);
    uint64_t before = signed_size;
    keyholder_desk_close(&desk);
    desk = open_desk();
    say(desk, (const uint8_t *)&hello, sizeof hello, &signed_size);
    keyholder_desk_close(&desk);
    if (signed_size != before)
        abort();
    return 0;
}
