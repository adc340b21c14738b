#include "settings.h"

#include "gate.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEXT_SETTING, NUMBER_SETTING, SWITCH_SETTING };

static const struct setting {
    const char *name, *environment, *standard, *help;
    enum kind kind;
    size_t offset;
    int64_t least, most;
} table[] = {
#define AT(member) offsetof(struct settings, member)
    {"home", "PROVISO_HOME", "proviso-home", "folder of the data and the keys", TEXT_SETTING, AT(home), 0, 0},
    {"listen", "PROVISO_LISTEN", "127.0.0.1:8080",
     "address and port; without TLS only an address of this machine itself (loopback)", TEXT_SETTING, AT(listen), 0, 0},
    {"tls_certificate", "PROVISO_TLS_CERTIFICATE", NULL, "file of the certificate chain (PEM)", TEXT_SETTING,
     AT(tls_certificate), 0, 0},
    {"tls_key", "PROVISO_TLS_KEY", NULL, "file of its private key (PEM)", TEXT_SETTING, AT(tls_key), 0, 0},
    {"hosts", "PROVISO_HOSTS", NULL, "names under which browsers may ask for the server, separated by spaces", TEXT_SETTING,
     AT(hosts), 0, 0},
    {"database", "PROVISO_DATABASE", NULL, "another database than HOME/data/proviso.db: a file, or postgresql://... (docs/postgresql.md)",
     TEXT_SETTING, AT(database), 0, 0},
    {"packs", "PROVISO_PACKS", NULL, "folder of the policy packs", TEXT_SETTING, AT(packs), 0, 0},
    {"pack", "PROVISO_PACK", "manchester-2016", "the pack that a new home adopts; later the record says which applies", TEXT_SETTING, AT(pack), 0, 0},
    {"origin", "PROVISO_ORIGIN", NULL, "name of the log, fixed at the first start: proviso.example/log if it is not set",
     TEXT_SETTING, AT(origin), 0, 0},
    {"escrow", "PROVISO_ESCROW", NULL, "file that names the agencies that keep shares of the key for backups", TEXT_SETTING,
     AT(escrow), 0, 0},
    {"witnesses", "PROVISO_WITNESSES", NULL, "file that says which witnesses must have signed a checkpoint", TEXT_SETTING,
     AT(witnesses), 0, 0},
    {"witness_ca", "PROVISO_WITNESS_CA", NULL, "file of further certificate authorities for the witnesses (PEM)", TEXT_SETTING,
     AT(witness_ca), 0, 0},
    {"partnership", "PROVISO_PARTNERSHIP", "Safeguarding partnership", "name of the partnership, on every page",
     TEXT_SETTING, AT(partnership), 0, 0},
    {"threads", "PROVISO_THREADS", "2", "threads that serve connections", NUMBER_SETTING, AT(threads), 1, 64},
    {"session_minutes", "PROVISO_SESSION_MINUTES", "30", "minutes without a click after which one must sign in again",
     NUMBER_SETTING, AT(session_minutes), 1, 720},
    {"epoch_hours", "PROVISO_EPOCH_HOURS", "24", "hours until what was destroyed cannot be opened from an old copy either",
     NUMBER_SETTING, AT(epoch_hours), 1, 720},
    {"behind_proxy", "PROVISO_BEHIND_PROXY", "no", "a proxy on this machine speaks for the clients", SWITCH_SETTING,
     AT(behind_proxy), 0, 0},
    {"access_log", "PROVISO_ACCESS_LOG", "no", "a line for each request: kind of page, status and time, no path, no address",
     SWITCH_SETTING, AT(access_log), 0, 0},
    {"sandbox", "PROVISO_SANDBOX", "yes", "give up what the server does not need (seccomp, Landlock)", SWITCH_SETTING,
     AT(sandbox), 0, 0},
#undef AT
};
enum { SETTINGS = sizeof table / sizeof *table };

