#include "witness/policy.h"

#include "base/error.h"
#include "base/file.h"

#include <stdio.h>
#include <string.h>

/* While it is read. Places are filled in order; names of witnesses and groups are one list. */
struct reading {
    struct arena *arena;
    struct witness_policy *policy;
    struct witness_policy_log *log;
    struct witness_policy_member *witness;
    struct witness_policy_group *group;
    bool witness_taken[WITNESS_POLICY_MOST], group_taken[WITNESS_POLICY_MOST]; /* a member already */
    bool has_quorum;
    struct error *error;
};

static int refuse(struct reading *reading, const char *fix, const char *what)
{
    return error_set(reading->error, ERROR_INPUT, "", fix, "%s", what);
}

/* The next part of a line; false at its end. */
static bool next_part(struct text *rest, struct text *part)
{
    size_t from = 0, to;
    while (from < rest->n && (rest->p[from] == ' ' || rest->p[from] == '\t'))
        from++;
    for (to = from; to < rest->n && rest->p[to] != ' ' && rest->p[to] != '\t';)
        to++;
    *part = text_cut(*rest, from, to);
    *rest = text_cut(*rest, to, rest->n);
    return part->n > 0;
}

static bool is_loopback(struct text authority)
{
    static const char *const hosts[] = {"127.0.0.1", "[::1]", "localhost"};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        struct text host = text_of(hosts[i]);
        if (text_starts(authority, host) && (authority.n == host.n || authority.p[host.n] == ':'))
            return true;
    }
    return false;
}

static int read_url(struct reading *reading, struct text *rest, struct text *url)
{
    struct text more, authority;
    *url = (struct text){"", 0};
    if (!next_part(rest, url)) {
        *url = (struct text){"", 0};
        return 0;
    }
    bool secure = text_starts(*url, TEXT("https://")), plain = text_starts(*url, TEXT("http://"));
    authority = text_cut(*url, secure ? 8 : 7, url->n);
    ptrdiff_t slash = text_find_char(authority, '/');
    authority = slash < 0 ? authority : text_cut(authority, 0, (size_t)slash);
    if (url->n > WITNESS_URL_MOST || (!secure && !plain) || authority.n == 0 || text_find_char(*url, '@') >= 0 ||
        text_find_char(*url, '?') >= 0 || text_find_char(*url, '#') >= 0)
        return refuse(reading, "Write an address like https://witness.agency.example.", "the address is not one to ask at");
    if (plain && !is_loopback(authority))
        return refuse(reading, "Use https://.", "an address without TLS must be of this machine itself (loopback)");
    if (next_part(rest, &more))
        return refuse(reading, "Take it out.", "there is something behind the address");
    while (url->p[url->n - 1] == '/')
        url->n--;
    return 0;
}

static int read_key(struct reading *reading, struct text *rest, enum ledger_key_kind kind, struct ledger_key *key)
{
    struct text part;
    if (!next_part(rest, &part))
        return refuse(reading, "Write name+id+key, as the other side prints it.", "the verifier key is missing");
    int result = ledger_key_parse(part, key, reading->error);
    if (result == 0 && key->kind != kind)
        result = refuse(reading, "Ask the agency for the right one.",
                        kind == LEDGER_KEY_LOG ? "this is not the key of a log" : "this is not the key of a witness");
    return result;
}

static bool find(const struct reading *reading, struct text name, struct witness_policy_ref *ref)
{
    const struct witness_policy *policy = reading->policy;
    for (size_t i = 0; i < policy->witness_count; i++)
        if (text_equal(reading->witness[i].name, name)) {
            *ref = (struct witness_policy_ref){false, i};
            return true;
        }
    for (size_t i = 0; i < policy->group_count; i++)
        if (text_equal(reading->group[i].name, name)) {
            *ref = (struct witness_policy_ref){true, i};
            return true;
        }
    return false;
}

static int read_name(struct reading *reading, struct text *rest, struct text *name)
{
    struct witness_policy_ref ref;
    if (!next_part(rest, name))
        return refuse(reading, "", "the name is missing");
    if (text_equal(*name, TEXT("none")))
        return refuse(reading, "Choose another.", "the name \"none\" has a meaning of its own");
    if (find(reading, *name, &ref))
        return refuse(reading, "Choose another.", "this name is given already");
    return 0;
}

static int read_log(struct reading *reading, struct text rest)
{
    struct witness_policy *policy = reading->policy;
    if (policy->log_count == WITNESS_POLICY_MOST)
        return refuse(reading, "", "there are too many logs");
    struct witness_policy_log *log = &reading->log[policy->log_count];
    int result = read_key(reading, &rest, LEDGER_KEY_LOG, &log->key);
    if (result == 0)
        result = read_url(reading, &rest, &log->url);
    for (size_t i = 0; result == 0 && i < policy->log_count; i++)
        if (memcmp(reading->log[i].key.public_key, log->key.public_key, LEDGER_PUBLIC_KEY_SIZE) == 0)
            result = refuse(reading, "", "this log is here already");
    if (result == 0)
        policy->log_count++;
    return result;
}

static int read_witness(struct reading *reading, struct text rest)
{
    struct witness_policy *policy = reading->policy;
    if (policy->witness_count == WITNESS_POLICY_MOST)
        return refuse(reading, "", "there are too many witnesses");
    struct witness_policy_member *witness = &reading->witness[policy->witness_count];
    int result = read_name(reading, &rest, &witness->name);
    if (result == 0)
        result = read_key(reading, &rest, LEDGER_KEY_WITNESS, &witness->key);
    if (result == 0)
        result = read_url(reading, &rest, &witness->url);
    for (size_t i = 0; result == 0 && i < policy->witness_count; i++)
        if (memcmp(reading->witness[i].key.public_key, witness->key.public_key, LEDGER_PUBLIC_KEY_SIZE) == 0)
            result = refuse(reading, "One agency must not count twice.", "this witness is here already");
    if (result == 0)
        policy->witness_count++;
    return result;
}

