"use strict";
// Mends what stock's scripts build after the page came. Everything works without it.

// The icons of the two-list chooser have a name but no role to carry it.
function nameIcons() {
  for (const icon of document.querySelectorAll(".search-label-icon[aria-label]")) icon.setAttribute("role", "img");
}

// The box that select2 puts in place of a select is named after what is chosen: nothing, while nothing is.
function nameChoosers() {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const box = select.nextElementSibling && select.nextElementSibling.querySelector(".select2-selection");
    const label = select.getAttribute("aria-label") || (select.labels.length ? select.labels[0].textContent : "");
    if (!box || !label) continue;
    box.removeAttribute("aria-labelledby");
    for (const part of [box, box.querySelector(".select2-selection__rendered")]) {
      if (part) part.setAttribute("aria-label", label.trim().replace(/:$/, ""));
    }
  }
}

function mend() {
  nameIcons();
  nameChoosers();
}

mend();
new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
