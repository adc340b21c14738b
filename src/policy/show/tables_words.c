#include "tables_words.h"

#include "base/clock.h"

enum { MOST_CLASSES = DIAGRAM_CLASSES + 1 };

/* ---- what tables give ---- */

static const struct {
    const char *output;
    enum policy_words_kind kind;
} spoken[] = {
    {"outcome", POLICY_WORDS_OUTCOME},
    {"basis", POLICY_WORDS_BASIS},
    {"obligations", POLICY_WORDS_OBLIGATION},
    {"consent_from", POLICY_WORDS_CONSENT},
    {"consent_obligations", POLICY_WORDS_OBLIGATION},
    {"channel", POLICY_WORDS_CHANNEL},
    {"conditions", POLICY_WORDS_CONDITION},
    {"retention", POLICY_WORDS_RETENTION},
    {"deadline", POLICY_WORDS_DEADLINE},
    {"from", POLICY_WORDS_EVENT},
    {"unit", POLICY_WORDS_EVENT},
    {"review", POLICY_WORDS_EVENT},
};

/* A code of a step on the way has no words of its own: "not-in-force" is "Not in force". */
static struct text spelled(struct text code, struct arena *arena)
{
    if (text_equal(code, TEXT("true")))
        return TEXT("Yes");
    if (text_equal(code, TEXT("false")))
        return TEXT("No");
    char *p = arena_string(arena, code);
    for (size_t i = 0; p && i < code.n; i++)
        if (p[i] == '-' || p[i] == '_')
            p[i] = ' ';
    if (p && code.n && p[0] >= 'a' && p[0] <= 'z')
        p[0] = (char)(p[0] - 'a' + 'A');
    return p ? (struct text){p, code.n} : code;
}

struct text policy_output_words(const struct policy_pack *pack, struct text table, struct text output, struct text value,
                                struct arena *arena)
{
    struct policy_words words;
    (void)table;
    for (size_t i = 0; i < sizeof spoken / sizeof *spoken; i++)
        if (text_equal(output, text_of(spoken[i].output)) &&
            !text_equal(policy_words(pack, spoken[i].kind, value, &words)->title, value))
            return words.title;
    return spelled(value, arena);
}

/* ---- tests of finitely many values ---- */

static struct text class_words(const struct policy_pack *pack, const struct table_in *in, size_t class,
                               struct arena *arena)
{
    if (!in->fact) {
        const struct table *table = &pack->table[in->index];
        const struct table_out *out = &table->out[in->column];
        return policy_output_words(pack, table->name, out->name, out->value[class], arena);
    }
    const struct space_fact *fact = &pack->fact[in->index];
    if (fact->info.kind == POLICY_FACT_ADDRESS)
        return class == SPACE_NONE        ? TEXT("in none of the lists")
               : class == SPACE_MALFORMED ? TEXT("no mail address")
                                          : fact->class_name[class];
    return policy_value_words(pack, fact->info.key, fact->class_name[class]);
}

static struct text listed(const struct policy_pack *pack, const struct table_in *in, const bool *wanted, size_t n,
                          const char *before, struct arena *arena)
{
    struct buffer b = buffer_in(arena);
    size_t left = 0, written = 0;
    for (size_t c = 0; c < n; c++)
        left += wanted[c];
    buffer_string(&b, before);
    for (size_t c = 0; c < n; c++)
        if (wanted[c]) {
            buffer_string(&b, written == 0 ? "" : written + 1 == left ? " or " : ", ");
            buffer_format(&b, "“%.*s”", TEXT_ARGS(class_words(pack, in, c, arena)));
            written++;
        }
    return buffer_result(&b);
}

struct text policy_cell_words(const struct policy_pack *pack, const struct table *table, size_t r,
                              const struct table_in *in, struct text cell, struct arena *arena)
{
    if (text_equal(cell, TEXT("-")))
        return TEXT("");
    size_t n = in->classes;
    if (in->fact) {
        enum policy_fact_kind kind = pack->fact[in->index].info.kind;
        if (kind == POLICY_FACT_NUMBER || kind == POLICY_FACT_DATE)
            return policy_range_words(cell, arena);
    } else {
        n = pack->table[in->index].out[in->column].values; /* the class after them is "nothing" */
    }
    bool passes[MOST_CLASSES] = {false}, fails[MOST_CLASSES] = {false};
    size_t passing = 0;
    for (size_t c = 0; c < n; c++) {
        passes[c] = in->match[c * table->words + r / 64] >> (r % 64) & 1;
        fails[c] = !passes[c];
        passing += passes[c];
    }
    if (n > 2 && passing < n && passing * 2 > n)
        return listed(pack, in, fails, n, "anything but ", arena);
    return listed(pack, in, passes, n, "", arena);
}

/* ---- tests of numbers and dates ---- */

/* A number, or a date as people write it. `date` says which. */
static struct text point_words(struct text t, bool *date, struct arena *arena)
{
    struct date day;
    t = text_trim(t);
    *date = false;
    if (text_starts(t, TEXT("@\"")) && text_ends(t, TEXT("\"")) &&
        date_parse(text_cut(t, 2, t.n - 1), &day)) {
        *date = true;
        return date_words(arena, day);
    }
    return t;
}

static struct text interval_words(struct text t, struct arena *arena)
{
    ptrdiff_t dots = text_find(t, TEXT(".."));
    bool date, low_open = t.p[0] != '[', high_open = t.p[t.n - 1] != ']';
    if (dots < 0)
        return t;
    struct text low = point_words(text_cut(t, 1, (size_t)dots), &date, arena),
                high = point_words(text_cut(t, (size_t)dots + 2, t.n - 1), &date, arena);
    const char *from = low_open ? (date ? "after" : "more than") : "from",
               *to = date ? (high_open ? "to before" : "to") : (high_open ? "to under" : "to");
    return arena_format(arena, "%s %.*s %s %.*s", from, TEXT_ARGS(low), to, TEXT_ARGS(high));
}

static struct text one_range(struct text t, struct arena *arena)
{
    static const struct {
        struct text sign;
        const char *before, *after; /* of a number */
        const char *date;           /* before a date */
    } compared[] = {{TEXT_INIT(">="), "", " or more", "on or after "},
                    {TEXT_INIT("<="), "", " or less", "on or before "},
                    {TEXT_INIT(">"), "more than ", "", "after "},
                    {TEXT_INIT("<"), "under ", "", "before "}};
    bool date;
    t = text_trim(t);
    for (size_t i = 0; i < sizeof compared / sizeof *compared; i++)
        if (text_starts(t, compared[i].sign)) {
            struct text point = point_words(text_cut(t, compared[i].sign.n, t.n), &date, arena);
            return arena_format(arena, "%s%.*s%s", date ? compared[i].date : compared[i].before, TEXT_ARGS(point),
                                date ? "" : compared[i].after);
        }
    if (t.n > 4 && (t.p[0] == '[' || t.p[0] == '(' || t.p[0] == ']'))
        return interval_words(t, arena);
    return point_words(t, &date, arena);
}

struct text policy_range_words(struct text test, struct arena *arena)
{
    struct buffer b = buffer_in(arena);
    test = text_trim(test);
    if (text_starts(test, TEXT("not(")) && text_ends(test, TEXT(")"))) {
        buffer_string(&b, "anything but ");
        test = text_cut(test, 4, test.n - 1);
    }
    struct text rest = test, piece;
    for (bool first = true; text_next(&rest, ',', &piece); first = false) {
        if (!first)
            buffer_string(&b, " or ");
        buffer_text(&b, one_range(piece, arena));
    }
    return buffer_result(&b);
}
