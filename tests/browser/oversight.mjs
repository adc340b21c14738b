// The person decides: otherwise than the policy says, and the lead hears of it; or not to share, with reasons.
//
// oversight.mjs PROVISO
import { Person } from "./person.mjs";
import { run } from "./server.mjs";
import { answer, attach, chooseContent, chooseRecipients, decide, describe, hurt, newChild } from "./journey.mjs";
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

  // A child in danger does not wait for answers: urgent, shared at once, and the lead reviews what was left open.
  await teacher.go("/");
  await newChild(teacher, { name: "Robin Sedgwick", born: [30, 6, 2020], about: "Reception" });
  await describe(teacher, "A man in the car would not let go of his arm. They drove off towards Westvale.");
  await chooseRecipients(teacher, ["Brookshire Police"]);
  await answer(teacher, {}, 12);
  await teacher.expectWords("The answer is still open", "do not wait");
  check((await teacher.link(/^Decide/).count()) === 0, "a decision is offered while the answer is open and nothing is urgent");
  await teacher.follow("It is urgent: decide now");
  await teacher.choose("Yes");
  await teacher.press("Continue");
  await teacher.expect("What the policy says");
  await teacher.expectWords("You said that it is urgent");
  await decide(teacher, "Share", "He may be in danger this minute.");
  await attach(teacher);
  await chooseContent(teacher, "I rang 999 at ten past three.");
  await teacher.press("Record the decision and send");
  await teacher.expect("Shared");
  await teacher.expectWords("You decided before the policy’s answer was clear", "lead has been told");
  const constable = await Person.arrive(browser, server, { name: "constable" });
  await constable.signIn("constable");
  await constable.follow(/^From Alderbrook Primary School/);
  await constable.press("Open it and take it on");
  await constable.expectWords("would not let go of his arm", "I rang 999");

  const lead = await Person.arrive(browser, server, { name: "lead" });
  await lead.signIn("lead");
  const news = lead.page.locator("li", { hasText: "otherwise than the policy" });
  check((await news.count()) === 1, `the lead has ${await news.count()} notices of decisions that differ`);
  await lead.follow(/otherwise than the policy/);
  await lead.expect("Decision");
  await lead.expectWords("differs from the answer of the policy", otherwise, "You may share it", "Do not share", "Tamsin Okoro");
  await lead.go("/");
  await lead.press(/^Take off the list.*number 2/);
  await lead.expect("Your work");
  check((await lead.page.locator("li", { hasText: "otherwise than the policy" }).count()) === 0, "a notice that is done stays on the list");
  await lead.follow(/please review it/);
  await lead.expectWords("This was urgent", "The answer is still open", "He may be in danger this minute", "Nothing yet: it was still open");
  await lead.go("/decisions");
  await lead.expectWords("Wren Halloway", "Teal Osgood", "Juno Merrick", "Robin Sedgwick", "Differs", "2 of these differ");
  await lead.follow("Teal Osgood");
  await lead.expectWords(idle);
  await lead.expectNoWords("differs from the answer");

  // The cases: how each stands. One in which nothing is decided yet is found as well, and the look is on record there.
  await teacher.go("/");
  await newChild(teacher, { name: "Perrin Vance", born: [2, 2, 2018], about: "Year 3" });
  await describe(teacher, "He does not want to go home.");
  await lead.go("/");
  await lead.follow("Cases with no decision yet");
  await lead.expect("Cases of your agency");
  await lead.expectWords("1 case.", "Perrin Vance", "No decision yet", "Tamsin Okoro");
  await lead.expectNoWords("Wren Halloway");
  await lead.follow("All");
  await lead.expectWords("Perrin Vance", "Wren Halloway", "Decision: Do not share", "Robin Sedgwick", "Sent, no answer yet");
  await lead.follow("Shared, not answered yet");
  await lead.expectWords("1 case.", "Robin Sedgwick");
  await lead.follow("All");
  await lead.follow("Perrin Vance");
  await lead.expectWords("He does not want to go home.");
  await lead.follow("Who looked at this case");
  await lead.expectWords("Idris Fenwick", "The list of the agency’s cases");

  // Another agency's manager sees none of it.
  const inspector = await Person.arrive(browser, server, { name: "inspector" });
  await inspector.signIn("inspector");
  await inspector.go("/decisions");
  await inspector.expectNoWords("Wren", "Teal", "Juno");
  await inspector.go("/cases");
  await inspector.expectWords("Your agency has no cases.");
  await inspector.expectNoWords("Wren", "Perrin", "Juno");
});
