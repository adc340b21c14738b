#include "effect_inside.h"

/* The two versions over every possible case. */

enum { COMPARE_MEMORY = 512 << 20, CLASSES_MOST = 12 };

static struct text percent(struct arena *arena, double share)
{
    return share > 0 && share < 0.0005 ? TEXT("less than 0.1") : arena_format(arena, "%.1f", 100 * share);
}

static void write_class(const struct effect *e, enum policy_decision decision, const struct policy_difference *d,
                        struct arena *arena, struct json_writer *w)
{
    const struct json *example = NULL;
    struct error ignored;
    size_t n = 0;
    struct text *when = NULL;
    if (json_read(arena, d->example, "example", &example, &ignored) == 0)
        when = effect_case_words(e, example, false, arena, &n);
    json_object(w);
    effect_write_change(e, decision, d->here, d->there, w);
    json_member_text(w, "percent", percent(arena, d->share));
    effect_write_when(w, when, n);
    json_end(w);
}

int effect_write_decision(const struct effect *e, enum policy_decision decision, struct json_writer *w,
                          struct error *error)
{
    const struct policy_pack_info *now = policy_pack_info(e->present), *then = policy_pack_info(e->proposed);
    const struct policy_difference *list = NULL;
    size_t count = 0;
    double differ = 0;
    if (!now->decides[decision] && !then->decides[decision])
        return 0;
    ARENA_SCOPE struct arena *arena = arena_new(COMPARE_MEMORY, ARENA_PLAIN);
    if (!arena)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    bool both = now->decides[decision] && then->decides[decision];
    int result = both ? policy_compare(e->present, e->proposed, decision, arena, &list, &count, error) : 0;
    if (result)
        return result;
    for (size_t i = 0; i < count; i++)
        differ += list[i].share;
    json_object(w);
    json_member_text(w, "decision", text_of(policy_decision_name(decision)));
    json_member_text(w, "title", effect_title(decision));
    json_member_text(w, "percent", both ? percent(arena, differ) : TEXT("100.0"));
    json_key(w, "rows");
    json_array(w);
    if (!both) {
        json_object(w);
        json_member_text(w, "was_words", now->decides[decision] ? TEXT("The rules say it") : TEXT("The rules do not say it"));
        json_member_text(w, "now_words", then->decides[decision] ? TEXT("The rules say it") : TEXT("The rules do not say it"));
        json_member_text(w, "percent", TEXT("100.0"));
        effect_write_when(w, NULL, 0);
        json_end(w);
    }
    for (size_t i = 0; i < count && i < CLASSES_MOST; i++)
        write_class(e, decision, &list[i], arena, w);
    json_end(w);
    json_end(w);
    return arena_exhausted(arena) ? arena_error(arena, error) : 0;
}
