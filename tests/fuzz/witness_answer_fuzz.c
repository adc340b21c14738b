/*
 * What a witness answers: two bytes of status, a byte that chooses the type, then the body. Nothing but a real signature
 * passes for one, and none can be had here: the key is sound (RFC 8032, test 1) and has signed nothing of this.
 */
#include "answer.h"
#include "base.h"
#include "ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char NOTE[] = "log.example/partnership\n3\nOEK8W6fGnWe6s/1LCcEbkcTnmgjmxLzPHWw4itJ4Cvg=\n\n"
                           "\xe2\x80\x94 log.example/partnership "
                           "u4Dzt8TAdkJ8LCdTlz3A7M0xvTOZCnmPXQ0y3xnUQEKcVbIaksOpYVw0FMWEog/MBKBZi3cKNraeTfl4gTbTXnpawgw=\n";

static void must(bool holds)
{
    if (!holds)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t public_key[32] = {0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe,
                                           0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6,
                                           0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};
    static const long statuses[] = {200, 409, 429, 400, 403, 404, 422, 500, 0, 302};
    if (size < 2)
        return 0;
    ARENA_SCOPE struct arena *arena = arena_new(8 << 20, ARENA_PLAIN);
    struct ledger_key key;
    struct error error;
    must(ledger_key_make(LEDGER_KEY_WITNESS, TEXT("witness.example/one"), public_key, &key, &error) == 0);
    struct text body = {(const char *)data + 2, size - 2};
    struct witness_answer answer =
        witness_answer_read(arena, &key, text_of(NOTE), statuses[data[0] % (sizeof statuses / sizeof *statuses)],
                            data[1] & 1 ? TEXT("text/x.tlog.size") : TEXT("text/plain"), body);
    must(answer.kind != WITNESS_COSIGNED);
    must(answer.problem[0] && text_is_utf8(text_of(answer.problem)));
    if (answer.kind == WITNESS_OTHER_SIZE) {
        struct text again = arena_format(arena, "%llu\n", (unsigned long long)answer.size);
        must(text_equal(again, body) && answer.size <= LEDGER_SIZE_MAX);
    }
    return 0;
}
