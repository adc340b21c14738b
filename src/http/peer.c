#include "internal.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* An IPv4 address that arrives on an IPv6 socket is an IPv4 address. */
static struct text v6_text(struct arena *arena, const struct in6_addr *address)
{
    char text[INET6_ADDRSTRLEN];
    bool mapped = IN6_IS_ADDR_V4MAPPED(address);
    const void *bytes = mapped ? (const void *)(address->s6_addr + 12) : (const void *)address;
    inet_ntop(mapped ? AF_INET : AF_INET6, bytes, text, sizeof text);
    return arena_text(arena, text_of(text));
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

struct text peer_rate_key(struct text peer, char space[64])
{
    struct in6_addr v6;
    if (text_find_char(peer, ':') < 0 || peer.n >= 64)
        return peer;
    memcpy(space, peer.p, peer.n);
    space[peer.n] = '\0';
    if (inet_pton(AF_INET6, space, &v6) != 1)
        return peer;
    /* Whoever has one IPv6 address has the 2^64 of its network. */
    memcpy(space, v6.s6_addr, 8);
    return (struct text){space, 8};
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
