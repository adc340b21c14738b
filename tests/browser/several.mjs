// Two brothers and two agencies on a telephone: what is the same is asked once, what differs of each; the mother does not want
// the health trust to know of one of them, and it is not told.
//
// several.mjs PROVISO [FOLDER]      with FOLDER, a picture of each page lands there
import { Person } from "./person.mjs";
import { run } from "./server.mjs";
import { attach, describe, newChild } from "./journey.mjs";
import { check, checked } from "./support.mjs";

const [program, pictures] = process.argv.slice(2);
const way = { name: "several", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const sam = { name: "Sam Ashdown", born: [9, 1, 2012], about: "Year 10" };
const kit = { name: "Kit Ashdown", born: [2, 6, 2019], about: "Year 2" };
const services = "Alderbrook Children’s Services", health = "Alderbrook Health Trust";
let shots = 0;

async function picture(person, name) {
  if (pictures) await person.page.screenshot({ path: `${pictures}/${String(++shots).padStart(2, "0")}-${name}.png`, fullPage: true });
}

// Of both the same, but for consent.
const known = {
  purpose: /^Early help/, identifies: /a living person/, confidential: "Yes", consent_covers: "Yes", child_harm: /^No/, proportionate: "Yes",
  informing_raises_risk: "No", public_function: "No", vital_interests: "No", legal_duty: "No", serious_crime: "No", recipient_needs_to_know: "Yes",
};

async function nameSecond(teacher) {
  await teacher.expect("Who needs to know?");
  await teacher.expectWords(`About ${sam.name}`);
  await picture(teacher, "recipients-of-one");
  await teacher.follow("Is it about somebody else as well?");
  await teacher.expect("Who is it about?");
  await teacher.choose("Somebody else, whom I name now");
  await picture(teacher, "who-else");
  await teacher.press("Continue");
  await teacher.expect("Who are you worried about?");
  await teacher.write(/name/i, kit.name);
  await teacher.press("Continue");
  if ((await teacher.heading()) === "Is it one of these children?") {
    await teacher.choose(/another child/);
    await teacher.press("Continue");
  }
  await teacher.writeDate(/birth/i, ...kit.born);
  await teacher.press("Save and continue");
  await teacher.expect("Who is it about?");
  await teacher.expectWords(sam.name, kit.name, "Nothing written down yet");
  await teacher.press(`Write something down about ${kit.name}`);
  await teacher.expect("What have you seen or heard?");
  await teacher.expectWords(`About ${kit.name}`);
  await describe(teacher, "Kit came hungry.");
  await teacher.expect("Who is it about?");
  await picture(teacher, "both");
  await teacher.choose("No, nobody else");
  await teacher.press("Continue");
}

// Gives how often each fact was asked.
async function answer(teacher) {
  const asked = {};
  while (teacher.kind() === "/worry/*/question") {
    const key = await teacher.page.locator("input[name=key]").inputValue();
    const one = (await teacher.page.locator("input[name=whom]").count()) > 0;
    const boxes = await teacher.page.locator("input[name=box]").evaluateAll((list) => list.map((box) => box.value));
    for (const name of boxes.length ? boxes : [key]) asked[name] = (asked[name] ?? 0) + 1;
    if (boxes.length) {
      for (const box of boxes) if (known[box] === "Yes") await teacher.hand.choose(teacher.page.locator(`input[type=checkbox][value=${box}]`));
    } else if (key === "consent" && !one) {
      await teacher.expectWords(`For all of these: ${sam.name} and ${kit.name}, to ${services} and ${health}`);
      await picture(teacher, "question-for-all");
      await teacher.press("It differs");
      continue;
    } else if (key === "consent") {
      const words = await teacher.page.locator("main").innerText(), refused = words.includes(`${kit.name}, to ${health}`);
      if (refused) await picture(teacher, "question-of-one");
      await teacher.choose(refused ? /refused/ : "Yes, they agreed");
    } else await teacher.choose(known[key]);
    await teacher.press("Continue");
  }
  return asked;
}

async function decide(teacher) {
  await teacher.expect("What the policy says");
  await picture(teacher, "answer");
  const boxes = await teacher.page.locator(".proviso-answer").allInnerTexts();
  check(boxes.length === 2, `two groups of answers, not ${boxes.length}`);
  check(boxes[0].startsWith(`${kit.name}, to ${health}`) && boxes[0].includes("Do not share"), `the strictest stands first: ${boxes[0]}`);
  check(boxes[1].includes("You may share it") && boxes[1].includes(sam.name), `what may be shared stands after it: ${boxes[1]}`);
  await teacher.expectWords("Consent");
  await teacher.follow("Decide");
  await teacher.expectWords(`Do not share: ${kit.name}, to ${health}.`);
  await picture(teacher, "decide");
  await teacher.choose("For each what the policy says", "Your decision");
  await teacher.write(/^Why|reasons/i, "Both come hungry. Their mother does not want the health trust to know of Kit.");
  await teacher.press("Save and continue");
  await teacher.expectWords(`These go into the file of ${sam.name}`);
  await attach(teacher);
  await teacher.expect("What do they need?");
  await teacher.expectWords(`Not sent: ${kit.name}, to ${health}`, `${kit.name}: Fact`);
  await picture(teacher, "content");
  await teacher.write("A message to them", "Please see what you can do.");
  await teacher.press("Save and continue");
  await teacher.expect("Check your answers");
  await teacher.expectWords(`${sam.name} and ${kit.name}`, `Do not share: ${kit.name}, to ${health}.`);
  await picture(teacher, "check");
  await teacher.press("Record the decision and send");
  await teacher.expect("Shared");
  await teacher.expectWords(`Sent about ${sam.name} to`, `Sent about ${kit.name} to`, `About ${kit.name} you also decided: Do not share`);
  await picture(teacher, "sent");

  // Each decision leads to those that were made with it.
  await teacher.page.locator("a[href^='/decision/']").first().click();
  await teacher.expect("Decision");
  await teacher.expectWords("Decided together with this", `${kit.name}: Do not share`, `${kit.name}: Share`);
  await teacher.follow(`${kit.name}: Do not share`);
  await teacher.expectWords("Decided together with this", `${sam.name}: Share`);
  await picture(teacher, "decision-of-several");
}

async function receive(browser, server) {
  const worker = await Person.arrive(browser, server, way);
  await worker.signIn("social-worker");
  check((await worker.page.getByRole("link", { name: /^From Alderbrook Primary/ }).count()) === 1, "what came at once is one line");
  await worker.follow(/^From Alderbrook Primary School/);
  await worker.press("Open it and take it on");
  await worker.expectWords(sam.name, kit.name, `Before you read: the limits for ${sam.name}`, `Before you read: the limits for ${kit.name}`, "Sam came hungry.", "Kit came hungry.");
  await picture(worker, "received");
  await worker.write("What will you do?", "We visit both today.");
  await worker.press("Confirm and answer");
  await worker.expectWords("What you said you will do", "We visit both today.");
  await worker.leaveFor();

  const nurse = await Person.arrive(browser, server, way);
  await nurse.signIn("nurse");
  await nurse.follow(/^From Alderbrook Primary School/);
  await nurse.press("Open it and take it on");
  await nurse.expect(sam.name);
  await nurse.expectWords("Sam came hungry.", "Please see what you can do.");
  await nurse.expectNoWords(kit.name, "Kit came hungry.");
  await nurse.leaveFor();
}

await run(program, () => `several people: ${checked()} checks`, async (browser, server) => {
  const teacher = await Person.arrive(browser, server, way);
  await teacher.signIn("teacher");
  await newChild(teacher, sam);
  await describe(teacher, "Sam came hungry.");
  await nameSecond(teacher);
  await teacher.expect("Who needs to know?");
  await teacher.expectWords(`${sam.name} and ${kit.name}`);
  for (const agency of [services, health]) await teacher.choose(agency, "Agencies of the partnership");
  await teacher.press("Save and continue");
  const asked = await answer(teacher);
  check(asked.consent === 5, `consent is asked once for all and then of each of the four: ${asked.consent}`);
  for (const key of Object.keys(asked)) check(key === "consent" || asked[key] === 1, `${key} is asked ${asked[key]} times`);
  check(asked.subject_age === undefined, "the age is known from the dates of birth");
  await decide(teacher);
  await receive(browser, server);
  await teacher.go("/");
  await teacher.expectWords("News for you");
  await teacher.leaveFor();
}, { PROVISO_PACK: "manchester-2016" });
