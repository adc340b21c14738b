/* The keyholder without its process: what it answers and what it refuses. */
#include "office.h"

#include "epoch.h"

#include "base/arena.h"
#include "ledger/checkpoint.h"

#include <fcntl.h>
#include <sodium.h>

static void the_first_request_must_be_hello(void **state)
{
    struct office office;
    open_office(&office, *state);
    assert_int_equal(ask(&office, MESSAGE_KEYS, 1), ERROR_INPUT);
    assert_int_equal(sign(&office, log_growth(0, 1, 0)), ERROR_INPUT);
    assert_int_equal(ask(&office, MESSAGE_HELLO, 0), 0);
    const struct keyholder_description *d = &office.reply.description.description;
    assert_string_equal(d->origin, ORIGIN);
    assert_int_equal(d->epoch, 1);
    assert_int_equal(d->oldest_epoch, 1);
    assert_int_equal(d->signed_tree.size, 0);
    assert_int_equal(ask(&office, MESSAGE_KEYS, 1), 0);
    close_office(&office);
}

static void malformed_messages_are_refused(void **state)
{
    struct office office;
    open_office(&office, *state);
    assert_int_equal(ask(&office, MESSAGE_HELLO, 0), 0);
    struct message_head good = {
        .magic = MESSAGE_MAGIC, .version = MESSAGE_VERSION, .kind = MESSAGE_KEYS, .count = 1, .sequence = 9};
    struct message_head bad[8];
    for (size_t i = 0; i < 8; i++)
        bad[i] = good;
    bad[0].magic ^= 1;
    bad[1].version++;
    bad[2].kind = 0;
    bad[3].kind = MESSAGE_KINDS;
    bad[4].count = 0;
    bad[5].count = KEYHOLDER_BATCH + 1;
    bad[6].zero = 1;
    bad[7].sequence = 0;
    for (size_t i = 0; i < 8; i++) {
        keyholder_desk_answer(office.desk, &bad[i], sizeof bad[i], &office.reply);
        assert_int_equal(office.reply.head.kind, MESSAGE_FAILURE);
        assert_int_equal(office.reply.failure.error.code, ERROR_INPUT);
    }
    for (size_t size = 0; size < sizeof good; size++) {
        keyholder_desk_answer(office.desk, &good, size, &office.reply);
        assert_int_equal(office.reply.head.kind, MESSAGE_FAILURE);
    }
    keyholder_desk_answer(office.desk, &good, sizeof good, &office.reply);
    assert_int_equal(office.reply.head.kind, MESSAGE_KEYS);
    /* A right head, and a body that is a byte too short or too long. */
    for (unsigned kind = MESSAGE_HELLO; kind < MESSAGE_KINDS; kind++) {
        const struct message_shape *shape = keyholder_message_shape(kind);
        struct {
            union message_request request;
            uint8_t more;
        } message = {0};
        good.kind = (uint16_t)kind;
        good.count = shape->counted ? 1 : 0;
        message.request.head = good;
        const size_t right = keyholder_message_size(shape->request, good.count);
        for (size_t size = right - 1; size <= right + 1; size += 2) {
            keyholder_desk_answer(office.desk, &message, size, &office.reply);
            assert_int_equal(office.reply.head.kind, MESSAGE_FAILURE);
            assert_int_equal(office.reply.failure.error.code, ERROR_INPUT);
        }
    }
    close_office(&office);
}

