#include "backup_home.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

struct test_home home;
struct vault_identity agency[AGENCIES];
char base[64], plan[PATH], program[4096];
struct arena *arena;
struct decided decided;
struct id document;

/* ---- small things ---- */

char *backup_path(char *out, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int n = snprintf(out, PATH, "%s/", base);
    vsnprintf(out + n, (size_t)(PATH - n), format, list);
    va_end(list);
    return out;
}

bool backup_is_there(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

struct text backup_content(const char *path)
{
    struct text content;
    struct error error;
    must(file_read(arena, path, 64 << 20, &content, &error), &error, path);
    return content;
}

void backup_write(const char *path, struct text content)
{
    struct error error;
    must(file_replace(path, content, 0600, &error), &error, path);
}

/* ---- agencies ---- */

void backup_plan(unsigned needed)
{
    char line[AGENCIES * 120], recipient[VAULT_RECIPIENT_LENGTH + 1];
    int n = snprintf(line, sizeof line, "needed %u\n", needed);
    for (int i = 0; i < AGENCIES; i++) {
        struct vault_recipient point;
        struct error error;
        must(vault_identity_recipient(&agency[i], &point, &error), &error, "recipient");
        vault_recipient_format(&point, recipient);
        n += snprintf(line + n, sizeof line - (size_t)n, "agency %s Agency Number %d\n", recipient, i + 1);
    }
    backup_write(backup_path(plan, "plan"), text_of(line));
}

/* The agency takes its file from the server's folder and opens it. */
const char *backup_open_share(const char *from, unsigned epoch, int number, const char *name)
{
    char sealed[PATH + 100];
    uint8_t plain[4096];
    struct vault_file_opener *opener VAULT_FILE_OPENER_SCOPE = NULL;
    struct error error;
    snprintf(sealed, sizeof sealed, "%s/data/escrow/epoch-%u/%02d-agency-number-%d.age", from, epoch, number, number);
    struct text file = backup_content(sealed);
    struct vault_flow flow = {(const uint8_t *)file.p, file.n, plain, sizeof plain};
    must(vault_file_opener_new(&agency[number - 1], 1, &opener, &error), &error, "opener");
    while (!vault_file_opener_done(opener))
        must(vault_file_opener_step(opener, &flow, true, &error), &error, sealed);
    char *path = arena_alloc(arena, PATH);
    backup_write(backup_path(path, "%s", name), (struct text){(const char *)plain, sizeof plain - flow.out_left});
    return path;
}

/* ---- the calls ---- */

struct gate_settings backup_settings(const char *folder)
{
    return (struct gate_settings){.home = folder, .packs = "packs", .program = program};
}

int backup_try(const char *folder, struct backup_report *report, struct error *error)
{
    struct gate_settings settings = backup_settings(home.folder);
    return gate_backup(&settings, folder, arena, NULL, report, error);
}

struct backup_report backup_make(const char *folder)
{
    struct backup_report report;
    struct error error;
    must(backup_try(folder, &report, &error), &error, "gate_backup");
    return report;
}

/* Must be given a list ended by NULL. */
struct gate_restoring backup_restoring(const char *folder, const char *to, const char *const *share)
{
    struct gate_restoring restoring = {.folder = folder, .home = to, .packs = "packs", .program = program, .share = share};
    while (share && share[restoring.shares])
        restoring.shares++;
    return restoring;
}

int backup_restore(struct gate_restoring restoring, struct restore_report *report, struct error *error)
{
    struct restore_report own;
    return gate_restore(&restoring, arena, NULL, report ? report : &own, error);
}

void backup_refused(struct gate_restoring restoring, int code, const char *where, const char *what)
{
    struct error error = {0};
    char part[PATH + 20];
    int result = backup_restore(restoring, NULL, &error);
    if (result != code || !strstr(error.where, where) || !strstr(error.what, what) || !error.fix[0])
        fail_msg("expected %d %s / %s, got %d: %s: %s (%s)", code, where, what, result, error.where, error.what, error.fix);
    snprintf(part, sizeof part, "%s.restoring", restoring.home);
    assert_false(backup_is_there(part));
    assert_false(backup_is_there(restoring.home));
}

/* The home that was restored, opened as a server would. */
struct gate *backup_open(const char *folder)
{
    struct gate *gate;
    struct gate_settings settings = backup_settings(folder);
    struct error error;
    must(gate_open(&settings, &gate, &error), &error, folder);
    return gate;
}

/* ---- each test has a home of its own ---- */

int backup_begin(void **state)
{
    (void)state;
    snprintf(program, sizeof program, "%s/keyholder-main", getenv("PROVISO_BUILD"));
    snprintf(base, sizeof base, "/tmp/proviso-backup-XXXXXX");
    if (!mkdtemp(base))
        return -1;
    arena = arena_new(512 << 20, ARENA_SECRET);
    for (int i = 0; i < AGENCIES; i++)
        vault_identity_new(&agency[i]);
    backup_plan(NEEDED);
    home = (struct test_home){.escrow = plan};
    home_make(&home);
    struct visit *teacher = home_visit(&home, "teacher");
    decided = home_decide(&home, teacher, (struct text){NULL, 0});
    document = home_attach(teacher, arena, &decided.case_id, TEXT("what the neighbour said"));
    visit_end(&teacher);
    return 0;
}

int backup_end(void **state)
{
    (void)state;
    home_drop(&home);
    arena_free(&arena);
    shell("rm -rf %s", base);
    return 0;
}
