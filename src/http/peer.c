#include "internal.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* An IPv4 address that arrives on an IPv6 socket is an IPv4 address; whoever has one of IPv6 has the 2^64 of its network. */
static struct text v6_text(struct arena *arena, const struct in6_addr *address)
{
    char text[INET6_ADDRSTRLEN];
    if (IN6_IS_ADDR_V4MAPPED(address)) {
        inet_ntop(AF_INET, address->s6_addr + 12, text, sizeof text);
        return arena_text(arena, text_of(text));
    }
    struct in6_addr network = {0};
    memcpy(network.s6_addr, address->s6_addr, 8);
    inet_ntop(AF_INET6, &network, text, sizeof text);
    return arena_format(arena, "%s/64", text);
}

struct text peer_of(struct arena *arena, const struct sockaddr *address)
{
    char text[INET_ADDRSTRLEN];
    if (address && address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, address, sizeof v6);
        return v6_text(arena, &v6.sin6_addr);
    }
    if (address && address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
        return arena_text(arena, text_of(text));
    }
    return TEXT("");
}

bool peer_is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, address, sizeof v6);
        return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) ||
               (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) && v6.sin6_addr.s6_addr[12] == 127);
    }
    return false;
}

struct text peer_forwarded(struct arena *arena, struct text header)
{
    char text[64];
    struct text rest = header, piece = {0};
    while (text_next(&rest, ',', &piece))
        ;
    piece = text_trim(piece);
    if (piece.n == 0 || piece.n >= sizeof text)
        return (struct text){0};
    memcpy(text, piece.p, piece.n);
    text[piece.n] = '\0';
    struct in6_addr v6;
    struct in_addr v4;
    if (inet_pton(AF_INET, text, &v4) == 1)
        return arena_text(arena, piece);
    if (inet_pton(AF_INET6, text, &v6) == 1)
        return v6_text(arena, &v6);
    return (struct text){0};
}
