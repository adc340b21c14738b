#include "pack_cases.h"

struct policy_pack *pack;
const char *pack_id;

int load_pack(void **state)
{
    (void)state;
    pack = case_pack(pack_id);
    return pack ? 0 : -1;
}

int unload_pack(void **state)
{
    (void)state;
    policy_pack_free(&pack);
    return 0;
}

void share(const char *changes, const char *expect)
{
    case_but(pack, POLICY_SHARE, BASE_CASE, changes, expect);
}

void stated(const char *facts, const char *expect)
{
    case_check(pack, POLICY_SHARE, facts, expect);
}

void consent(const char *facts, const char *expect)
{
    case_check(pack, POLICY_CONSENT, facts, expect);
}

void channel(const char *facts, const char *expect)
{
    case_check(pack, POLICY_CHANNEL, facts, expect);
}