static void keys_are_fresh_and_unwrap_to_themselves(void **state)
{
    struct office office;
    struct data_key keys[KEYHOLDER_BATCH];
    open_office(&office, *state);
    ask(&office, MESSAGE_HELLO, 0);
    assert_int_equal(ask(&office, MESSAGE_KEYS, KEYHOLDER_BATCH), 0);
    memcpy(keys, office.reply.keys.key, sizeof keys);
    for (size_t i = 0; i < KEYHOLDER_BATCH; i++) {
        assert_int_equal(wrapped_key_epoch(&keys[i].wrapped), 1);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(keys[i].key, keys[j].key, DATA_KEY_SIZE);
        office.request.wrapped.wrapped[i] = keys[i].wrapped;
    }
    assert_int_equal(ask(&office, MESSAGE_UNWRAP, KEYHOLDER_BATCH), 0);
    for (size_t i = 0; i < KEYHOLDER_BATCH; i++) {
        assert_int_equal(office.reply.plain.verdict[i], WRAPPED_GOOD);
        assert_memory_equal(office.reply.plain.key[i], keys[i].key, DATA_KEY_SIZE);
    }
    /* Asked for one, one comes: the answer ends with it, and nothing is written beyond. */
    memset(&office.reply, 0xa5, sizeof office.reply);
    assert_int_equal(ask(&office, MESSAGE_KEYS, 1), 0);
    for (size_t i = sizeof(struct message_head) + sizeof(struct data_key); i < sizeof office.reply; i++)
        assert_int_equal(((const uint8_t *)&office.reply)[i], 0xa5);
    assert_int_equal(keyholder_message_size(keyholder_message_shape(MESSAGE_KEYS)->reply, 1),
                     sizeof(struct message_head) + sizeof(struct data_key));
    close_office(&office);
}

static void any_altered_byte_spoils_a_wrapped_key(void **state)
{
    struct office office;
    const uint8_t nothing[DATA_KEY_SIZE] = {0};
    open_office(&office, *state);
    ask(&office, MESSAGE_HELLO, 0);
    ask(&office, MESSAGE_KEYS, 1);
    struct wrapped_key good = office.reply.keys.key[0].wrapped;
    for (size_t i = 0; i < WRAPPED_KEY_SIZE; i++) {
        office.request.wrapped.wrapped[0] = good;
        office.request.wrapped.wrapped[0].byte[i] ^= 0x40;
        office.request.wrapped.wrapped[1] = good;
        assert_int_equal(ask(&office, MESSAGE_UNWRAP, 2), 0);
        /* Bytes 1 to 4 are the number of the epoch. */
        assert_int_equal(office.reply.plain.verdict[0],
                         i >= 1 && i <= 4 ? WRAPPED_UNKNOWN_EPOCH : WRAPPED_BAD);
        assert_memory_equal(office.reply.plain.key[0], nothing, DATA_KEY_SIZE);
        assert_int_equal(office.reply.plain.verdict[1], WRAPPED_GOOD);
    }
    close_office(&office);
}

static void only_growing_trees_are_signed(void **state)
{
    struct office office;
    open_office(&office, *state);
    ask(&office, MESSAGE_HELLO, 0);
    /* Every growth by proof, from every size. */
    static const size_t sizes[] = {1, 2, 3, 7, 8, 9, 64, 100, 255, 256, 257};
    size_t from = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_int_equal(sign(&office, log_growth(from, sizes[i], 0)), 0);
        from = sizes[i];
    }
    /* The same again, whatever the request says that it grew from. */
    assert_int_equal(sign(&office, log_growth(256, 257, 0)), 0);
    assert_int_equal(sign(&office, log_growth(3, 257, 0)), 0);
    /* Rolled back. */
    assert_int_equal(sign(&office, log_growth(255, 256, 0)), ERROR_CHECK);
    assert_int_equal(sign(&office, log_growth(0, 1, 0)), ERROR_CHECK);
    assert_non_null(strstr(office.reply.failure.error.what, "257"));
    /* Another tree of the same size; a tree that grew from another one. */
    assert_int_equal(sign(&office, log_growth(256, 257, 1)), ERROR_CHECK);
    assert_int_equal(sign(&office, log_growth(257, 258, 1)), ERROR_CHECK);
    /* Honest, but from an older place: it is told so. */
    assert_int_equal(sign(&office, log_growth(256, 258, 0)), ERROR_CONFLICT);
    /* A proof with a wrong, a missing or a superfluous hash. */
    struct ledger_growth growth = log_growth(257, 260, 0);
    assert_true(growth.proof.count > 1);
    for (uint32_t i = 0; i < growth.proof.count; i++) {
        struct ledger_growth wrong = growth;
        wrong.proof.hash[i].byte[i % 32] ^= 1;
        assert_int_equal(sign(&office, wrong), ERROR_CHECK);
    }
    struct ledger_growth wrong = growth;
    wrong.proof.count--;
    assert_int_equal(sign(&office, wrong), ERROR_CHECK);
    wrong.proof.count = growth.proof.count + 1;
    assert_int_equal(sign(&office, wrong), ERROR_CHECK);
    wrong.proof.count = UINT32_MAX;
    assert_int_equal(sign(&office, wrong), ERROR_CHECK);
    wrong = growth;
    wrong.to.size = UINT64_MAX;
    assert_int_equal(sign(&office, wrong), ERROR_CHECK);
    /* A root of the request's own invention as the place it grew from does not help. */
    wrong = log_growth(257, 260, 1);
    assert_int_equal(sign(&office, wrong), ERROR_CHECK);
    /* After all that the true log goes on. */
    assert_int_equal(sign(&office, growth), 0);
    close_office(&office);
}

