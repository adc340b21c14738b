// Every part of the pages: accessible with script and without, at both ends of the range of widths, under the strict content
// security policy that the server sends.
//
// parts.mjs GALLERY ASSETS-FOLDER ASSETS.txt [PICTURE.png]
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { check, checkAccessible, checkReflow, finish, openBrowser, patience } from "./support.mjs";

const [gallery, folder, table, picture] = process.argv.slice(2);
const types = { css: "text/css", js: "text/javascript", svg: "image/svg+xml" };
const files = new Map(
  readFileSync(table, "utf8").trim().split("\n").map((line) => {
    const [name, path] = line.split(" ");
    return [path, { type: types[name.split(".").pop()], bytes: readFileSync(`${folder}/${name}`) }];
  }),
);
files.set("/", { type: "text/html; charset=utf-8", bytes: readFileSync(gallery) });

const server = createServer((request, response) => {
  const file = files.get(request.url);
  if (!file) return response.writeHead(404).end();
  response.setHeader("Content-Type", file.type);
  response.setHeader("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'");
  response.end(file.bytes);
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const address = `http://127.0.0.1:${server.address().port}/`;

const browser = await openBrowser();
let passes = 0;
for (const javaScriptEnabled of [true, false]) {
  for (const width of [320, 1280]) {
    const where = `${width} wide, ${javaScriptEnabled ? "with" : "without"} script`;
    const context = await browser.newContext({ javaScriptEnabled: true, viewport: { width, height: 900 } });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    // axe itself is a script, so "without" takes ours away instead of switching scripts off.
    if (!javaScriptEnabled) await page.route(/\.js$/, (route) => route.abort());
    page.on("console", (message) => {
      if (message.type() === "error" && !/ERR_FAILED/.test(message.text())) check(false, `${where}: ${message.text()}`);
    });
    page.on("pageerror", (error) => check(false, `${where}: ${error.message}`));
    await page.goto(address, { waitUntil: "load" });
    passes += await checkAccessible(page, where);
    await checkReflow(page, where);

    const refuser = page.locator("#refuser");
    check((await refuser.isVisible()) === !javaScriptEnabled, `${where}: what depends on an answer ${javaScriptEnabled ? "shows too early" : "does not show"}`);
    if (javaScriptEnabled) {
      await page.locator("#consent-2").check();
      check(await refuser.isVisible(), `${where}: what depends on an answer stays hidden`);
      check(await page.evaluate(() => document.activeElement !== document.body), `${where}: the error summary did not take the focus`);
      await page.locator("#why").fill("x".repeat(3990));
      await page.getByText("You have 10 characters remaining").first().waitFor().catch(() => check(false, `${where}: characters are not counted`));
    }
    const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map((e) => e.id));
    check(new Set(ids).size === ids.length, `${where}: an id stands twice: ${ids.filter((id, i) => ids.indexOf(id) !== i)}`);
    for (const link of await page.locator(".govuk-error-summary__list a").all()) {
      const id = (await link.getAttribute("href")).slice(1);
      check(await page.locator(`[id="${id}"]`).count() === 1, `${where}: the error summary leads to #${id}, which is not there`);
    }
    if (picture && javaScriptEnabled && width === 1280) await page.screenshot({ path: picture, fullPage: true });
    await context.close();
  }
}
await browser.close();
server.close();
check(passes > 40, `axe found only ${passes} things to judge`);
finish(`every part is accessible: ${passes} rules passed in 4 settings`);
