// The worry, from the page that asks for it to the page that says what was done.
import { check } from "./support.mjs";

export const child = { name: "Wren Halloway", born: [4, 11, 2018], about: "Year 3, lives with her aunt" };

// What a teacher knows of a child whom somebody hurts, by the key of the fact; what is not here is not known.
export const hurt = {
  purpose: /^Protecting a child/, identifies: /a living person/, confidential: "Yes", sensitive: "Yes", consent: /not been asked/,
  child_harm: /^Yes, there is evidence/, public_function: "Yes", vital_interests: "No", legal_duty: "No", adult_harm: /^No/, serious_crime: "No",
  informing_raises_risk: "Yes", urgent: "No", recipient_needs_to_know: "Yes", proportionate: "Yes", telling_recipient_raises_risk: "No",
  no_consent_ground: /child/i, manager_consulted: "Yes", subject_age: 8, both_listed: "Yes", more_detrimental: "No",
  article6: /^\(e\)/, article9: /^\(g\)/,
};

export async function describe(person, seen, { another } = {}) {
  await person.write("In your own words", seen);
  await person.choose(/^A fact/);
  await person.press(/continue/);
  await person.expect("How do you know?");
  await person.choose("It was not given in confidence");
  await person.press(another ? /another thing/ : "Save and continue");
}

export async function newChild(person, { name, born, about } = child) {
  await person.follow("I am worried about a child");
  await person.expect("Who are you worried about?");
  await person.write(/name/i, name);
  await person.press("Continue");
  if ((await person.heading()) === "Is it one of these children?") {
    await person.choose(/another child/);
    await person.press("Continue");
  }
  await person.expect("What else do you know about the child?");
  await person.writeDate(/birth/i, ...born);
  await person.write(/tells them from another/, about);
  await person.press("Save and continue");
  await person.expect("What have you seen or heard?");
}

// Of a fact of two values: does it hold?
const is = (said) => said === "Yes" || (said instanceof RegExp && !said.test("No, there is none"));

// Answers what is asked until the answer stands; that takes ten questions at most. Returns them.
export async function answer(person, known, most = 10) {
  const asked = [];
  while (person.kind() === "/worry/*/question") {
    const key = await person.page.locator("input[name=key]").inputValue();
    const whom = person.page.locator("input[name=whom]"), one = (await whom.count()) ? `${key} of ${await whom.inputValue()}` : key;
    if (asked.includes(one)) throw new Error(`${one} is asked twice`);
    asked.push(one);
    const boxes = await person.page.locator("input[name=box]").evaluateAll((list) => list.map((box) => box.value));
    if (boxes.length) {
      for (const box of boxes)
        if (is(known[box])) await person.hand.choose(person.page.locator(`input[type=checkbox][value=${box}]`));
      await person.press("Continue");
      continue;
    }
    const said = known[key];
    if (said === undefined) await person.press("I do not know");
    else {
      const radios = person.page.locator("input[type=radio][name=answer]");
      if (await radios.count()) await person.choose(said);
      else await person.hand.write(person.page.locator("input[name=answer]"), String(said));
      await person.press("Continue");
    }
  }
  await person.expect("What the policy says");
  check(asked.length <= most, `${person.way}: ${asked.length} questions, more than ${most}: ${asked}`);
  return asked;
}

export async function chooseRecipients(person, agencies, outside) {
  await person.expect("Who needs to know?");
  for (const agency of agencies) await person.choose(agency, "Agencies of the partnership");
  if (outside) await person.select("Somebody outside the partnership", outside);
  await person.press("Save and continue");
}

export async function decide(person, outcome, reasons, consulted) {
  await person.follow("Decide");
  await person.expect("What do you decide?");
  await person.choose(outcome, "Your decision");
  await person.write(/^Why|reasons/i, reasons);
  if (consulted) await person.write(/talk|consult/i, consulted);
  await person.press("Save and continue");
}

export async function attach(person, files) {
  await person.expect("Do you want to add documents?");
  if (files) await person.attach("Choose files", files);
  await person.press("Continue");
}

export async function chooseContent(person, message) {
  await person.expect("What do they need?");
  await person.write("A message to them", message);
  await person.press("Save and continue");
}
