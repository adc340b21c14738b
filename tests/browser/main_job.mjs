// The main job, from signing in to the answer that comes back, by everybody who has a part in it.
//
// main_job.mjs PROVISO mouse|keyboard|no-script|phone [PACK]
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Person } from "./person.mjs";
import { run } from "./server.mjs";
import { answer, attach, chooseContent, chooseRecipients, child, decide, describe, hurt, newChild } from "./journey.mjs";
import { check, checked } from "./support.mjs";

const ways = {
  mouse: {},
  keyboard: { keyboard: true },
  "no-script": { javaScriptEnabled: false },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};
const [program, name, pack = "manchester-2016"] = process.argv.slice(2);
const policy = JSON.parse(readFileSync(`packs/${pack}/pack.json`, "utf8"));
const way = { name, ...ways[name] };
const seen = "She has a bruise on her left arm, the shape of fingers. She said: “I fell”, and looked at the door.";
const thought = "I think that she is afraid to go home.";
const reasons = "A child is hurt and afraid. Asking at home first could make it worse.";
const reply = "We will see her at school tomorrow at 9 and ring you at noon.";

async function teach(browser, server, letter) {
  const teacher = await Person.arrive(browser, server, way);
  if (way.keyboard) {
    // The first stop of a page leads past its head.
    await teacher.go("/sign-in");
    await teacher.page.keyboard.press("Tab");
    const skip = teacher.page.getByRole("link", { name: "Skip to main content" });
    check(await skip.evaluate((e) => e === document.activeElement), "keyboard: the first stop is not the skip link");
    check(await skip.isVisible(), "keyboard: the skip link cannot be seen");
    await teacher.page.keyboard.press("Enter");
    check(await teacher.page.evaluate(() => document.activeElement.id === "main-content"), "keyboard: the skip link leads nowhere");
  }
  await teacher.signIn("teacher");
  await newChild(teacher);
  await describe(teacher, seen, { another: true });
  await teacher.expect("What have you seen or heard?");
  await teacher.write("In your own words", thought);
  await teacher.choose(/^An opinion/);
  await teacher.press("Save and continue");
  await teacher.expect("How do you know?");
  await teacher.press("Save and continue");
  await chooseRecipients(teacher, ["Alderbrook Children’s Services"]);
  const asked = await answer(teacher, hurt);
  await teacher.expectWords("You may share it", "Why it is lawful", "Share only what is needed", `Policy applied: ${policy.title}`);
  await teacher.hand.press(teacher.page.locator("summary", { hasText: "Where this comes from" }));
  const sources = await teacher.page.locator("details", { hasText: "Where this comes from" }).locator(".govuk-hint").allInnerTexts();
  check(sources.length > 0 && sources.every((one) => policy.sources.some((source) => one.startsWith(`${source.title}, `))), `${name}: rules without their source: ${sources}`);
  await decide(teacher, "Share", reasons, "Idris Fenwick");
  await attach(teacher, [letter.path]);
  await chooseContent(teacher, "Please ring me before you speak to the family.");
  await teacher.expect("Check your answers");
  await teacher.expectWords("Alderbrook Children’s Services", reasons, seen, thought, letter.name, "Please ring me before");
  await teacher.press("Record the decision and send");
  await teacher.expect("Shared");
  await teacher.expectWords("Alderbrook Children’s Services");
  return { teacher, asked };
}

async function receive(browser, server, letter, asked) {
  const worker = await Person.arrive(browser, server, way);
  await worker.signIn("social-worker");
  await worker.follow(/^From Alderbrook Primary School/);
  await worker.expect("Something new from Alderbrook Primary School");
  await worker.expectNoWords(child.name);
  await worker.press("Open it and take it on");
  await worker.expect(child.name);
  await worker.expectWords("Before you read: the limits", "Do not tell the person or family", "Fact", "Opinion", seen, thought, "Please ring me before", "Tamsin Okoro");
  if (asked.includes("consent")) await worker.expectWords("The person was not asked");
  const taken = await worker.download(letter.name);
  check(taken.name === letter.name && taken.bytes.equals(letter.bytes), `${name}: the document is not what was sent: ${taken.name}, ${taken.bytes.length} bytes`);
  await worker.write("What will you do?", reply);
  await worker.press("Confirm and answer");
  await worker.expectWords("What you said you will do", reply);
  await worker.leaveFor();
}

async function oversee(browser, server) {
  const head = await Person.arrive(browser, server, way);
  await head.signIn("head");
  await head.follow("Every decision of your agency");
  await head.expect("Decisions");
  await head.expectWords(child.name, "Juno Merrick", "Tamsin Okoro");
  await head.follow(child.name);
  await head.expect("Decision");
  await head.expectWords(reasons, "Idris Fenwick", "Share", "You may share it", "What was taken into account");
  await head.go("/decisions");
  await head.follow("Juno Merrick");
  await head.expectWords("An invitation is no reason to give out an address", "Do not share");
  await head.leaveFor();
}

const folder = mkdtempSync(join(tmpdir(), "proviso-letter-"));
const letter = { name: "photograph of the arm.bin", bytes: randomBytes(300000) };
letter.path = join(folder, letter.name);
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
writeFileSync(letter.path, letter.bytes);
let stops = "";
await run(program, () => `the main job, ${name}: ${checked()} checks${stops}`, async (browser, server) => {
  const { teacher, asked } = await teach(browser, server, letter);
  await receive(browser, server, letter, asked);
  // What they will do stands on the first page, and with the case.
  await teacher.go("/");
  await teacher.expectWords("News for you");
  await teacher.follow(child.name);
  await teacher.expectWords(reply, seen, thought, reasons, letter.name);
  await teacher.follow("Who looked at this case");
  await teacher.expectWords("Tamsin Okoro");
  teacher.expected.add(422);
  // An old case is found by a name, which stands in no address; Back leads to where it was looked for, not to a form sent again.
  await teacher.go("/");
  await teacher.write("Find a case by the child’s name", "halloway");
  await teacher.press("Find");
  await teacher.expect("Find a case");
  await teacher.expectWords("1 case with a name like “halloway”");
  check(new URL(teacher.page.url()).pathname + new URL(teacher.page.url()).search === "/cases/find", `${name}: the name is in the address: ${teacher.page.url()}`);
  await teacher.follow(child.name);
  await teacher.expect(child.name);
  if (way.javaScriptEnabled !== false) {
    await teacher.leave(() => teacher.page.goBack({ waitUntil: "commit" }));
    await teacher.expect("Find a case");
  }
  await teacher.go("/");
  await teacher.press("Find");
  await teacher.expectWords("There is a problem", "Write the name, or a part of it");
  if (way.keyboard) stops = `, ${teacher.hand.stops} stops of the teacher’s focus`;
  await oversee(browser, server);
}, { PROVISO_PACK: pack });
