/* The real process, started and spoken to as the server does. */
#include "keyholder_test.h"

#include "keyholder.h"
#include "sandbox.h"

#include "client_private.h"

#include "base/clock.h"
#include "base/error.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

static const char ORIGIN[] = "proviso.example/test";

static int start(const struct place *place, struct keyholder **keyholder, struct error *error)
{
    const struct keyholder_options options = {
        .program = KEYHOLDER_PROCESS, .home = place->home, .origin = ORIGIN};
    return keyholder_start(&options, keyholder, error);
}

static struct keyholder *started(const struct place *place)
{
    struct keyholder *keyholder = NULL;
    struct error error = {0};
    if (start(place, &keyholder, &error) != 0)
        fail_msg("%s: %s. %s", error.where, error.what, error.fix);
    return keyholder;
}

static void it_starts_describes_itself_and_stops(void **state)
{
    struct keyholder *keyholder = started(*state);
    struct keyholder_description d, again;
    struct error error;
    assert_int_equal(keyholder_describe(keyholder, &d, &error), 0);
    assert_string_equal(d.origin, ORIGIN);
    assert_int_equal(d.epoch, 1);
    pid_t process = keyholder_process(keyholder);
    assert_int_equal(kill(process, 0), 0);
    keyholder_stop(&keyholder);
    assert_null(keyholder);
    assert_int_equal(kill(process, 0), -1);
    keyholder = started(*state);
    assert_int_equal(keyholder_describe(keyholder, &again, &error), 0);
    assert_memory_equal(again.public_key, d.public_key, sizeof d.public_key);
    keyholder_stop(&keyholder);
}

static void it_signs_and_remembers(void **state)
{
    struct keyholder *keyholder = started(*state);
    struct keyholder_description d;
    struct error error;
    uint8_t signature[KEYHOLDER_SIGNATURE_SIZE], again[KEYHOLDER_SIGNATURE_SIZE];
    struct ledger_growth growth = log_growth(0, 10, 0);
    assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), 0);
    keyholder_stop(&keyholder);
    keyholder = started(*state);
    assert_int_equal(keyholder_describe(keyholder, &d, &error), 0);
    assert_int_equal(d.signed_tree.size, 10);
    assert_true(ledger_hash_equal(&d.signed_tree.root, &growth.to.root));
    assert_int_equal(keyholder_sign(keyholder, &growth, again, &error), 0);
    assert_memory_equal(signature, again, sizeof signature);
    growth = log_growth(0, 9, 0);
    assert_int_equal(keyholder_sign(keyholder, &growth, again, &error), ERROR_CHECK);
    growth = log_growth(10, 11, 1);
    assert_int_equal(keyholder_sign(keyholder, &growth, again, &error), ERROR_CHECK);
    assert_non_null(strstr(error.what, "does not begin with"));
    growth = log_growth(9, 12, 0);
    assert_int_equal(keyholder_sign(keyholder, &growth, again, &error), ERROR_CONFLICT);
    growth = log_growth(10, 12, 0);
    assert_int_equal(keyholder_sign(keyholder, &growth, again, &error), 0);
    keyholder_stop(&keyholder);
}

static void keys_come_from_the_pool(void **state)
{
    enum { TAKEN = 1000 };
    static struct data_key key[TAKEN];
    struct keyholder *keyholder = started(*state);
    struct unwrapped_key plain[KEYHOLDER_BATCH];
    struct wrapped_key wrapped[KEYHOLDER_BATCH + 1];
    struct error error;
    assert_int_equal(keyholder_pool_fill(keyholder, &error), 0);
    assert_int_equal(keyholder->buffers->pool_n, POOL_MAX);
    uint64_t messages = keyholder->sequence;
    for (size_t i = 0; i < POOL_MAX; i++)
        assert_int_equal(keyholder_key_take(keyholder, &key[i], &error), 0);
    assert_int_equal(keyholder->sequence, messages);
    for (size_t i = POOL_MAX; i < TAKEN; i++)
        assert_int_equal(keyholder_key_take(keyholder, &key[i], &error), 0);
    assert_int_equal(keyholder->sequence - messages,
                     (TAKEN - POOL_MAX + KEYHOLDER_BATCH - 1) / KEYHOLDER_BATCH);
    for (size_t i = 0; i < TAKEN; i++)
        for (size_t j = 0; j < i; j++)
            if (memcmp(key[i].key, key[j].key, DATA_KEY_SIZE) == 0)
                fail_msg("keys %zu and %zu are the same", i, j);
    for (size_t from = 0; from < TAKEN; from += KEYHOLDER_BATCH) {
        size_t n = TAKEN - from < KEYHOLDER_BATCH ? TAKEN - from : KEYHOLDER_BATCH;
        for (size_t i = 0; i < n; i++)
            wrapped[i] = key[from + i].wrapped;
        assert_int_equal(keyholder_unwrap(keyholder, wrapped, n, plain, &error), 0);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(plain[i].verdict, WRAPPED_GOOD);
            assert_memory_equal(plain[i].key, key[from + i].key, DATA_KEY_SIZE);
        }
    }
    assert_int_equal(keyholder_unwrap(keyholder, wrapped, KEYHOLDER_BATCH + 1, plain, &error),
                     ERROR_TOO_LARGE);
    keyholder_stop(&keyholder);
}

