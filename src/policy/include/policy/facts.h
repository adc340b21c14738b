#ifndef POLICY_FACTS_H
#define POLICY_FACTS_H

#include "policy/pack.h"

struct json;
struct json_writer;

/* What is known of a case, for one pack. It lives in an arena; one thread at a time. */
struct policy_facts;

struct policy_facts *policy_facts_new(const struct policy_pack *pack, struct arena *arena); /* nothing known */

/*
 * States a fact in words: a listed value, "true" or "false", a number, an ISO date, a mail address.
 * ERROR_INPUT: no such fact, or not a value that it can have; the error names the fact, what was written and the
 * values nearest to it. A malformed mail address is no error: it is of the class "malformed".
 */
int policy_facts_set(struct policy_facts *facts, struct text key, struct text value, struct error *error);
int policy_facts_forget(struct policy_facts *facts, struct text key, struct error *error);

/* As JSON: null is unknown, booleans and numbers as themselves, the rest strings. Replaces what is named only. */
int policy_facts_read(struct policy_facts *facts, const struct json *object, struct error *error);

/* What was stated, in words; {NULL, 0} where unknown. By key, or by its place in the pack (policy_fact_info). */
struct text policy_facts_get(const struct policy_facts *facts, struct text key);
struct text policy_facts_at(const struct policy_facts *facts, size_t place);

/* An object of the known facts, in the order of the pack; readable by policy_facts_read(). */
void policy_facts_write(const struct policy_facts *facts, struct json_writer *w);

#endif
