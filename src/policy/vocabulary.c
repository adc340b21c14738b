#include "internal.h"

#include "policy/address.h"

#include <string.h>

/* Reads the JSON files of a pack. Every text is copied: the sources may go away. */

static const char *const words_key[POLICY_WORDS_KINDS] = {
    [POLICY_WORDS_OUTCOME] = "outcome",       [POLICY_WORDS_BASIS] = "basis",
    [POLICY_WORDS_OBLIGATION] = "obligation", [POLICY_WORDS_CONSENT] = "consent",
    [POLICY_WORDS_CHANNEL] = "channel",       [POLICY_WORDS_CONDITION] = "condition",
    [POLICY_WORDS_RETENTION] = "retention",   [POLICY_WORDS_DEADLINE] = "deadline",
    [POLICY_WORDS_EVENT] = "event",
};

static struct text copy(struct policy_pack *pack, const struct json *value)
{
    struct text t = json_text(value);
    return t.n ? arena_text(pack->arena, t) : (struct text){"", 0};
}

/* The text under `key`, or `otherwise` where there is none. */
static struct text text_or(struct policy_pack *pack, const struct json *object, const char *key,
                           struct text otherwise)
{
    const struct json *value = json_get(object, key);
    return json_is(value, JSON_STRING) ? copy(pack, value) : otherwise;
}

static int bad(struct error *error, const char *where, struct text key, const char *what)
{
    return error_set(error, ERROR_INPUT, where, "", "\"%.*s\": %s", TEXT_ARGS(key), what);
}

static int read_kind(struct text name, enum policy_fact_kind *kind)
{
    static const char *const kinds[] = {[POLICY_FACT_CHOICE] = "choice",
                                        [POLICY_FACT_BOOLEAN] = "boolean",
                                        [POLICY_FACT_NUMBER] = "number",
                                        [POLICY_FACT_DATE] = "date",
                                        [POLICY_FACT_ADDRESS] = "address"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_equal(name, text_of(kinds[i]))) {
            *kind = (enum policy_fact_kind)i;
            return 0;
        }
    return ERROR_INPUT;
}

static int read_of(const struct json *object, enum policy_fact_of *of)
{
    static const char *const names[] = {[POLICY_OF_SHARING] = "sharing",
                                        [POLICY_OF_SUBJECT] = "subject",
                                        [POLICY_OF_RECIPIENT] = "recipient",
                                        [POLICY_OF_PAIR] = "pair"};
    const struct json *name = json_get(object, "of");
    *of = POLICY_OF_SHARING;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_equal(json_text(name), text_of(names[i]))) {
            *of = (enum policy_fact_of)i;
            return 0;
        }
    return name ? ERROR_INPUT : 0;
}

static ptrdiff_t find_value(const struct space_fact *fact, struct text value)
{
    for (size_t i = 0; i < fact->info.values; i++)
        if (text_equal(fact->info.value[i], value))
            return (ptrdiff_t)i;
    return -1;
}

/* Labels and hints of values; where the fact is new its values too. */
static int read_values(struct policy_pack *pack, struct space_fact *fact, const struct json *list,
                       bool new_fact, const char *where, struct error *error)
{
    if (!json_is(list, JSON_ARRAY))
        return list ? bad(error, where, fact->info.key, "values must be a list") : 0;
    if (new_fact && fact->info.kind == POLICY_FACT_CHOICE) {
        struct text *value = ARENA_ARRAY(pack->arena, struct text, list->count);
        if (!value || list->count == 0 || list->count > DIAGRAM_CLASSES)
            return bad(error, where, fact->info.key, "a choice has from 1 to 250 values");
        for (size_t i = 0; i < list->count; i++) {
            const struct json *item = &list->item[i];
            value[i] = copy(pack, json_is(item, JSON_STRING) ? item : json_get(item, "value"));
            if (!value[i].n)
                return bad(error, where, fact->info.key, "a value without a name");
            for (size_t j = 0; j < i; j++)
                if (text_equal(value[i], value[j]))
                    return bad(error, where, fact->info.key, "a value that stands twice");
        }
        fact->info.value = value;
        fact->info.values = list->count;
        fact->option = ARENA_ARRAY(pack->arena, struct policy_option, list->count);
        for (size_t i = 0; fact->option && i < list->count; i++)
            fact->option[i] = (struct policy_option){value[i], value[i], {"", 0}};
    }
    for (size_t i = 0; i < list->count && fact->option; i++) {
        const struct json *item = &list->item[i];
        struct text name = json_text(json_is(item, JSON_STRING) ? item : json_get(item, "value"));
        ptrdiff_t at = find_value(fact, name);
        if (at < 0)
            return error_set(error, ERROR_INPUT, where,
                             "a pack cannot add values to a fact of the vocabulary",
                             "\"%.*s\" has no value \"%.*s\"", TEXT_ARGS(fact->info.key), TEXT_ARGS(name));
        fact->option[at].label = text_or(pack, item, "label", fact->option[at].label);
        fact->option[at].hint = text_or(pack, item, "hint", fact->option[at].hint);
    }
    return 0;
}