static void turning_the_epoch_empties_the_pool(void **state)
{
    struct keyholder *keyholder = started(*state);
    struct data_key before, after;
    struct rewrapped_key fresh;
    struct unwrapped_key plain[3];
    struct error error;
    uint32_t epoch = 0;
    assert_int_equal(keyholder_pool_fill(keyholder, &error), 0);
    assert_int_equal(keyholder_key_take(keyholder, &before, &error), 0);
    assert_int_equal(keyholder_turn(keyholder, &epoch, &error), 0);
    assert_int_equal(epoch, 2);
    assert_int_equal(keyholder_turn(keyholder, &epoch, &error), ERROR_CONFLICT);
    assert_int_equal(keyholder_key_take(keyholder, &after, &error), 0);
    assert_int_equal(wrapped_key_epoch(&before.wrapped), 1);
    assert_int_equal(wrapped_key_epoch(&after.wrapped), 2);
    assert_int_equal(keyholder_rewrap(keyholder, &before.wrapped, 1, &fresh, &error), 0);
    assert_int_equal(fresh.verdict, WRAPPED_GOOD);
    assert_int_equal(keyholder_retire(keyholder, 2, &error), ERROR_INVALID);
    assert_int_equal(keyholder_retire(keyholder, 1, &error), 0);
    const struct wrapped_key all[] = {before.wrapped, fresh.wrapped, after.wrapped};
    assert_int_equal(keyholder_unwrap(keyholder, all, 3, plain, &error), 0);
    assert_int_equal(plain[0].verdict, WRAPPED_UNKNOWN_EPOCH);
    assert_int_equal(plain[1].verdict, WRAPPED_GOOD);
    assert_memory_equal(plain[1].key, before.key, DATA_KEY_SIZE);
    assert_int_equal(plain[2].verdict, WRAPPED_GOOD);
    keyholder_stop(&keyholder);
}

/* Killed at any moment, it comes back with all that it had answered. */
static void a_killed_process_is_reported_and_can_be_restarted(void **state)
{
    struct keyholder *keyholder = started(*state);
    struct keyholder_description d;
    struct data_key key;
    struct error error = {0};
    uint8_t signature[KEYHOLDER_SIGNATURE_SIZE];
    for (size_t round = 0; round < 10; round++) {
        struct ledger_growth growth = log_growth(round, round + 1, 0);
        assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), 0);
        kill(keyholder_process(keyholder), SIGKILL);
        growth = log_growth(round + 1, round + 2, 0);
        assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), ERROR_SYSTEM);
        assert_non_null(strstr(error.what, "signal 9"));
        assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), ERROR_SYSTEM);
        assert_int_equal(keyholder_key_take(keyholder, &key, &error), ERROR_SYSTEM);
        assert_int_equal(keyholder_process(keyholder), -1);
        assert_int_equal(keyholder_restart(keyholder, &error), 0);
        assert_int_equal(keyholder_describe(keyholder, &d, &error), 0);
        assert_int_equal(d.signed_tree.size, round + 1);
    }
    keyholder_stop(&keyholder);
}