static int read_needs(struct reading *reading, struct text part, struct witness_policy_group *group)
{
    int64_t needs = 0;
    if (text_equal(part, TEXT("any")))
        needs = 1;
    else if (text_equal(part, TEXT("all")))
        needs = (int64_t)group->count;
    else if (part.n == 0 || part.p[0] < '1' || !text_to_int64(part, &needs))
        return refuse(reading, "", "how many are needed is neither a number nor any nor all");
    if (needs > (int64_t)group->count)
        return refuse(reading, "", "more are needed than the group has");
    group->needs = (size_t)needs;
    return 0;
}

static int read_group(struct reading *reading, struct text rest)
{
    struct witness_policy *policy = reading->policy;
    struct text needs, name;
    struct witness_policy_ref *member =
        ARENA_ARRAY(reading->arena, struct witness_policy_ref, 2 * (size_t)WITNESS_POLICY_MOST);
    if (!member)
        return arena_error(reading->arena, reading->error);
    if (policy->group_count == WITNESS_POLICY_MOST)
        return refuse(reading, "", "there are too many groups");
    struct witness_policy_group *group = &reading->group[policy->group_count];
    *group = (struct witness_policy_group){.member = member};
    int result = read_name(reading, &rest, &group->name);
    next_part(&rest, &needs);
    while (result == 0 && next_part(&rest, &name)) {
        struct witness_policy_ref ref;
        if (!find(reading, name, &ref))
            return refuse(reading, "Define it on a line above.", "a member of the group is not defined");
        bool *taken = ref.group ? &reading->group_taken[ref.place] : &reading->witness_taken[ref.place];
        if (*taken)
            return refuse(reading, "It can count in one way only.", "a member is in a group already");
        *taken = true;
        member[group->count++] = ref;
    }
    if (result == 0 && group->count == 0)
        result = refuse(reading, "", "the group has no members");
    if (result == 0)
        result = read_needs(reading, needs, group);
    if (result == 0)
        policy->group_count++;
    return result;
}

static int read_quorum(struct reading *reading, struct text rest)
{
    struct text name, more;
    if (reading->has_quorum)
        return refuse(reading, "", "there is a quorum line already");
    if (!next_part(&rest, &name) || next_part(&rest, &more))
        return refuse(reading, "", "the quorum is one name");
    reading->has_quorum = true;
    reading->policy->needs_none = text_equal(name, TEXT("none"));
    if (!reading->policy->needs_none && !find(reading, name, &reading->policy->quorum))
        return refuse(reading, "Define it on a line above.", "the quorum names neither a witness nor a group");
    return 0;
}

static int read_line(struct reading *reading, struct text line)
{
    static const struct {
        const char *word;
        int (*read)(struct reading *reading, struct text rest);
    } kinds[] = {{"log", read_log}, {"witness", read_witness}, {"group", read_group}, {"quorum", read_quorum}};
    struct text word;
    for (size_t i = 0; i < line.n; i++)
        if (((unsigned char)line.p[i] < ' ' && line.p[i] != '\t') || line.p[i] == 0x7f)
            return refuse(reading, "Write it anew with a plain text editor.", "there is a control character");
    if (!next_part(&line, &word) || word.p[0] == '#')
        return 0;
    if (!text_is_utf8(line)) /* C2SP would let it stand; but names are shown to people, and counted by name */
        return refuse(reading, "Save it as UTF-8.", "this is not UTF-8");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_equal(word, text_of(kinds[i].word)))
            return kinds[i].read(reading, line);
    return refuse(reading, "", "a line begins with log, witness, group or quorum");
}

int witness_policy_parse(struct arena *arena, struct text source, const char *where, struct witness_policy *policy,
                         struct error *error)
{
    *policy = (struct witness_policy){0};
    struct reading reading = {
        .arena = arena,
        .policy = policy,
        .log = ARENA_ARRAY(arena, struct witness_policy_log, WITNESS_POLICY_MOST),
        .witness = ARENA_ARRAY(arena, struct witness_policy_member, WITNESS_POLICY_MOST),
        .group = ARENA_ARRAY(arena, struct witness_policy_group, WITNESS_POLICY_MOST),
        .error = error,
    };
    struct text rest = arena_text(arena, source), line;
    if (!rest.p || !reading.log || !reading.witness || !reading.group)
        return arena_error(arena, error);
    policy->log = reading.log;
    policy->witness = reading.witness;
    policy->group = reading.group;
    int result = 0, number = 0;
    if (rest.n == 0)
        return error_set(error, ERROR_INPUT, where, "", "the policy is empty");
    while (result == 0 && text_next(&rest, '\n', &line)) {
        number++;
        if ((result = read_line(&reading, line)) != 0) {
            char place[200];
            snprintf(place, sizeof place, "%.150s line %d", where, number);
            return error_within(error, place);
        }
    }
    if (!reading.has_quorum)
        return error_set(error, ERROR_INPUT, where, "Add a line \"quorum NAME\".", "it does not say what is needed");
    return 0;
}

int witness_policy_read(struct arena *arena, const char *path, struct witness_policy *policy, struct error *error)
{
    struct text source;
    int result = file_read(arena, path, WITNESS_POLICY_BYTES, &source, error);
    return result ? result : witness_policy_parse(arena, source, path, policy, error);
}
