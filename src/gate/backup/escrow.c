#include "escrow.h"
#include "folder.h"
#include "inside.h"

#include "gate/escrow.h"
#include "keyholder.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char README[] =
    "These are shares of the key that opens the backups of this server.\n"
    "\n"
    "Each file is sealed: the agency that it is named after can open it, nobody else. Send each agency its own file (by\n"
    "mail, if you like) and have it confirm that it can open it: proviso open -i ITS-KEY FILE, or any age tool.\n"
    "\n"
    "Do not keep these files with a backup: what is destroyed here would then still be there.\n"
    "\n"
    "When the keys are renewed this folder goes and another comes. Send the new files. Each agency then destroys its older\n"
    "share and every copy of it: only then is what was disposed of gone from older backups too. A backup from before\n"
    "cannot be opened after that: make a new one right after the keys have been renewed.\n";

/* The file of share `number`: letters, digits and hyphens of the agency's name, so that any file system takes it. */
static void file_name(char *name, size_t size, uint32_t number, const char *agency)
{
    size_t n = (size_t)snprintf(name, size, "%02u-", number);
    for (const char *p = agency; *p && n + 5 < size; p++) {
        char c = (char)(*p >= 'A' && *p <= 'Z' ? *p - 'A' + 'a' : *p);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            name[n++] = c;
        else if (c != '\'' && name[n - 1] != '-')
            name[n++] = '-';
    }
    while (n > 3 && name[n - 1] == '-')
        n--;
    snprintf(name + n, size - n, ".age");
}

/* What lies there must be what was sealed: a share that was lost on the way is found now, not in the worst night. */
static int read_back(const char *path, struct text wanted, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 16, ARENA_PLAIN);
    struct text got;
    int result = arena ? file_read(arena, path, 1 << 14, &got, error) : error_set(error, ERROR_SYSTEM, path, "", "out of memory");
    if (!result && !text_equal(got, wanted))
        result = error_set(error, ERROR_SYSTEM, path, "Check the disk.", "the share that was written does not read back");
    return result;
}

static int write_share(const char *folder, uint32_t number, const struct keyholder_sealed_share *share, struct error *error)
{
    char name[80], path[PATH_MAX];
    struct text file = {(const char *)share->file, share->size};
    file_name(name, sizeof name, number, share->agency);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int result = file_replace(path, file, 0600, error);
    return result ? result : read_back(path, file, error);
}

static int write_shares(struct gate *gate, const struct keyholder_description *known, const char *folder, struct error *error)
{
    char path[PATH_MAX];
    struct keyholder_sealed_share *share = malloc(sizeof *share);
    int result = share ? 0 : error_set(error, ERROR_SYSTEM, "escrow", "", "out of memory");
    for (uint32_t i = 1; !result && i <= known->escrow_count; i++) {
        result = keyholder_escrow(gate->keyholder, i, share, error);
        if (!result)
            result = write_share(folder, i, share, error);
    }
    free(share);
    snprintf(path, sizeof path, "%s/README.txt", folder);
    return result ? result : file_replace(path, text_of(README), 0600, error);
}

/* The folder appears under its name only when all of it is there. */
static int escrow_epoch(struct gate *gate, const struct keyholder_description *known, const char *escrow, struct error *error)
{
    char whole[PATH_MAX], part[PATH_MAX];
    snprintf(whole, sizeof whole, "%s/epoch-%u", escrow, known->epoch);
    snprintf(part, sizeof part, "%s/epoch-%u.part", escrow, known->epoch);
    int result = folder_remove(part, error);
    if (!result && mkdir(part, 0700) != 0)
        result = error_system(error, errno, part, "cannot make the folder");
    if (!result)
        result = write_shares(gate, known, part, error);
    if (!result)
        result = folder_remove(whole, error); /* of another plan, or never made known */
    if (!result && rename(part, whole) != 0)
        result = error_system(error, errno, whole, "the folder cannot be given its name");
    if (!result)
        result = file_sync_folder(whole, error);
    return result ? result : keyholder_escrowed(gate->keyholder, known->epoch, error);
}

struct sweep {
    const char *escrow;
    uint32_t oldest;
};

/* epoch-N of a retired epoch, or what a crash left half written. */
static int sweep_one(void *self, const char *name, struct error *error)
{
    const struct sweep *sweep = self;
    char path[PATH_MAX];
    struct text t = text_of(name);
    int64_t number;
    if (!text_starts(t, TEXT("epoch-")))
        return 0;
    t = text_cut(t, 6, t.n);
    if (!text_ends(t, TEXT(".part")) && (!text_to_int64(t, &number) || number >= (int64_t)sweep->oldest))
        return 0;
    snprintf(path, sizeof path, "%s/%s", sweep->escrow, name);
    int result = folder_remove(path, error);
    if (!result && !text_ends(t, TEXT(".part")))
        log_line(LOG_LEVEL_WARNING, "gate",
                 "the keys were renewed: send the new shares to the agencies (%s), have the older ones destroyed, and make a backup: "
                 "older ones cannot be opened any more",
                 sweep->escrow);
    return result;
}

static int see_one(void *self, const char *name, struct error *error)
{
    (void)error;
    *(bool *)self |= text_starts(text_of(name), TEXT("epoch-"));
    return 0;
}

int escrow_check_plan(struct gate *gate, struct error *error)
{
    struct keyholder_description known;
    char escrow[PATH_MAX];
    bool kept = false;
    int result = keyholder_describe(gate->keyholder, &known, error);
    snprintf(escrow, sizeof escrow, "%s/data/escrow", gate->home);
    if (!result && !known.escrow_count)
        result = folder_list(escrow, see_one, &kept, error);
    if (!result && kept)
        result = error_set(error, ERROR_CONFLICT, escrow,
                           "Name the configuration that has the setting escrow (--config /etc/proviso/proviso.conf). If no agency is to "
                           "keep a share any more, remove this folder first.",
                           "agencies keep shares of the present key, and nothing says who keeps those of the next");
    return result;
}

int gate_escrow(struct gate *gate, struct error *error)
{
    struct keyholder_description known;
    char escrow[PATH_MAX];
    int result = keyholder_describe(gate->keyholder, &known, error);
    if (result)
        return result;
    snprintf(escrow, sizeof escrow, "%s/data/escrow", gate->home);
    struct sweep sweep = {escrow, known.oldest_epoch};
    if (known.escrow_count)
        result = file_make_folder(escrow, error);
    if (!result && known.escrow_count && known.escrow_epoch != known.epoch)
        result = escrow_epoch(gate, &known, escrow, error);
    return result ? result : folder_list(escrow, sweep_one, &sweep, error);
}

int gate_escrow_look(struct gate *gate, struct gate_escrow_state *state, struct error *error)
{
    struct keyholder_description known;
    int result = keyholder_describe(gate->keyholder, &known, error);
    if (result)
        return result;
    *state = (struct gate_escrow_state){known.escrow_count, known.escrow_needed, known.epoch,
                                        known.escrow_epoch == known.epoch};
    return 0;
}
