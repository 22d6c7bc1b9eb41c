"use strict";
// Mends what stock's scripts build after the page came: icons of the two-list chooser have a name but no role to carry it.
window.addEventListener("load", () => {
  for (const icon of document.querySelectorAll(".search-label-icon[aria-label]")) icon.setAttribute("role", "img");
});
