#include "run.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "vault/command.h"

char run_folder[256];

int run_self(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "keygen") == 0)
        return vault_command_keygen(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "seal") == 0)
        return vault_command_seal(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "open") == 0)
        return vault_command_open(argc - 1, argv + 1);
    return -1;
}

int run_set_up(void **state)
{
    (void)state;
    snprintf(run_folder, sizeof run_folder, "/tmp/vault-test-XXXXXX");
    return mkdtemp(run_folder) == NULL || chdir(run_folder) != 0;
}

int run_tear_down(void **state)
{
    (void)state;
    DIR *list = opendir(run_folder);
    for (struct dirent *entry; list && (entry = readdir(list));)
        if (entry->d_name[0] != '.')
            unlink(entry->d_name);
    if (list)
        closedir(list);
    return chdir("/") != 0 || rmdir(run_folder) != 0;
}

static size_t slurp(int fd, char *p, size_t room)
{
    ssize_t n = pread(fd, p, room - 1, 0);
    p[n > 0 ? n : 0] = '\0';
    return (size_t)lseek(fd, 0, SEEK_END);
}

struct run run(const char *input, const char *program, ...)
{
    char *arguments[32];
    int count = 0, status = 0;
    struct run result = {.code = -1};
    struct rusage usage;
    va_list list;
    va_start(list, program);
    arguments[count++] = (char *)(uintptr_t)program;
    while ((arguments[count] = va_arg(list, char *)) != NULL)
        assert_true(++count < 31);
    va_end(list);
    int out = open("/tmp", O_TMPFILE | O_RDWR, 0600), error = open("/tmp", O_TMPFILE | O_RDWR, 0600);
    int in = open(input ? input : "/dev/null", O_RDONLY);
    assert_true(out >= 0 && error >= 0 && in >= 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(in, 0);
        dup2(out, 1);
        dup2(error, 2);
        execvp(program, arguments);
        _exit(127);
    }
    assert_true(child > 0 && wait4(child, &status, 0, &usage) == child);
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    result.most_memory = usage.ru_maxrss;
    result.out_n = slurp(out, result.out, sizeof result.out);
    slurp(error, result.error, sizeof result.error);
    close(in);
    close(out);
    close(error);
    return result;
}

void put_file(const char *name, const void *p, size_t n)
{
    FILE *f = fopen(name, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(p, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

size_t get_file(const char *name, void *p, size_t room)
{
    FILE *f = fopen(name, "rb");
    if (!f)
        return (size_t)-1;
    size_t n = fread(p, 1, room, f);
    fclose(f);
    return n;
}

int files_in_folder(void)
{
    int n = 0;
    DIR *list = opendir(run_folder);
    assert_non_null(list);
    for (struct dirent *entry; (entry = readdir(list));)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(list);
    return n;
}
