// What goes wrong: forms half filled, sessions that end, addresses of others, and the Back button of a shared computer.
//
// errors.mjs PROVISO
import { Person } from "./person.mjs";
import { run } from "./server.mjs";
import { chooseRecipients, describe, newChild } from "./journey.mjs";
import { check, checked } from "./support.mjs";

const program = process.argv[2];

// The summary has the focus, and each of its lines leads to its field.
async function refused(person, button, fields) {
  await person.press(button);
  const focused = await person.page.evaluate(() => document.activeElement.classList.contains("govuk-error-summary"));
  check(focused, `${person.kind()}: the error summary did not take the focus`);
  const links = person.page.locator(".govuk-error-summary__list a");
  const found = await links.evaluateAll((all) => all.map((e) => e.getAttribute("href").slice(1)));
  check(found.join() === fields.join(), `${person.kind()}: the summary leads to ${found}, not to ${fields}`);
  for (let i = 0; i < found.length; i++) {
    await links.nth(i).click();
    const at = await person.page.evaluate(() => ({ name: document.activeElement.name ?? "", tag: document.activeElement.tagName, described: `${document.activeElement.getAttribute("aria-describedby")} ${document.activeElement.closest("fieldset")?.getAttribute("aria-describedby")}` }));
    check(at.name.startsWith(found[i]) && at.described.includes(`${found[i]}-error`), `${person.kind()}: the line for ${found[i]} leads to ${JSON.stringify(at)}`);
  }
}

async function forms(teacher) {
  teacher.expected.add(422);
  await teacher.go("/sign-in");
  await refused(teacher, "Sign in", ["login", "password"]);
  await teacher.write("Name", "teacher");
  await teacher.write("Password", "running in the sun");
  await refused(teacher, "Sign in", ["login"]);
  check((await teacher.field("Name").inputValue()) === "teacher", "the name is lost when the password is wrong");
  check((await teacher.field("Password").inputValue()) === "", "a password comes back in a page");
  await teacher.signIn("teacher");

  await teacher.go("/worry");
  await refused(teacher, "Continue", ["name"]);
  const name = "<script>alert(1)</script> & “Wren” O'Halloway";
  await teacher.write(/name/i, name);
  await teacher.press("Continue");
  await teacher.expect("What else do you know about the child?");
  await teacher.writeDate(/birth/, 31, 2, 2018);
  await teacher.write(/tells them from another/, "Line one\nline two");
  await refused(teacher, "Save and continue", ["born"]);
  check((await teacher.group(/birth/).getByLabel("Day").inputValue()) === "31", "a wrong date is lost instead of shown");
  check((await teacher.field(/tells them from another/).inputValue()) === "Line one\nline two", "what was typed beside the error is lost");
  await teacher.writeDate(/birth/, 28, 2, 2018);
  await teacher.press("Save and continue");
  await refused(teacher, "Save and continue", ["text", "nature"]);
  await teacher.write("In your own words", "She told me “no” — twice.\n\n<b>Loudly</b>.");
  await refused(teacher, "Save and continue", ["nature"]);
  check((await teacher.field("In your own words").inputValue()) === "She told me “no” — twice.\n\n<b>Loudly</b>.", "what was written is lost or changed");
  // Left by going on, a page with errors is there when the browser goes back, and not its "Confirm form resubmission".
  await teacher.choose(/^A fact/);
  await teacher.press("Save and continue");
  await teacher.expect("How do you know?");
  await teacher.page.goBack({ waitUntil: "load" });
  await teacher.expect("What have you seen or heard?");
  await describe(teacher, "She told me “no” — twice.\n\n<b>Loudly</b>.");
  await refused(teacher, "Save and continue", ["agencies"]);
  await chooseRecipients(teacher, ["Brookshire Police"]);
  await refused(teacher, "Continue", ["answer"]);
  // All questions stand at one address: what was said to one must not come back as the answer to another.
  await teacher.press("I do not know");
  await teacher.hand.choose(teacher.page.locator("input[type=radio][name=answer]").first());
  await teacher.press("Continue");
  const third = await teacher.heading();
  await teacher.page.goBack({ waitUntil: "load" });
  check((await teacher.heading()) === third, `the Back button leads to ${await teacher.heading()}`);
  check((await teacher.page.locator("input[type=radio]:checked").count()) === 0, "the Back button brings an answer to another question");
  // The page's own Back leads on to the question before, also where what was typed was refused on the way.
  await teacher.follow("Back");
  await teacher.follow("Back");
  const before = await teacher.link("Back").getAttribute("href");
  await refused(teacher, "Continue", ["answer"]);
  check((await teacher.link("Back").getAttribute("href")) === before, "an answer that is refused turns Back elsewhere");
  for (let asked = 0; asked < 20 && teacher.kind() === "/worry/*/question"; asked++) await teacher.press("I do not know");
  await teacher.expect("What the policy says");
  await teacher.expectWords("The answer is still open", "What is still open");
  return name;
}

