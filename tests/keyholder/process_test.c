/* The process itself: what it hears, what it is kept from, who it runs as, when it ends, and its command
 * line. */
#include "process.h"

#include "client/inside.h"
#include "sandbox.h"

#include "base/clock.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

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
    keyholder_reap(process, 60000, how, sizeof how);
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
    keyholder_reap(process, 60000, how, sizeof how);
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
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    struct ledger_growth growth = log_growth(0, 1, 0);
    assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), 0);
    int first = newest_block(*state), tries = 0;
    for (uint64_t size = 1; newest_block(*state) == first; size++) {
        assert_true(++tries <= 30); /* the first will do, unless the machine stood still */
        usleep(1000000);
        growth = log_growth(size, size + 1, 0);
        assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), 0);
    }
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
    int result = ERROR_CONFLICT;
    for (int tries = 0; result == ERROR_CONFLICT && tries < 12; tries++)
        result = start(place, &keyholder, &error);
    assert_int_equal(result, 0);
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
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
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
        IN_A_PLACE(garbage_on_the_socket_does_no_harm),
        IN_A_PLACE(no_file_can_be_passed_in),
        IN_A_PLACE(the_process_is_confined),
        IN_A_PLACE(it_may_have_a_user_of_its_own),
        IN_A_PLACE(a_signed_tree_is_synced_within_a_second),
        IN_A_PLACE(its_memory_is_hidden_from_its_own_user),
        IN_A_PLACE(the_server_in_its_sandbox),
        IN_A_PLACE(it_ends_with_the_server),
        IN_A_PLACE(wrong_usage_is_named),
        IN_A_PLACE(a_new_log_keeps_the_epoch_keys_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
