// The review without a new page each time, and its keys. Every link and form works without it.
"use strict";
{
  const KEYS_OFF = "eqms.review.keys-off";
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  document.body.append(said);
  let busy = false;

  const typing = (element) => element && element.matches("input:not([type=checkbox]), select, textarea");

  // What a screen reader hears and where the keyboard stands after a step.
  const settle = () => {
    const words = [...document.querySelectorAll(".messagelist li")].map((one) => one.textContent.trim());
    said.textContent = words.join(" ");
    const keys = document.querySelector("#review .keys");
    if (keys) {
      keys.hidden = false;
      document.getElementById("keys-on").checked = !localStorage.getItem(KEYS_OFF);
    }
  };

  const show = (text, address) => {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    if (!fresh.getElementById("review")) return window.location.assign(address);
    document.getElementById("main").replaceWith(document.adoptNode(fresh.getElementById("main")));
    document.title = fresh.title;
    window.history.pushState({}, "", address);
    settle();
    const first = document.querySelector("#review [data-focus]") || document.getElementById("pair-heading");
    first.focus({ preventScroll: !first.matches("[data-focus]") });
    if (!first.matches("[data-focus]")) window.scrollTo(0, 0);
    return undefined;
  };

  const go = async (address, options) => {
    if (busy) return;
    busy = true;
    try {
      const answer = await fetch(address, { credentials: "same-origin", ...options });
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      show(await answer.text(), answer.url);
    } catch (error) {
      said.classList.remove("visually-hidden");
      said.textContent = `The server did not take that (${error.message}). Load the page again to see what is recorded.`;
    } finally {
      busy = false;
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("#review") || form.method !== "post" || !form.matches(".decide")) return;
    event.preventDefault();
    go(form.action, { method: "POST", body: new FormData(form, event.submitter) });
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#review a[data-key], #review .others a");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(link.href);
  });

  document.addEventListener("change", (event) => {
    if (event.target.id !== "keys-on") return;
    if (event.target.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || localStorage.getItem(KEYS_OFF)) return;
    const at = document.activeElement;
    if (typing(at) && event.key !== "Escape") return;
    const target = document.querySelector(`#review [data-key="${CSS.escape(event.key)}"]`);
    if (target) {
      event.preventDefault();
      target.click();
    } else if (event.key === "Escape" && typing(at)) at.blur();
  });

  window.addEventListener("popstate", () => window.location.reload());
  settle();
}
