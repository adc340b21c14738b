/* Every page works without this. It adds what script can: counting characters, moving to errors, folding menus. */
import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  FileUpload,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  createAll,
} from "govuk-frontend";

// ARIA has no "expanded" for a radio button, so ours does not say it; what an answer brings follows it in reading order.
class PlainRadios extends Radios {
  syncConditionalRevealWithInputState(input) {
    super.syncConditionalRevealWithInputState(input);
    input.removeAttribute("aria-expanded");
  }
}

[
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  FileUpload,
  NotificationBanner,
  PasswordInput,
  PlainRadios,
  ServiceNavigation,
  SkipLink,
].forEach((component) => createAll(component));

// A page that came back with errors, or with what was looked for, is the answer to a form: the browser's Back would meet "Confirm form resubmission" instead
// of it. Whoever goes on from it leaves its address in its place. Not before, as to load it again would lose what was typed.
if (document.querySelector(".govuk-error-summary, [data-proviso-answer]")) {
  const leave = () => history.replaceState(history.state, "", location.href);
  addEventListener("submit", leave);
  addEventListener("click", (event) => event.target.closest("a[href]:not([href^='#'])") && leave());
}

// Who leaves a screen open leaves it to whoever walks past: after five minutes without a touch the page is hidden, and
// what was typed stays. After thirty the session is over, so the page is asked for anew, and with it to sign in.
if (document.querySelector(".proviso-header__person")) {
  const minute = 60 * 1000;
  let touched = Date.now();
  const note = document.createElement("div");
  note.className = "proviso-away-note govuk-width-container govuk-main-wrapper";
  note.setAttribute("role", "alert");
  const button = document.createElement("button");
  button.className = "govuk-button";
  button.textContent = "Show the page again";
  const words = document.createElement("p");
  words.className = "govuk-body";
  words.textContent = "This page is hidden, because nobody has used it for five minutes.";
  note.append(words, button);
  const hidden = () => document.body.classList.contains("proviso-away");
  const touch = () => {
    if (!hidden()) touched = Date.now();
  };
  ["keydown", "pointerdown", "pointermove", "scroll"].forEach((name) => addEventListener(name, touch, { passive: true }));
  button.addEventListener("click", () => {
    if (Date.now() - touched > 30 * minute) location.reload();
    document.body.classList.remove("proviso-away");
    note.remove();
    touched = Date.now();
  });
  // Whoever writes for half an hour on one page asks the server for nothing meanwhile. It is told that they are there, so
  // that what they wrote is not lost with the session.
  let told = Date.now();
  addEventListener("input", () => {
    if (Date.now() - told < 5 * minute) return;
    told = Date.now();
    fetch("/about", { cache: "no-store" }).catch(() => {});
  });
  setInterval(() => {
    if (hidden() || Date.now() - touched < 5 * minute) return;
    document.body.classList.add("proviso-away");
    document.body.append(note);
  }, 10 * 1000);
}
