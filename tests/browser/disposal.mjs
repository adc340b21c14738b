// A case is destroyed: one proposes it, a recipient holds it for a while, another approves it, and the teacher reads its tombstone.
//
// disposal.mjs PROVISO desk|phone
import { Person } from "./person.mjs";
import { run } from "./server.mjs";
import { answer, attach, chooseContent, chooseRecipients, decide, describe, hurt, newChild } from "./journey.mjs";
import { check, checked } from "./support.mjs";

const [program, size] = process.argv.slice(2);
const viewport = size === "phone" ? { width: 320, height: 640 } : undefined;
const arrive = (browser, server, name) => Person.arrive(browser, server, viewport ? { name, viewport } : { name });

await run(program, () => `a case destroyed (${size}): ${checked()} checks`, async (browser, server) => {
  const teacher = await arrive(browser, server, "teacher");
  await teacher.signIn("teacher");
  await newChild(teacher, { name: "Wren Forgotten", born: [9, 9, 2017], about: "Year 4" });
  await describe(teacher, "She has a bruise on her left arm.");
  await chooseRecipients(teacher, ["Alderbrook Children’s Services"]);
  await answer(teacher, hurt);
  await decide(teacher, "Share", "The bruise and what she said.");
  await attach(teacher);
  await chooseContent(teacher, "Please look at this today.");
  await teacher.press("Record the decision and send");
  await teacher.expect("Shared");
  await teacher.go("/");
  await teacher.follow(/^Wren Forgotten/);
  const path = new URL(teacher.page.url()).pathname;
  check((await teacher.link(/Propose to destroy/).count()) === 0, "a teacher is offered to destroy a case");

  // The lead proposes one thing: what, why, and what becomes of paper, one question a page. Going back loses no answer.
  const lead = await Person.arrive(browser, server, { name: "lead", ...(viewport && { viewport, javaScriptEnabled: false }) });
  await lead.signIn("lead");
  await lead.go(path);
  await lead.follow("Propose to destroy it, or something in it");
  await lead.expect("What is to be destroyed?");
  await lead.expectWords("She has a bruise", "Nothing is destroyed yet");
  lead.expected.add(422);
  await lead.press("Continue");
  await lead.expectWords("There is a problem", "Choose what is to be destroyed");
  await lead.choose(/^What was written down/);
  await lead.press("Continue");
  await lead.expect("Why must it be destroyed?");
  await lead.press("Continue");
  await lead.expectWords("There is a problem", "Choose an answer under “Why must it be destroyed?”");
  await lead.choose("It has been kept as long as it should be");
  await lead.press("Continue");
  await lead.expect("Where can the reason be read?");
  await lead.write("Where can the reason be read?", "Our retention schedule of 2026, line 12");
  await lead.press("Continue");
  await lead.expect("What happens to copies on paper?");
  await lead.choose("We shred it");
  await lead.press("Continue");
  await lead.expect("What happens to copies on discs, sticks and drives?");
  check(!/retention|schedule/.test(lead.page.url()), `what was said is in the address: ${lead.page.url()}`);
  for (const question of ["What happens to copies on paper?", "Where can the reason be read?", "Why must it be destroyed?", "What is to be destroyed?"]) {
    await lead.follow("Back");
    await lead.expect(question);
    const kept = await lead.page.locator("main input:checked, main input[type=text]").evaluateAll((list) => list.map((one) => one.labels[0].innerText + one.value));
    check(kept.length === 1 && /shred|line 12|as long as|written down/.test(kept[0]), `lead: ${question} has lost its answer: ${kept}`);
  }
  await lead.press("Continue");
  await lead.expect("What happens to copies on discs, sticks and drives?");
  await lead.choose("There is no copy on a disc, stick or drive");
  await lead.press("Continue");
  await lead.expect("Check what you propose");
  await lead.expectWords("She has a bruise", "as long as it should be", "line 12", "We shred it", "no copy on a disc", "Who can approve it:", "Marian Castell, Head teacher");
  check((await lead.page.locator("main li", { hasText: "Idris Fenwick" }).count()) === 0, "who proposes it is told to approve it");
  const draft = new URL(lead.page.url()).pathname;
  await lead.press("Propose it");
  await lead.expect("Proposed to be destroyed");
  await lead.expectWords("Wren Forgotten", "1 item of information", "She has a bruise");
  lead.expected.add(404);
  await lead.go(draft);
  await lead.expectWords("it was proposed, or deleted after a day");

  await lead.go(path);
  await lead.follow(/^One item of information: proposed to be destroyed by Idris Fenwick/);
  await lead.expect("Proposed to be destroyed");

  // Who is to approve it sees which of the case's things it is. It is to be the whole case: one answer is changed, the others stay.
  const head = await arrive(browser, server, "head");
  await head.signIn("head");
  await head.follow(/^Something is proposed to be destroyed/);
  await head.expectWords("She has a bruise on her left arm.", "1 item of information");
  await head.follow("Look at the case");
  await head.expect("Wren Forgotten");
  await head.go("/disposals");
  await head.follow(/^One item of information, proposed by Idris Fenwick/);
  await head.press("Withdraw the proposal");
  await head.expect("Withdrawn: it was not destroyed");
  await lead.go(path);
  await lead.follow("Propose to destroy it, or something in it");
  await lead.choose(/^What was written down/);
  await lead.press("Continue");
  await lead.choose("It has been kept as long as it should be");
  await lead.press("Continue");
  await lead.write("Where can the reason be read?", "Our retention schedule of 2026, line 12");
  await lead.press("Continue");
  await lead.choose("We shred it");
  await lead.press("Continue");
  await lead.choose("There is no copy on a disc, stick or drive");
  await lead.press("Continue");
  await lead.follow("Change What");
  await lead.expect("What is to be destroyed?");
  await lead.choose("The whole case");
  await lead.press("Continue");
  await lead.expect("Check what you propose");
  await lead.expectWords("The whole case");
  await lead.press("Propose it");
  await lead.expect("Proposed to be destroyed");
  await lead.expectWords("Wren Forgotten", "1 case", "Alderbrook Children’s Services", "Somebody else has to approve it", "Marian Castell, Head teacher");
  check((await lead.page.getByRole("button", { name: /^Approve/ }).count()) === 0, "who proposed it is offered to approve it");

  // Children's services need it still.
  const worker = await arrive(browser, server, "social-worker");
  await worker.signIn("social-worker");
  await worker.follow(/From Alderbrook Primary School/);
  await worker.press(/^Take it|^Open/);
  const receipt = new URL(worker.page.url()).pathname;
  const manager = await arrive(browser, server, "team-manager");
  await manager.signIn("team-manager");
  await manager.go(receipt);
  await manager.follow(/^Hold it/);
  await manager.expect("Hold what was shared with you");
  await manager.write("Why is it still needed?", "It is before the family court.");
  await manager.press("Hold it");
  await manager.expect("Destroyed, and to be destroyed");
  await manager.expectWords("It is before the family court.", "Until it is lifted");

  await head.go("/");
  await head.follow(/^Something is proposed to be destroyed/);
  await head.expect("Proposed to be destroyed");
  await head.expectWords("Legal holds", "Team manager", "until it is lifted");
  await head.expectNoWords("family court");
  check((await head.page.getByRole("button", { name: /^Approve/ }).count()) === 0, "what is held is offered to be destroyed");
  await head.go(path);
  await head.expectWords("It is held: nothing of it may be destroyed", "The whole case: proposed to be destroyed by Idris Fenwick");
  await head.expectNoWords("One item of information");
  await head.follow(/^The whole case: proposed to be destroyed/);
  await head.expect("Proposed to be destroyed");
  await manager.press(/^Lift it/);
  await manager.expectWords("Lifted by");

  await head.go(new URL(head.page.url()).pathname);
  await head.expectWords("cannot be brought back");
  await head.press("Approve, and destroy it now");
  await head.expect("What was destroyed");
  await head.expectNoWords("Wren");
  await head.go("/disposals");
  await head.expectWords("The whole case", "approved by Marian Castell");
  await head.expectNoWords("Wren");

  // What is left: the tombstone, to those who may know.
  await teacher.go("/");
  await teacher.expectWords("A case that was destroyed");
  await teacher.expectNoWords("Wren");
  await teacher.follow(/^A case that was destroyed/);
  await teacher.expectWords("Our retention schedule of 2026, line 12", "Idris Fenwick", "Marian Castell", "We shred it");
  teacher.expected.add(404);
  await teacher.go(path);
  await teacher.expect("This was destroyed");
  await teacher.expectWords("It was destroyed on", "approved by Marian Castell");
  await worker.go("/");
  await worker.follow(/was destroyed by its source/);
  await worker.expect("What was destroyed");

  // The other agencies too have two who can destroy something between them, so that no proposal of the demonstration goes nowhere.
  for (const login of ["inspector", "records-manager", "charity-manager", "charity-lead"]) {
    const overseer = await Person.arrive(browser, server, { name: login, glance: true });
    await overseer.signIn(login);
    await overseer.go("/disposals");
    await overseer.expectWords(/To propose it, open /);
    await overseer.leaveFor();
  }
});