static void other_keys_after_a_restart_are_refused(void **state)
{
    const struct place *place = *state;
    struct keyholder *keyholder = started(place);
    struct error error;
    char aside[100];
    snprintf(aside, sizeof aside, "%s/aside", place->base);
    assert_int_equal(rename(place->home, aside), 0);
    assert_int_equal(keyholder_restart(keyholder, &error), ERROR_CHECK);
    assert_int_equal(keyholder_process(keyholder), -1);
    keyholder_stop(&keyholder);
}

static void a_refusal_to_start_reaches_the_server(void **state)
{
    const struct place *place = *state;
    struct keyholder *keyholder = started(place), *second = NULL;
    struct error error = {0};
    assert_int_equal(start(place, &second, &error), ERROR_CONFLICT);
    assert_null(second);
    assert_string_equal(error.where, place->home);
    keyholder_stop(&keyholder);
    assert_int_equal(chmod(place->home, 0750), 0);
    assert_int_equal(start(place, &second, &error), ERROR_INVALID);
    assert_non_null(strstr(error.what, "750"));
    assert_int_equal(chmod(place->home, 0700), 0);
    const struct keyholder_options renamed = {
        .program = KEYHOLDER_PROCESS, .home = place->home, .origin = "another"};
    assert_int_equal(keyholder_start(&renamed, &second, &error), ERROR_INVALID);
    assert_non_null(strstr(error.what, ORIGIN));
    const struct keyholder_options nowhere = {
        .program = KEYHOLDER_PROCESS, .home = "/nowhere/at/all", .origin = ORIGIN};
    assert_int_equal(keyholder_start(&nowhere, &second, &error), ERROR_SYSTEM);
    const struct keyholder_options nothing = {
        .program = "/nowhere/program", .home = place->home, .origin = ORIGIN};
    assert_int_equal(keyholder_start(&nothing, &second, &error), ERROR_SYSTEM);
    assert_string_equal(error.where, "/nowhere/program");
    const struct keyholder_options dead = {.program = "/bin/false", .home = place->home, .origin = ORIGIN};
    assert_int_equal(keyholder_start(&dead, &second, &error), ERROR_SYSTEM);
    assert_non_null(strstr(error.what, "exit code 1"));
    keyholder = started(place);
    keyholder_stop(&keyholder);
}

/* Speaks to a process without the client: its own end of the socket, its own bytes. */
static int raw_start(const struct place *place, pid_t *process)
{
    struct keyholder options = {.program = (char *)(uintptr_t)KEYHOLDER_PROCESS,
                                .home = (char *)(uintptr_t)place->home,
                                .origin = (char *)(uintptr_t)ORIGIN};
    struct error error;
    int fd = -1;
    assert_int_equal(keyholder_spawn(&options, &fd, process, &error), 0);
    return fd;
}

static void garbage_on_the_socket_does_no_harm(void **state)
{
    pid_t process;
    int fd = raw_start(*state, &process);
    uint8_t noise[20000];
    union message_reply reply;
    uint32_t seed = 12345;
    for (size_t i = 0; i < 2000; i++) {
        size_t n = 1 + i * 7 % (sizeof noise - 1);
        for (size_t j = 0; j < n; j++)
            noise[j] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
        /* Half of them have a head that is right as far as it goes. */
        struct message_head head = {.magic = MESSAGE_MAGIC,
                                    .version = MESSAGE_VERSION,
                                    .kind = (uint16_t)(i % 9),
                                    .count = (uint32_t)(i % 70),
                                    .sequence = i + 1};
        if (i % 2 && n >= sizeof head)
            memcpy(noise, &head, sizeof head);
        assert_int_equal(send(fd, noise, n, 0), n);
        assert_int_equal(recv(fd, &reply, sizeof reply, 0), sizeof reply.failure);
        assert_int_equal(reply.head.kind, MESSAGE_FAILURE);
    }
    struct message_head hello = {
        .magic = MESSAGE_MAGIC, .version = MESSAGE_VERSION, .kind = MESSAGE_HELLO, .sequence = 1};
    assert_int_equal(send(fd, &hello, sizeof hello, 0), sizeof hello);
    assert_int_equal(recv(fd, &reply, sizeof reply, 0), sizeof reply.description);
    assert_string_equal(reply.description.description.origin, ORIGIN);
    close(fd);
    char how[120];
    keyholder_reap(process, 5000, how, sizeof how);
    assert_string_equal(how, "ended with exit code 0");
}

