// Somebody outside the partnership: the link by one medium, the phrase by another, five tries, one opening.
//
// outside.mjs PROVISO
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Person } from "./person.mjs";
import { run } from "./server.mjs";
import { answer, attach, chooseContent, chooseRecipients, decide, describe, hurt, newChild } from "./journey.mjs";
import { check, checked } from "./support.mjs";

const program = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "proviso-letter-"));
const letter = { name: "Notes of 3 November – Ærø.txt", bytes: randomBytes(70001) };
letter.path = join(folder, letter.name);
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
writeFileSync(letter.path, letter.bytes);
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

async function send(teacher) {
  await teacher.signIn("teacher");
  await newChild(teacher, { name: "Lark Penhaligon", born: [1, 2, 2019], about: "Moved here from Westvale in September" });
  await describe(teacher, "Her old school says that she was often without food.");
  await chooseRecipients(teacher, [], "Children’s social care elsewhere");
  await answer(teacher, hurt);
  await decide(teacher, "Share", "They looked after her until September and must know.");
  await attach(teacher, [letter.path]);
  await chooseContent(teacher, "Please ring the school office.");
  await teacher.expect("How does it reach somebody outside?");
  await teacher.write(/^Who/, "Ines Calloway, Westvale duty team");
  await teacher.choose("E-mail", /link/);
  await teacher.choose("E-mail", /phrase/);
  await teacher.choose("Yes", /one time only/);
  // The same way for both is refused, at the latest when it is sent; what was typed stays.
  teacher.expected.add(422);
  await teacher.press("Save and continue");
  if ((await teacher.heading()) === "Check your answers") await teacher.press("Record the decision and send");
  await teacher.expect("How does it reach somebody outside?");
  check((await teacher.page.locator(".govuk-error-summary a").getAttribute("href")) === "#phrase_medium", "the error does not lead to the medium of the phrase");
  check((await teacher.field(/^Who/).inputValue()) === "Ines Calloway, Westvale duty team", "the name that was typed is lost");
  await teacher.choose("In person", /phrase/);
  await teacher.press("Save and continue");
  await teacher.expect("Check your answers");
  await teacher.expectWords("Ines Calloway", "One time only", "In person");
  await teacher.press("Record the decision and send");
  await teacher.expect("It is recorded and ready to be picked up");
  await teacher.expectWords("Send the link to Ines Calloway, Westvale duty team by: E-mail", "by: In person");
  const [link, phrase] = await teacher.page.locator(".proviso-code").allInnerTexts();
  check(link.startsWith(`${teacher.server.address}/pickup/`), `the link is ${link}`);
  check(phrase.split(/[\s-]+/).length === 10, `the phrase is not ten words: ${phrase}`);
  return { link, phrase };
}

async function pickUp(person, { link, phrase }) {
  const path = new URL(link).pathname;
  await person.go(path);
  await person.expect("Alderbrook Primary School has something for you");
  await person.expectNoWords("Lark", "Penhaligon", "Ines");
  person.expected.add(422);
  await person.press("Open");
  check(await person.page.evaluate(() => document.activeElement.classList.contains("govuk-error-summary")), "outside: the error summary did not take the focus");
  // A word that is in no list was misheard, and costs nothing; a phrase of words is a try, and is counted.
  await person.write("What is the phrase?", phrase.replace(/^[a-z]+/i, "umbrellastand"));
  await person.press("Open");
  await person.expectWords("Word 1 is not in the list");
  await person.expectNoWords("tries are left");
  check((await person.field("What is the phrase?").inputValue()).startsWith("umbrellastand-"), "nine right words are to be typed again for one that was misheard");
  await person.write("What is the phrase?", phrase.split("-").reverse().join("-"));
  await person.press("Open");
  await person.expectWords("4 tries are left");
  // The words may be typed as people type them.
  await person.write("What is the phrase?", `  ${phrase.toUpperCase().replaceAll("-", " ")} `);
  await person.press("Open");
  await person.expect(/^From /);
  await person.expectWords("Lark Penhaligon", "1 February 2019", "Her old school says", "Please ring the school office", "Before you read: the limits");
  const taken = await person.download(letter.name);
  check(taken.name === letter.name && taken.bytes.equals(letter.bytes), `outside: the document is not what was sent: ${taken.name}, ${taken.bytes.length} bytes`);
}

await run(program, () => `picked up from outside: ${checked()} checks`, async (browser, server) => {
  const teacher = await Person.arrive(browser, server, { name: "teacher" });
  const parcel = await send(teacher);
  const outside = await Person.arrive(browser, server, { name: "outside", ...phone });
  await pickUp(outside, parcel);
  // One opening: neither they nor anybody else opens it again.
  const stranger = await Person.arrive(browser, server, { name: "stranger" });
  await stranger.go(new URL(parcel.link).pathname);
  check((await stranger.page.getByRole("button", { name: "Open" }).count()) === 0, "what was opened once can be opened again");
  await stranger.expectNoWords("Her old school", "Lark");
  stranger.expected.add(404);
  await stranger.go("/pickup/0000000000000000000000000000000000000000000");
  await stranger.expect("We cannot find that page");
  // The sender sees it.
  await teacher.go("/");
  await teacher.follow("Lark Penhaligon");
  await teacher.expectWords(/picked it up/i, "Ines Calloway, Westvale duty team");
});
