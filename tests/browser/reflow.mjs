// The pages that matter most, as far as they can be stretched: 400 % zoom, a narrow telephone, letters of twice the size, colours and motion of one's own.
//
// reflow.mjs PROVISO
import { Person } from "./person.mjs";
import { run } from "./server.mjs";
import { answer, chooseRecipients, describe, hurt, newChild } from "./journey.mjs";
import { check, checkReflow, checked } from "./support.mjs";

const program = process.argv[2];
const settings = [
  { name: "400 % zoom", viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 },
  { name: "narrow", viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true },
  { name: "large text", viewport: { width: 320, height: 640 }, text: "200%" },
  { name: "less motion", reducedMotion: "reduce" },
  { name: "own colours", forcedColors: "active" },
];

async function still(person) {
  const moving = await person.page.evaluate(() => [...document.querySelectorAll("*")].filter((e) => {
    const style = getComputedStyle(e);
    return [...style.transitionDuration.split(","), ...style.animationDuration.split(",")].some((one) => parseFloat(one) > 0);
  }).map((e) => e.outerHTML.slice(0, 100)));
  check(moving.length === 0, `${person.kind()}: moves for somebody who asked for less: ${moving[0]}`);
}

// With colours of one's own what is a border or an outline must be one: shadows and backgrounds are gone.
async function outlined(person) {
  const bare = await person.page.evaluate(() => [...document.querySelectorAll("main button, main .govuk-button, main input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), main textarea, main .proviso-answer")].filter((e) => {
    const style = getComputedStyle(e);
    return !(parseFloat(style.borderTopWidth) || parseFloat(style.outlineWidth)) && !e.classList.contains("proviso-link-button");
  }).map((e) => e.outerHTML.slice(0, 100)));
  check(bare.length === 0, `${person.kind()}: without an edge where colours are one's own: ${bare[0]}`);
  for (let i = 0; i < 6; i++) {
    await person.page.keyboard.press("Tab");
    const unseen = await person.page.evaluate(() => {
      const style = getComputedStyle(document.activeElement);
      return style.outlineStyle === "none" || !parseFloat(style.outlineWidth) ? document.activeElement.outerHTML.slice(0, 100) : null;
    });
    check(!unseen, `${person.kind()}: the focus shows nothing where colours are one's own: ${unseen}`);
  }
}

await run(program, () => `stretched: ${checked()} checks`, async (browser, server) => {
  // One person goes the way; their cookie then shows the same pages in every setting.
  const teacher = await Person.arrive(browser, server, { name: "teacher" });
  await teacher.signIn("teacher");
  await newChild(teacher);
  await describe(teacher, `Averylongwordwithoutanyend${"n".repeat(120)}. She has a bruise.`);
  await chooseRecipients(teacher, ["Alderbrook Children’s Services", "Brookshire Police"]);
  const question = new URL(teacher.page.url()).pathname;
  await answer(teacher, hurt);
  const answered = new URL(teacher.page.url()).pathname, wanted = question.replace(/question$/, "decide");
  await teacher.go("/");
  const found = await teacher.page.getByRole("link", { name: "Wren Halloway", exact: true }).last().getAttribute("href");
  const worker = await Person.arrive(browser, server, { name: "worker" });
  await worker.signIn("social-worker");
  await worker.go("/received");
  await worker.follow(/Rowan Ashby/);
  const received = new URL(worker.page.url()).pathname;

  const lead = await Person.arrive(browser, server, { name: "lead" }), administrator = await Person.arrive(browser, server, { name: "administrator" });
  await lead.signIn("lead");
  await administrator.signIn("administrator");

  for (const { text, ...setting } of settings) {
    for (const [from, pages] of [[teacher, ["/", answered, wanted, found]], [worker, ["/received", received]], ...(text ? [[lead, ["/cases", "/decisions"]], [administrator, ["/directory"]]] : [])]) {
      const person = await Person.arrive(browser, server, setting);
      await person.context.addCookies(await from.context.cookies());
      for (const path of pages) {
        await person.go(path);
        check(person.kind() !== "/sign-in", `${setting.name}: signed out at ${path}`);
        if (text) {
          await person.page.evaluate((size) => (document.documentElement.style.fontSize = size), text);
          await checkReflow(person.page, `${setting.name}: ${person.kind()}`);
        }
        if (setting.reducedMotion) await still(person);
        if (setting.forcedColors) await outlined(person);
      }
      await person.leaveFor();
    }
  }
});
