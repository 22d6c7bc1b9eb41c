// Keeps the progress of an upload current and shows the result when it is there. The page works without it.
"use strict";
{
  const box = document.getElementById("progress");
  const put = (id, text) => { document.getElementById(id).textContent = text; };
  const look = async () => {
    try {
      const job = await (await fetch(box.dataset.url, { headers: { Accept: "application/json" } })).json();
      if (job.is_over) return window.location.reload();
      document.getElementById("bar").value = job.done;
      put("done", job.done);
      put("left", job.seconds_left === null ? "" : `, ${job.rate} a second, about ${job.seconds_left} s left`);
      put("message", job.message || "Waiting for a worker.");
    } catch (error) {
      put("message", "The server does not answer; trying again.");
    }
    return window.setTimeout(look, 1000);
  };
  look();
}
