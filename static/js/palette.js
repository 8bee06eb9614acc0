// The command palette: the server answers with options, the arrows choose, Enter goes there.

const palette = document.getElementById("palette");
if (palette) {
  const field = palette.querySelector("input");
  const list = palette.querySelector("[role=listbox]");
  const options = () => [...list.querySelectorAll("[role=option]")];

  const choose = (option) => {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  };
  const chosen = () => options().find((option) => option.getAttribute("aria-selected") === "true");
  // What was shown when it closed is there at once, and made new meanwhile.
  const show = () => {
    if (palette.open) return;
    palette.showModal();
    field.select();
    field.dispatchEvent(new Event("palette"));
  };
  const go = (option, elsewhere) => {
    if (elsewhere) window.open(option.dataset.href, "_blank", "noopener");
    else location.assign(option.dataset.href);
  };
  const searchFor = (term) => {
    const address = new URL(palette.dataset.search, location.href);
    address.searchParams.set("q", term);
    location.assign(address);
  };

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (palette.open) palette.close();
    else show();
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.('[data-opens="palette"]');
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show();
  });
  palette.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) go(option, event.ctrlKey || event.metaKey);
    else if (event.target === palette) palette.close();
  });
  // An answer that comes late must not take the choice away from whoever has already moved on with the arrows.
  let kept = null;
  list.addEventListener("htmx:afterSwap", () => {
    choose(options().find((option) => option.dataset.href === kept) ?? options()[0]);
  });
  field.addEventListener("input", () => (kept = null));
  const pick = (option) => {
    kept = option.dataset.href;
    choose(option);
  };

  const steps = { ArrowDown: 1, ArrowUp: -1 };
  const ends = { Home: 0, End: -1 };
  field.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key in steps && all.length) {
      event.preventDefault();
      pick(all[(all.indexOf(chosen()) + steps[event.key] + all.length) % all.length]);
    } else if (event.key in ends && event.ctrlKey && all.length) {
      event.preventDefault();
      pick(all.at(ends[event.key]));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (chosen()) go(chosen(), event.ctrlKey || event.metaKey);
      else if (field.value.trim()) searchFor(field.value.trim());
    }
  });
}