/* A file sent along with a message is not taken. */
static void no_file_can_be_passed_in(void **state)
{
    pid_t process;
    int fd = raw_start(*state, &process);
    struct message_head hello = {
        .magic = MESSAGE_MAGIC, .version = MESSAGE_VERSION, .kind = MESSAGE_HELLO, .sequence = 1};
    union message_reply reply;
    int sent = open("/dev/null", O_RDWR | O_CLOEXEC);
    char folder[64];
    snprintf(folder, sizeof folder, "/proc/%d/fd", (int)process);
    size_t before = 0, after = 0;
    for (int i = 0; i < 20; i++) {
        union {
            struct cmsghdr align;
            char bytes[CMSG_SPACE(sizeof(int))];
        } control = {0};
        struct iovec part = {&hello, sizeof hello};
        struct msghdr message = {.msg_iov = &part,
                                 .msg_iovlen = 1,
                                 .msg_control = &control,
                                 .msg_controllen = sizeof control.bytes};
        struct cmsghdr *c = CMSG_FIRSTHDR(&message);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(c), &sent, sizeof sent);
        assert_int_equal(sendmsg(fd, &message, 0), sizeof hello);
        assert_int_equal(recv(fd, &reply, sizeof reply, 0), sizeof reply.description);
        size_t *count = i == 0 ? &before : &after;
        *count = 0;
        DIR *list = opendir(folder);
        while (list && readdir(list))
            (*count)++;
        if (list)
            closedir(list);
    }
    if (before == 0)
        printf("left out: the files of the hidden process can be counted by root only\n");
    assert_int_equal(before, after);
    close(sent);
    close(fd);
    char how[120];
    keyholder_reap(process, 5000, how, sizeof how);
    assert_string_equal(how, "ended with exit code 0");
}

/* The field of /proc/PID/status; "" if it has none. */
static void status_field(pid_t process, const char *field, char *value, size_t size)
{
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    *value = '\0';
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        if (strncmp(line, field, strlen(field)) == 0 && line[strlen(field)] == ':') {
            snprintf(value, size, "%s", line + strlen(field) + 1 + strspn(line + strlen(field) + 1, "\t "));
            value[strcspn(value, "\n")] = '\0';
        }
    fclose(f);
}

static void the_process_is_confined(void **state)
{
    struct keyholder *keyholder = started(*state);
    pid_t process = keyholder_process(keyholder);
    char value[64];
    status_field(process, "Threads", value, sizeof value);
    assert_string_equal(value, "1");
    status_field(process, "NoNewPrivs", value, sizeof value);
    assert_string_equal(value, "1");
    status_field(process, "Seccomp", value, sizeof value);
    if (sandbox_probe().calls)
        assert_string_equal(value, "2");
    else
        printf("left out: this kernel has no seccomp filter\n");
    status_field(process, "VmLck", value, sizeof value);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    printf("left out: sanitizers take the locking of memory away\n");
#else
    assert_true(atoi(value) > 0);
#endif
    struct rlimit limit;
    assert_int_equal(prlimit(process, RLIMIT_CORE, NULL, &limit), 0);
    assert_int_equal(limit.rlim_max, 0);
    keyholder_stop(&keyholder);
}

static void it_may_have_a_user_of_its_own(void **state)
{
    const struct place *place = *state;
    struct keyholder *keyholder = NULL;
    struct error error;
    struct stat status;
    char value[64];
    struct keyholder_options options = {
        .program = KEYHOLDER_PROCESS, .home = place->home, .origin = ORIGIN, .user = "no such user"};
    assert_int_equal(keyholder_start(&options, &keyholder, &error), ERROR_INVALID);
    options.user = geteuid() == 0 ? "nobody" : "root";
    if (geteuid() != 0) {
        assert_int_equal(keyholder_start(&options, &keyholder, &error), ERROR_INVALID);
        printf("left out: only root can start the keyholder as another user\n");
        return;
    }
    assert_int_equal(chmod(place->base, 0711), 0);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(keyholder_start(&options, &keyholder, &error), 0);
        status_field(keyholder_process(keyholder), "Uid", value, sizeof value);
        assert_string_equal(value, "65534\t65534\t65534\t65534");
        status_field(keyholder_process(keyholder), "Groups", value, sizeof value);
        assert_string_equal(value, "");
        status_field(keyholder_process(keyholder), "CapPrm", value, sizeof value);
        assert_string_equal(value, "0000000000000000");
        assert_int_equal(stat(place->home, &status), 0);
        assert_int_equal(status.st_uid, 65534);
        assert_int_equal(status.st_mode & 0777, 0700);
        keyholder_stop(&keyholder);
    }
    /* Its folder is not that of another user. */
    options.user = NULL;
    assert_int_equal(keyholder_start(&options, &keyholder, &error), ERROR_INVALID);
}

