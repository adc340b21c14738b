// Why this answer? The way to it as a picture, in words and table by table; of an answer on its way and of a recorded decision.
//
// path.mjs PROVISO WAY PACK
import { Person } from "./person.mjs";
import { run } from "./server.mjs";
import { answer, attach, chooseContent, chooseRecipients, decide, describe, hurt, newChild } from "./journey.mjs";
import { execFileSync } from "node:child_process";
import { check, checkAccessible, checkReflow, checked } from "./support.mjs";

const [program, name, pack = "manchester-2016"] = process.argv.slice(2);
const ways = {
  desk: { keyboard: true },
  phone: { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, javaScriptEnabled: false },
};

// What the page shows in its three forms: numbered boxes, numbered steps, and tables with the rules that applied.
async function judge(person) {
  const { page } = person;
  const shown = await page.evaluate(() => {
    const texts = (selector) => [...document.querySelectorAll(selector)].map((e) => e.textContent.trim());
    const box = document.querySelector(".proviso-picture");
    const sheet = box.querySelector("svg");
    // words that stick out of their box
    const out = [...sheet.querySelectorAll("g")].flatMap((g) => {
      const rect = g.querySelector("rect").getBBox();
      return [...g.querySelectorAll("text:not(.proviso-picture__number)")].filter((t) => {
        const words = t.getBBox();
        return words.x + words.width > rect.x + rect.width || words.y + words.height > rect.y + rect.height;
      }).map((t) => t.textContent);
    });
    // lines that run behind a box
    const boxes = [...sheet.querySelectorAll("rect")].map((r) => r.getBBox());
    const behind = [...sheet.querySelectorAll(".proviso-picture__line, .proviso-picture__line--lit")].filter((line) => {
      const length = line.getTotalLength();
      for (let at = 3; at < length - 3; at += 2) {
        const p = line.getPointAtLength(at);
        if (boxes.some((b) => p.x > b.x + 2 && p.x < b.x + b.width - 2 && p.y > b.y + 2 && p.y < b.y + b.height - 2)) return true;
      }
      return false;
    }).length;
    const steps = [...document.querySelectorAll(".proviso-steps > li")];
    return {
      numbers: texts(".proviso-picture__number"),
      lit: document.querySelectorAll(".proviso-picture__box--lit").length,
      boxes: boxes.length,
      thick: [...document.querySelectorAll(".proviso-picture__box--lit")].every((e) => parseFloat(getComputedStyle(e).strokeWidth) >= 3),
      litLines: document.querySelectorAll(".proviso-picture__line--lit").length,
      out, behind,
      name: sheet.getAttribute("aria-labelledby").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" "),
      steps: steps.length,
      because: steps.every((e) => /because|always/.test(e.textContent)),
      tables: document.querySelectorAll(".proviso-table-of-rules").length,
      applied: texts(".proviso-rule--applied strong.govuk-tag"),
      sources: [...document.querySelectorAll(".proviso-rule--applied .proviso-source")].every((e) => e.textContent.trim().length > 10),
      scrolls: box.scrollWidth > box.clientWidth,
      reached: box.tabIndex === 0 && box.getAttribute("role") === "region" && box.getAttribute("aria-label"),
    };
  });
  const where = `${name} ${pack}: ${person.kind()}`;
  check(shown.lit > 1 && shown.lit === shown.numbers.length && shown.lit === shown.steps && shown.lit === shown.tables, `${where}: boxes, steps and tables differ: ${JSON.stringify(shown)}`);
  check(String(shown.numbers.map(Number).sort((a, b) => a - b)) === String(shown.numbers.map((_, i) => i + 1)), `${where}: numbers ${shown.numbers}`);
  check(shown.boxes > shown.lit || pack !== "england", `${where}: every box is on the path`);
  check(shown.thick && shown.litLines > 0, `${where}: the path is not told by thickness`);
  check(shown.out.length === 0, `${where}: words leave their boxes: ${shown.out}`);
  check(shown.behind === 0, `${where}: ${shown.behind} lines run behind boxes`);
  check(/The way to the answer/.test(shown.name), `${where}: the picture has no name: ${shown.name}`);
  check(shown.because && shown.sources, `${where}: a step without its reason or source`);
  check(shown.applied.length >= shown.lit && shown.applied.every((words) => words === "This rule applied"), `${where}: ${shown.applied}`);
  check(shown.reached, `${where}: the picture cannot be reached by keyboard`);
  if (ways[name].viewport) check(shown.scrolls, `${where}: the picture is squeezed instead of scrolling in its box`);
  await person.expectWords("Step by step", "The rules, table by table");
}