static void the_signature_is_over_the_checkpoint(void **state)
{
    struct office office;
    struct error error = {0};
    open_office(&office, *state);
    ask(&office, MESSAGE_HELLO, 0);
    struct keyholder_description d = office.reply.description.description;
    struct ledger_growth growth = log_growth(0, 123, 0);
    assert_int_equal(sign(&office, growth), 0);
    ARENA_SCOPE struct arena *arena = arena_new(65536, ARENA_PLAIN);
    struct ledger_checkpoint checkpoint = {.origin = text_of(d.origin), .head = growth.to};
    struct text note;
    assert_int_equal(ledger_checkpoint_text(arena, &checkpoint, &note, &error), 0);
    assert_int_equal(crypto_sign_verify_detached(office.reply.signature.signature, (const uint8_t *)note.p,
                                                 note.n, d.public_key),
                     0);
    uint8_t first[LEDGER_SIGNATURE_SIZE];
    memcpy(first, office.reply.signature.signature, sizeof first);
    assert_int_equal(sign(&office, growth), 0);
    assert_memory_equal(office.reply.signature.signature, first, sizeof first);
    close_office(&office);
}

static void a_retired_epoch_is_gone(void **state)
{
    const struct place *place = *state;
    struct office office;
    struct stat status;
    char path[100];
    open_office(&office, place);
    ask(&office, MESSAGE_HELLO, 0);
    ask(&office, MESSAGE_KEYS, 2);
    struct data_key kept = office.reply.keys.key[0], disposed = office.reply.keys.key[1];
    office.request.epoch.epoch = 1;
    assert_int_equal(ask(&office, MESSAGE_RETIRE, 0), ERROR_INVALID);
    assert_int_equal(ask(&office, MESSAGE_TURN, 0), 0);
    assert_int_equal(office.reply.epoch.epoch, 2);
    assert_int_equal(ask(&office, MESSAGE_TURN, 0), ERROR_CONFLICT);
    /* A crash here: both epochs are still there. */
    close_office(&office);
    open_office(&office, place);
    ask(&office, MESSAGE_HELLO, 0);
    assert_int_equal(office.reply.description.description.epoch, 2);
    assert_int_equal(office.reply.description.description.oldest_epoch, 1);
    office.request.wrapped.wrapped[0] = kept.wrapped;
    memset(&office.request.wrapped.wrapped[1], 7, sizeof(struct wrapped_key));
    assert_int_equal(ask(&office, MESSAGE_REWRAP, 2), 0);
    assert_int_equal(office.reply.rewrapped.verdict[0], WRAPPED_GOOD);
    assert_int_equal(office.reply.rewrapped.verdict[1], WRAPPED_BAD);
    static const struct wrapped_key none;
    assert_memory_equal(&office.reply.rewrapped.wrapped[1], &none, sizeof none);
    struct wrapped_key fresh = office.reply.rewrapped.wrapped[0];
    assert_int_equal(wrapped_key_epoch(&fresh), 2);
    office.request.epoch.epoch = 2;
    assert_int_equal(ask(&office, MESSAGE_RETIRE, 0), ERROR_INVALID);
    office.request.epoch.epoch = 1;
    assert_int_equal(ask(&office, MESSAGE_RETIRE, 0), 0);
    office.request.epoch.epoch = 1;
    assert_int_equal(ask(&office, MESSAGE_RETIRE, 0), 0);
    for (int again = 0; again < 2; again++) {
        office.request.wrapped.wrapped[0] = fresh;
        office.request.wrapped.wrapped[1] = kept.wrapped;
        office.request.wrapped.wrapped[2] = disposed.wrapped;
        assert_int_equal(ask(&office, MESSAGE_UNWRAP, 3), 0);
        assert_int_equal(office.reply.plain.verdict[0], WRAPPED_GOOD);
        assert_memory_equal(office.reply.plain.key[0], kept.key, DATA_KEY_SIZE);
        assert_int_equal(office.reply.plain.verdict[1], WRAPPED_UNKNOWN_EPOCH);
        assert_int_equal(office.reply.plain.verdict[2], WRAPPED_UNKNOWN_EPOCH);
        close_office(&office);
        open_office(&office, place);
        ask(&office, MESSAGE_HELLO, 0);
    }
    close_office(&office);
    snprintf(path, sizeof path, "%s/epoch-1", place->home);
    assert_int_not_equal(stat(path, &status), 0);
    snprintf(path, sizeof path, "%s/retired-1", place->home);
    assert_int_not_equal(stat(path, &status), 0);
}

