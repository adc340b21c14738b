#include "keyholder/restore.h"

#include "client/inside.h"

#include "base/file.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

struct words {
    char **word;
    size_t n;
};

static void say(struct words *words, const char *option, const char *value)
{
    if (option)
        words->word[words->n++] = (char *)(uintptr_t)option;
    words->word[words->n++] = (char *)(uintptr_t)value;
}

/* What the process answers with: its error, code 0 if all went well. */
static int hear(int fd, pid_t process, struct error *error)
{
    struct message_failure answer;
    char how[120];
    ssize_t n;
    do
        n = recv(fd, &answer, sizeof answer, 0);
    while (n < 0 && errno == EINTR);
    keyholder_reap(process, 5000, how, sizeof how);
    if (n != (ssize_t)sizeof answer)
        return error_set(error, ERROR_SYSTEM, "keyholder", "Its last words are above.", "the process that restores the keys %s", how);
    return answer.error.code == 0 ? 0 : keyholder_message_failed(&answer, error);
}

int keyholder_restore(const struct keyholder_restoring *r, struct error *error)
{
    char number[2][16];
    struct words words = {calloc(20 + 2 * (r->share_count + r->identity_count), sizeof *words.word), 0};
    if (!words.word)
        return error_set(error, ERROR_SYSTEM, "keyholder", "", "out of memory");
    say(&words, NULL, r->program ? r->program : "/proc/self/exe");
    say(&words, NULL, "keyholder");
    say(&words, NULL, "--restore");
    say(&words, "--home", r->home);
    say(&words, "--origin", r->origin);
    say(&words, "--log", r->log);
    if (r->keys)
        say(&words, "--keys", r->keys);
    for (size_t i = 0; i < r->epoch_count && i < 2; i++) {
        snprintf(number[i], sizeof number[i], "%u", r->epoch[i]);
        say(&words, "--epoch", number[i]);
    }
    for (size_t i = 0; i < r->share_count; i++)
        say(&words, "--share", r->share[i]);
    for (size_t i = 0; i < r->identity_count; i++)
        say(&words, "--identity", r->identity[i]);
    FILE_SCOPE int fd = -1;
    pid_t process = -1;
    int result = keyholder_spawn_words(words.word, &fd, &process, error);
    free(words.word);
    return result ? result : hear(fd, process, error);
}
