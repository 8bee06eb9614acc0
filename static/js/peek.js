// A card with a few lines on an entity, at every link to one: for a mouse that rests on it, and for the keyboard.
// It holds text alone and describes its link, so nobody has to get into it. Without script a link is just a link.

const ENTITY = /^\/catalog\/[^/]+\/[^/]+\/[^/]+\/$/;
const REST = { mouse: 450, keyboard: 250, leave: 200 };
const GAP = 8;

const known = new Map();
const card = document.createElement("div");
card.id = "peek";
card.className = "peek";
card.popover = "manual";
card.setAttribute("role", "tooltip");
document.body.append(card);

let link = null;
let timer = 0;

const entityLink = (target) => {
  const found = target instanceof Element ? target.closest("a[href]") : null;
  if (!found || card.contains(found)) return null;
  const path = new URL(found.getAttribute("href"), location.href).pathname;
  return ENTITY.test(path) && path !== location.pathname && !location.pathname.startsWith(path) ? found : null;
};

const textOf = (path) => {
  if (!known.has(path)) {
    const asked = fetch(`${path}peek/`, { headers: { Accept: "text/html" }, credentials: "same-origin" })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : ""))
      .catch(() => "");
    known.set(path, asked);
  }
  return known.get(path);
};

const place = () => {
  const at = link.getBoundingClientRect();
  const size = card.getBoundingClientRect();
  const below = at.bottom + GAP + size.height <= window.innerHeight;
  const top = below ? at.bottom + GAP : Math.max(GAP, at.top - GAP - size.height);
  const left = Math.min(at.left, window.innerWidth - size.width - GAP);
  card.style.top = `${top}px`;
  card.style.left = `${Math.max(GAP, left)}px`;
};

const close = () => {
  clearTimeout(timer);
  link?.removeAttribute("aria-describedby");
  link = null;
  if (card.matches(":popover-open")) card.hidePopover();
};

const open = async (wanted) => {
  link = wanted;
  const text = await textOf(new URL(wanted.getAttribute("href"), location.href).pathname);
  if (link !== wanted || !wanted.isConnected || !text) return;
  card.innerHTML = text;
  card.showPopover();
  place();
  wanted.setAttribute("aria-describedby", card.id);
};

const soon = (wanted, delay) => {
  clearTimeout(timer);
  if (wanted === link) return;
  timer = setTimeout(() => { close(); open(wanted); }, delay);
};
const leave = () => {
  clearTimeout(timer);
  timer = setTimeout(close, REST.leave);
};

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  if (card.contains(event.target)) { clearTimeout(timer); return; }
  const wanted = entityLink(event.target);
  if (wanted) soon(wanted, REST.mouse);
  else if (link !== document.activeElement || !link) leave();
});
document.addEventListener("focusin", (event) => {
  const wanted = entityLink(event.target);
  if (wanted && wanted.matches(":focus-visible")) soon(wanted, REST.keyboard);
  else close();
});
document.addEventListener("focusout", leave);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !link) return;
  // The first Escape is for the card, and for nothing below it.
  event.stopPropagation();
  close();
}, true);
document.addEventListener("scroll", close, { capture: true, passive: true });
document.addEventListener("click", close, true);
document.addEventListener("htmx:beforeSwap", close);
