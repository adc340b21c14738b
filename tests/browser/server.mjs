// The real server: a demo in a folder of its own under the system's folder for temporary things, over TLS, on a free port.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, finish, openBrowser, patience } from "./support.mjs";

// A program of ours that serves: ready once it has told its port in its log; what it said is in said().
export function startProgram(program, args) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise((over) => child.once("exit", over)).finally(() => process.off("exit", kill));
  let said = "", log = "";
  return new Promise((ready, failed) => {
    const late = setTimeout(() => failed(new Error(`${args.slice(0, 2)} is not ready:\n${log}`)), patience);
    const hear = () => {
      const told = /listening on 127\.0\.0\.1 port (\d+)\D/.exec(log);
      if (!told || !said.includes("\n")) return;
      clearTimeout(late);
      ready({ port: told[1], said: () => said, stop: () => (child.kill("SIGTERM"), ended) });
    };
    ended.then(() => failed(new Error(`${args.slice(0, 2)} ended:\n${log}`)));
    child.stdout.on("data", (piece) => hear((said += piece)));
    child.stderr.on("data", (piece) => hear((log += piece)));
  });
}

// `home`: that of an earlier one; without it a new one is made, and goes with the server.
export async function startServer(program, settings = {}, home) {
  const folder = mkdtempSync(join(tmpdir(), "proviso-browser-"));
  const key = join(folder, "key.pem"), certificate = join(folder, "certificate.pem");
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], { stdio: "ignore" });
  const child = spawn(program, ["demo", "--home", home ?? join(folder, "home"), "--listen", "127.0.0.1:0"], {
    env: { ...process.env, PROVISO_TLS_CERTIFICATE: certificate, PROVISO_TLS_KEY: key, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "", log = "";
  const ended = new Promise((over) => child.once("exit", (code, signal) => over({ code, signal })));
  // It tells people the address to open, with the port that it took, and the accounts.
  const address = await new Promise((ready, failed) => {
    const late = setTimeout(() => failed(new Error(`the server is still not ready:\n${log}`)), patience);
    ended.then(() => failed(new Error(`the server ended:\n${log}`)));
    const hear = () => {
      const told = /Proviso is ready at (https:\/\/127\.0\.0\.1:[1-9]\d*)\n/.exec(said);
      if (!told || !said.includes("Press Ctrl-C")) return;
      clearTimeout(late);
      ready(told[1]);
    };
    child.stderr.on("data", (piece) => (log += piece));
    child.stdout.on("data", (piece) => hear((said += piece)));
  });
  // A test that fails leaves no server and no home behind.
  const clear = () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", clear);
  return {
    address,
    password: /password of all is: (.*)/.exec(said)[1],
    log: () => log,
    // Ends it as an operator would; what sanitizers found stands in the log and in the exit code.
    async stop() {
      const early = child.exitCode !== null || child.signalCode !== null;
      child.kill("SIGTERM");
      const end = await ended;
      if (early) check(false, "the server ended before it was told to");
      rmSync(folder, { recursive: true, force: true });
      process.off("exit", clear);
      return end;
    },
  };
}

// A test: its server, its browser, what it does with them, and the end of both whatever happens.
export async function run(program, words, play, settings) {
  const browser = await openBrowser(), server = await startServer(program, settings);
  try {
    await play(browser, server);
  } catch (error) {
    check(false, error.stack);
  }
  await browser.close();
  const { code, signal } = await server.stop();
  check(code === 0, `the server ended with ${code ?? signal}:\n${server.log().slice(-4000)}`);
  finish(typeof words === "function" ? words() : words);
}
