// Somebody asks the policy about nobody in particular: each decision that a pack takes, at the width of a telephone.
//
// advice.mjs PROVISO
import { Person } from "./person.mjs";
import { run } from "./server.mjs";
import { chooseRecipients, describe, newChild } from "./journey.mjs";
import { check, checked } from "./support.mjs";

const program = process.argv[2];
const phone = { name: "advice", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

async function begin(person, what) {
  await person.go("/advice");
  await person.choose(what);
  await person.press("Continue");
}

// Replies by key; what is not here is not known, and of boxes those are ticked that are named here.
async function reply(person, known, where = "/advice/*/question") {
  const asked = [];
  while (person.kind() === where) {
    const boxes = await person.page.locator("input[name=box]").evaluateAll((all) => all.map((one) => one.value));
    const key = await person.page.locator("input[name=key]").inputValue();
    const together = boxes.length ? boxes : [key];
    for (const one of together) check(!asked.includes(one), `${one} is asked twice`);
    asked.push(...together);
    if (boxes.length) {
      for (const one of boxes) if (known[one]) await person.hand.choose(person.page.locator(`input[type=checkbox][value="${one}"]`));
      await person.press("Continue");
    } else if (known[key] === undefined) await person.press("I do not know");
    else {
      const radio = person.page.locator(`input[type=radio][value="${known[key]}"]`);
      if (await radio.count()) await person.hand.choose(radio);
      else await person.hand.write(person.page.locator("input[name=answer]"), String(known[key]));
      await person.press("Continue");
    }
  }
  return asked;
}

await run(program, () => `asking the policy: ${checked()} checks`, async (browser, server) => {
  const nurse = await Person.arrive(browser, server, phone);
  await nurse.signIn("nurse");
  await begin(nurse, "Whose agreement is needed?");
  await reply(nurse, { subject_age: 12, understanding: "sufficient", capacity: "presumed", attorney_or_deputy: "false" });
  await nurse.expect("The child");
  await nurse.expectWords("What you must do", "Where this comes from", "This was not recorded", /\d+ [A-Z][a-z]+ 20\d\d/);

  await nurse.follow("Ask something else");
  await begin(nurse, "How may it be sent?");
  await reply(nurse, { medium: "email", personal: "true", sensitive: "true", recipient_address: "two@at@once", sender_address: "ward@nhs.net", encrypted: "false", unavoidable: "false" });
  await nurse.expect("Do not send it this way");
  await nurse.expectWords("Ways that are allowed");

  await begin(nurse, "May it be shared?");
  const asked = await reply(nurse, { purpose: "early-help", legal_duty: "none", child_harm: "unclear", recipient: "charity", recipient_needs_to_know: "true", sharer: "public-authority", article6: "e", article9: "g", proportionate: "true", consent: "refused", sensitive: true, confidential: true, urgent: true, informing_raises_risk: "false" });
  check(asked.length > 6, `only ${asked} was asked`);
  check(!asked.includes("identifies"), "what is usual was asked");
  await nurse.expectWords("What we took into account", "Taken as given: A case is about a person by name.");
  // What is taken as given can be changed.
  await nurse.leave(() => nurse.page.getByRole("link", { name: "Change Whom it identifies" }).click());
  await nurse.choose(/nobody can be identified/);
  await nurse.press("Continue");
  while (nurse.kind() === "/advice/*/question") await nurse.press("I do not know");
  await nurse.expect("You may share it");

  // From a worry whose answer is to ask first: whose agreement, with the age that the case knows.
  await nurse.go("/");
  await newChild(nurse);
  await describe(nurse, "His mother asked whether the charity could help.");
  await chooseRecipients(nurse, ["Harbour Family Support"]);
  const known = { purpose: "service-provision", legal_duty: "none", recipient_needs_to_know: "true", consent: "not-sought", child_harm: "none", proportionate: "true", article6: "e", article9: "g", public_function: "false", no_consent_ground: "none", both_listed: "false" };
  await reply(nurse, { ...known, sensitive: true, confidential: true }, "/worry/*/question");
  await nurse.expectWords("Ask for agreement first");
  await nurse.press("Whose agreement do we need?");
  check(!(await reply(nurse, { understanding: "insufficient", capacity: "presumed" })).includes("subject_age"), "the age is known and was asked");
  await nurse.expect(/parental responsibility/i);
  await nurse.follow("Go back to what you began");
  await nurse.expect("What the policy says");

  // Nothing chosen: said on the page.
  nurse.expected.add(422);
  await nurse.go("/advice");
  await nurse.press("Continue");
  await nurse.expectWords("Choose what you want to know");
}, { PROVISO_PACK: "england" });
