#include "policy/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static bool is_under(const char *address, const char *listed)
{
    struct text domain;
    return policy_address_domain(text_of(address), &domain) && policy_domain_under(domain, text_of(listed));
}

static void domains_match_as_domains(void **state)
{
    (void)state;
    assert_true(is_under("a@nhs.net", "nhs.net"));
    assert_true(is_under("a@trust.nhs.net", "nhs.net"));
    assert_true(is_under("A.Nurse@NHS.Net", "nhs.net"));
    assert_true(is_under("a@nhs.net.", "nhs.net"));
    assert_true(is_under("a@nhs.net", "NHS.NET."));
    assert_false(is_under("a@evilnhs.net", "nhs.net"));
    assert_false(is_under("a@nhs.net.evil.org", "nhs.net"));
    assert_false(is_under("a@nhs.ne", "nhs.net"));
    assert_false(is_under("a@net", "nhs.net"));
    assert_false(is_under("nhs.net@evil.org", "nhs.net"));
}

static void malformed_addresses_are_seen(void **state)
{
    static const char *const bad[] = {"",
                                      "a",
                                      "@nhs.net",
                                      "a@",
                                      "a@@nhs.net",
                                      "a@b@nhs.net",
                                      "a b@nhs.net",
                                      " a@nhs.net",
                                      "a@nhs.net ",
                                      "a@nhs..net",
                                      "a@.nhs.net",
                                      "a@nhs.net..",
                                      "a@-nhs.net",
                                      "a@nhs-.net",
                                      "a@localhost",
                                      "a@nhs_x.net",
                                      "a@[1.2.3.4]",
                                      "a@1.2.3.4",
                                      "a.@nhs.net",
                                      ".a@nhs.net",
                                      "a..b@nhs.net",
                                      "<a@nhs.net>",
                                      "a@nhs.net\n",
                                      "\"a\"@nhs.net",
                                      "a@n\xc4\xa7s.net"};
    struct text domain;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (policy_address_domain(text_of(bad[i]), &domain))
            fail_msg("taken for an address: %s", bad[i]);
}

static void the_domain_has_no_trailing_dot(void **state)
{
    struct text domain;
    (void)state;
    assert_true(policy_address_domain(TEXT("o'neill+x@A.Example."), &domain));
    assert_true(text_equal(domain, TEXT("A.Example")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(domains_match_as_domains),
        cmocka_unit_test(malformed_addresses_are_seen),
        cmocka_unit_test(the_domain_has_no_trailing_dot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
