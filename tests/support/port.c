#include "port.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LOWEST = 10000, TRIES = 100 };

/* The lowest that the system hands out. */
static unsigned range_begins(void)
{
    unsigned lowest = 32768;
    FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "r");
    if (file && fscanf(file, "%u", &lowest) != 1)
        lowest = 32768;
    if (file)
        fclose(file);
    return lowest;
}

static bool is_free(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    bool free_now = bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0;
    close(fd);
    return free_now;
}

unsigned test_port_make(void)
{
    unsigned end = range_begins(), chance;
    for (int i = 0; end > LOWEST && i < TRIES; i++) {
        if (getrandom(&chance, sizeof chance, 0) != sizeof chance)
            return 0;
        unsigned port = LOWEST + chance % (end - LOWEST);
        if (is_free(port))
            return port;
    }
    return 0;
}
