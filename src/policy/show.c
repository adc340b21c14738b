#include "policy/check.h"

#include "internal.h"

static const char *hit_name(enum table_hit hit)
{
    return hit == TABLE_FIRST    ? "the first rule that matches"
           : hit == TABLE_UNIQUE ? "the one rule that matches"
                                 : "every rule that matches";
}

static void show_rule(struct buffer *out, const struct policy_pack *pack, const struct table *table, size_t r)
{
    const struct table_rule *rule = &table->rule[r];
    const struct policy_citation *citation = &pack->citation[rule->citation];
    buffer_format(out, "  %zu. ", r + 1);
    bool any = false;
    for (size_t i = 0; i < table->ins; i++)
        if (rule->tests >> i & 1) {
            buffer_format(out, "%s%.*s is %.*s", any ? ", " : "if ", TEXT_ARGS(table->in[i].name),
                          TEXT_ARGS(rule->cell[i]));
            any = true;
        }
    buffer_string(out, any ? ": " : "always: ");
    for (size_t o = 0; o < table->outs; o++) {
        struct text value =
            rule->value[o] < table->out[o].values ? table->out[o].value[rule->value[o]] : TEXT("nothing");
        if (table->outs > 1)
            buffer_format(out, "%s%.*s = ", o ? ", " : "", TEXT_ARGS(table->out[o].name));
        buffer_text(out, value);
    }
    buffer_format(out, "   [%.*s, %.*s]\n", TEXT_ARGS(citation->source), TEXT_ARGS(citation->where));
    if (rule->note.n)
        buffer_format(out, "     %.*s\n", TEXT_ARGS(rule->note));
}

int policy_show(const struct policy_pack *pack, struct arena *arena, struct buffer *out, struct error *error)
{
    const struct policy_pack_info *info = &pack->info;
    buffer_format(out, "%.*s: %.*s\nversion %.*s, valid from %.*s, sha256 %.*s\n", TEXT_ARGS(info->id),
                  TEXT_ARGS(info->title), TEXT_ARGS(info->version), TEXT_ARGS(info->valid_from),
                  TEXT_ARGS(info->sha256));
    for (size_t i = 0; i < info->notes; i++)
        buffer_format(out, "note: %.*s\n", TEXT_ARGS(info->note[i]));
    for (size_t t = 0; t < pack->tables; t++) {
        const struct table *table = &pack->table[t];
        buffer_format(out, "\n%.*s: %s\n", TEXT_ARGS(table->name), hit_name(table->hit));
        if (table->label.n)
            buffer_format(out, "  (%.*s)\n", TEXT_ARGS(table->label));
        for (size_t r = 0; r < table->rules; r++)
            show_rule(out, pack, table, r);
    }
    return buffer_failed(out) ? arena_error(arena, error) : 0;
}
