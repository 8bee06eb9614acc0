// The frame: keys, the theme, menus that close themselves, and the command palette. Pages work without it.

const root = document.documentElement;
const isTyping = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable], .ace_editor");

// "/" goes to the field that says so.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const field = document.querySelector('[data-key="/"]');
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

// The theme is a cookie, so that the server writes it into the page and nothing flashes.
for (const group of document.querySelectorAll("[data-theme-choice]")) {
  group.hidden = false;
  group.addEventListener("change", (event) => {
    const theme = event.target.value;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${theme}; Path=/; SameSite=Lax; Max-Age=${theme ? 31536000 : 0}${secure}`;
    if (theme) root.dataset.bsTheme = theme;
    else delete root.dataset.bsTheme;
  });
}

// A menu closes when the person goes elsewhere, and on Escape gives the focus back.
const openMenus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("focusin", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// What was unfolded stays so when HTMX replaces the part of the page that it is in.
let unfolded = [];
document.addEventListener("htmx:beforeSwap", () => {
  unfolded = [...document.querySelectorAll("details[data-stays][open]")].map((details) => details.id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
});

// A button that copies what `data-copy` names, or its own value.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  await navigator.clipboard.writeText(source ? source.textContent : button.value);
  const said = button.querySelector("[data-said]");
  if (said) said.textContent = said.dataset.said;
});

// The palette: the server answers with options, the arrows choose, Enter goes there.
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

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show();
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
  list.addEventListener("htmx:afterSwap", () => choose(options()[0]));
  field.addEventListener("keydown", (event) => {
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      go(chosen(), event.ctrlKey || event.metaKey);
    }
  });
}
