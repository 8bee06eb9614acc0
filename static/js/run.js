// The page of a run: the log stays at its end while "Follow" is on, and lets go when somebody scrolls up.

const log = document.getElementById("log");
const follow = document.getElementById("log-follow");

const toEnd = () => {
  if (follow.checked) log.scrollTop = log.scrollHeight;
};
const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 8;

if (log && follow) {
  new MutationObserver(toEnd).observe(document.getElementById("log-lines"), { childList: true });
  follow.addEventListener("change", toEnd);
  log.addEventListener("wheel", () => setTimeout(() => { follow.checked = isAtEnd(); }, 50), { passive: true });
  log.addEventListener("keyup", () => { follow.checked = isAtEnd(); });
  toEnd();
}
