#include "inside.h"

static void put_head(struct buffer *out, const char *name, const char *help)
{
    buffer_format(out, "# HELP proviso_%s %s\n# TYPE proviso_%s gauge\n", name, help, name);
}

static void put_one(struct buffer *out, const char *name, const char *help, int64_t value)
{
    put_head(out, name, help);
    buffer_format(out, "proviso_%s %lld\n", name, (long long)value);
}

/* The policy's name for a witness as the value of a label. */
static void put_label(struct buffer *out, struct text value)
{
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '"' || value.p[i] == '\\')
            buffer_char(out, '\\');
        buffer_char(out, value.p[i]);
    }
}

static int64_t size_of(const struct gate_witness *witness)
{
    return witness->size;
}

static int64_t behind_of(const struct gate_witness *witness)
{
    return witness->behind;
}

static int64_t seconds_of(const struct gate_witness *witness)
{
    return witness->behind_for / CLOCK_SECOND;
}

static int64_t failures_of(const struct gate_witness *witness)
{
    return witness->failures;
}

static int64_t alarm_of(const struct gate_witness *witness)
{
    return witness->alarm;
}

int witness_metrics(struct gate *gate, struct arena *arena, struct buffer *out, struct error *error)
{
    static const struct {
        const char *name, *help;
        int64_t (*value)(const struct gate_witness *witness);
    } each[] = {
        {"witness_size", "Entries of the checkpoint that a witness cosigned last.", size_of},
        {"witness_behind_entries", "Entries that a witness has not cosigned.", behind_of},
        {"witness_behind_seconds", "How long they have waited.", seconds_of},
        {"witness_failures", "Tries in vain, one after another.", failures_of},
        {"witness_alarm", "1 if what a witness says speaks against this log.", alarm_of},
    };
    struct gate_witnesses all;
    int result = gate_witnesses(gate, arena, &all, error);
    if (result || !all.asked)
        return result;
    put_one(out, "witness_policy_met", "1 if enough witnesses have signed the newest checkpoint.", all.met);
    put_one(out, "cosigned_size", "Entries of the newest checkpoint that enough witnesses have signed.", all.size);
    put_one(out, "cosigned_behind_entries", "Entries that it does not cover.", all.behind);
    put_one(out, "cosigned_behind_seconds", "How long they have waited.", all.behind_for / CLOCK_SECOND);
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        put_head(out, each[i].name, each[i].help);
        for (size_t w = 0; w < all.count; w++) {
            buffer_format(out, "proviso_%s{witness=\"", each[i].name);
            put_label(out, all.witness[w].name);
            buffer_format(out, "\"} %lld\n", (long long)each[i].value(&all.witness[w]));
        }
    }
    return 0;
}
