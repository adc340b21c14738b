#ifndef POLICY_PACK_READ_H
#define POLICY_PACK_READ_H

#include "internal.h"

/*
 * Reading the JSON files of a pack. Every text is copied into the pack's arena: the sources may go away. `where` names the
 * file in errors.
 */

struct text pack_text(struct policy_pack *pack, const struct json *value);
/* The text under `key`, or `otherwise` where there is none. */
struct text pack_text_or(struct policy_pack *pack, const struct json *object, const char *key, struct text otherwise);
/* ERROR_INPUT: what is wrong with the fact or list `key`. */
int pack_bad(struct error *error, const char *where, struct text key, const char *what);

/* ---- fact.c ---- */
int pack_key_of(const struct json *object, const char *where, struct text *key, struct error *error);
int pack_new_fact(struct policy_pack *pack, const struct json *object, struct space_fact *fact, const char *where,
                  struct error *error);
/* Name, question, hint, reason and weight, where the object has them. */
void pack_read_wording(struct policy_pack *pack, struct space_fact *fact, const struct json *object);
/* Labels and hints of values; where the fact is new its values too. */
int pack_read_values(struct policy_pack *pack, struct space_fact *fact, const struct json *list, bool new_fact,
                     const char *where, struct error *error);

/* ---- pack_words.c: `root` has an object of words for each kind of code; `list` is the glossary, or NULL ---- */
int pack_read_word_lists(struct policy_pack *pack, const struct json *root, const char *where, struct error *error);
int pack_read_glossary(struct policy_pack *pack, const struct json *list, const char *where, struct error *error);

/* ---- domains.c: {"nhs": ["nhs.net"], ...}: the same lists for every fact that is a mail address ---- */
int pack_read_domains(struct policy_pack *pack, const struct json *lists, const char *where, struct error *error);

#endif
