#include "policy/check.h"

#include "internal.h"
#include "policy/tables.h"

static void show_rule(struct buffer *out, const struct policy_table *table, size_t r)
{
    const struct policy_table_rule *rule = &table->rule[r];
    buffer_format(out, "  %zu. ", r + 1);
    bool any = false;
    for (size_t i = 0; i < table->columns; i++)
        if (!text_equal(rule->cell[i].test, TEXT("-"))) {
            buffer_format(out, "%s%.*s is %.*s", any ? ", " : "if ", TEXT_ARGS(table->column[i].name),
                          TEXT_ARGS(rule->cell[i].test));
            any = true;
        }
    buffer_string(out, any ? ": " : "always: ");
    for (size_t o = 0; o < table->outputs; o++) {
        if (table->outputs > 1)
            buffer_format(out, "%s%.*s = ", o ? ", " : "", TEXT_ARGS(table->output[o]));
        buffer_text(out, rule->gives[o].value.n ? rule->gives[o].value : TEXT("nothing"));
    }
    buffer_format(out, "   [%.*s, %.*s]\n", TEXT_ARGS(rule->citation.source), TEXT_ARGS(rule->citation.where));
    if (rule->note.n)
        buffer_format(out, "     %.*s\n", TEXT_ARGS(rule->note));
}

int policy_show(const struct policy_pack *pack, struct arena *arena, struct buffer *out, struct error *error)
{
    const struct policy_pack_info *info = &pack->info;
    struct policy_graph graph;
    int result = policy_tables(pack, NULL, arena, &graph, error);
    if (result)
        return result;
    buffer_format(out, "%.*s: %.*s\nversion %.*s, valid from %.*s, sha256 %.*s\n", TEXT_ARGS(info->id),
                  TEXT_ARGS(info->title), TEXT_ARGS(info->version), TEXT_ARGS(info->valid_from),
                  TEXT_ARGS(info->sha256));
    for (size_t i = 0; i < info->notes; i++)
        buffer_format(out, "note: %.*s\n", TEXT_ARGS(info->note[i]));
    for (size_t t = 0; t < graph.tables; t++) {
        const struct policy_table *table = &graph.table[t];
        buffer_format(out, "\n%.*s: %s\n", TEXT_ARGS(table->name), policy_hit_words(table->hit));
        if (!text_equal(table->question, table->name))
            buffer_format(out, "  (%.*s)\n", TEXT_ARGS(table->question));
        for (size_t r = 0; r < table->rules; r++)
            show_rule(out, table, r);
    }
    return buffer_failed(out) ? arena_error(arena, error) : 0;
}
