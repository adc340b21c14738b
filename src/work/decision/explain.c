#include "explain.h"

#include "internal.h"

int explain_answer(struct turn *turn, const struct policy_facts *facts, const struct policy_answer *answer,
                   struct json_object *trace, struct json_object *changes, struct error *error)
{
    const struct policy_change *change;
    size_t count;
    int result = policy_changes(answer->pack, answer->decision, facts, turn->arena, &change, &count, error);
    if (result)
        return result;
    struct buffer fired = buffer_in(turn->arena), changed = buffer_in(turn->arena);
    struct json_writer w = json_writer_in(&fired);
    json_object(&w);
    json_key(&w, "fired");
    policy_fired_write(answer, &w);
    json_end(&w);
    w = json_writer_in(&changed);
    json_object(&w);
    json_key(&w, "changes");
    policy_changes_write(change, count, &w);
    json_end(&w);
    trace->json = buffer_result(&fired);
    changes->json = buffer_result(&changed);
    return buffer_failed(&fired) || buffer_failed(&changed) ? arena_error(turn->arena, error) : 0;
}
