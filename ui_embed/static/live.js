// Keeps the parts marked `data-live` (seconds) up to date: the page is fetched again, and each
// such part is replaced by its new self. Without scripts the page is simply loaded again.

const SECONDS_MIN = 2;

const parts = () => [...document.querySelectorAll("[data-live][id]")];

const isInUse = (part) =>
  part.contains(document.activeElement) || part.querySelector("details[open]") !== null;

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts()) {
    const successor = fresh.getElementById(part.id);
    if (successor && !isInUse(part) && successor.innerHTML !== part.innerHTML) {
      part.replaceWith(document.adoptNode(successor));
    }
  }
  return true;
}

function wait() {
  const seconds = parts().map((part) => Number(part.dataset.live) || Infinity);
  const shortest = Math.max(SECONDS_MIN, Math.min(...seconds));
  if (Number.isFinite(shortest)) setTimeout(turn, shortest * 1000);
}

async function turn() {
  if (!document.hidden) {
    const goesOn = await refresh().catch(() => true);
    if (!goesOn) return;
  }
  wait();
}

wait();
