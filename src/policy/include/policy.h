#ifndef POLICY_H
#define POLICY_H

/*
 * policy: packs of law and policy turned into answers.
 *
 * A pack is a folder of decision tables (DMN) and of the facts that they test. It is compiled once to decision
 * diagrams; then it answers from whatever is known so far, and knows exactly which unknown facts still matter.
 *
 *   struct policy_pack *pack;
 *   policy_pack_load("packs", "manchester-2016", &pack, &error);
 *   struct policy_facts *facts = policy_facts_new(pack, arena);
 *   policy_facts_set(facts, TEXT("purpose"), TEXT("section-47"), &error);
 *   struct policy_answer answer;
 *   policy_answer(pack, POLICY_SHARE, facts, arena, &answer, &error);
 *   if (!answer.outcome.p)
 *       policy_next_question(pack, POLICY_SHARE, facts, arena, &question, &error);
 *
 * An unknown fact is unknown, not false. No rule of a law stands in C: all are in the packs.
 */
#include "policy/pack.h"
#include "policy/facts.h"
#include "policy/answer.h"
#include "policy/question.h"
#include "policy/guide.h"
#include "policy/words.h"
#include "policy/tables.h"
#include "policy/address.h"
#include "policy/change.h"
#include "policy/check.h"
#include "policy/compare.h"
#include "policy/measure.h"
#include "policy/replay.h"
#include "policy/command.h"

#endif
