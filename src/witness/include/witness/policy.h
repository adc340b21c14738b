#ifndef WITNESS_POLICY_H
#define WITNESS_POLICY_H

#include "base/arena.h"
#include "ledger/checkpoint.h"

struct error;

/*
 * Which witnesses must have cosigned a checkpoint before it is relied on: a file in the format of C2SP
 * tlog-policy, one definition a line.
 *
 *   log <verifier key> [<url>]                 the log; needed only by those who check several
 *   witness <name> <verifier key> [<url>]      a witness, and where it is asked
 *   group <name> <k>|any|all <member>...       has seen a checkpoint if so many of its members have
 *   quorum <name>|none                         exactly one: the witness or group that is needed
 *
 * Parts are separated by spaces and tabs; empty lines and lines that begin with # say nothing. A name is
 * defined before it is used and is a member of one group at most. An address is https, or http on a loopback
 * address.
 */
enum {
    WITNESS_POLICY_BYTES = 256 * 1024,
    WITNESS_POLICY_MOST = 32, /* of logs, of witnesses, of groups */
    WITNESS_URL_MOST = 1000,
};

struct witness_policy_log {
    struct ledger_key key; /* its name is the origin */
    struct text url;       /* empty: none; never with a slash at its end */
};

struct witness_policy_member {
    struct text name;
    struct ledger_key key; /* LEDGER_KEY_WITNESS */
    struct text url;
};

/* A witness, or a group if `group`, by its place in the policy. */
struct witness_policy_ref {
    bool group;
    size_t place;
};

struct witness_policy_group {
    struct text name;
    size_t needs; /* 1 to count */
    size_t count;
    const struct witness_policy_ref *member;
};

struct witness_policy {
    size_t log_count, witness_count, group_count;
    const struct witness_policy_log *log;
    const struct witness_policy_member *witness;
    const struct witness_policy_group *group;
    bool needs_none; /* quorum none */
    struct witness_policy_ref quorum;
};

/* Strict; ERROR_INPUT names the line. `where` is the file's name in errors. Keeps nothing of `source`. */
int witness_policy_parse(struct arena *arena, struct text source, const char *where, struct witness_policy *policy,
                         struct error *error);
int witness_policy_read(struct arena *arena, const char *path, struct witness_policy *policy, struct error *error);

/* Is the quorum met if these witnesses have signed? `seen` has a place for each witness. */
bool witness_policy_met(const struct witness_policy *policy, const bool *seen);

/* May a checkpoint of this log be judged by it? Of any log where it names none. */
bool witness_policy_knows(const struct witness_policy *policy, const struct ledger_key *log);

/* What is needed, in words: "2 of leeds, york, hull". */
struct text witness_policy_words(struct arena *arena, const struct witness_policy *policy);

/*
 * A whole signed checkpoint, judged by a policy: it knows the log, the log signed it (keys: `log`), no known signature is
 * wrong, and the quorum has cosigned. `times` (may be NULL) has a place for each witness: seconds since 1970 of its
 * signature, as ledger_note_time() gives them; 0 where it has not signed. `met` (may be NULL): then a quorum that is not met is no error.
 * ERROR_INPUT, ERROR_CHECK.
 */
int witness_policy_judge(struct arena *arena, const struct witness_policy *policy, const struct ledger_key *log,
                         struct text note, struct ledger_checkpoint *checkpoint, uint64_t *times, bool *met,
                         struct error *error);

#endif
