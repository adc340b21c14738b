/*
 * What people hand to the keyholder: the plan of the escrow (after a P) and shares of a key. What is accepted means the same when it
 * is written again.
 */
#include "escrow/plan.h"
#include "escrow/share.h"

#include "base/error.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void try_plan(struct text source)
{
    static struct keyholder_plan plan;
    struct error error = {0};
    if (keyholder_plan_parse(source, "fuzz", &plan, &error) != 0) {
        must(error.code == ERROR_INPUT && error.what[0]);
        return;
    }
    must(plan.needed >= 2 && plan.needed <= plan.count && plan.count <= KEYHOLDER_AGENCIES_MAX);
    for (uint32_t i = 0; i < plan.count; i++)
        must(plan.agency[i].name[0] && memchr(plan.agency[i].name, 0, sizeof plan.agency[i].name));
}

static void try_share(struct text source)
{
    struct keyholder_share share, again;
    char text[KEYHOLDER_SHARE_TEXT];
    struct error error = {0};
    int result = keyholder_share_parse(source, "fuzz", &share, &error);
    if (result != 0) {
        must((result == ERROR_INPUT || result == ERROR_CHECK) && error.what[0]);
        return;
    }
    must(share.needed >= 2 && share.needed <= share.count && share.number >= 1 && share.number <= share.count);
    size_t n = keyholder_share_write(&share, text);
    must(n < sizeof text && keyholder_share_parse((struct text){text, n}, "fuzz", &again, &error) == 0);
    must(memcmp(&share, &again, sizeof share) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text source = {(const char *)data, size};
    if (size && data[0] == 'P')
        try_plan(text_cut(source, 1, size));
    else
        try_share(source);
    return 0;
}
