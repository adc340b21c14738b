#include "fault.h"

#include <stdatomic.h>
#include <stddef.h>

static struct {
    _Atomic int kind;   /* FAULT_KINDS: not armed */
    _Atomic long count; /* until it strikes */
    _Atomic bool for_good;
    _Atomic long struck;
    const char *_Atomic name;
    _Atomic long live;
} fault = {.kind = FAULT_KINDS};

const char *fault_kind_name(enum fault_kind kind)
{
    static const char *const name[FAULT_KINDS] = {"memory", "memory of libraries", "reading", "writing", "a full disk",
                                                  "syncing", "names", "SQLite"};
    return name[kind];
}

void fault_arm(enum fault_kind kind, long nth, bool for_good)
{
    fault.count = nth;
    fault.for_good = for_good;
    fault.struck = 0;
    fault.name = NULL;
    fault.kind = (int)kind;
}

long fault_disarm(const char **name)
{
    fault.kind = FAULT_KINDS;
    if (name)
        *name = fault.name;
    return fault.struck;
}

bool fault_for_good(void)
{
    return fault.for_good;
}

bool fault_strikes(enum fault_kind kind, const char *name)
{
    if (fault.kind != (int)kind)
        return false;
    long left = --fault.count;
    if (left > 0 || (left < 0 && !fault.for_good))
        return false;
    const char *none = NULL;
    atomic_compare_exchange_strong(&fault.name, &none, name);
    fault.struck++;
    return true;
}

long fault_live(void)
{
    return fault.live;
}

void fault_count_live(const void *given, const void *taken)
{
    if (given)
        fault.live++;
    if (taken)
        fault.live--;
}
