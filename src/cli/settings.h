#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "base.h"

/*
 * The settings of the server: one table gives the file proviso.conf(5), the environment and their help. What is set in
 * the environment wins over the file.
 */
struct settings {
    const char *home, *listen, *tls_certificate, *tls_key, *hosts, *database, *packs, *pack, *origin, *escrow, *witnesses, *witness_ca, *partnership;
    int64_t threads, session_minutes, epoch_hours;
    bool behind_proxy, access_log, sandbox;
};

/* `file` may be NULL. Errors name the file and line, or the variable. Texts live in the arena. */
int settings_read(struct arena *arena, const char *file, struct settings *settings, struct error *error);

/* The same for a command that was given `home`, or NULL. `arena` may be NULL: out of memory. */
int settings_read_home(struct arena *arena, const char *file, const char *home, struct settings *settings, struct error *error);

/* What they say of where the record lies and of the pack: each command that opens one begins from that. */
struct gate_settings;
struct gate_settings settings_gate(const struct settings *settings);

/* "127.0.0.1:8080", "[::1]:8080", "8080": the address (127.0.0.1 if only a port is given) and port. */
int settings_split_listen(struct arena *arena, const char *listen, const char **address, unsigned *port,
                          struct error *error);

/* The table as text, for --help and the man page. */
void settings_help(struct buffer *out);

#endif