await run(program, () => `errors: ${checked()} checks`, async (browser, server) => {
  const teacher = await Person.arrive(browser, server, { name: "teacher" });
  let alerts = 0;
  teacher.page.on("dialog", (dialog) => (alerts++, dialog.dismiss()));
  const name = await forms(teacher);
  await teacher.go("/");
  await teacher.expectWords(name);
  await teacher.follow(/^<script>/);
  await teacher.expect(name);
  await teacher.expectWords("<b>Loudly</b>");
  check(alerts === 0, "what a person typed ran as a script");
  const own = new URL(teacher.page.url()).pathname;

  // The session ends while a form is open (here: by signing out elsewhere, which ends all of one's sessions).
  const elsewhere = await Person.arrive(browser, server, { name: "elsewhere" });
  await elsewhere.signIn("teacher");
  await teacher.go("/worry");
  await elsewhere.press("Sign out");
  await elsewhere.expect("Sign in");
  await teacher.write(/name/i, "Wren");
  await teacher.press("Continue");
  await teacher.expect("Sign in");
  await teacher.expectWords("Your session has ended, and what you typed on the last page was not saved");
  await teacher.write("Name", "teacher");
  await teacher.write("Password", server.password);
  await teacher.press("Sign in");
  check(teacher.kind() === "/worry", `after signing in again one is at ${teacher.kind()}`);

  // Whoever writes is told of to the server every five minutes, so that their session does not end under their hands.
  const writer = await Person.arrive(browser, server, { name: "writer" });
  await writer.page.clock.install();
  await writer.signIn("teacher");
  await writer.go("/worry");
  let told = 0;
  writer.page.on("request", (request) => (told += request.url().endsWith("/about")));
  await writer.write(/name/i, "Wren");
  check(told === 0, "the server is told of the first word at once");
  await writer.page.clock.fastForward("04:00");
  await writer.page.mouse.move(5, 5);
  await writer.page.clock.fastForward("02:00");
  const [request] = await Promise.all([writer.page.waitForRequest(/\/about$/), writer.write(/name/i, "Wren Halloway")]);
  check((await request.response())?.status() === 200, "the server does not take it that somebody is writing");
  check(told === 1, `the server is told ${told} times`);
  await writer.leaveFor();

  // What belongs to another agency is not there, and neither is what never was; both in the same plain words.
  const nurse = await Person.arrive(browser, server, { name: "nurse" });
  await nurse.signIn("nurse");
  await nurse.follow("Rowan Ashby");
  const other = new URL(nurse.page.url()).pathname;
  for (const person of [teacher, nurse]) person.expected.add(404).add(403);
  const words = [];
  for (const path of [other, `${other}/looks`, `${other}/documents`, `${own.slice(0, -1)}${own.endsWith("z") ? "y" : "z"}`, "/case/nonsense", "/nowhere"]) {
    await teacher.go(path);
    await teacher.expect("We cannot find that page");
    await teacher.expectNoWords("Rowan", "Ashby");
    words.push(await teacher.words());
  }
  check(new Set(words).size === 1, `a page of somebody else's differs from none: ${[...new Set(words)].join(" | ")}`);
  await nurse.go(own);
  await nurse.expect("We cannot find that page");

  // A shared computer: after signing out, Back shows nothing.
  await teacher.go(own);
  await teacher.press("Sign out");
  await teacher.expect("Sign in");
  await teacher.page.goBack({ waitUntil: "load" });
  await teacher.expectNoWords("Loudly", "O'Halloway", "Tamsin");
  await teacher.expect("Sign in");
});