/* Which of the two blocks of the file `tree` is the newer one. */
static int newest_block(const struct place *place)
{
    char path[100];
    uint8_t pages[2][4096];
    snprintf(path, sizeof path, "%s/tree", place->home);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fread(pages, 1, sizeof pages, f), sizeof pages);
    fclose(f);
    return memcmp(pages[0] + 16, pages[1] + 16, 8) < 0;
}

/* A sync changes the block that is written next. */
static void a_signed_tree_is_synced_within_a_second(void **state)
{
    struct keyholder *keyholder = started(*state);
    struct error error;
    uint8_t signature[KEYHOLDER_SIGNATURE_SIZE];
    struct ledger_growth growth = log_growth(0, 1, 0);
    assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), 0);
    int first = newest_block(*state);
    usleep(1000000);
    growth = log_growth(1, 2, 0);
    assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), 0);
    assert_int_not_equal(newest_block(*state), first);
    keyholder_stop(&keyholder);
}

/* As an ordinary user: 0 if a process of the same user can neither trace the keyholder nor read its memory.
 */
static int spy(const struct place *place)
{
    struct keyholder *keyholder = NULL;
    char path[64];
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 1;
    if (start(place, &keyholder, NULL) != 0)
        return 2;
    pid_t process = keyholder_process(keyholder);
    if (ptrace(PTRACE_ATTACH, process, NULL, NULL) == 0 || errno != EPERM)
        return 3;
    snprintf(path, sizeof path, "/proc/%d/mem", (int)process);
    if (open(path, O_RDONLY) >= 0 || errno != EACCES)
        return 4;
    keyholder_stop(&keyholder);
    return 0;
}

static void its_memory_is_hidden_from_its_own_user(void **state)
{
    const struct place *place = *state;
    if (geteuid() == 0)
        assert_int_equal(chown(place->base, 65534, 65534), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(spy(place));
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 2 && geteuid() == 0)
        printf("left out: user 65534 cannot run the program where it was built\n");
    else
        assert_int_equal(WEXITSTATUS(status), 0);
}