static int read_bounds(struct policy_pack *pack, struct space_fact *fact, const struct json *object,
                       const char *where, struct error *error)
{
    fact->least = fact->info.kind == POLICY_FACT_DATE ? date_to_days((struct date){1, 1, 1}) : INT64_MIN / 4;
    fact->most =
        fact->info.kind == POLICY_FACT_DATE ? date_to_days((struct date){9999, 12, 31}) : INT64_MAX / 4;
    if (fact->info.kind != POLICY_FACT_NUMBER)
        return 0;
    fact->info.least = text_or(pack, object, "least", (struct text){"", 0});
    fact->info.most = text_or(pack, object, "most", (struct text){"", 0});
    int64_t least = fact->least, most = fact->most;
    if ((fact->info.least.n && !space_parse(fact, fact->info.least, &least)) ||
        (fact->info.most.n && !space_parse(fact, fact->info.most, &most)) || least > most)
        return bad(error, where, fact->info.key, "least and most must be numbers, in order");
    fact->least = least;
    fact->most = most;
    return 0;
}

static void read_wording(struct policy_pack *pack, struct space_fact *fact, const struct json *object)
{
    fact->name = text_or(pack, object, "name", fact->name.n ? fact->name : fact->info.key);
    fact->question = text_or(pack, object, "question", fact->question);
    fact->hint = text_or(pack, object, "hint", fact->hint);
    fact->why = text_or(pack, object, "why", fact->why);
    int64_t weight;
    const struct json *number = json_get(object, "weight");
    if (json_is(number, JSON_NUMBER) && text_to_int64(number->text, &weight) && weight > 0)
        fact->weight = (double)weight;
}

static int new_fact(struct policy_pack *pack, const struct json *object, struct space_fact *fact,
                    const char *where, struct error *error)
{
    *fact = (struct space_fact){.weight = 1};
    fact->info.key = copy(pack, json_get(object, "key"));
    if (read_kind(json_text(json_get(object, "kind")), &fact->info.kind))
        return bad(error, where, fact->info.key, "kind must be choice, boolean, number, date or address");
    if (read_of(object, &fact->info.of))
        return bad(error, where, fact->info.key, "of must be sharing, subject, recipient or pair");
    if (fact->info.kind == POLICY_FACT_BOOLEAN) {
        static const struct text both[2] = {TEXT_INIT("true"), TEXT_INIT("false")};
        fact->info.value = both;
        fact->info.values = 2;
        fact->option = ARENA_ARRAY(pack->arena, struct policy_option, 2);
        if (fact->option) {
            fact->option[0] = (struct policy_option){both[0], TEXT("Yes"), {"", 0}};
            fact->option[1] = (struct policy_option){both[1], TEXT("No"), {"", 0}};
        }
    }
    int rc = read_bounds(pack, fact, object, where, error);
    if (!rc)
        rc = read_values(pack, fact, json_get(object, "values"), true, where, error);
    if (!rc && fact->info.kind == POLICY_FACT_CHOICE && !fact->info.values)
        rc = bad(error, where, fact->info.key, "a choice without values");
    read_wording(pack, fact, object);
    return rc;
}

ptrdiff_t policy_fact_index(const struct policy_pack *pack, struct text key)
{
    for (size_t i = 0; i < pack->facts; i++)
        if (text_equal(pack->fact[i].info.key, key))
            return (ptrdiff_t)i;
    return -1;
}

