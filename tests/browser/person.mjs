// Somebody at a browser. What they do is said once, in words of the page; how they do it is their hand: a mouse or a keyboard.
// Every page that they come to is judged: accessible, one heading, a title of its own, no error, nothing sideways.
import { mkdirSync } from "node:fs";
import { check, checkAccessible, checkReflow, patience } from "./support.mjs";

const pictures = process.env.PROVISO_PICTURES; // a folder; every page is photographed into it
const titles = new Map(); // title to kind of page
const judged = new Set(); // what axe has seen, by way, kind of page and its state
let photographs = 0;

const kindOf = (url) => new URL(url).pathname.replace(/[0-9a-z]{26}|[0-9a-f-]{32,}/g, "*").replace(/\/pickup\/[^/]+/, "/pickup/*");

class Mouse {
  constructor(page) { this.page = page; }
  async press(target) { await target.click(); }
  async choose(target) { await this.page.locator(`label[for="${await target.getAttribute("id")}"]`).click(); }
  async write(target, words) { await target.click(); await target.fill(words); }
  async select(target, option) { await target.selectOption({ label: option }); }
  async attach(target, files) { await target.setInputFiles(files); }
}

// Tab, Shift+Tab, Space, Enter and the arrows; nothing else reaches the page.
class Keyboard {
  constructor(page) {
    this.page = page;
    this.stops = 0;
    page.on("filechooser", () => {}); // so that it is heard from the first key on
  }
  async at(target) { return target.evaluate((e) => e === document.activeElement); }
  async tabTo(target, key = "Tab") {
    await target.waitFor();
    for (let steps = 0; steps < 150; steps++) {
      if (await this.at(target)) return;
      await this.page.keyboard.press(key);
      await this.seeFocus();
    }
    throw new Error(`${key} never comes to ${await target.evaluate((e) => e.outerHTML.slice(0, 200))} on ${this.page.url()}`);
  }
  // Where the focus is can be seen: within the window, and marked by more than the caret (WCAG 2.4.7, 2.4.11).
  async seeFocus() {
    this.stops++;
    const fault = await this.page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body || e === document.documentElement) return null; // the browser's own bar
      const box = e.getBoundingClientRect();
      const name = e.outerHTML.slice(0, 120);
      if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return `the focus is out of sight at ${name}`;
      const marked = (style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && !/, 0\)|transparent/.test(style.outlineColor)) || style.boxShadow !== "none";
      const label = e.labels?.[0];
      return marked(getComputedStyle(e)) || (label && marked(getComputedStyle(label, "::before"))) ? null : `the focus shows nothing at ${name}`;
    });
    check(!fault, `${kindOf(this.page.url())}: ${fault}`);
  }
  async press(target) { await this.tabTo(target); await this.page.keyboard.press("Enter"); }
  async choose(target) {
    if ((await target.getAttribute("type")) === "checkbox") {
      await this.tabTo(target);
      return this.page.keyboard.press("Space");
    }
    // One stop for a whole group of radios: the one chosen, or the first; arrows move within.
    const group = this.page.locator(`input[type=radio][name="${await target.getAttribute("name")}"]`);
    const chosen = this.page.locator(`input[type=radio][name="${await target.getAttribute("name")}"]:checked`);
    const stop = (await chosen.count()) ? chosen : group.first();
    await this.tabTo(stop);
    if (!(await stop.isChecked())) await this.page.keyboard.press("Space");
    for (let steps = 0; steps < 20 && !(await target.isChecked()); steps++) {
      await this.page.keyboard.press("ArrowDown");
      await this.seeFocus();
    }
    if (!(await target.isChecked())) throw new Error("the arrows do not reach an answer");
  }
  async select(target, option) {
    await this.tabTo(target);
    const chosen = () => target.evaluate((e) => e.selectedOptions[0]?.label);
    // Typing moves to the option that begins so; the browser begins a new word after a second without a key.
    for (let tries = 0; tries < 10 && (await chosen()) !== option; tries++) {
      if (tries) await this.page.waitForTimeout(1500);
      await this.page.keyboard.type(option);
    }
    if ((await chosen()) !== option) throw new Error(`typing does not reach ${option}`);
  }
  async write(target, words) {
    await this.tabTo(target);
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(words);
  }
  async attach(target, files) {
    await this.tabTo(target);
    // The browser opens the dialog only for a key that was just now pressed. Where it was too late, a person presses again.
    for (let tries = 0; tries < 6; tries++) {
      const coming = this.page.waitForEvent("filechooser", { timeout: patience / 6 }).catch(() => null);
      await this.page.keyboard.press("Space");
      const chooser = await coming;
      if (chooser) return chooser.setFiles(files);
    }
    throw new Error("no dialog for files opens");
  }
}

