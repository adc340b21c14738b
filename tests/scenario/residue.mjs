// The real program, and a word of its own in every field in which somebody may write about a person: kept, sent, read, searched for,
// printed and refused. No file of the home, no line of the log at its most talkative, no temporary file and no figure ever holds
// one, plain or as it may be written otherwise; and what was disposed of is final. A new field that nobody fills here fails it.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const program = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "proviso-residue-")), temporary = join(folder, "temporary"), logs = join(folder, "logs");
mkdirSync(temporary);
mkdirSync(logs);
const env = { ...process.env, PROVISO_HOME: join(folder, "home"), PROVISO_LISTEN: "127.0.0.1:0", PROVISO_PACKS: "packs", PROVISO_LOG: "debug",
  PROVISO_ACCESS_LOG: "yes", TMPDIR: temporary };
let server = null, runs = 0;
process.on("exit", () => (server?.kill("SIGKILL"), rmSync(folder, { recursive: true, force: true })));
const fail = (words) => { console.error(words); process.exit(1); };

const run = (...args) => {
  const log = join(logs, `run-${runs++}`);
  execFileSync(program, args, { env, stdio: ["ignore", openSync(log, "w"), openSync(`${log}.err`, "w")] });
};
async function serve() {
  const log = join(logs, `serve-${runs++}`), out = openSync(log, "w");
  server = spawn(program, ["serve"], { env, stdio: ["ignore", out, out] });
  const ended = new Promise((over) => server.once("exit", over));
  for (let i = 0; i < 600; i++) {
    const port = /listening on 127\.0\.0\.1 port (\d+)/.exec(readFileSync(log, "latin1"))?.[1];
    if (port) return { base: `http://127.0.0.1:${port}`, stop: () => (server.kill("SIGTERM"), ended) };
    await new Promise((later) => setTimeout(later, 100));
  }
  return fail(`it does not start:\n${readFileSync(log, "latin1")}`);
}

// ---- words that nothing else has, and how they may be written ----
const marks = new Map();
const letters = "bcdfghjkmpqvwxz";
function mark(what) {
  let word = "Zq";
  while (word.length < 13) word += letters[Math.floor(Math.random() * letters.length)];
  marks.set(what, word);
  return word;
}
function forms(word) {
  const plain = Buffer.from(word), list = [plain, Buffer.from(word.toLowerCase()), Buffer.from(word.toUpperCase()), Buffer.from(word, "utf16le"),
    Buffer.from(word, "utf16le").swap16(), Buffer.from(plain.toString("hex")), Buffer.from(plain.toString("hex").toUpperCase())];
  for (let shift = 0; shift < 3; shift++) {
    const text = Buffer.concat([Buffer.alloc(shift, 32), plain]).toString("base64").replace(/=+$/, "");
    list.push(Buffer.from(text.slice([0, 2, 3][shift], Math.floor(((word.length + shift) * 8) / 6))));
  }
  return list;
}
function* files(path) {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) yield* files(inside);
    else if (entry.isFile()) yield inside;
  }
}
function search(when) {
  const looked = [...marks].map(([what, word]) => [what, forms(word)]);
  let n = 0;
  for (const path of [...files(join(folder, "home")), ...files(temporary), ...files(logs)]) {
    const content = readFileSync(path);
    n++;
    for (const [what, list] of looked)
      if (list.some((form) => content.includes(form) || path.includes(form.toString("latin1")))) fail(`${when}: "${what}" lies in ${path}`);
  }
  console.log(`${when}: ${marks.size} words, ${looked.reduce((sum, one) => sum + one[1].length, 0)} forms, none in ${n} files`);
}