static int key_of(const struct json *object, const char *where, struct text *key, struct error *error)
{
    *key = json_text(json_get(object, "key"));
    return key->n ? 0 : error_set(error, ERROR_INPUT, where, "", "a fact without a key");
}

int policy_read_vocabulary(struct policy_pack *pack, struct text source, struct error *error)
{
    static const char where[] = "vocabulary.json";
    const struct json *root, *list;
    struct text key;
    int rc = json_read(pack->arena, source, where, &root, error);
    if (rc)
        return rc;
    pack->guide.usual = json_get(root, "usual");
    list = json_get(root, "facts");
    if (!json_is(list, JSON_ARRAY))
        return error_set(error, ERROR_INPUT, where, "", "\"facts\" must be a list");
    pack->fact = ARENA_ARRAY(pack->arena, struct space_fact, DIAGRAM_VARIABLES);
    for (size_t i = 0; pack->fact && i < list->count; i++) {
        if ((rc = key_of(&list->item[i], where, &key, error)))
            return rc;
        if (pack->facts == DIAGRAM_VARIABLES || policy_fact_index(pack, key) >= 0)
            return bad(error, where, key, "stands twice, or there are more than 256 facts");
        if ((rc = new_fact(pack, &list->item[i], &pack->fact[pack->facts], where, error)))
            return rc;
        pack->facts++;
    }
    return arena_exhausted(pack->arena) ? arena_error(pack->arena, error) : 0;
}

static void read_word(struct policy_pack *pack, struct word_list *list, struct text code,
                      const struct json *words)
{
    struct policy_words word = {.code = code}, *to = NULL;
    for (size_t i = 0; i < list->words; i++)
        if (text_equal(list->word[i].code, code))
            to = &list->word[i];
    if (to)
        word = *to;
    else
        word.code = arena_text(pack->arena, code);
    word.title = text_or(pack, words, "title", word.title.n ? word.title : word.code);
    word.todo = text_or(pack, words, "todo", word.todo);
    if (!to) {
        to = arena_grow(pack->arena, list->word, list->words, list->words + 1, sizeof *to);
        if (!to)
            return;
        list->word = to;
        to = &list->word[list->words++];
    }
    *to = word;
}

static int read_glossary(struct policy_pack *pack, const struct json *list, const char *where,
                         struct error *error)
{
    if (!list)
        return 0;
    if (!json_is(list, JSON_ARRAY))
        return error_set(error, ERROR_INPUT, where, "", "\"glossary\" must be a list");
    struct policy_term *grown =
        arena_grow(pack->arena, pack->term, pack->terms, pack->terms + list->count + 1, sizeof *grown);
    if (!grown)
        return arena_error(pack->arena, error);
    pack->term = grown;
    for (size_t i = 0; i < list->count; i++) {
        struct policy_term term = {copy(pack, json_get(&list->item[i], "term")),
                                   copy(pack, json_get(&list->item[i], "meaning"))};
        size_t at = 0;
        while (at < pack->terms && text_compare(grown[at].term, term.term) < 0)
            at++;
        bool same = at < pack->terms && text_equal(grown[at].term, term.term);
        if (!same) {
            memmove(grown + at + 1, grown + at, (pack->terms - at) * sizeof *grown);
            pack->terms++;
        }
        grown[at] = term;
    }
    return 0;
}

static int read_word_lists(struct policy_pack *pack, const struct json *root, const char *where,
                           struct error *error)
{
    for (size_t k = 0; k < POLICY_WORDS_KINDS; k++) {
        const struct json *codes = json_get(root, words_key[k]);
        for (size_t i = 0; json_is(codes, JSON_OBJECT) && i < codes->count; i++)
            read_word(pack, &pack->words[k], codes->key[i], &codes->item[i]);
    }
    return arena_exhausted(pack->arena) ? arena_error(pack->arena, error)
                                        : read_glossary(pack, json_get(root, "glossary"), where, error);
}

int policy_read_words(struct policy_pack *pack, struct text source, struct error *error)
{
    const struct json *root;
    int rc = json_read(pack->arena, source, "words.json", &root, error);
    if (rc)
        return rc;
    pack->guide.together = json_get(root, "together");
    return read_word_lists(pack, root, "words.json", error);
}