/* A server in its sandbox goes on using the keyholder but can start no other. */
static void the_server_in_its_sandbox(void **state)
{
    const struct place *place = *state;
    char data[100];
    snprintf(data, sizeof data, "%s/data", place->base);
    assert_int_equal(mkdir(data, 0700), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct keyholder *keyholder = NULL;
        struct data_key key;
        struct error error = {0};
        char file[120];
        const struct sandbox_path wide[] = {{.path = place->base, .grant = SANDBOX_WRITE},
                                            {.path = place->home, .grant = SANDBOX_NEVER}};
        const struct sandbox_path paths[] = {{.path = data, .grant = SANDBOX_WRITE},
                                             {.path = place->home, .grant = SANDBOX_NEVER}};
        if (start(place, &keyholder, &error) != 0)
            _exit(1);
        if (sandbox_enter(SANDBOX_SERVE, wide, 2, NULL, &error) != ERROR_INVALID)
            _exit(2);
        if (sandbox_enter(SANDBOX_SERVE, paths, 2, NULL, &error) != 0)
            _exit(3);
        if (keyholder_key_take(keyholder, &key, &error) != 0)
            _exit(4);
        snprintf(file, sizeof file, "%s/identity", place->home);
        if (sandbox_probe().paths && (open(file, O_RDONLY) >= 0 || errno != EACCES))
            _exit(5);
        if (sandbox_probe().calls && keyholder_restart(keyholder, &error) != ERROR_SYSTEM)
            _exit(6);
        if (sandbox_probe().calls && !strstr(error.fix, "service manager"))
            _exit(7);
        keyholder_stop(&keyholder);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void it_ends_with_the_server(void **state)
{
    const struct place *place = *state;
    int report[2];
    pid_t process = 0;
    assert_int_equal(pipe(report), 0);
    fflush(NULL);
    pid_t server = fork();
    if (server == 0) {
        struct keyholder *keyholder = NULL;
        if (start(place, &keyholder, NULL) != 0)
            _exit(1);
        pid_t started_process = keyholder_process(keyholder);
        if (write(report[1], &started_process, sizeof started_process) != sizeof started_process)
            _exit(2);
        for (;;)
            pause();
    }
    assert_int_equal(read(report[0], &process, sizeof process), sizeof process);
    close(report[0]);
    close(report[1]);
    kill(process, SIGTERM); /* does not listen to that */
    kill(process, SIGINT);
    usleep(50000);
    char condition[64];
    status_field(process, "State", condition, sizeof condition);
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    assert_int_not_equal(condition[0], 'Z');
    struct keyholder *keyholder = NULL;
    struct error error;
    int rc = ERROR_CONFLICT;
    for (int64_t until = clock_steady() + 10 * CLOCK_SECOND; rc == ERROR_CONFLICT && clock_steady() < until;)
        rc = start(place, &keyholder, &error);
    assert_int_equal(rc, 0);
    keyholder_stop(&keyholder);
}

enum { THREADS = 4, TURNS = 300 };

struct worker {
    struct keyholder *keyholder;
    struct data_key key[TURNS];
    int failures;
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct unwrapped_key plain;
    struct error error;
    for (size_t i = 0; i < TURNS; i++) {
        worker->failures += keyholder_key_take(worker->keyholder, &worker->key[i], &error) != 0;
        if (i % 8 == 0) {
            worker->failures +=
                keyholder_unwrap(worker->keyholder, &worker->key[i].wrapped, 1, &plain, &error) != 0;
            worker->failures += memcmp(plain.key, worker->key[i].key, DATA_KEY_SIZE) != 0;
        }
        if (i % 50 == 0)
            worker->failures += keyholder_pool_fill(worker->keyholder, &error) != 0;
    }
    return NULL;
}

static int by_key(const void *a, const void *b)
{
    return memcmp(((const struct data_key *)a)->key, ((const struct data_key *)b)->key, DATA_KEY_SIZE);
}

static void threads_never_share_a_key(void **state)
{
    static struct worker worker[THREADS];
    static struct data_key all[THREADS * TURNS];
    struct keyholder *keyholder = started(*state);
    pthread_t thread[THREADS];
    struct error error;
    uint8_t signature[KEYHOLDER_SIGNATURE_SIZE];
    for (size_t i = 0; i < THREADS; i++) {
        worker[i] = (struct worker){.keyholder = keyholder};
        assert_int_equal(pthread_create(&thread[i], NULL, work, &worker[i]), 0);
    }
    for (size_t i = 0; i < 50; i++) {
        struct ledger_growth growth = log_growth(i, i + 1, 0);
        assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
        assert_int_equal(worker[i].failures, 0);
        memcpy(all + i * TURNS, worker[i].key, sizeof worker[i].key);
    }
    qsort(all, THREADS * TURNS, sizeof *all, by_key);
    for (size_t i = 1; i < THREADS * TURNS; i++)
        assert_int_not_equal(by_key(&all[i - 1], &all[i]), 0);
    keyholder_stop(&keyholder);
}

/* What the command says when it is not used as it should be. */
static int run_command(const char *arguments)
{
    char command[400];
    snprintf(command, sizeof command, "'%s' keyholder %s 2>/dev/null", KEYHOLDER_PROCESS, arguments);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void wrong_usage_is_named(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "--home /tmp/x",
                                        "--fd 3",
                                        "--home /tmp/x --fd 2",
                                        "--home /tmp/x --fd x",
                                        "--home /tmp/x --fd 3",
                                        "--home /tmp/x --fd 3 3</dev/null",
                                        "--home",
                                        "--other x --home /tmp/x --fd 3"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(run_command(wrong[i]), 2);
}

/* After an older copy of the database had to be put back. */
static void a_new_log_keeps_the_epoch_keys_only(void **state)
{
    const struct place *place = *state;
    struct keyholder *keyholder = started(place);
    struct keyholder_description before, after;
    struct data_key key;
    struct unwrapped_key plain;
    struct error error;
    uint8_t signature[KEYHOLDER_SIGNATURE_SIZE];
    char arguments[200];
    struct ledger_growth growth = log_growth(0, 20, 0);
    assert_int_equal(keyholder_describe(keyholder, &before, &error), 0);
    assert_int_equal(keyholder_key_take(keyholder, &key, &error), 0);
    assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), 0);
    growth = log_growth(0, 15, 0);
    assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), ERROR_CHECK);
    snprintf(arguments, sizeof arguments, "--home %s --new-log proviso.example/second", place->home);
    assert_int_equal(run_command(arguments), 2); /* it runs */
    keyholder_stop(&keyholder);
    assert_int_equal(run_command("--home /nowhere/at/all --new-log x"), 2);
    snprintf(arguments, sizeof arguments, "--home %s --new-log %s", place->home, ORIGIN);
    assert_int_equal(run_command(arguments), 2);
    snprintf(arguments, sizeof arguments, "--home %s --new-log 'two words'", place->home);
    assert_int_equal(run_command(arguments), 2);
    keyholder = started(place);
    assert_int_equal(keyholder_describe(keyholder, &after, &error), 0);
    assert_memory_equal(after.public_key, before.public_key, sizeof after.public_key);
    assert_int_equal(after.signed_tree.size, 20);
    keyholder_stop(&keyholder);
    /* The old signing key is overwritten where it lies. */
    char path[100];
    uint8_t old[304], now[304];
    snprintf(path, sizeof path, "%s/identity", place->home);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(read(fd, old, sizeof old), sizeof old);
    snprintf(arguments, sizeof arguments, "--home %s --new-log proviso.example/second", place->home);
    assert_int_equal(run_command(arguments), 0);
    assert_int_equal(pread(fd, now, sizeof now, 0), sizeof now);
    close(fd);
    assert_memory_not_equal(old + 272, now + 272, 32);
    assert_memory_not_equal(old, now, 16);
    const struct keyholder_options options = {.program = KEYHOLDER_PROCESS, .home = place->home};
    assert_int_equal(keyholder_start(&options, &keyholder, &error), 0);
    assert_int_equal(keyholder_describe(keyholder, &after, &error), 0);
    assert_string_equal(after.origin, "proviso.example/second");
    assert_memory_not_equal(after.public_key, before.public_key, sizeof after.public_key);
    assert_int_equal(after.signed_tree.size, 0);
    assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), 0);
    assert_int_equal(keyholder_unwrap(keyholder, &key.wrapped, 1, &plain, &error), 0);
    assert_int_equal(plain.verdict, WRAPPED_GOOD);
    assert_memory_equal(plain.key, key.key, DATA_KEY_SIZE);
    keyholder_stop(&keyholder);
}

#define IN_A_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(it_starts_describes_itself_and_stops),
        IN_A_PLACE(it_signs_and_remembers),
        IN_A_PLACE(keys_come_from_the_pool),
        IN_A_PLACE(turning_the_epoch_empties_the_pool),
        IN_A_PLACE(a_killed_process_is_reported_and_can_be_restarted),
        IN_A_PLACE(other_keys_after_a_restart_are_refused),
        IN_A_PLACE(a_refusal_to_start_reaches_the_server),
        IN_A_PLACE(garbage_on_the_socket_does_no_harm),
        IN_A_PLACE(no_file_can_be_passed_in),
        IN_A_PLACE(the_process_is_confined),
        IN_A_PLACE(it_may_have_a_user_of_its_own),
        IN_A_PLACE(a_signed_tree_is_synced_within_a_second),
        IN_A_PLACE(its_memory_is_hidden_from_its_own_user),
        IN_A_PLACE(the_server_in_its_sandbox),
        IN_A_PLACE(it_ends_with_the_server),
        IN_A_PLACE(threads_never_share_a_key),
        IN_A_PLACE(wrong_usage_is_named),
        IN_A_PLACE(a_new_log_keeps_the_epoch_keys_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
