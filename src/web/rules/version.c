#include "web.h"

#include "base/clock.h"
#include "pages/policy.h"
#include "answer/path.h"
#include "words.h"

static const char *const titles[POLICY_DECISIONS] = {"May it be shared?", "Whose consent counts?", "How may it travel?",
                                                     "How long is it kept?", "By when?"};

static int read_decision(struct arena *arena, const struct policy_pack *pack, enum policy_decision decision,
                         struct shape_policy_decision *out, struct error *error)
{
    struct policy_graph graph;
    int result = policy_tables(pack, &decision, arena, &graph, error);
    struct shape_path_table *table = result ? NULL : ARENA_ARRAY(arena, struct shape_path_table, graph.tables);
    if (!result && !table)
        result = arena_error(arena, error);
    for (size_t t = 0; !result && t < graph.tables; t++)
        result = path_table(arena, pack, &graph.table[t], &table[t], error);
    *out = (struct shape_policy_decision){.id = text_of(policy_decision_name(decision)),
                                          .title = text_of(titles[decision]),
                                          .tables = table,
                                          .tables_n = result ? 0 : graph.tables};
    return result ? result
                  : path_picture(arena, &graph, arena_format(arena, "Picture: %s", titles[decision]), &out->picture, error);
}

static struct text day_words(struct arena *arena, struct text day)
{
    struct date date;
    return date_parse(day, &date) ? date_words(arena, date) : day;
}

int web_policy_page(const struct policy_pack *pack, struct arena *arena, struct buffer *out, struct error *error)
{
    const struct policy_pack_info *info = policy_pack_info(pack);
    size_t terms, decisions = 0;
    const struct policy_term *term = policy_glossary(pack, &terms);
    struct shape_policy_decision *decision = ARENA_ARRAY(arena, struct shape_policy_decision, POLICY_DECISIONS);
    struct shape_todo *words = ARENA_ARRAY(arena, struct shape_todo, terms),
                      *source = ARENA_ARRAY(arena, struct shape_todo, info->sources);
    if (!decision || !words || !source)
        return arena_error(arena, error);
    for (enum policy_decision d = POLICY_SHARE; d <= POLICY_DEADLINE; d++) {
        int result = info->decides[d] ? read_decision(arena, pack, d, &decision[decisions++], error) : 0;
        if (result)
            return result;
    }
    for (size_t i = 0; i < terms; i++)
        words[i] = (struct shape_todo){term[i].term, term[i].meaning};
    for (size_t i = 0; i < info->sources; i++)
        source[i] = (struct shape_todo){info->source[i].code, info->source[i].title};
    PAGE(out, policy, .title = info->title, .id = info->id, .jurisdiction = info->jurisdiction, .version = info->version,
         .from = day_words(arena, info->valid_from), .to = day_words(arena, info->valid_to),
         .review = day_words(arena, info->review_by), .sha256 = info->sha256, .sources = source,
         .sources_n = info->sources, .notes = info->note, .notes_n = info->notes, .decisions = decision,
         .decisions_n = decisions, .terms = words, .terms_n = terms);
    return buffer_failed(out) ? arena_error(arena, error) : 0;
}