/* The bytes of the key file itself are overwritten, seen through a second descriptor that outlives the name.
 */
static void a_retired_key_is_overwritten(void **state)
{
    const struct place *place = *state;
    struct office office;
    char path[100];
    uint8_t before[84], after[84];
    open_office(&office, place);
    ask(&office, MESSAGE_HELLO, 0);
    snprintf(path, sizeof path, "%s/epoch-1", place->home);
    int fd = open(path, O_RDONLY);
    assert_int_equal(pread(fd, before, sizeof before, 0), sizeof before);
    ask(&office, MESSAGE_TURN, 0);
    office.request.epoch.epoch = 1;
    assert_int_equal(ask(&office, MESSAGE_RETIRE, 0), 0);
    assert_int_equal(pread(fd, after, sizeof after, 0), sizeof after);
    for (size_t i = 0; i + 8 <= sizeof before; i += 8)
        assert_memory_not_equal(before + i, after + i, 8);
    close(fd);
    close_office(&office);
}

/* XChaCha20-Poly1305 with the associated data of the header: opened here by hand. */
static void a_wrapped_key_is_what_the_header_says(void **state)
{
    (void)state;
    struct keyholder_epochs epochs = {.count = 1, .epoch = {{.number = 0x01020304}}};
    uint8_t key[DATA_KEY_SIZE], plain[DATA_KEY_SIZE];
    struct wrapped_key wrapped;
    randombytes_buf(epochs.epoch[0].key, 32);
    randombytes_buf(key, sizeof key);
    keyholder_epochs_wrap(&epochs, key, &wrapped);
    const uint8_t data[] = "proviso record key\x01\x01\x02\x03\x04";
    assert_memory_equal(wrapped.byte, "\x01\x01\x02\x03\x04", 5);
    assert_int_equal(crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, wrapped.byte + 29, 48,
                                                                data, sizeof data - 1, wrapped.byte + 5,
                                                                epochs.epoch[0].key),
                     0);
    assert_memory_equal(plain, key, sizeof key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(the_first_request_must_be_hello),
        IN_A_PLACE(malformed_messages_are_refused),
        IN_A_PLACE(keys_are_fresh_and_unwrap_to_themselves),
        IN_A_PLACE(any_altered_byte_spoils_a_wrapped_key),
        IN_A_PLACE(only_growing_trees_are_signed),
        IN_A_PLACE(the_signature_is_over_the_checkpoint),
        IN_A_PLACE(a_retired_epoch_is_gone),
        IN_A_PLACE(a_retired_key_is_overwritten),
        IN_A_PLACE(a_wrapped_key_is_what_the_header_says),
    };
    if (sodium_init() < 0)
        return 1;
    umask(077);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
