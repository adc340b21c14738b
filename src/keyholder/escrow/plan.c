#include "plan.h"

#include "base/error.h"
#include "base/file.h"
#include "vault/key.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

struct reading {
    struct keyholder_plan *plan;
    const char *where;
    int line;
};

static int wrong(const struct reading *reading, const char *fix, const char *what, struct error *error)
{
    char place[200];
    snprintf(place, sizeof place, "%.150s, line %d", reading->where, reading->line);
    return error_set(error, ERROR_INPUT, place, fix, "%s", what);
}

static int take_needed(const struct reading *reading, struct text value, struct error *error)
{
    int64_t number;
    if (reading->plan->needed)
        return wrong(reading, "Leave one of the lines out.", "it says a second time how many agencies are needed", error);
    if (!text_to_int64(value, &number) || number < 2 || number > KEYHOLDER_AGENCIES_MAX)
        return wrong(reading, "Write a number from 2: with 1 every agency alone could open every backup.",
                     "this cannot be the number of agencies needed", error);
    reading->plan->needed = (uint32_t)number;
    return 0;
}

static bool is_name(struct text name)
{
    if (name.n == 0 || name.n >= KEYHOLDER_AGENCY_SIZE || !text_is_utf8(name))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] < ' ' || name.p[i] == 0x7f)
            return false;
    return true;
}

static int take_agency(const struct reading *reading, struct text value, struct error *error)
{
    struct keyholder_plan *plan = reading->plan;
    struct vault_recipient recipient;
    struct error why;
    ptrdiff_t space = text_find_char(value, ' ');
    struct text key = space < 0 ? value : text_cut(value, 0, (size_t)space);
    struct text name = space < 0 ? (struct text){NULL, 0} : text_trim(text_cut(value, (size_t)space, value.n));
    if (vault_recipient_parse(key, &recipient, &why) != 0)
        return wrong(reading, "Ask the agency for its recipient: age1 and 58 more characters, or age1pq1 and 1,952 more.",
                     "there is no age recipient after the word agency", error);
    if (!is_name(name))
        return wrong(reading, "Write the agency's name behind its recipient, in at most 63 bytes.",
                     "the agency has no name, or one that cannot be used", error);
    if (plan->count == KEYHOLDER_AGENCIES_MAX)
        return wrong(reading, "", "there are more than 255 agencies", error);
    for (uint32_t i = 0; i < plan->count; i++) {
        if (text_equal_fold(text_of(plan->agency[i].name), name))
            return wrong(reading, "One agency keeps one share.", "this agency is named twice", error);
        if (memcmp(plan->agency[i].recipient.point, recipient.point, sizeof recipient.point) == 0)
            return wrong(reading, "Each agency needs a key of its own.", "this recipient is there twice", error);
    }
    struct keyholder_agency *agency = &plan->agency[plan->count++];
    memcpy(agency->name, name.p, name.n);
    agency->recipient = recipient;
    return 0;
}

static int take_line(const struct reading *reading, struct text line, struct error *error)
{
    if (line.n == 0 || line.p[0] == '#')
        return 0;
    if (text_starts(line, TEXT("needed ")))
        return take_needed(reading, text_trim(text_cut(line, 7, line.n)), error);
    if (text_starts(line, TEXT("agency ")))
        return take_agency(reading, text_trim(text_cut(line, 7, line.n)), error);
    return wrong(reading, "Write \"needed NUMBER\" or \"agency RECIPIENT NAME\".", "the line is neither", error);
}

static void add(crypto_generichash_state *state, const char *word)
{
    crypto_generichash_update(state, (const uint8_t *)word, strlen(word));
}

/* Over the plan as it could have been written, in the order of the shares: it outlives this program in a note on the disk. */
static void digest(struct keyholder_plan *plan)
{
    crypto_generichash_state state;
    char recipient[VAULT_RECIPIENT_LENGTH + 1], needed[40];
    snprintf(needed, sizeof needed, "needed %u\n", plan->needed);
    crypto_generichash_init(&state, NULL, 0, sizeof plan->digest);
    add(&state, needed);
    for (uint32_t i = 0; i < plan->count; i++) {
        vault_recipient_format(&plan->agency[i].recipient, recipient);
        add(&state, "agency ");
        add(&state, recipient);
        add(&state, " ");
        add(&state, plan->agency[i].name);
        add(&state, "\n");
    }
    crypto_generichash_final(&state, plan->digest, sizeof plan->digest);
}

int keyholder_plan_parse(struct text source, const char *where, struct keyholder_plan *plan, struct error *error)
{
    struct reading reading = {plan, where, 0};
    struct text rest = source, line;
    memset(plan, 0, sizeof *plan);
    while (text_next(&rest, '\n', &line)) {
        reading.line++;
        int result = take_line(&reading, text_trim(line), error);
        if (result != 0)
            return result;
    }
    if (plan->needed == 0)
        return error_set(error, ERROR_INPUT, where, "Write a line such as: needed 3", "it does not say how many agencies are needed");
    if (plan->count < plan->needed)
        return error_set(error, ERROR_INPUT, where, "Name more agencies, or need fewer.",
                         "%u agencies are needed and only %u are named", plan->needed, plan->count);
    digest(plan);
    return 0;
}

int keyholder_plan_read(const char *path, struct keyholder_plan *plan, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(4 * KEYHOLDER_PLAN_SIZE, ARENA_PLAIN);
    struct text source;
    int result = arena ? file_read(arena, path, KEYHOLDER_PLAN_SIZE, &source, error)
                       : error_set(error, ERROR_SYSTEM, path, "", "out of memory");
    return result ? result : keyholder_plan_parse(source, path, plan, error);
}
