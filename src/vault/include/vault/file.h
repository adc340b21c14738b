#ifndef VAULT_FILE_H
#define VAULT_FILE_H

#include "vault/payload.h"

/* Whole age files. Steps: see vault/flow.h. */

struct vault_file_sealer;

/* Makes a new file key, uses it for this file and forgets it. `armor`: the text form. */
int vault_file_sealer_new(const struct vault_recipient *recipients, size_t count, bool armor,
                          struct vault_file_sealer **out, struct error *error);
void vault_file_sealer_free(struct vault_file_sealer **sealer);
int vault_file_sealer_step(struct vault_file_sealer *sealer, struct vault_flow *flow, bool end,
                           struct error *error);
bool vault_file_sealer_done(const struct vault_file_sealer *sealer);

struct vault_file_opener;

/* Either form is taken. The identities are lent until the file is done. A header may have VAULT_HEADER_MAX
 * bytes. */
enum { VAULT_HEADER_MAX = 1 << 20 };
int vault_file_opener_new(const struct vault_identity *identities, size_t count,
                          struct vault_file_opener **out, struct error *error);
void vault_file_opener_free(struct vault_file_opener **opener);
int vault_file_opener_step(struct vault_file_opener *opener, struct vault_flow *flow, bool end,
                           struct error *error);
bool vault_file_opener_done(const struct vault_file_opener *opener);
enum vault_verdict vault_file_opener_verdict(const struct vault_file_opener *opener);

#define VAULT_FILE_SEALER_SCOPE __attribute__((cleanup(vault_file_sealer_free)))
#define VAULT_FILE_OPENER_SCOPE __attribute__((cleanup(vault_file_opener_free)))

/* Where bytes come from: up to `room` of them; *got 0 at the end. Returns 0 or an error. */
struct vault_reader {
    int (*read)(void *self, void *buffer, size_t room, size_t *got, struct error *error);
    void *self;
};

/* Where bytes go: all `n` of them. Returns 0 or an error. It may be called from a thread other than the
 * caller's, but never after the function that was given the writer has returned, and never twice at once. */
struct vault_writer {
    int (*write)(void *self, const void *p, size_t n, struct error *error);
    void *self;
};

/*
 * From a reader to a writer, in bounded memory. What the writer has been given before a failed
 * vault_file_open was verified, but is not the whole file. An error of the reader or writer is passed on as
 * it is.
 */
int vault_file_seal(const struct vault_reader *reader, const struct vault_writer *writer,
                    const struct vault_recipient *recipients, size_t count, bool armor, struct error *error);
int vault_file_open(const struct vault_reader *reader, const struct vault_writer *writer,
                    const struct vault_identity *identities, size_t count, enum vault_verdict *verdict,
                    struct error *error);

#endif
