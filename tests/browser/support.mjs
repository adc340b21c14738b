// What the browser tests share: Debian's Chromium, axe, and ways to say what went wrong.
import { chromium } from "playwright-core";
import AxeBuilder from "@axe-core/playwright";

const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

// What the WCAG 2.2 AA levels ask, and axe's own good practice.
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export async function openBrowser() {
  const { existsSync } = await import("node:fs");
  const executablePath = program.find(existsSync);
  if (!executablePath) {
    console.log("skipped: there is no Chromium; make install-needs installs it");
    process.exit(77);
  }
  // Chromium refuses its own sandbox as root, as in a container; these pages are our own.
  const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath, args });
}

const faults = [];

export function check(holds, words) {
  if (!holds) faults.push(words);
}

export async function checkAccessible(page, where) {
  const result = await new AxeBuilder({ page }).withTags(rules).analyze();
  for (const violation of result.violations)
    for (const node of violation.nodes) check(false, `${where}: ${violation.id}: ${violation.help}: ${node.html.slice(0, 200)}`);
  return result.passes.length;
}

// Nothing to scroll sideways at the width of a small phone (WCAG 1.4.10).
export async function checkReflow(page, where) {
  const { scrolls, client } = await page.evaluate(() => ({
    scrolls: document.documentElement.scrollWidth,
    client: document.documentElement.clientWidth,
  }));
  check(scrolls <= client, `${where}: the page is ${scrolls} wide in a window of ${client}`);
}

export function finish(words) {
  for (const fault of faults) console.error(fault);
  console.log(faults.length ? `${faults.length} faults` : words);
  process.exit(faults.length ? 1 : 0);
}
