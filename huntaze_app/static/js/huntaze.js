/* Small comforts only: every page works without this file. */
"use strict";

const announcer = document.getElementById("announcer");

function announce(text) {
  if (!announcer) return;
  announcer.textContent = "";
  window.setTimeout(() => { announcer.textContent = text; }, 50);
}

async function copy(button) {
  const label = button.querySelector("[data-copy-label]") || button;
  const before = label.textContent;
  if (before === button.dataset.copyDone) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    announce(button.dataset.copyFailed);
    return;
  }
  announce(button.dataset.copied);
  label.textContent = button.dataset.copyDone;
  button.classList.add("is-done");
  window.setTimeout(() => {
    label.textContent = before;
    button.classList.remove("is-done");
  }, 1600);
}

/* The initial stands under a picture: one that does not load leaves it in view. */
function dropIfBroken(picture) {
  const drop = () => picture.remove();
  if (picture.complete && !picture.naturalWidth) drop();
  else picture.addEventListener("error", drop);
}

function reveal(button) {
  const field = document.getElementById(button.dataset.reveal);
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.firstElementChild.textContent = shown ? button.dataset.hide : button.dataset.show;
}

/* A second press while the first request is under way is swallowed. */
function guard(event) {
  const form = event.target;
  const button = event.submitter;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  if (button && button.classList.contains("btn")) button.setAttribute("aria-disabled", "true");
}

/* A page taken back from the history must not stay busy. */
function rest() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const picture of document.querySelectorAll(".hz-avatar img")) dropIfBroken(picture);
for (const button of document.querySelectorAll("[type=submit][aria-disabled]")) button.removeAttribute("aria-disabled");
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (event.type === "keydown") {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (!menu.contains(event.target)) {
      menu.open = false;
    }
  }
}

for (const picture of document.querySelectorAll(".hz-avatar img")) dropIfBroken(picture);
for (const button of document.querySelectorAll("[data-copy], [data-reveal]")) button.hidden = false;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-reveal]");
  if (button) (button.dataset.copy ? copy : reveal)(button);
  closeMenus(event);
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenus(event); });
document.addEventListener("submit", guard);
window.addEventListener("pageshow", (event) => { if (event.persisted) rest(); });
document.querySelector("[data-error-summary]")?.focus();