/* {"nhs": ["nhs.net"], ...}: the same lists for every fact that is a mail address. */
static int read_domains(struct policy_pack *pack, const struct json *lists, const char *where,
                        struct error *error)
{
    size_t classes = 2, domains = 0;
    if (lists && !json_is(lists, JSON_OBJECT))
        return error_set(error, ERROR_INPUT, where, "", "\"domains\" must be an object of lists");
    for (size_t i = 0; lists && i < lists->count; i++)
        domains += lists->item[i].count;
    size_t room = 2 + (lists ? lists->count : 0);
    struct text *name = ARENA_ARRAY(pack->arena, struct text, room),
                *sample = ARENA_ARRAY(pack->arena, struct text, room);
    struct space_domain *domain = ARENA_ARRAY(pack->arena, struct space_domain, domains + 1);
    if (!name || !sample || !domain)
        return arena_error(pack->arena, error);
    name[SPACE_NONE] = TEXT("none");
    name[SPACE_MALFORMED] = TEXT("malformed");
    sample[SPACE_NONE] = TEXT("someone@example.org");
    sample[SPACE_MALFORMED] = TEXT("someone");
    domains = 0;
    for (size_t i = 0; lists && i < lists->count; i++) {
        struct text key = lists->key[i], checked;
        if (text_equal(key, name[0]) || text_equal(key, name[1]) || lists->item[i].count == 0 ||
            classes > 200)
            return bad(error, where, key,
                       "a list of domains needs a name of its own and at least one domain");
        for (size_t j = 0; j < lists->item[i].count; j++) {
            struct text listed = copy(pack, &lists->item[i].item[j]);
            struct text probe = arena_format(pack->arena, "someone@%.*s", TEXT_ARGS(listed));
            if (!policy_address_domain(probe, &checked))
                return bad(error, where, key, "holds what is not a domain");
            for (size_t k = 0; k < domains; k++)
                if (text_equal_fold(domain[k].name, listed))
                    return bad(error, where, listed, "stands in two lists of domains");
            domain[domains++] = (struct space_domain){listed, (uint16_t)classes};
            if (j == 0)
                sample[classes] = probe;
        }
        name[classes++] = arena_text(pack->arena, key);
    }
    for (size_t i = 0; i < pack->facts; i++)
        if (pack->fact[i].info.kind == POLICY_FACT_ADDRESS) {
            struct space_fact *fact = &pack->fact[i];
            fact->class_name = name;
            fact->sample = sample;
            fact->classes = (uint16_t)classes;
            fact->domain = domain;
            fact->domains = domains;
        }
    return 0;
}

static int read_pack_facts(struct policy_pack *pack, const struct json *list, const char *where,
                           struct error *error)
{
    struct text key;
    int rc;
    size_t placed = 0;
    if (!json_is(list, JSON_ARRAY))
        return error_set(error, ERROR_INPUT, where, "", "\"facts\" must be a list");
    for (size_t i = 0; i < list->count; i++) {
        const struct json *object = &list->item[i];
        struct space_fact fact;
        if ((rc = key_of(object, where, &key, error)))
            return rc;
        ptrdiff_t at = policy_fact_index(pack, key);
        if (at >= 0 && (size_t)at < placed)
            return bad(error, where, key, "stands twice");
        if (at < 0) {
            if (!json_get(object, "kind"))
                return bad(error, where, key,
                           "is not in vocabulary.json; a fact of the pack's own needs kind and values");
            if (pack->facts == DIAGRAM_VARIABLES)
                return bad(error, where, key, "there are more than 256 facts");
            if ((rc = new_fact(pack, object, &fact, where, error)))
                return rc;
            fact.info.own = true;
            at = (ptrdiff_t)pack->facts++;
        } else {
            if (json_get(object, "of"))
                return bad(error, where, key, "of whom it is, vocabulary.json says");
            fact = pack->fact[at];
            read_wording(pack, &fact, object);
            if ((rc = read_values(pack, &fact, json_get(object, "values"), false, where, error)))
                return rc;
        }
        fact.mentioned = true;
        /* The facts that the pack speaks of come first, in its order: that is the order of the diagrams too.
         */
        memmove(pack->fact + placed + 1, pack->fact + placed, ((size_t)at - placed) * sizeof fact);
        pack->fact[placed++] = fact;
    }
    return 0;
}

