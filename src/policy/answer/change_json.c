#include "policy/change.h"

#include "base/json.h"

static void put(struct json_writer *w, const char *key, struct text value)
{
    json_key(w, key);
    if (value.p)
        json_put_text(w, value);
    else
        json_put_null(w);
}

void policy_changes_write(const struct policy_change *change, size_t count, struct json_writer *w)
{
    json_array(w);
    for (size_t i = 0; i < count; i++) {
        json_object(w);
        put(w, "outcome", change[i].outcome);
        json_member_int(w, "changes", (int64_t)change[i].changes);
        json_key(w, "altered");
        json_array(w);
        for (size_t a = 0; a < change[i].altereds; a++) {
            json_object(w);
            put(w, "fact", change[i].altered[a].key);
            put(w, "from", change[i].altered[a].from);
            put(w, "to", change[i].altered[a].to);
            json_end(w);
        }
        json_end(w);
        json_end(w);
    }
    json_end(w);
}
