// A practitioner through one pack: three situations, each asked question by question until the policy answers. The page
// must say what `proviso decide` says about the same facts; then the decision is recorded, and shared where that is lawful.
//
// packs.mjs PROVISO PACK phone|desktop
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Person } from "./person.mjs";
import { run } from "./server.mjs";
import { attach, chooseContent, chooseRecipients, decide, describe, newChild } from "./journey.mjs";
import { check, checked } from "./support.mjs";

const [program, pack, size] = process.argv.slice(2);
const way = size === "phone" ? { name: `${pack}, phone`, glance: true, viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } : { name: pack, glance: true };
const words = JSON.parse(readFileSync("packs/words.json", "utf8"));
const policy = JSON.parse(readFileSync(`packs/${pack}/pack.json`, "utf8"));
const most = 10; // questions: what a practitioner is promised (docs/design.md)

// What the practitioner knows, by the codes of docs/vocabulary.md; what is not here they do not know.
const worried = {
  identifies: "living-person", confidential: true, sensitive: true, vital_interests: false, legal_duty: "none", adult_harm: "none", serious_crime: false,
  public_function: true, recipient_needs_to_know: true, proportionate: true, restricted_by_law: false, original_controller_permits: true,
  manager_consulted: true, both_listed: true, more_detrimental: false, telling_recipient_raises_risk: false, article6: "e", article9: "g",
  schedule2: true, schedule3: true, urgent: false, subject_age: 8,
};
const situations = [
  {
    name: "Bryn Tolland",
    seen: "He came to school with a burn on his hand and would not say how.",
    facts: { ...worried, purpose: "section-47", child_harm: "evidence", would_deteriorate: true, consent: "not-sought", no_consent_ground: "child-risk", informing_raises_risk: true },
    to: ["Alderbrook Children’s Services"],
  },
  {
    name: "Edda Tolland",
    seen: "She is often tired on Mondays. Her father said that he wants no help from anybody.",
    facts: { ...worried, purpose: "early-help", child_harm: "none", would_deteriorate: false, consent: "refused", no_consent_ground: "none", informing_raises_risk: false, public_function: false, serious_crime: false },
    to: ["Harbour Family Support"],
  },
  {
    name: "Gale Tolland",
    seen: "Her mother asked us to tell the health visitor that she sleeps badly.",
    facts: { ...worried, purpose: "service-provision", child_harm: "none", would_deteriorate: false, consent: "given", consent_covers: true, consent_written: true, no_consent_ground: "none", informing_raises_risk: false },
    to: ["Alderbrook Health Trust"],
  },
];

// The title of the policy's answer, worked out by the program on the facts that were said and those that the system adds.
function decided(facts) {
  const out = execFileSync(program, ["decide", "--pack", pack, "--decision", "share", "--packs", "packs", "--json", "-"], { input: JSON.stringify(facts) });
  const { outcome } = JSON.parse(out);
  return { outcome, title: (policy.words?.outcome?.[outcome] ?? words.outcome[outcome])?.title };
}

// What the pack takes as given in such a case, as docs/packs.md tells it.
function usual(said, recipient) {
  const shared = JSON.parse(readFileSync("packs/vocabulary.json", "utf8")).usual ?? [];
  const known = { ...said, sharer: "public-authority", recipient }, given = {};
  for (const { fact, value, when = {} } of [...(policy.usual ?? []), ...shared])
    if (!(fact in given) && !(fact in said) && Object.entries(when).every(([key, values]) => [values].flat().includes({ ...known, ...given }[key]))) given[fact] = value;
  return given;
}

// One page for one fact, or for several as boxes to tick. Returns what was said and how many pages asked.
async function replies(person, known) {
  const said = {}, asked = [];
  let pages = 0;
  while (person.kind() === "/worry/*/question") {
    pages++;
    const key = await person.page.locator("input[name=key]").inputValue();
    const boxes = await person.page.locator("input[name=box]").evaluateAll((all) => all.map((one) => one.value));
    for (const one of boxes.length ? boxes : [key]) {
      if (asked.includes(one)) throw new Error(`${one} is asked twice`);
      asked.push(one);
    }
    if (boxes.length) {
      for (const one of boxes) {
        const ticked = known[one] === true || known[one] === "serious";
        said[one] = one === "adult_harm" ? (ticked ? "serious" : "none") : ticked;
        if (ticked) await person.hand.choose(person.page.locator(`input[type=checkbox][value="${one}"]`));
      }
      await person.press("Continue");
    } else if (known[key] === undefined) await person.press("I do not know");
    else {
      said[key] = known[key];
      const radios = person.page.locator("input[type=radio][name=answer]");
      if (await radios.count()) await person.hand.choose(person.page.locator(`input[type=radio][name=answer][value="${known[key]}"]`));
      else await person.hand.write(person.page.locator("input[name=answer]"), String(known[key]));
      await person.press("Continue");
    }
  }
  check(pages <= most, `${way.name}: ${pages} pages of questions, more than ${most}: ${asked}`);
  return { said, pages };
}

const counts = [];
await run(program, () => `${pack}, ${size}: ${checked()} checks, questions: ${counts.join(", ")}`, async (browser, server) => {
  const teacher = await Person.arrive(browser, server, way);
  await teacher.signIn("teacher");
  for (const { name, seen, facts, to } of situations) {
    await teacher.go("/");
    await newChild(teacher, { name, born: [4, 11, 2018], about: "Year 3" });
    await describe(teacher, seen);
    await chooseRecipients(teacher, to);
    const { said, pages } = await replies(teacher, facts);
    counts.push(pages);
    await teacher.expect("What the policy says");
    await teacher.expectWords(`Policy applied: ${policy.title}`);
    const kinds = { "Alderbrook Children’s Services": "childrens-social-care", "Harbour Family Support": "charity", "Alderbrook Health Trust": "health" };
    // What is usual was not asked: the page says that it was taken as given.
    const { outcome, title } = decided({ ...said, ...usual(said, kinds[to[0]]), subject_age: 8, date: new Date().toLocaleDateString("sv", { timeZone: "Europe/London" }), sharer: "public-authority", recipient: kinds[to[0]] });
    check(outcome, `${way.name}: ${name}: still open on ${JSON.stringify(said)}`);
    await teacher.expectWords(title, "Where this comes from");
    const shares = outcome === "share";
    await decide(teacher, shares ? "Share" : "Do not share", "The policy and what I know of the family.");
    if (shares) {
      await attach(teacher);
      await chooseContent(teacher, "Please ring me.");
    }
    await teacher.expect("Check your answers");
    await teacher.press(/^Record/);
    await teacher.expectWords(shares ? to[0] : "recorded");
  }
}, { PROVISO_PACK: pack });