export class Person {
  // way: { name, keyboard, javaScriptEnabled, viewport, ... } as of a browser context.
  static async arrive(browser, server, way) {
    const { name, keyboard, glance, ...context } = way;
    const self = new Person();
    self.way = name;
    self.server = server;
    self.glance = glance; // pages that other tests judge for accessibility: here only what they say and how wide they are
    self.context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 900 }, locale: "en-GB", ...context });
    self.context.setDefaultTimeout(patience);
    self.page = await self.context.newPage();
    self.hand = keyboard ? new Keyboard(self.page) : new Mouse(self.page);
    self.expected = new Set(); // statuses of refusals that the script means to meet
    self.width = (context.viewport ?? { width: 1280 }).width;
    if (context.javaScriptEnabled === false) {
      const beside = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 900 } });
      beside.setDefaultTimeout(patience);
      self.twin = await beside.newPage();
    }
    self.page.on("console", (message) => {
      if (message.type() !== "error" && !/Content.Security.Policy/i.test(message.text())) return;
      const status = /status of (\d+)/.exec(message.text());
      if (status && self.expected.has(Number(status[1]))) return;
      check(false, `${name}: ${kindOf(self.page.url())}: the browser says: ${message.text()}`);
    });
    self.page.on("pageerror", (error) => check(false, `${name}: ${kindOf(self.page.url())}: ${error.message}`));
    self.page.on("requestfailed", (request) => {
      if (!/ERR_ABORTED/.test(request.failure()?.errorText ?? "")) check(false, `${name}: ${request.url()}: ${request.failure()?.errorText}`);
    });
    self.page.on("request", (request) => check(request.url().startsWith(server.address), `${name}: the page asks somebody else: ${request.url()}`));
    return self;
  }

  kind() { return kindOf(this.page.url()); }
  async heading() { return (await this.page.locator("h1").first().innerText()).trim(); }
  async words() { return this.page.locator("main").innerText(); }

  // Judges the page that stands now.
  async look() {
    const { page } = this;
    await page.waitForLoadState("load");
    const where = `${this.way}: ${this.kind()}`;
    const headings = await page.locator("h1").allInnerTexts();
    check(headings.length === 1, `${where}: ${headings.length} first headings: ${headings}`);
    const title = await page.title(), own = title.split(" – ")[0].replace(/^Error: /, "");
    check(/ – Proviso$/.test(title) && own && own !== "Proviso", `${where}: the title tells nothing: ${title}`);
    const failed = (await page.locator(".govuk-error-summary").count()) > 0;
    check(title.startsWith("Error: ") === failed, `${where}: errors, and the title is ${title}`);
    if (!/question|decide|pickup/.test(this.kind()) && own !== "We cannot find that page") {
      // two kinds of pages never share a title; a page refused stands at the address of its form
      const before = titles.get(own);
      if (!failed && before && before !== this.kind()) check(this.sameJourney(before), `${where}: has the title of ${before}: ${title}`);
      if (!failed) titles.set(own, this.kind());
    }
    await checkReflow(page, where);
    const parts = await page.locator("h1, h2, main button, main a[role=button], summary").allInnerTexts();
    const state = `${where} ${this.width} ${parts} ${failed}`;
    if (!this.glance && !judged.has(state)) {
      judged.add(state);
      await checkAccessible(this.twin ? await this.mirror() : page, where);
      if (this.width < 500) await this.checkTargets(where);
      if (pictures) await this.photograph();
    }
  }
  // axe is a script itself: where scripts are off it judges the very same page, with our scripts taken away, beside it.
  async mirror() {
    const body = await this.page.content();
    await this.twin.unrouteAll();
    await this.twin.route(/\.js$/, (route) => route.abort());
    await this.twin.route((url) => url.href === this.page.url().replace(/#.*/, ""), (route) => route.fulfill({ body, contentType: "text/html; charset=utf-8" }));
    await this.twin.goto(this.page.url(), { waitUntil: "load" });
    return this.twin;
  }
  sameJourney(kind) { return kind.split("/")[1] === this.kind().split("/")[1]; }

  // Whatever can be touched is 24 CSS pixels each way, or a link in a line of text (WCAG 2.5.8).
  async checkTargets(where) {
    const small = await this.page.evaluate(() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")].filter((e) => {
      const box = e.getBoundingClientRect();
      if (!box.width || e.closest(".govuk-skip-link") || getComputedStyle(e).visibility === "hidden") return false;
      const line = e.closest("p, li, dd, .proviso-header__person");
      const inText = line && getComputedStyle(e).display.startsWith("inline") && line.textContent.trim().length > e.textContent.trim().length;
      return !inText && (box.width < 24 || box.height < 24) && !(e.labels?.[0]?.getBoundingClientRect().height >= 24);
    }).map((e) => `${e.outerHTML.slice(0, 100)} ${Math.round(e.getBoundingClientRect().width)}x${Math.round(e.getBoundingClientRect().height)}`));
    for (const one of small) check(false, `${where}: too small to touch: ${one}`);
  }

  async photograph() {
    mkdirSync(pictures, { recursive: true });
    const name = `${String(++photographs).padStart(3, "0")}-${this.way}-${this.width}${this.kind().replace(/\W+/g, "-")}.png`;
    await this.page.screenshot({ path: `${pictures}/${name}`, fullPage: true });
  }

  field(label) { return this.page.getByLabel(label, { exact: typeof label === "string" }); }
  group(question) { return this.page.getByRole("group", { name: question }); }

  async go(path) {
    await this.page.goto(this.server.address + path, { waitUntil: "load" });
    await this.look();
  }
  async write(label, words) { await this.hand.write(this.field(label), words); }
  async writeDate(question, day, month, year) {
    const group = this.group(question);
    for (const [label, value] of [["Day", day], ["Month", month], ["Year", year]]) await this.hand.write(group.getByLabel(label), String(value));
  }
  async choose(label, question) {
    const place = question ? this.group(question) : this.page;
    await this.hand.choose(place.getByLabel(label, { exact: typeof label === "string" }));
  }
  async select(label, option) { await this.hand.select(this.field(label), option); }
  async attach(label, files) { await this.hand.attach(this.field(label), files); }
  async leave(act) {
    await Promise.all([this.page.waitForEvent("load"), act()]);
    await this.look();
  }
  async press(name) { await this.leave(() => this.hand.press(this.page.getByRole("button", { name }))); }
  // Some links look like buttons, and say so to those who do not see them.
  link(name) { return this.page.getByRole("link", { name }).or(this.page.locator("a[role=button]", { hasText: name })).first(); }
  async follow(name) { await this.leave(() => this.hand.press(this.link(name))); }

  // The bytes of what a link downloads.
  async download(name) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.hand.press(this.link(name))]), pieces = [];
    for await (const piece of await download.createReadStream()) pieces.push(piece);
    return { name: download.suggestedFilename(), bytes: Buffer.concat(pieces) };
  }

  async signIn(login) {
    await this.go("/sign-in");
    await this.write("Name", login);
    await this.write("Password", this.server.password);
    await this.press("Sign in");
    await this.expect("Your work");
  }
  async expect(heading) {
    const found = await this.heading();
    const holds = heading instanceof RegExp ? heading.test(found) : found === heading;
    if (!holds) throw new Error(`${this.way}: expected the page “${heading}”, found “${found}” at ${this.page.url()}:\n${(await this.words()).slice(0, 600)}`);
    check(holds, "");
  }
  async expectWords(...words) {
    const found = await this.words();
    for (const one of words) check(one instanceof RegExp ? one.test(found) : found.includes(one), `${this.way}: ${this.kind()}: does not say: ${one}\n${found.slice(0, 1500)}`);
  }
  async expectNoWords(...words) {
    const found = await this.page.locator("body").innerText();
    for (const one of words) check(!found.includes(one), `${this.way}: ${this.kind()}: says what it must not: ${one}`);
  }
  async leaveFor() {
    await this.twin?.context().close();
    await this.context.close();
  }
}
