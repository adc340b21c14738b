#ifndef GATE_REPORT_H
#define GATE_REPORT_H

#include "base/buffer.h"
#include "work/command.h"

/* Which role can do or see what, and how far it reaches: read off the tables of commands and views. */
void gate_access_report(struct buffer *out);

/* A reach in words, e.g. "cases they need to know". */
const char *gate_reach_words(enum reach reach);

/* A role bit's name. */
const char *gate_role_name(unsigned bit);

#endif
