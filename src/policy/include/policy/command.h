#ifndef POLICY_COMMAND_H
#define POLICY_COMMAND_H

/*
 * proviso decide --pack ID --decision share|consent|channel|retention|deadline --json FILE|- [--packs DIR] [--trace]
 *     [--changes] [--question]
 *
 * Reads facts (docs/vocabulary.md), prints the answer as one line of JSON. With --trace the rules that fired follow
 * under the key "fired", with --changes the smallest changes that would give another outcome under "changes", and
 * with --question the next question under "question" (docs/answers.md).
 * argv[0] is "decide". Gives the exit code: 0 done, 2 bad usage or input, 3 the system failed; then one line on
 * standard error names the fact and the valid values.
 */
int policy_command_decide(int argc, char **argv);

/*
 * proviso policy check [PACK...] [--packs DIR]      proves the packs: 0, or 1 with counterexamples
 * proviso policy show PACK [--packs DIR]            prints the tables (the program adds --html: a page)
 * proviso policy list [--packs DIR]                 prints id, version and title of each pack
 * proviso policy diff PACK PACK [--decision D]      the cases that two packs answer differently, with examples
 * proviso policy replay FILE|- [--as PACK]          recorded answers worked out again, a line of JSON each,
 *                                                   {"decision", "facts", "answer"}: 1 where one differs or was
 *                                                   answered by another version of its pack; with --as, which
 *                                                   outcomes would be others under that pack (policy/replay.h)
 * proviso policy questions [PACK...]                how many questions until the outcome stands: exact means
 *
 * argv[0] is "policy".
 */
int policy_command(int argc, char **argv);

#endif
