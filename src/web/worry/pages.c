#include "worry.h"

#include <string.h>

const struct worry_page worry_pages[] = {
    {.step = {.name = "name",
              .heading = "Who are you worried about?",
              .lead = "First we check whether your agency knows this child already. If a child is in "
                      "danger now, ring 999 first and write it down afterwards.",
              .command = &case_open_command,
              .field = {{.name = "name", .required = true}},
              .button = "Continue"},
     .back = "",
     .next = "child",
     .when = WORRY_BEFORE_CASE},
    {.step = {.name = "child",
              .command = &case_open_command,
              .field = {{.name = "subject_id"}}}, /* a page of its own: see child.c */
     .back = "name",
     .when = WORRY_BEFORE_CASE},
    {.step = {.name = "born",
              .heading = "What else do you know about the child?",
              .lead = "It keeps two children of the same name apart. Leave empty what you do not "
                      "know. When you continue, a case is opened. Only you can see it, and those who "
                      "oversee your agency’s cases.",
              .command = &case_open_command,
              .field = {{.name = "born", .hint = "For example 31 3 2016. For a child not yet born, the day it is expected"}, {.name = "about"}}},
     .back = "name",
     .next = "seen",
     .when = WORRY_BEFORE_CASE,
     .after = worry_open_case},
    {.step = {.name = "seen",
              .heading = "What have you seen or heard?",
              .lead = "One thing at a time: you can add more afterwards. Facts and opinions are kept "
                      "apart, so that others can judge them.",
              .command = &item_record_command,
              .field = {{.name = "text", .label = "In your own words"},
                        {.name = "nature"},
                        {.name = "historical",
                         .label = "Is it about the past?",
                         .hint = "Say yes if it is old and may no longer be so.",
                         .required = false}}},
     .back = "",
     .next = "told",
     .when = WORRY_BEFORE_DECISION},
    {.step = {.name = "told",
              .heading = "How do you know?",
              .lead = "When you continue, what you wrote is recorded in the case and cannot be lost.",
              .command = &item_record_command,
              .field = {{.name = "provider"},
                        {.name = "confidence"},
                        {.name = "happened_at",
                         .hint = "For example 21 11 2026. Leave it empty if you do not know."}},
              .other = "Save and write down another thing"},
     .back = "seen",
     .next = "recipients",
     .when = WORRY_BEFORE_DECISION,
     .after = worry_record_item},
    {.step = {.name = "recipients",
              .heading = "Who needs to know?",
              .lead = "Choose only those who can do something for the child with it. You are not "
                      "sharing yet: next comes what the policy says for each of them.",
              .command = &decision_record_command,
              .field = {{.name = "agencies", .label = "Agencies of the partnership"},
                        {.name = "outside",
                         .hint = "Only if they are not in the list above.",
                         .none = "Nobody outside"}}},
     .back = "",
     .next = "question",
     .when = WORRY_BEFORE_DECISION,
     .after = worry_choose_recipients},
    {.step = {.name = "decide",
              .heading = "What do you decide?",
              .lead = "The policy’s answer helps you; the decision is yours. If you decide "
                      "differently, your designated lead is told, so that somebody can talk it "
                      "over with you. Nobody is blamed for it.",
              .command = &decision_record_command,
              .field = {{.name = "outcome", .label = "Your decision"},
                        {.name = "reasons"},
                        {.name = "consulted"},
                        {.name = "happened_at"}},
              .folded = "I decided this earlier",
              .folded_from = "happened_at"},
     .back = "answer",
     .next = "documents",
     .when = WORRY_BEFORE_DECISION}, /* taken by decide.c */
    {.step = {.name = "content",
              .heading = "What do they need?",
              .lead = "Only what they need to know, and no more. Nothing is sent until you have "
                      "checked it.",
              .command = &share_send_command,
              .field = {{.name = "items", .label = "What is written down", .hint = ""},
                        {.name = "documents", .label = "Documents"},
                        {.name = "message",
                         .label = "A message to them",
                         .hint = "For example what you ask them to do, and how they reach you."}}},
     .back = "documents",
     .next = "check",
     .after = worry_choose_content},
    {.step = {.name = "outside",
              .heading = "How does it reach somebody outside?",
              .lead = "They get a link and a phrase of ten words. Only with both can they open it, "
                      "so the two must not go the same way: if a letter or a telephone falls into "
                      "wrong hands, nothing is lost.",
              .command = &share_send_command,
              .field = {{.name = "outside_name",
                         .hint = "A person and where they work. They should be who you think they are: check.",
                         .required = true},
                        {.name = "link_medium", .required = true},
                        {.name = "phrase_medium",
                         .hint = "Not the same way as the link. A telephone call is best.",
                         .required = true},
                        {.name = "once", .label = "Can it be opened one time only?"},
                        {.name = "days", .hint = "1 to 28 days. 7 if you leave it empty."}}},
     .back = "content",
     .next = "check"},
    {.step = {.name = NULL}},
};

const struct worry_page *worry_page_with(const struct command *command, const char *field)
{
    for (const struct worry_page *page = worry_pages; page->step.name; page++)
        for (size_t i = 0; page->step.command == command && i < STEP_FIELDS && page->step.field[i].name; i++)
            if (strcmp(page->step.field[i].name, field) == 0)
                return page;
    return NULL;
}
