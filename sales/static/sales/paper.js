// Shows the place of the figure that has the focus, and the keys named on the page. The page works without it.
"use strict";
{
  const show = (anchor) => {
    document.querySelectorAll("rect.shown").forEach((rect) => rect.classList.remove("shown"));
    const rect = anchor && document.getElementById(anchor);
    if (rect) {
      rect.classList.add("shown");
      rect.scrollIntoView({ block: "nearest" });
    }
  };
  const placeOf = (control) => {
    const line = control.closest("[data-line]");
    if (!line) return control.closest("[data-place]")?.dataset.place;
    return `place-line-${line.dataset.line}-${control.name.split("-").pop()}`;
  };
  const figures = document.getElementById("figures");
  figures.addEventListener("focusin", (event) => show(placeOf(event.target)));

  const doubtful = [...figures.querySelectorAll(".doubt input, .doubt textarea, .errors input")];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") document.getElementById("save")?.click();
    else if (event.altKey && event.code === "KeyN") document.getElementById("next")?.click();
    else if (event.altKey && event.code === "KeyD" && doubtful.length) {
      doubtful[(doubtful.indexOf(document.activeElement) + 1) % doubtful.length].focus();
    } else return;
    event.preventDefault();
  });
}
