// Says beside a page why its picture is missing, and asks again where the server names a time for that.
// Loaded before the pictures, whose errors are told only once.
"use strict";
{
  const MOST = 60;
  const ask = async (image, times) => {
    const address = image.getAttribute("href");
    const why = image.closest("figure").querySelector(".why");
    const answer = await fetch(address);
    why.textContent = answer.ok ? "" : `: ${await answer.text()}`;
    const seconds = Number(answer.headers.get("Retry-After"));
    if (answer.ok) image.setAttribute("href", address);
    else if (seconds && times < MOST) setTimeout(ask, 1000 * seconds, image, times + 1);
  };
  const failed = (event) => {
    if (event.target.tagName === "image" && !event.target.dataset.asked) {
      event.target.dataset.asked = "yes";
      ask(event.target, 1);
    }
  };
  document.addEventListener("error", failed, true);
}
