#include "internal.h"

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_name(struct text term)
{
    return term.n && term.p[0] >= 'A' && term.p[0] <= 'Z';
}

/*
 * Does `term` stand in `t` as whole words? In any case, and a plural s may follow; but a name only as it is written: the
 * programme "Prevent" is not meant where something prevents crime.
 */
static bool mentions(struct text t, struct text term)
{
    bool name = is_name(term);
    for (size_t i = 0; term.n && i + term.n <= t.n; i++) {
        size_t end = i + term.n;
        struct text here = text_cut(t, i, end);
        if (!(name ? text_equal(here, term) : text_equal_fold(here, term)) || (i > 0 && letter(t.p[i - 1])))
            continue;
        if (!name && end < t.n && t.p[end] == 's')
            end++;
        if (end == t.n || !letter(t.p[end]))
            return true;
    }
    return false;
}

int policy_terms_in(const struct policy_pack *pack, const struct text *said, size_t said_n, struct arena *arena,
                    const struct policy_term **out, size_t *n, struct error *error)
{
    struct policy_term *term = ARENA_ARRAY(arena, struct policy_term, pack->terms);
    *out = term;
    *n = 0;
    if (!term)
        return arena_error(arena, error);
    for (size_t i = 0; i < pack->terms; i++)
        for (size_t k = 0; k < said_n; k++)
            if (mentions(said[k], pack->term[i].term)) {
                term[(*n)++] = pack->term[i];
                break;
            }
    return 0;
}
