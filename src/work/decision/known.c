#include "known.h"

#include "base.h"

static const struct policy_usual *usual_of(const struct known *known, struct text key)
{
    for (size_t i = 0; i < known->usuals; i++)
        if (text_equal(known->usual[i].key, key))
            return &known->usual[i];
    return NULL;
}

static bool system_knew(const struct known *known, struct text key)
{
    for (size_t i = 0; i < known->systems; i++)
        if (text_equal(known->system[i], key))
            return true;
    return false;
}

void known_write(const struct known *known, struct json_writer *w)
{
    json_key(w, "known");
    json_array(w);
    for (size_t i = 0; i < policy_fact_count(known->pack); i++) {
        struct text key = policy_fact_info(known->pack, i)->key;
        struct text value = policy_facts_get(known->facts, key);
        const struct policy_usual *usual = usual_of(known, key);
        bool system = system_knew(known, key);
        if (!value.p || (usual && !policy_fact_matters(known->pack, known->decision, key)))
            continue;
        json_object(w);
        json_member_text(w, "key", key);
        json_member_text(w, "title", policy_fact_words(known->pack, key));
        json_member_text(w, "value", value);
        json_member_text(w, "words", policy_value_words(known->pack, key, value));
        json_member_bool(w, "system", system);
        json_key(w, "usual"); /* why it is taken as given; null where somebody said it or the system knew */
        if (usual)
            json_put_text(w, usual->why);
        else
            json_put_null(w);
        json_end(w);
    }
    json_end(w);
}
