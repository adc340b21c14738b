// What the browser tests share: Debian's Chromium, axe, and ways to say what went wrong.
import { chromium } from "playwright-core";
import AxeBuilder from "@axe-core/playwright";

const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

// What the WCAG 2.2 AA levels ask, and axe's own good practice.
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// How long anything may take on a slow or busy machine, in milliseconds: only a real fault takes so long.
export const patience = 90000;

// The browser asks nobody but the server under test.
const quiet = ["--no-proxy-server", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export async function openBrowser() {
  const { existsSync } = await import("node:fs");
  const executablePath = program.find(existsSync);
  if (!executablePath) {
    console.log("skipped: there is no Chromium; make install-needs installs it");
    process.exit(77);
  }
  // Chromium refuses its own sandbox as root, as in a container; these pages are our own.
  const args = process.getuid() === 0 ? ["--no-sandbox", ...quiet] : quiet;
  // In a locale without UTF-8 Chromium cannot save a file of such a name as ours.
  return chromium.launch({ executablePath, args, timeout: patience, env: { ...process.env, LC_ALL: "C.UTF-8" } });
}

// A free port below those that the system hands out by itself: nobody is given it while its server is down.
export async function sparePort() {
  const { readFileSync } = await import("node:fs");
  const { createServer } = await import("node:net");
  const first = parseInt(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8"), 10);
  for (;;) {
    const port = 10000 + Math.floor(Math.random() * (first - 10000)), server = createServer();
    const free = await new Promise((done) => server.once("error", () => done(false)).listen(port, "127.0.0.1", () => server.close(() => done(true))));
    if (free) return port;
  }
}

const faults = [];
let checks = 0;

export function check(holds, words) {
  checks++;
  if (!holds) faults.push(words);
}

export function checked() {
  return checks;
}

export async function checkAccessible(page, where) {
  // Legacy mode: axe in one page, without a second one for its report. target-size is off unless asked for.
  const result = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ runOnly: rules, resultTypes: ["violations"], rules: { "target-size": { enabled: true } } })
    .analyze();
  for (const violation of result.violations)
    for (const node of violation.nodes) check(false, `${where}: ${violation.id}: ${violation.help}: ${node.html.slice(0, 200)}`);
  return result.passes.length;
}

// Nothing to scroll sideways at the width of a small phone (WCAG 1.4.10).
export async function checkReflow(page, where) {
  const { scrolls, client, wide } = await page.evaluate(() => {
    const client = document.documentElement.clientWidth;
    const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > client + 1);
    return { scrolls: document.documentElement.scrollWidth, client, wide: wide[0]?.outerHTML.slice(0, 160) };
  });
  check(scrolls <= client, `${where}: the page is ${scrolls} wide in a window of ${client}: ${wide}`);
}

export function finish(words) {
  for (const fault of new Set(faults)) console.error(fault);
  console.log(faults.length ? `${faults.length} faults` : words);
  process.exit(faults.length ? 1 : 0);
}
