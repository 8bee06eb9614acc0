// Pages of docs: a button that copies a block of code, headings that old addresses name, and contents that fold on a
// phone. The pages work without it.

const PREFIX = "doc-";

for (const figure of document.querySelectorAll(".docs-code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-icon docs-code__copy";
  button.setAttribute("aria-label", "Copy the code");
  button.innerHTML = '<span class="icon icon--copy" aria-hidden="true"></span>';
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(figure.querySelector("code").textContent);
    button.firstElementChild.className = "icon icon--check";
    said.textContent = "Copied";
    setTimeout(() => {
      button.firstElementChild.className = "icon icon--copy";
      said.textContent = "";
    }, 2000);
  });
  figure.append(button, said);
}

// Ids of docs have a prefix here; addresses that were made elsewhere have none.
const follow = () => {
  const name = decodeURIComponent(location.hash.slice(1));
  if (!name || document.getElementById(name)) return;
  document.getElementById(PREFIX + name)?.scrollIntoView();
};
addEventListener("hashchange", follow);
follow();

// Where they stand above the page, contents and headings begin folded.
if (matchMedia("(max-width: 62em)").matches) {
  for (const part of document.querySelectorAll("[data-docs-fold]")) part.open = false;
}

// The heading that is read is marked beside the page.
const lines = new Map();
for (const link of document.querySelectorAll(".docs-toc a")) lines.set(link.hash.slice(1), link);
if (lines.size) {
  const mark = (id) => {
    for (const [name, link] of lines) {
      if (name === id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  const watch = new IntersectionObserver(
    (entries) => {
      const seen = entries.find((entry) => entry.isIntersecting);
      if (seen) mark(seen.target.id);
    },
    { rootMargin: "-64px 0px -70% 0px" },
  );
  for (const id of lines.keys()) {
    const heading = document.getElementById(decodeURIComponent(id));
    if (heading) watch.observe(heading);
  }
}