static int set(struct arena *arena, const struct setting *setting, const char *value, struct settings *settings,
               const char *where, struct error *error)
{
    char *member = (char *)settings + setting->offset;
    if (setting->kind == TEXT_SETTING) {
        const char *copy = arena_string(arena, text_of(value));
        memcpy(member, &copy, sizeof copy);
        return copy ? 0 : arena_error(arena, error);
    }
    if (setting->kind == SWITCH_SETTING) {
        bool yes = strcmp(value, "yes") == 0;
        if (!yes && strcmp(value, "no") != 0)
            return error_set(error, ERROR_INPUT, where, "", "%s must be yes or no, not \"%s\"", setting->name, value);
        memcpy(member, &yes, sizeof yes);
        return 0;
    }
    int64_t number;
    if (!text_to_int64(text_of(value), &number) || number < setting->least || number > setting->most)
        return error_set(error, ERROR_INPUT, where, "", "%s must be a whole number from %lld to %lld, not \"%s\"",
                         setting->name, (long long)setting->least, (long long)setting->most, value);
    memcpy(member, &number, sizeof number);
    return 0;
}

struct reading {
    struct arena *arena;
    struct settings *settings;
    struct error *error;
    const char *file;
    int result;
};

static int take_line(void *context, const char *section, const char *name, const char *value)
{
    struct reading *reading = context;
    if (section[0]) {
        reading->result = error_set(reading->error, ERROR_INPUT, reading->file, "Take the line in [brackets] out.",
                                    "sections are not used here: [%s]", section);
        return 0;
    }
    for (size_t i = 0; i < SETTINGS; i++)
        if (strcmp(name, table[i].name) == 0) {
            reading->result = set(reading->arena, &table[i], value, reading->settings, reading->file, reading->error);
            return reading->result == 0;
        }
    reading->result = error_set(reading->error, ERROR_INPUT, reading->file, "See proviso.conf(5).",
                                "there is no setting \"%s\"", name);
    return 0;
}

int settings_read(struct arena *arena, const char *file, struct settings *settings, struct error *error)
{
    *settings = (struct settings){0};
    for (size_t i = 0; i < SETTINGS; i++)
        if (table[i].standard) {
            int result = set(arena, &table[i], table[i].standard, settings, "built in", error);
            if (result)
                return result;
        }
    if (file) {
        struct text content;
        int result = file_read(arena, file, 1 << 20, &content, error);
        if (result)
            return result;
        struct reading reading = {arena, settings, error, file, 0};
        int line = ini_parse_string(arena_string(arena, content), take_line, &reading);
        if (reading.result) {
            snprintf(error->where, sizeof error->where, "%.140s line %d", file, line);
            return reading.result;
        }
        if (line)
            return error_set(error, ERROR_INPUT, file, "Write one NAME = VALUE a line.", "line %d is not a setting", line);
    }
    for (size_t i = 0; i < SETTINGS; i++) {
        const char *value = getenv(table[i].environment);
        if (value && value[0]) {
            int result = set(arena, &table[i], value, settings, table[i].environment, error);
            if (result)
                return result;
        }
    }
    return 0;
}

int settings_read_home(struct arena *arena, const char *file, const char *home, struct settings *settings, struct error *error)
{
    *settings = (struct settings){0};
    int result = arena ? settings_read(arena, file, settings, error) : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (home)
        settings->home = home;
    return result;
}

struct gate_settings settings_gate(const struct settings *settings)
{
    return (struct gate_settings){
        .home = settings->home, .database = settings->database, .packs = settings->packs, .pack = settings->pack};
}

int settings_split_listen(struct arena *arena, const char *listen, const char **address, unsigned *port,
                          struct error *error)
{
    struct text whole = text_of(listen), host = TEXT("127.0.0.1"), number = whole;
    const char *colon = strrchr(listen, ':');
    if (colon) {
        host = text_cut(whole, 0, (size_t)(colon - listen));
        number = text_of(colon + 1);
        if (text_starts(host, TEXT("[")) && text_ends(host, TEXT("]")))
            host = text_cut(host, 1, host.n - 1);
    }
    int64_t value;
    if (!text_to_int64(number, &value) || value < 0 || value > 65535 || host.n == 0)
        return error_set(error, ERROR_INPUT, "listen", "Write an address and a port, like 127.0.0.1:8080.",
                         "\"%s\" is not an address and a port", listen);
    *address = arena_string(arena, host);
    *port = (unsigned)value;
    return *address ? 0 : arena_error(arena, error);
}

void settings_help(struct buffer *out)
{
    for (size_t i = 0; i < SETTINGS; i++)
        buffer_format(out, "  %-16s %s\n%19s%s%s%s\n", table[i].name, table[i].help, "", table[i].environment,
                      table[i].standard ? "; otherwise " : "", table[i].standard ? table[i].standard : "");
}
