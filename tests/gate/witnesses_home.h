#ifndef TESTS_GATE_WITNESSES_HOME_H
#define TESTS_GATE_WITNESSES_HOME_H

#include "home.h"

#include "ledger.h"
#include "witness.h"

#include "support/folder.h"

/* For the tests of witnesses: a home, and three agencies with a witness each, which know its log. */
enum { AGENCIES = 3 }; /* leeds, york, hull */

extern struct test_home home;
extern char folder[TEST_FOLDER_SIZE]; /* what a witness keeps lies there under its name */
extern char policy_path[100], kept[100]; /* in the folder: a policy, and a place that is free */
extern struct error error;
extern struct ledger_key log_key;
extern struct witness_policy policy; /* as it was written last */
extern struct agency {
    struct witness_desk *desk;
    struct witness_service *service;
    unsigned port;
} agency[AGENCIES];

int setup(void **state); /* all three are open, and nobody asks them yet */
int teardown(void **state);

/* A witness, which keeps its port and its folder. */
void open_agency(size_t i);
void close_agency(size_t i);

/* A policy of the three, and of these lines. home.witnesses and home_reopen() make it hold. */
void write_policy(const char *rest);

struct gate_witnesses look(void);
uint64_t size_now(void); /* of the log */
struct decided work(void); /* so that it grows */

#endif
