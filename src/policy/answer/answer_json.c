#include "internal.h"

static void write_list(struct json_writer *w, const char *key, const struct text *item, size_t count)
{
    json_key(w, key);
    json_array(w);
    for (size_t i = 0; i < count; i++)
        json_put_text(w, item[i]);
    json_end(w);
}

static void write_text_or_null(struct json_writer *w, struct text t)
{
    if (t.p)
        json_put_text(w, t);
    else
        json_put_null(w);
}

static void write_citation(struct json_writer *w, const struct policy_citation *citation)
{
    json_object(w);
    json_member_text(w, "source", citation->source);
    json_member_text(w, "where", citation->where);
    json_end(w);
}

void policy_answer_members(const struct policy_answer *answer, struct json_writer *w)
{
    const struct policy_pack_info *info = policy_pack_info(answer->pack);
    enum policy_decision decision = answer->decision;
    json_key(w, policy_shape[decision].outcome);
    write_text_or_null(w, answer->outcome);
    for (size_t i = 0; i < answer->details; i++) {
        json_key_text(w, answer->detail[i].key);
        if (answer->detail[i].number)
            json_put_raw(w, answer->detail[i].value);
        else
            write_text_or_null(w, answer->detail[i].value);
    }
    write_list(w, "ask", answer->ask, answer->asks);
    write_list(w, "ask_more", answer->ask_more, answer->asks_more);
    if (decision == POLICY_SHARE)
        write_list(w, "basis", answer->basis, answer->bases);
    if (decision == POLICY_SHARE || decision == POLICY_CONSENT)
        write_list(w, "obligations", answer->obligation, answer->obligations);
    if (decision == POLICY_CHANNEL) {
        write_list(w, "conditions", answer->condition, answer->conditions);
        write_list(w, "instead", answer->instead, answer->insteads);
    }
    json_key(w, "citations");
    json_array(w);
    for (size_t i = 0; i < answer->citations; i++)
        write_citation(w, &answer->citation[i]);
    json_end(w);
    json_member_text(w, "pack", info->id);
    json_member_text(w, "pack_version", info->version);
    json_member_text(w, "pack_sha256", info->sha256);
}

void policy_answer_write(const struct policy_answer *answer, struct json_writer *w)
{
    json_object(w);
    policy_answer_members(answer, w);
    json_end(w);
}

void policy_fired_write(const struct policy_answer *answer, struct json_writer *w)
{
    json_array(w);
    for (size_t i = 0; i < answer->fireds; i++) {
        const struct policy_fired *fired = &answer->fired[i];
        json_object(w);
        json_member_text(w, "table", fired->table);
        json_member_int(w, "rule", (int64_t)fired->rule);
        json_key(w, "gives");
        write_text_or_null(w, fired->gives);
        json_key(w, "citation");
        write_citation(w, &fired->citation);
        json_member_text(w, "note", fired->note);
        json_key(w, "tested");
        json_array(w);
        for (size_t t = 0; t < fired->tests; t++) {
            json_object(w);
            json_key(w, fired->tested[t].fact ? "fact" : "decision");
            json_put_text(w, fired->tested[t].name);
            json_key(w, "value");
            write_text_or_null(w, fired->tested[t].value);
            json_member_text(w, "test", fired->tested[t].test);
            json_end(w);
        }
        json_end(w);
        json_end(w);
    }
    json_end(w);
}
