// The page that says how the service is: witnesses that are behind, well, alarmed; the key of backups; a record that was put back.
//
// status.mjs PROVISO desk|phone
import { Person } from "./person.mjs";
import { startProgram, startServer } from "./server.mjs";
import { check, checkAccessible, checked, finish, openBrowser, patience, sparePort } from "./support.mjs";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [program, size] = process.argv.slice(2);
const viewport = size === "phone" ? { width: 320, height: 640 } : { width: 1280, height: 900 };
const folder = mkdtempSync(join(tmpdir(), "proviso-status-"));
const at = (...names) => join(folder, ...names);
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const proviso = (...args) => execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

// A witness of an agency: its first start makes its key, and takes a port that it keeps.
async function makeWitness(name) {
  const args = ["ledger", "witness", "--home", at(name), "--name", `${name}.example/witness`];
  const first = await startProgram(program, [...args, "--listen", `127.0.0.1:${await sparePort()}`]);
  const key = first.said().split("\n")[0];
  await first.stop();
  let running;
  return {
    line: `witness ${name} ${key} http://127.0.0.1:${first.port}\n`,
    start: async (log) => { running = await startProgram(program, [...args, "--listen", `127.0.0.1:${first.port}`, "--log", log]); },
    stop: () => running.stop(),
  };
}

// Looks at the page until it says so: the server asks its witnesses in its own time.
async function until(person, words) {
  await person.page.goto(`${person.server.address}/status`, { waitUntil: "load" });
  for (const end = Date.now() + patience; Date.now() < end && !words.test(await person.words()); ) {
    await person.page.waitForTimeout(300);
    await person.page.reload({ waitUntil: "load" });
  }
  await person.look();
  await checkAccessible(person.page, `${size}: /status: ${words}`); // each of its states: they have the same headings
  if (process.env.PROVISO_PICTURES) await person.photograph();
  await person.expect("How the service is");
  await person.expectWords(words);
}

// Somebody who is signed in, and somebody who is not, at a server over this home.
async function visit(browser, home, settings, play) {
  const server = await startServer(program, settings, home);
  try {
    const administrator = await Person.arrive(browser, server, { name: "administrator", viewport });
    await administrator.signIn("administrator");
    await play(administrator, await Person.arrive(browser, server, { name: "visitor", viewport }));
    await administrator.leaveFor();
  } finally {
    const { code, signal } = await server.stop();
    check(code === 0, `the server ended with ${code ?? signal}:\n${server.log().slice(-4000)}`);
  }
}

async function play(browser) {
  const [today, older, back] = [at("today"), at("older"), at("back")];
  proviso("demo", "--seed-only", "--home", today);
  execFileSync("cp", ["-a", today, older]); // cpSync gives others rights on the keys, and the keyholder refuses them
  const log = proviso("ledger", "key", "--home", today);
  const hull = await makeWitness("hull"), leeds = await makeWitness("leeds");
  writeFileSync(at("policy"), `${hull.line}${leeds.line}group both all hull leeds\nquorum both\n`);
  const agencies = ["Hull", "Leeds", "York"].map((name) => {
    execFileSync("age-keygen", ["-o", at(`${name}.txt`)], { stdio: "ignore" });
    return `agency ${execFileSync("age-keygen", ["-y", at(`${name}.txt`)], { encoding: "utf8" }).trim()} ${name}\n`;
  });
  writeFileSync(at("escrow"), `needed 2\n${agencies.join("")}`);
  const settings = { PROVISO_WITNESSES: at("policy"), PROVISO_ESCROW: at("escrow") };
  await hull.start(log);

  await visit(browser, today, settings, async (administrator, visitor) => {
    // One of two has signed: what partners see waits for the other.
    await until(administrator, /Well\s+hull: it has signed all/);
    await administrator.expectWords("once it is signed by all of hull, leeds", "Waiting", /Behind\s+leeds: it has not signed anything yet/);
    await administrator.expectWords("The service is working, but the witnesses are late");
    await administrator.expectNoWords("Alarm", "Everything is working", "0 seconds");
    await leeds.start(log);
    await until(administrator, /Signed\s+The newest checkpoint is signed by the witnesses that are needed/);
    await until(administrator, /Well\s+leeds: it has signed all/);
    await administrator.expectWords("Everything is working", "3 agencies keep a share of the key that opens backups; 2 of them together can open one", /Ready\s/);
    // Whoever is not signed in sees that it works, and the public record.
    await visitor.go("/status");
    await visitor.expectWords("The service is working", "The public record");
    await visitor.expectNoWords("hull", "leeds", "keep a share");
    proviso("backup", "--home", today, "-o", at("backup"));
    await visitor.go("/sign-in");
    await visitor.signIn("nurse");
    await until(visitor, /Signed\s+The newest/);
  });

  // An older copy of the whole home: both have seen more than it has.
  await visit(browser, older, settings, async (administrator) => {
    await until(administrator, /Alarm\s+hull/);
    await until(administrator, /Alarm\s+leeds/);
    await administrator.expectNoWords("Everything is working", "has not signed anything yet");
    await administrator.expectWords("more than this log has: an older copy was put back", "Waiting", "Tell the governance lead and the operator now");
  });

  // Nobody hears of them any more, and the server starts anew: what they said stands.
  for (const witness of [hull, leeds]) await witness.stop();
  await visit(browser, older, settings, async (administrator, visitor) => {
    await until(administrator, /Alarm\s+hull/);
    await administrator.expectWords(/Alarm\s+leeds/, /It said, today at .*, more than this log has: an older copy was put back/, "The alarm stands until leeds signs again", "Tell the governance lead and the operator now");
    await administrator.expectNoWords("Everything is working", "cannot be reached");
    await visitor.go("/status");
    await visitor.expectNoWords("hull", "leeds", "Alarm");
  });
  for (const witness of [hull, leeds]) await witness.start(log);

  // Put back from a backup, with two of the shares: the log has another name, so the policy has to name the witnesses anew.
  const shares = ["01", "02"].map((number) => at("today", "data", "escrow", "epoch-1", readdirSync(at("today", "data", "escrow", "epoch-1")).find((name) => name.startsWith(number))));
  proviso("restore", at("backup"), "--home", back, "--share", shares[0], "--share", shares[1], "-i", at("Hull.txt"), "-i", at("Leeds.txt"), "--witnesses", at("policy"), "--older-because", "The disk burnt; this is the newest that there is.");
  writeFileSync(join(back, "demo"), "");
  await visit(browser, back, settings, async (administrator, visitor) => {
    await until(administrator, /Behind\s+hull/);
    await administrator.expectWords("Put back from a backup", "The disk burnt; this is the newest that there is.");
    await administrator.expectNoWords("Alarm");
    await visitor.go("/status");
    await visitor.expectNoWords("The disk burnt");
  });
}

const browser = await openBrowser();
try {
  await play(browser);
} catch (error) {
  check(false, error.stack);
}
await browser.close();
finish(`how the service is, ${size}: ${checked()} checks`);
