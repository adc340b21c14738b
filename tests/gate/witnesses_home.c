#include "witnesses_home.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "support/port.h"

static const char *const names[AGENCIES] = {"leeds", "york", "hull"};

struct test_home home;
char folder[TEST_FOLDER_SIZE], policy_path[100], kept[100];
struct error error;
struct ledger_key log_key;
struct witness_policy policy;
struct agency agency[AGENCIES];

void open_agency(size_t i)
{
    char place[100];
    snprintf(place, sizeof place, "%s/%s", folder, names[i]);
    const char *const logs[] = {gate_log_key(home.gate, home.arena).p};
    struct witness_desk_settings settings = {.home = place, .logs = logs, .log_count = 1};
    struct witness_service_settings serve = {.address = "127.0.0.1", .port = agency[i].port, .requests_per_minute = 60000};
    must(witness_desk_open(&settings, &agency[i].desk, &error), &error, "a witness");
    must(witness_service_start(agency[i].desk, &serve, &agency[i].service, &error), &error, "its service");
    agency[i].port = witness_service_port(agency[i].service);
}

void close_agency(size_t i)
{
    witness_service_stop(&agency[i].service);
    witness_desk_close(&agency[i].desk);
}

void write_policy(const char *rest)
{
    struct buffer source = buffer_in(home.arena);
    buffer_format(&source, "log %s\n", gate_log_key(home.gate, home.arena).p);
    for (size_t i = 0; i < AGENCIES; i++)
        buffer_format(&source, "witness %s %.*s http://127.0.0.1:%u\n", names[i],
                      TEXT_ARGS(witness_desk_key(agency[i].desk, home.arena)), agency[i].port);
    buffer_string(&source, rest);
    must(file_replace(policy_path, buffer_result(&source), 0600, &error), &error, "the policy");
    must(witness_policy_parse(home.arena, buffer_result(&source), "policy", &policy, &error), &error, "the policy");
}

int setup(void **state)
{
    (void)state;
    home_make(&home);
    if (test_folder_make("gate-witnesses", folder) != 0)
        return -1;
    snprintf(policy_path, sizeof policy_path, "%s/policy", folder);
    snprintf(kept, sizeof kept, "%s/kept", folder);
    for (size_t i = 0; i < AGENCIES; i++) {
        agency[i].port = test_port_make();
        open_agency(i);
    }
    return ledger_key_parse(gate_log_key(home.gate, home.arena), &log_key, &error);
}

int teardown(void **state)
{
    (void)state;
    home_drop(&home);
    home.witnesses = NULL;
    for (size_t i = 0; i < AGENCIES; i++)
        close_agency(i);
    return test_folder_remove(folder);
}

struct gate_witnesses look(void)
{
    struct gate_witnesses all;
    must(gate_witnesses(home.gate, home.arena, &all, &error), &error, "gate_witnesses");
    return all;
}

uint64_t size_now(void)
{
    return gate_count(home.gate).log_size;
}

struct decided work(void)
{
    struct visit *teacher = home_visit(&home, "teacher");
    return home_decide(&home, teacher, TEXT(""));
}
