#include "gate.h"

const char *gate_role_name(unsigned bit)
{
    switch (bit) {
    case ROLE_VISITOR:
        return "visitor";
    case ROLE_PRACTITIONER:
        return "practitioner";
    case ROLE_MANAGER:
        return "manager";
    case ROLE_LEAD:
        return "lead";
    case ROLE_GOVERNANCE:
        return "governance";
    case ROLE_ADMINISTRATOR:
        return "administrator";
    default:
        return "unknown";
    }
}

const char *gate_reach_words(enum reach reach)
{
    switch (reach) {
    case REACH_ANYTHING:
        return "no particular thing";
    case REACH_CASE:
        return "cases they need to know";
    case REACH_CASES:
        return "cases they need to know, all of those named";
    case REACH_CASE_REVIEW:
        return "cases they need to know; managers and leads: their agency's cases";
    case REACH_DECISION:
        return "decisions of such cases; governance leads: their agency's decisions";
    case REACH_DECISIONS:
        return "decisions of cases they need to know, all of those named; managers and leads: their agency's";
    case REACH_DOCUMENT:
        return "documents of such cases";
    case REACH_RECEIPT:
        return "what was sent to their agency and taken by nobody else; managers and leads: all of it";
    case REACH_RECEIPT_TAKEN:
        return "what they have taken themselves; managers and leads: all that was sent to their agency";
    case REACH_DRAFT:
        return "their own drafts";
    case REACH_NOTICE:
        return "notices to their post";
    case REACH_CASE_OF_AGENCY:
        return "their agency's cases";
    case REACH_DISPOSAL:
        return "disposals of their agency; others: those their post was told of";
    case REACH_HOLD:
        return "holds that their agency placed";
    }
    return "";
}

static void line(struct buffer *out, const char *verb, const char *name, const char *title, const struct grant *may,
                 bool recorded)
{
    buffer_format(out, "  %-5s %-20s %s\n        reach: %s%s\n", verb, name, title, gate_reach_words(may->reach),
                  recorded ? "; each look is recorded" : "");
}

void gate_access_report(struct buffer *out)
{
    static const unsigned roles[] = {ROLE_VISITOR, ROLE_PRACTITIONER, ROLE_MANAGER,
                                     ROLE_LEAD,    ROLE_GOVERNANCE,   ROLE_ADMINISTRATOR};
    buffer_string(out, "Who can do and see what. Read off the tables of commands and views.\n");
    for (size_t r = 0; r < sizeof roles / sizeof *roles; r++) {
        buffer_format(out, "\n%s\n", gate_role_name(roles[r]));
        for (const struct command *const *c = gate_commands(); *c; c++)
            if ((*c)->may.roles & roles[r])
                line(out, "do", (*c)->name, (*c)->title, &(*c)->may, false);
        for (const struct view *const *v = gate_views(); *v; v++)
            if ((*v)->may.roles & roles[r])
                line(out, "see", (*v)->name, (*v)->title, &(*v)->may, (*v)->personal);
    }
}
