// A decision is proved: the page says what was checked; the files that it gives hold without the server, and no others do.
//
// proof.mjs PROVISO WAY
import { Person } from "./person.mjs";
import { run, startProgram } from "./server.mjs";
import { answer, attach, chooseContent, chooseRecipients, decide, describe, hurt, newChild } from "./journey.mjs";
import { check, checked, patience, sparePort } from "./support.mjs";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [program, name] = process.argv.slice(2);
const ways = {
  desk: { keyboard: true },
  phone: { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, javaScriptEnabled: false },
};
const reasons = "The bruise, and what she said about it.";
const folder = mkdtempSync(join(tmpdir(), "proviso-proof-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

// As somebody does who has nothing but the file and the key: no home, no server.
function prove(bytes, key, ...more) {
  const file = join(folder, "one.tlog-proof");
  writeFileSync(file, bytes);
  const done = spawnSync(program, ["ledger", "prove", "--check", file, "--log", key, ...more], { encoding: "utf8", env: { PROVISO_HOME: "/nowhere" } });
  return { code: done.status, said: done.stdout, error: done.stderr };
}

// Another agency's witness. Its key is made at its first start, before there is a log that it could know.
const startWitness = (...more) => startProgram(program, ["ledger", "witness", "--home", join(folder, "witness"), "--name", "hull.example/witness", ...more]);

// On the desk there is a witness, on the telephone there is none.
const settings = {};
let witness;
if (name === "desk") {
  witness = await startWitness("--listen", `127.0.0.1:${await sparePort()}`); // it comes back there
  witness.key = witness.said().split("\n")[0];
  settings.PROVISO_WITNESSES = join(folder, "policy");
  writeFileSync(settings.PROVISO_WITNESSES, `witness hull ${witness.key} http://127.0.0.1:${witness.port}\nquorum hull\n`);
  await witness.stop();
}

function read(pdf, tool, ...rest) {
  const file = join(folder, "one.pdf");
  writeFileSync(file, pdf);
  const done = spawnSync(tool, [...rest, file, ...(tool === "pdftotext" ? ["-"] : [])], { encoding: "utf8" });
  check(done.status === 0, `${name}: ${tool} ${rest}: ${done.stderr}`);
  return done.stdout.replace(/\s+/g, " ");
}

await run(program, () => `a decision proved, ${name}: ${checked()} checks`, async (browser, server) => {
  const teacher = await Person.arrive(browser, server, { name, ...ways[name] });
  const key = (await (await teacher.context.request.get(`${server.address}/log/key`)).text()).trim();
  if (witness) await startWitness("--listen", `127.0.0.1:${witness.port}`, "--log", key);
  await teacher.signIn("teacher");
  await newChild(teacher);
  await describe(teacher, "She has a bruise on her left arm.");
  await chooseRecipients(teacher, ["Alderbrook Children’s Services"]);
  await answer(teacher, hurt);
  await decide(teacher, "Share", reasons);
  await attach(teacher);
  await chooseContent(teacher, "Please look at this today.");
  await teacher.press("Record the decision and send");
  await teacher.expect("Shared");
  await teacher.expectWords("About Wren Halloway", "Recorded on");
  check((await teacher.link("A receipt, to keep or to print").count()) === 1, `${name}: no way from what was sent to its receipt`);
  await teacher.follow("The decision and its reasons");
  await teacher.expect("Decision");
  await teacher.expectWords("Sent to", "Sent, not opened yet");
  await teacher.follow("Receipt and proof");
  await teacher.expect("Proof of a decision");
  await teacher.expectWords("The record holds this decision", "Alderbrook Primary School", "Signed by the record’s key", "It does not show whom the decision is about");
  if (!witness) await teacher.expectWords("No other agency has", "not yet");
  if (witness) {
    for (const end = Date.now() + patience; Date.now() < end && !/Another agency has signed/.test(await teacher.words()); ) {
      await teacher.page.waitForTimeout(500);
      await teacher.page.reload({ waitUntil: "load" });
    }
    await teacher.look();
    await teacher.expectWords("Another agency has signed the record too", "hull.example/witness", "signed it on");
    await teacher.expectNoWords("No other agency has", "not yet");
  }
  await teacher.expectNoWords("Wren Halloway", reasons);
  const picture = await teacher.page.evaluate(() => {
    const sheet = document.querySelector(".proviso-proof"), wide = sheet.getBoundingClientRect();
    return {
      name: sheet.getAttribute("aria-labelledby").split(" ").map((id) => document.getElementById(id).textContent).join(" "),
      done: document.querySelectorAll(".proviso-proof__step--done").length,
      steps: document.querySelectorAll(".proviso-proof__step").length,
      words: document.querySelectorAll("#checked ~ ol > li").length,
      out: [...sheet.querySelectorAll("text")].filter((t) => t.getBoundingClientRect().right > wide.right).map((t) => t.textContent),
    };
  });
  check(picture.steps === 4 && picture.done === (witness ? 4 : 3) && picture.words >= 4, `${name}: the picture: ${JSON.stringify(picture)}`);
  check(picture.out.length === 0, `${name}: words leave the picture: ${picture.out}`);
  check(/Recorded: .*In the log: as entry \d+ of \d+.*Signed by other agencies: (not yet|\d+ \w+ \d{4} at)/.test(picture.name), `${name}: the picture is called ${picture.name}`);

  check((await teacher.words()).replace(/\s+/g, "").includes(key), `${name}: the page has not the key ${key}`);

  const file = await teacher.download("Proof (file)");
  check(/^decision-[0-9a-z]{26}\.tlog-proof$/.test(file.name), `${name}: it is called ${file.name}`);
  const held = prove(file.bytes, key);
  check(held.code === 0 && /The proof holds/.test(held.said) && /Decided +Share/.test(held.said) && /does not hold whom/.test(held.said), `${name}: ${JSON.stringify(held)}`);
  check(!held.said.includes("bruise") && !file.bytes.includes("bruise"), `${name}: the reasons are told`);
  if (witness) {
    const cosigned = prove(file.bytes, key, "--witness", witness.key);
    check(cosigned.code === 0 && cosigned.said.includes("hull.example/witness"), `${name}: ${JSON.stringify(cosigned)}`);
  }
  const altered = Buffer.from(file.bytes);
  altered[altered.indexOf("extra ") + 400] ^= 1;
  check(prove(altered, key).code === 1 || prove(altered, key).code === 2, `${name}: an altered proof holds`);
  check(prove(file.bytes, key.replace(/\+.*/, "+00000000+AQAAAA==")).code === 2, `${name}: a key that is none is taken`);
  check(prove(file.bytes, "other.example/log+bb80f3b7+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4").code !== 0, `${name}: another log's key is taken`);

  const whole = await teacher.download("Proof with reasons (file)");
  const told = prove(whole.bytes, key);
  check(told.code === 0 && told.said.includes(reasons) && /Tamsin Okoro/.test(told.said) && /holds personal data/.test(told.said), `${name}: ${JSON.stringify(told)}`);

  const receipt = await teacher.download("Receipt (PDF)");
  const words = read(receipt.bytes, "pdftotext");
  check(/^decision-[0-9a-z]{26}\.pdf$/.test(receipt.name) && words.includes("Receipt for a decision") && words.includes("Alderbrook Primary School"), `${name}: ${receipt.name}: ${words}`);
  check(!words.includes("bruise") && !words.includes("Wren"), `${name}: the receipt tells what is personal`);
  const info = read(receipt.bytes, "pdfinfo");
  check(/Tagged: yes/.test(info) && /Pages: 1 /.test(info), `${name}: ${info}`);
  check(read(receipt.bytes, "pdfdetach", "-list").includes(file.name), `${name}: the proof is not in the receipt`);
  const long = await teacher.download("Receipt with reasons (PDF)");
  check(read(long.bytes, "pdftotext").includes(reasons), `${name}: the receipt with reasons has none`);

  // Who looked is on record: the case's own list of looks.
  await teacher.follow("Back");
  await teacher.expect("Decision");

  // Who may not see the decision may not have it proved, nor learn that there is one.
  const nurse = await Person.arrive(browser, server, { name: "other" });
  await nurse.signIn("constable");
  nurse.expected.add(404);
  await nurse.go(`${new URL(teacher.page.url()).pathname}/proof`);
  await nurse.expect("We cannot find that page");
}, settings);
