// The form of a golden path: the tree of files stays where it was, and the file that is shown stays in sight.

let top = 0;

document.addEventListener("htmx:beforeSwap", () => {
  top = document.querySelector(".preview > .file-tree")?.scrollTop ?? top;
});

document.addEventListener("htmx:afterSwap", () => {
  const tree = document.querySelector(".preview > .file-tree");
  const shown = tree?.querySelector("[aria-current]");
  if (!shown) return;
  tree.scrollTop = top;
  const [box, inner] = [tree.getBoundingClientRect(), shown.getBoundingClientRect()];
  if (inner.top < box.top) tree.scrollTop += inner.top - box.top - inner.height;
  else if (inner.bottom > box.bottom) tree.scrollTop += inner.bottom - box.bottom + inner.height;
});