// ---- asking; what is filled is remembered ----
let base = "";
const filled = new Set(), tokens = new Map();
async function ask(who, path, body, status = 200, headers = {}) {
  if (who) {
    if (!tokens.has(who)) tokens.set(who, (await ask(null, "token", { login: who, password: "walking in the rain", label: "residue", days: 2 })).token);
    headers.Authorization = `Bearer ${tokens.get(who)}`;
  }
  if (body !== undefined) headers["Content-Type"] = typeof body === "object" ? "application/json" : "text/plain";
  if (typeof body === "object") for (const name of Object.keys(body)) if (/Zq[a-z]{11}/.test(JSON.stringify(body[name]))) filled.add(`${path}.${name}`);
  const answer = await fetch(`${base}/api/v1/${path}`, { method: body === undefined ? "GET" : "POST", headers, body: typeof body === "object" ? JSON.stringify(body) : body });
  const text = await answer.text();
  if (answer.status !== status) fail(`${path}: ${answer.status} ${text}`);
  return text.startsWith("{") ? JSON.parse(text) : text;
}
async function page(who, path) {
  const sign = await fetch(`${base}/sign-in`, { method: "POST", redirect: "manual", headers: { "Sec-Fetch-Site": "same-origin", Origin: base },
    body: new URLSearchParams({ next: "", login: who, password: "walking in the rain" }) });
  const answer = await fetch(base + path, { headers: { Cookie: sign.headers.get("set-cookie").split(";")[0] } });
  if (!answer.ok) fail(`${path}: ${answer.status}`);
  return answer.text();
}

// Nothing about a person is to stand there: names of staff and agencies, what all staff read, words that the program gives.
const others = new Set(["agency/add.name", "agency/add.domain", "post/add.title", "post/add.person", "account/add.login", "account/add.password",
  "account/password.present", "account/password.password", "token/make.label", "token.label", "pack/propose.pack", "pack/propose.reasons",
  "pack/review.found", "disposal/propose.stands", "draft/save.journey", "pickup/try.link"]);
async function checkAllFilled() {
  const description = JSON.parse(await (await fetch(`${base}/api/v1/openapi.json`)).text());
  const free = [];
  for (const [path, ways] of Object.entries(description.paths)) {
    let schema = ways.post?.requestBody?.content?.["application/json"]?.schema;
    if (schema?.$ref) schema = description.components.schemas[schema.$ref.split("/").pop()];
    for (const [name, field] of Object.entries(schema?.properties ?? {}))
      if (field.type === "string" && !field.enum && !field.pattern && !field.format) free.push(`${path.replace(/^(\/api\/v1)?\//, "")}.${name}`);
  }
  const forgotten = free.filter((field) => !filled.has(field) && !others.has(field));
  if (free.length < 20 || forgotten.length) fail(`of ${free.length} free fields nobody has written into: ${forgotten}`);
}

// ---- a case, from the first worry to its end ----
const facts = { purpose: "section-47", identifies: "living-person", confidential: true, consent: "given", consent_covers: true, child_harm: "evidence",
  proportionate: true, urgent: false, recipient_needs_to_know: true, informing_raises_risk: false };
run("demo", "--seed-only");
let up = await serve();
base = up.base;
const services = (await ask("teacher", "agency/list")).rows.find((row) => row.kind === "childrens-social-care").agency_id;
const name = `${mark("given name")} O'${mark("family name")}`;
const { case_id } = await ask("teacher", "case/open", { name, born: "2015-04-01", about: `${mark("about")} "lives" <with> & aunt` });
const { item_id } = await ask("teacher", "item/record", { case_id, text: mark("item"), nature: "fact", provider: mark("who told it") });
const { document_id } = await ask("teacher", `document/attach?case_id=${case_id}`, `${mark("document")}\n`.repeat(20000), 200,
  { "Content-Disposition": `attachment; filename="${mark("name of a document")}.txt"` });
await ask("teacher", "draft/save", { journey: "worry", content: { case: case_id, said: mark("draft") } });
await ask("teacher", "advice/ask", { decision: "share", facts });
const { decision_id } = await ask("teacher", "decision/record", { cases: [case_id], agencies: [services], outside: "health", outcome: "share",
  reasons: mark("reasons"), consulted: mark("talked over with"), facts });
const sent = await ask("teacher", "share/send", { decisions: [decision_id], items: [item_id], documents: [document_id], message: mark("message"),
  outside_name: mark("somebody outside"), link_medium: "email", phrase_medium: "landline" });
