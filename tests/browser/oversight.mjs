// The person decides: otherwise than the policy says, and the lead hears of it; or not to share, with reasons.
//
// oversight.mjs PROVISO
import { Person } from "./person.mjs";
import { run } from "./server.mjs";
import { answer, chooseRecipients, decide, describe, hurt, newChild } from "./journey.mjs";
import { check, checked } from "./support.mjs";

const program = process.argv[2];
const otherwise = "I saw her aunt and the doctor this morning: the bruise is from the climbing frame.";
const idle = "A choir asked for it. That is no purpose for which we hold it.";

await run(program, () => `decisions overseen: ${checked()} checks`, async (browser, server) => {
  const teacher = await Person.arrive(browser, server, { name: "teacher" });
  await teacher.signIn("teacher");
  await newChild(teacher);
  await describe(teacher, "She has a bruise on her left arm.");
  await chooseRecipients(teacher, ["Alderbrook Children’s Services"]);
  await answer(teacher, hurt);
  await teacher.expectWords("You may share it");
  await decide(teacher, "Do not share", otherwise);
  await teacher.expect("Check your answers");
  await teacher.expectWords("Nothing is sent to anybody");
  await teacher.press("Record the decision");
  await teacher.expect("Your decision is recorded");
  await teacher.expectWords("your designated lead has been told", "Do not share");

  // What the policy forbids and the person leaves undone: recorded with its reasons, and nobody is troubled.
  await teacher.go("/");
  await newChild(teacher, { name: "Teal Osgood", born: [9, 9, 2017], about: "Year 4" });
  await describe(teacher, "Her address is known to the school.");
  await chooseRecipients(teacher, ["Harbour Family Support"]);
  await answer(teacher, { purpose: /^None of these/, child_harm: "No", vital_interests: "No", legal_duty: "No", urgent: "No" });
  await decide(teacher, "Do not share", idle);
  await teacher.press("Record the decision");
  await teacher.expect("Your decision is recorded");
  check(!(await teacher.words()).includes("lead has been told"), "the lead is told of a decision that agrees with the policy");

  const lead = await Person.arrive(browser, server, { name: "lead" });
  await lead.signIn("lead");
  const news = lead.page.locator("li", { hasText: "otherwise than the policy" });
  check((await news.count()) === 1, `the lead has ${await news.count()} notices of decisions that differ`);
  await lead.follow(/otherwise than the policy/);
  await lead.expect("Decision");
  await lead.expectWords("differs from the answer of the policy", otherwise, "You may share it", "Do not share", "Tamsin Okoro");
  await lead.go("/");
  await lead.press(/^Take off the list/);
  await lead.expect("Your work");
  check((await lead.page.locator("li", { hasText: "otherwise than the policy" }).count()) === 0, "a notice that is done stays on the list");
  await lead.go("/decisions");
  await lead.expectWords("Wren Halloway", "Teal Osgood", "Juno Merrick", "Differs", "One of these differs");
  await lead.follow("Teal Osgood");
  await lead.expectWords(idle);
  await lead.expectNoWords("differs from the answer");

  // Another agency's manager sees none of it.
  const inspector = await Person.arrive(browser, server, { name: "inspector" });
  await inspector.signIn("inspector");
  await inspector.go("/decisions");
  await inspector.expectNoWords("Wren", "Teal", "Juno");
});
