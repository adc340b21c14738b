#include "private.h"

#include "base/log.h"

#include <seccomp.h>
#include <sys/socket.h>

static uint32_t action_of(int answer)
{
    return answer == 0 ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO((uint16_t)answer);
}

static struct scmp_arg_cmp when(unsigned argument, enum scmp_compare how, uint64_t a, uint64_t b)
{
    return (struct scmp_arg_cmp){.arg = argument, .op = how, .datum_a = a, .datum_b = b};
}

static int add_rule(scmp_filter_ctx filter, const struct call_rule *rule)
{
    int number = seccomp_syscall_resolve_name(rule->name);
    if (number == __NR_SCMP_ERROR) {
        if (rule->answer != 0)
            log_line(LOG_LEVEL_WARNING, "sandbox", "libseccomp does not know %s: it is not forbidden",
                     rule->name);
        return 0;
    }
    if (!rule->conditional)
        return seccomp_rule_add(filter, action_of(rule->answer), number, 0);
    return seccomp_rule_add(filter, action_of(rule->answer), number, 1,
                            when(rule->argument, SCMP_CMP_MASKED_EQ, rule->mask, rule->value));
}

/* Sockets only of the families that a server needs, and no raw ones of the internet families. */
static int limit_sockets(scmp_filter_ctx filter)
{
    const uint32_t refused = SCMP_ACT_ERRNO(EAFNOSUPPORT);
    const unsigned internet[] = {AF_INET, AF_INET6};
    int number = seccomp_syscall_resolve_name("socket");
    int failure = seccomp_rule_add(filter, refused, number, 1, when(0, SCMP_CMP_GT, AF_NETLINK, 0));
    for (unsigned family = 0; family < AF_NETLINK && failure == 0; family++)
        if (family != AF_UNIX && family != AF_INET && family != AF_INET6)
            failure = seccomp_rule_add(filter, refused, number, 1, when(0, SCMP_CMP_EQ, family, 0));
    for (size_t i = 0; i < 2 && failure == 0; i++)
        failure = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number, 2, when(0, SCMP_CMP_EQ, internet[i], 0),
                                   when(1, SCMP_CMP_MASKED_EQ, 0xf, SOCK_RAW));
    return failure;
}

static int fill(scmp_filter_ctx filter, const struct profile *profile)
{
    int failure = 0;
    for (size_t i = 0; i < profile->rules_n && failure == 0; i++)
        failure = add_rule(filter, &profile->rules[i]);
    if (failure == 0 && profile->sockets)
        failure = limit_sockets(filter);
    if (failure == 0)
        failure = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    return failure;
}

int sandbox_limit_calls(const struct profile *profile, struct sandbox_state *state, struct error *error)
{
    if (!sandbox_probe().calls)
        return 0;
    scmp_filter_ctx filter = seccomp_init(action_of(profile->otherwise));
    if (!filter)
        return error_system(error, ENOMEM, "sandbox", "the system call filter could not be made");
    int failure = fill(filter, profile);
    if (failure == 0)
        failure = seccomp_load(filter);
    seccomp_release(filter);
    if (failure != 0)
        return error_system(error, -failure, "sandbox", "the system call filter could not be put in force");
    state->calls = true;
    return 0;
}