marks.set("the phrase", sent.phrase.split("-").slice(2).join("-"));
const { receipt_id } = (await ask("social-worker", "receipt/list")).rows.find((row) => row.sender_agency === "Alderbrook Primary School");
await ask("social-worker", "receipt/open", { receipt_id });
await ask("social-worker", `receipt/document?receipt_id=${receipt_id}&document_id=${document_id}`);
await ask("social-worker", "receipt/confirm", { receipt_id, action: mark("what they will do") });
await ask(null, "pickup/try", { link: sent.link, phrase: `${sent.phrase.split("-").slice(0, 9).join(" ")} ${mark("wrong phrase")}` }, 422);
const { parcel } = await ask(null, "pickup/try", { link: sent.link, phrase: sent.phrase });
await ask(null, "pickup/document", { parcel, index: 0 });
await ask(null, "pickup/document", { parcel: mark("what is no parcel"), index: 0 }, 404);
for (const view of ["subject/search", "case/find"])
  for (const given of [name, mark(`searched for by ${view.replace("/", " ")}`)]) await ask("teacher", view, { name: given });
for (const view of ["case/read", "item/list", "document/list", "decision/list", "share/list"]) await ask("teacher", `${view}?case_id=${case_id}`);
for (const kind of ["", "/file", "/receipt"]) await ask("teacher", `decision/proof${kind}?decision_id=${decision_id}&with_reasons=yes`);
for (const path of [`/case/${case_id}`, `/decision/${decision_id}`, `/decision/${decision_id}/path`, `/decision/${decision_id}/receipt?reasons=yes`]) await page("teacher", path);
for (const path of [`/case/${case_id}`, "/decisions"]) await page("lead", path);
const hold = (await ask("head", "hold/place", { case_id, reason: mark("hold") })).hold_id;
const received = (await ask("team-manager", "hold/place_received", { receipt_id, reason: mark("hold of a recipient") })).hold_id;

// what is refused
await ask("teacher", "item/record", { case_id, text: mark("too long").repeat(900), nature: "fact" }, 422);
await ask("teacher", "item/record", { case_id, text: "seen", nature: mark("no such choice") }, 422);
await ask("teacher", "item/record", { case_id, text: "seen", nature: "fact", [mark("no such field")]: mark("its value") }, 422);
await ask("teacher", "item/record", { case_id: mark("no id"), text: "seen", nature: "fact" }, 422);
await ask("nurse", "item/record", { case_id, text: mark("not theirs"), nature: "fact" }, 404);
await ask("teacher", "decision/record", { cases: [case_id], agencies: [services], outcome: "share", reasons: mark("refused reasons"), facts: { [mark("no such fact")]: mark("fact") } }, 422);
await ask("teacher", "item/record", `{"text": "${mark("no JSON")}`, 415);
await ask(null, "token", { login: mark("no such login"), password: mark("password"), label: "tried" }, 401);
await ask("teacher", `case/read?case_id=${mark("address")}`, undefined, 422);
await checkAllFilled();
writeFileSync(join(logs, "metrics"), await (await fetch(`${base}/metrics`)).text());
search("while it lives");
await new Promise((go) => setTimeout(go, 100)); // searching held everything up: the server may have ended kept connections, and that is noticed now

const { disposal_id } = await ask("lead", "disposal/propose", { case_id, rule: "retention", stands: "line 12", paper: "none", media: "none" });
await ask("head", "disposal/approve", { disposal_id }, 409);
await ask("head", "hold/lift", { hold_id: hold });
await ask("team-manager", "hold/lift", { hold_id: received });
await ask("head", "disposal/approve", { disposal_id });
await ask(null, "pickup/document", { parcel, index: 0 }, 404);
await ask(null, "pickup/try", { link: sent.link, phrase: sent.phrase }, 404);
if ((await up.stop()) !== 0) fail("it did not end well");
run("keys", "turn");
run("ledger", "verify");
up = await serve();
base = up.base;
const read = await ask("head", `disposal/read?disposal_id=${disposal_id}`);
if (read.state !== "final") fail(`the disposal is ${read.state}`);
await up.stop();
search("when it is final");
