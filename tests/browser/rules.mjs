// Other rules are proposed by one and approved by another; everybody is told, and says that they have read it.
//
// rules.mjs PROVISO
import { Person } from "./person.mjs";
import { run } from "./server.mjs";
import { check, checked } from "./support.mjs";

const program = process.argv[2];
const reasons = "The law in force names more bodies that may share. Our policy of 2016 does not know them.";

// A day so many days from now where the partnership is.
function day(ahead) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", day: "numeric", month: "numeric", year: "numeric" }).formatToParts(Date.now() + ahead * 86400000);
  return ["day", "month", "year"].map((type) => Number(parts.find((part) => part.type === type).value));
}

// The page that says how far it is looks by itself, whenever it likes: it is judged once it stands still.
async function pressAndWait(person, name) {
  await Promise.all([person.page.waitForEvent("load"), person.hand.press(person.page.getByRole("button", { name }))]);
  await person.page.getByText(/^Worked out /).waitFor();
  await person.look();
}

await run(program, () => `rules adopted: ${checked()} checks`, async (browser, server) => {
  // The governance lead sees what applies, and that its review is overdue; records one.
  const lead = await Person.arrive(browser, server, { name: "governance" });
  await lead.signIn("governance");
  await lead.expectWords("The rules that apply should have been reviewed by 1 February 2018");
  await lead.follow(/should have been reviewed/);
  await lead.expect("The rules that apply");
  await lead.expectWords("Overdue", "Set up by the operator");
  await lead.follow("Record a review");
  lead.expected.add(422);
  await lead.press("Record the review");
  await lead.expectWords("There is a problem");
  await lead.write("What did the review find?", "They are ten years old. We will propose the law in force.");
  await lead.writeDate(/next review/, ...day(700));
  await lead.press("Record the review");
  await lead.expect("The rules that apply");
  await lead.expectNoWords("Overdue");
  await lead.expectWords("They are ten years old.", "Edda Rowntree");
  await lead.follow("Read these rules and where they come from");
  await lead.expectWords("Where they come from");
  await lead.page.goBack();

  // One thing a page: which, from when, why.
  await lead.follow("Propose other rules");
  await lead.expect("Which rules do you propose?");
  await lead.press("Continue");
  await lead.expectWords("Choose which rules you propose");
  await lead.choose(/^The law in force in England|England/);
  await lead.press("Continue");
  await lead.expect("From which day should they apply?");
  await lead.writeDate(/From which day/, ...day(-2));
  await lead.press("Continue");
  await lead.expect("What changes, and why?");
  await lead.write("What changes, and why?", reasons);
  await lead.press("Propose it, and see what it would change");
  await lead.expectWords("That day has passed");
  await lead.go("/rules/propose/england/from");
  const [d, m, y] = day(1);
  await lead.writeDate(/From which day/, d, m, y);
  await lead.press("Continue");
  await lead.write("What changes, and why?", reasons);
  await pressAndWait(lead, "Propose it, and see what it would change");
  await lead.expect("Proposed rules");
  await lead.expectWords(reasons, "Recorded answers", "May it be shared?", "Of all cases that there could be", "Somebody else has to approve it");
  check((await lead.page.getByRole("button", { name: /^Approve/ }).count()) === 0, "who proposed it is offered to approve it");
  const proposal = new URL(lead.page.url()).pathname;
  await pressAndWait(lead, "Work it out again");
  await lead.expectNoWords("Rowan", "Juno", "centile");

  // Another agency's manager, on a telephone.
  const inspector = await Person.arrive(browser, server, { name: "inspector", viewport: { width: 320, height: 640 } });
  await inspector.signIn("inspector");
  await inspector.go(proposal);
  await inspector.expectWords(reasons);
  await inspector.press(/^Approve/);
  await inspector.expectWords("Approved, applies later", "Dara Quill");
  await inspector.go("/rules");
  await inspector.expectWords("To come", "Manchester");
  await inspector.writeDate("Which day?", d, m, y);
  await inspector.press("Show");
  await inspector.expectWords(/^On \d+/m, "England");
  inspector.expected.add(422);
  await inspector.writeDate("Which day?", 31, 2, 2026);
  await inspector.press("Show");
  await inspector.expectWords("Give the day in numbers");

  // Staff are told; one says that she has read it.
  const nurse = await Person.arrive(browser, server, { name: "nurse", viewport: { width: 320, height: 640 } });
  await nurse.signIn("nurse");
  await nurse.expectWords("New guidance applies from");
  await nurse.follow(/^New guidance applies/);
  await nurse.expect(/^What changes from/);
  await nurse.expectWords(reasons, "becomes");
  await nurse.press("I have read what changes");
  await nurse.expect("Your work");
  await nurse.expectNoWords("New guidance applies");
  const teacher = await Person.arrive(browser, server, { name: "teacher" });
  await teacher.signIn("teacher");
  await teacher.follow("The rules that apply");
  await teacher.expectWords("Read what changes, and say that you have");

  await lead.go(proposal);
  await lead.follow("Who has read what changes");
  await lead.expectWords("Alderbrook Health Trust", "1 of 3 have read it", "Not yet");
  const head = await Person.arrive(browser, server, { name: "head" });
  await head.signIn("head");
  await head.go(proposal.replace("proposal", "readers"));
  await head.expectWords("Alderbrook Primary School", "0 of 3 have read it");
  await head.expectNoWords("Health Trust");

  // Withdrawn before its day: everybody hears of that too.
  await lead.go(proposal);
  await lead.press("Withdraw it");
  await lead.expectWords("Withdrawn");
  await nurse.go("/");
  await nurse.expectWords("will not apply");
});