static int read_sources(struct policy_pack *pack, const struct json *root, const char *where,
                        struct error *error)
{
    const struct json *list = json_get(root, "sources"), *notes = json_get(root, "notes");
    size_t count = json_is(list, JSON_ARRAY) ? list->count : 0;
    if (!count)
        return error_set(error, ERROR_INPUT, where, "", "\"sources\" must be a list of {code, title}");
    struct policy_source *source = ARENA_ARRAY(pack->arena, struct policy_source, count);
    for (size_t i = 0; source && i < count; i++) {
        source[i].code = copy(pack, json_get(&list->item[i], "code"));
        source[i].title = copy(pack, json_get(&list->item[i], "title"));
        if (!source[i].code.n)
            return error_set(error, ERROR_INPUT, where, "", "a source without a code");
    }
    pack->info.source = source;
    pack->info.sources = count;
    count = json_is(notes, JSON_ARRAY) ? notes->count : 0;
    struct text *note = ARENA_ARRAY(pack->arena, struct text, count);
    for (size_t i = 0; note && i < count; i++)
        note[i] = copy(pack, &notes->item[i]);
    pack->info.note = note;
    pack->info.notes = note ? count : 0;
    return 0;
}

int policy_read_pack(struct policy_pack *pack, struct text source, const char *id, struct error *error)
{
    const struct json *root;
    const char *where = arena_string(pack->arena, arena_format(pack->arena, "%s/pack.json", id));
    struct policy_pack_info *info = &pack->info;
    struct date day;
    if (!where)
        return arena_error(pack->arena, error);
    int rc = json_read(pack->arena, source, where, &root, error);
    if (rc)
        return rc;
    info->id = copy(pack, json_get(root, "id"));
    info->title = copy(pack, json_get(root, "title"));
    info->jurisdiction = copy(pack, json_get(root, "jurisdiction"));
    info->version = copy(pack, json_get(root, "version"));
    info->valid_from = copy(pack, json_get(root, "valid_from"));
    info->valid_to = copy(pack, json_get(root, "valid_to"));
    info->review_by = copy(pack, json_get(root, "review_by"));
    if (!text_equal(info->id, text_of(id)))
        return error_set(error, ERROR_INPUT, where, "", "\"id\" must be the name of the folder, \"%s\"", id);
    if (!info->title.n || !info->version.n)
        return error_set(error, ERROR_INPUT, where, "", "\"title\" and \"version\" are needed");
    if (!date_parse(info->valid_from, &day) || (info->valid_to.n && !date_parse(info->valid_to, &day)) ||
        (info->review_by.n && !date_parse(info->review_by, &day)))
        return error_set(error, ERROR_INPUT, where, "",
                         "valid_from, valid_to and review_by must be ISO dates");
    if ((rc = read_sources(pack, root, where, error)) ||
        (rc = read_pack_facts(pack, json_get(root, "facts"), where, error)) ||
        (rc = read_domains(pack, json_get(root, "domains"), where, error)) ||
        (rc = read_word_lists(pack, json_get(root, "words"), where, error)) ||
        (rc = read_glossary(pack, json_get(root, "glossary"), where, error)))
        return rc;
    pack->guide.own_usual = json_get(root, "usual");
    pack->guide.own_together = json_get(root, "together");
    for (size_t i = 0; i < pack->facts; i++) {
        struct space_fact *fact = &pack->fact[i];
        if (fact->info.kind == POLICY_FACT_CHOICE || fact->info.kind == POLICY_FACT_BOOLEAN) {
            fact->classes = (uint16_t)fact->info.values;
            fact->class_name = fact->info.value;
            fact->sample = ARENA_ARRAY(pack->arena, struct text, fact->classes);
            if (fact->sample)
                memcpy(fact->sample, fact->info.value, fact->classes * sizeof *fact->sample);
        }
    }
    return arena_exhausted(pack->arena) ? arena_error(pack->arena, error) : 0;
}
