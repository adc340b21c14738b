#include "read.h"

#include "policy/address.h"

int pack_read_domains(struct policy_pack *pack, const struct json *lists, const char *where,
                      struct error *error)
{
    size_t classes = 2, domains = 0;
    if (lists && !json_is(lists, JSON_OBJECT))
        return error_set(error, ERROR_INPUT, where, "", "\"domains\" must be an object of lists");
    for (size_t i = 0; lists && i < lists->count; i++)
        domains += lists->item[i].count;
    size_t room = 2 + (lists ? lists->count : 0);
    struct text *name = ARENA_ARRAY(pack->arena, struct text, room),
                *sample = ARENA_ARRAY(pack->arena, struct text, room);
    struct space_domain *domain = ARENA_ARRAY(pack->arena, struct space_domain, domains + 1);
    if (!name || !sample || !domain)
        return arena_error(pack->arena, error);
    name[SPACE_NONE] = TEXT("none");
    name[SPACE_MALFORMED] = TEXT("malformed");
    sample[SPACE_NONE] = TEXT("someone@example.org");
    sample[SPACE_MALFORMED] = TEXT("someone");
    domains = 0;
    for (size_t i = 0; lists && i < lists->count; i++) {
        struct text key = lists->key[i], checked;
        if (text_equal(key, name[0]) || text_equal(key, name[1]) || lists->item[i].count == 0 ||
            classes > 200)
            return pack_bad(error, where, key,
                       "a list of domains needs a name of its own and at least one domain");
        for (size_t j = 0; j < lists->item[i].count; j++) {
            struct text listed = pack_text(pack, &lists->item[i].item[j]);
            struct text probe = arena_format(pack->arena, "someone@%.*s", TEXT_ARGS(listed));
            if (!policy_address_domain(probe, &checked))
                return pack_bad(error, where, key, "holds what is not a domain");
            for (size_t k = 0; k < domains; k++)
                if (text_equal_fold(domain[k].name, listed))
                    return pack_bad(error, where, listed, "stands in two lists of domains");
            domain[domains++] = (struct space_domain){listed, (uint16_t)classes};
            if (j == 0)
                sample[classes] = probe;
        }
        name[classes++] = arena_text(pack->arena, key);
    }
    for (size_t i = 0; i < pack->facts; i++)
        if (pack->fact[i].info.kind == POLICY_FACT_ADDRESS) {
            struct space_fact *fact = &pack->fact[i];
            fact->class_name = name;
            fact->sample = sample;
            fact->classes = (uint16_t)classes;
            fact->domain = domain;
            fact->domains = domains;
        }
    return 0;
}