await run(program, () => `the way to the answer, ${name}, ${pack}: ${checked()} checks`, async (browser, server) => {
  const teacher = await Person.arrive(browser, server, { name, ...ways[name] });
  await teacher.signIn("teacher");
  await newChild(teacher);
  await describe(teacher, "She has a bruise on her left arm.");
  await chooseRecipients(teacher, ["Alderbrook Children’s Services", "Brookshire Police"]);
  await answer(teacher, hurt);
  await teacher.follow(/^How we got here/);
  await teacher.expect("How we got here");
  await teacher.expectWords("You may share it", "The answer is worked out for each of them");
  await judge(teacher);
  if (pack === "england") await teacher.expectWords("What ruled out the rules above it", "Why each of them");
  const first = await teacher.words();
  await teacher.follow("Brookshire Police");
  await judge(teacher);
  await teacher.expectWords("Brookshire Police");
  check((await teacher.words()) !== first, `${name}: the second recipient has the first one's page`);
  await teacher.expectWords("What would change this answer", /Do not share it[^]*if /);

  // Words first, and the rest folded away with a count: on a telephone nobody wades through rules that did not apply.
  const phone = ways[name].viewport !== undefined;
  const height = await teacher.page.evaluate(() => document.documentElement.scrollHeight);
  check(!phone || height < 6000, `${name}: the page is ${height} pixels high`);
  const order = await teacher.page.locator("main h2").evaluateAll((all) => all.map((one) => one.id));
  check(String(order) === "steps,changes,picture,rules", `${name}: the parts stand as ${order}`);
  check((await teacher.page.locator("details[open]").count()) === 0, `${name}: something is unfolded before it is asked for`);
  await teacher.expectWords(/\d+ rules? applied, \d+ did not/);
  // On paper nothing can be unfolded: there it all stands open.
  await teacher.page.emulateMedia({ media: "print" });
  const folded = await teacher.page.locator("details").evaluateAll((all) => all.filter((one) => [...one.children].some((child) => !child.checkVisibility({ contentVisibilityAuto: true }) || !child.getBoundingClientRect().height)).map((one) => one.innerText.slice(0, 80)));
  check(folded.length === 0, `${name}: does not print: ${folded}`);
  await teacher.page.emulateMedia({ media: null });
  // A table unfolds by its summary, and then its other rules.
  const table = teacher.page.locator(".proviso-table-of-rules > details").first();
  await teacher.hand.press(table.locator("> summary"));
  check((await table.getAttribute("open")) !== null, `${name}: a table does not unfold`);
  const applied = await table.locator(".proviso-rule--applied").count();
  check((await table.locator("> summary").innerText()).startsWith(`${applied} rule`), `${name}: the count is not ${applied}`);
  const details = table.locator("details");
  const others = await details.locator("tbody tr").count();
  await teacher.hand.press(details.locator("> summary"));
  check((await details.getAttribute("open")) !== null, `${name}: the other rules do not unfold`);
  if (!phone) await checkAccessible(teacher.page, `${name}: a table unfolded`); // axe is a script
  await checkReflow(teacher.page, `${name}: a table unfolded`);
  if (process.env.PROVISO_PICTURES) await teacher.photograph();
  check((await details.locator("> summary").innerText()).includes(` ${others} other rule`), `${name}: the count of others is not ${others}`);
  check(/Not so here: /.test(await details.innerText()), `${name}: the other rules do not say why they did not apply`);

  await teacher.follow("Back");
  await teacher.expect("What the policy says");
  await decide(teacher, "Share", "The bruise, and what she said.");
  await attach(teacher);
  await chooseContent(teacher, "Please look at this today.");
  await teacher.press("Record the decision and send");
  await teacher.expect("Shared");

  // From the record: the same, worked out from what was recorded.
  await teacher.follow(/decision/i);
  await teacher.follow(/^How we got here/);
  await teacher.expect("How the answer came about");
  await teacher.expectWords("Policy that was applied");
  await judge(teacher);

  // The whole policy in a file of its own: it asks for nothing, and reads as well.
  const file = await browser.newPage({ viewport: ways[name].viewport ?? { width: 1280, height: 900 } });
  file.on("request", (request) => check(false, `policy show --html asks for ${request.url()}`));
  await file.setContent(execFileSync(program, ["policy", "show", pack, "--html"], { encoding: "utf8", maxBuffer: 1 << 24 }));
  await checkAccessible(file, `policy show ${pack} --html`);
  await checkReflow(file, `policy show ${pack} --html`);
  check((await file.locator("svg[role=img]").count()) >= 5 && (await file.locator("h1").count()) === 1, `policy show ${pack} --html is not whole`);
}, { PROVISO_PACK: pack });
