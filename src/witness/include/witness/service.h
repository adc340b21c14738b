#ifndef WITNESS_SERVICE_H
#define WITNESS_SERVICE_H

#include <stdbool.h>

struct error;
struct witness_desk;

/*
 * A desk behind HTTP:
 *   POST /add-checkpoint                         C2SP tlog-witness
 *   GET  /<SHA-256 of the origin>/checkpoint     the newest checkpoint of that log that it has cosigned
 *   GET  /healthz
 */
struct witness_service;

struct witness_service_settings {
    const char *address;
    unsigned port;                               /* 0: any free one */
    const char *certificate_file, *key_file;     /* NULL: plain, on a loopback address only */
    const char *const *hosts;                    /* NULL-ended; NULL: only loopback names */
    bool behind_proxy;
    unsigned requests_per_minute;                /* of one address, 429 beyond; 0: 600 */
};

/* Lends `desk`, which must live until the stop. */
int witness_service_start(struct witness_desk *desk, const struct witness_service_settings *settings,
                          struct witness_service **service, struct error *error);
unsigned witness_service_port(const struct witness_service *service);
void witness_service_stop(struct witness_service **service);

#endif
