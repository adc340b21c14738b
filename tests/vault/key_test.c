/* Written keys and identity files. */
#include "pieces.h"

#include <string.h>

/* The key pair of the specification's test vectors; the public half as age-keygen -y gives it. */
#define SECRET "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"
#define PUBLIC "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef"

static void test_known_pair(void **state)
{
    (void)state;
    struct vault_identity identity;
    struct vault_recipient recipient, parsed;
    char secret[VAULT_IDENTITY_LENGTH + 1], public[VAULT_RECIPIENT_LENGTH + 1];
    assert_int_equal(vault_identity_parse(TEXT(SECRET), &identity, NULL), 0);
    vault_identity_format(&identity, secret);
    assert_string_equal(secret, SECRET);
    assert_int_equal(vault_identity_recipient(&identity, &recipient, NULL), 0);
    vault_recipient_format(&recipient, public);
    assert_string_equal(public, PUBLIC);
    assert_int_equal(vault_recipient_parse(TEXT(PUBLIC), &parsed, NULL), 0);
    assert_memory_equal(parsed.point, recipient.point, 32);
}

/* Bech32 finds every single wrong character; case never mixes. */
static void test_typing_errors(void **state)
{
    (void)state;
    struct vault_identity identity;
    struct vault_recipient recipient;
    char copy[128];
    for (size_t i = 0; i < strlen(PUBLIC); i++) {
        for (const char *c = "qpzry9x8gf2tvdw0s3jn54khce6mua7l1bioA"; *c; c++) {
            strcpy(copy, PUBLIC);
            copy[i] = *c;
            int same = strcmp(copy, PUBLIC) == 0;
            assert_int_equal(vault_recipient_parse(text_of(copy), &recipient, NULL), same ? 0 : ERROR_INPUT);
        }
    }
    for (size_t i = 0; i < strlen(SECRET); i++) {
        strcpy(copy, SECRET);
        copy[i] = copy[i] >= 'A' ? (char)(copy[i] + 32) : copy[i] == '4' ? '5' : '4';
        assert_int_equal(vault_identity_parse(text_of(copy), &identity, NULL), ERROR_INPUT);
    }
    for (size_t n = 0; n < strlen(SECRET); n++)
        assert_int_equal(vault_identity_parse(text_cut(TEXT(SECRET), 0, n), &identity, NULL), ERROR_INPUT);
}

static void test_messages(void **state)
{
    (void)state;
    struct vault_recipient recipient;
    struct error error;
    assert_int_equal(vault_recipient_parse(TEXT(SECRET), &recipient, &error), ERROR_INPUT);
    assert_non_null(strstr(error.what, "secret key"));
    assert_null(strstr(error.what, "EGTZ")); /* errors do not repeat secrets */
    assert_int_equal(vault_recipient_parse(TEXT("ssh-ed25519 AAAA"), &recipient, &error), ERROR_INPUT);
}

static void test_identity_file(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_SECRET);
    const struct vault_identity *list;
    struct error error;
    size_t count;
    struct text good = TEXT("# created: today\n# public key: " PUBLIC "\n\n" SECRET "\r\n  \n" SECRET
                            "\n" SECRET "\n" SECRET "\n" SECRET);
    assert_int_equal(vault_identities_read(arena, good, "keys", &list, &count, NULL), 0);
    assert_int_equal(count, 5);
    assert_memory_equal(list[0].scalar, list[4].scalar, 32);
    assert_int_equal(vault_identities_read(arena, TEXT("# nothing\n"), "keys", &list, &count, NULL),
                     ERROR_INPUT);
    assert_int_equal(vault_identities_read(arena, TEXT(""), "keys", &list, &count, NULL), ERROR_INPUT);
    assert_int_equal(
        vault_identities_read(arena, TEXT(SECRET "\n#\nnonsense\n"), "keys", &list, &count, &error),
        ERROR_INPUT);
    assert_non_null(strstr(error.where, "keys line 3"));
    assert_int_equal(
        vault_identities_read(arena, TEXT("AGE-PLUGIN-YUBIKEY-1QQ\n"), "keys", &list, &count, &error),
        ERROR_INPUT);
    assert_int_equal(
        vault_identities_read(arena, TEXT("age-encryption.org/v1\n"), "keys", &list, &count, &error),
        ERROR_INPUT);
    assert_non_null(strstr(error.what, "itself sealed"));
}

/* The four bits behind the last byte: else one key could be written in sixteen ways. */
static void test_one_way_to_write_a_key(void **state)
{
    (void)state;
    struct vault_identity identity;
    struct error error;
    assert_int_equal(vault_identity_parse(TEXT("AGE-SECRET-KEY-1QV9PZXQLYCKNGW6ZF9G9WHN9D3EH4QVG37TFMF9TK2UUP37W6HWQMQY8HY"), &identity, &error), 0);
    assert_int_equal(vault_identity_parse(TEXT("AGE-SECRET-KEY-1QV9PZXQLYCKNGW6ZF9G9WHN9D3EH4QVG37TFMF9TK2UUP37W6HWPXKSJ2K"), &identity, &error), ERROR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_pair),
        cmocka_unit_test(test_typing_errors),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_identity_file),
        cmocka_unit_test(test_one_way_to_write_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
