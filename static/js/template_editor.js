// The text of a golden path in Ace. The textarea stays the form's field: HTMX watches it and has the text checked;
// what comes back is read from the page and drawn into the text. Without this script the textarea does it all.

const { ace } = window;
const field = document.getElementById("text");
const form = document.getElementById("editor");
const place = `editor:${location.pathname}`;

// YAML, and the expressions in it.
function mode() {
  const { Mode } = ace.require("ace/mode/yaml");
  const { YamlHighlightRules } = ace.require("ace/mode/yaml_highlight_rules");
  class Rules extends YamlHighlightRules {
    constructor() {
      super();
      this.$rules.start.unshift({ token: "expression", regex: /\$\{\{.*?\}\}/ });
    }
  }
  const made = new Mode();
  made.HighlightRules = Rules;
  return made;
}

// As many lines as the window shows below the head of the page: the foot with its button stays in sight.
const visibleLines = () => Math.max(20, Math.floor((window.innerHeight - 300) / 19));

function start() {
  ace.config.set("useStrictCSP", true);
  const box = document.createElement("div");
  field.after(box);
  field.hidden = true;
  // Before the mode is chosen: it would start a worker, which the content policy refuses.
  ace.config.setDefaultValue("session", "useWorker", false);
  const editor = ace.edit(box, {
    mode: mode(),
    theme: { cssClass: "ace-waymark", isDark: false },
    value: field.value,
    tabSize: 2,
    useSoftTabs: true,
    showPrintMargin: false,
    highlightActiveLine: true,
    minLines: 20,
    maxLines: visibleLines(),
    enableKeyboardAccessibility: true,
    textInputAriaLabel: field.closest("[data-editor]").dataset.label,
  });
  editor.renderer.setOption("showFoldWidgets", false);
  editor.session.on("change", () => {
    field.value = editor.getValue();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    document.getElementById("saved").textContent = "";
  });
  return editor;
}

function problems() {
  return [...document.querySelectorAll("[data-problems] > [data-line]:not([data-line=''])")].map((item) => ({
    row: Number(item.dataset.line) - 1,
    column: Number(item.dataset.column) - 1,
    isError: item.dataset.look === "error",
    text: `${item.dataset.message} ${item.dataset.cure}`,
  }));
}

// -- Problems in the text --------------------------------------------------------------------------------------------

function painter(editor) {
  const { Range } = ace.require("ace/range");
  const { LineWidgets } = ace.require("ace/line_widgets");
  const { session } = editor;
  session.widgetManager = new LineWidgets(session);
  session.widgetManager.attach(editor);
  let widgets = [];
  let markers = [];

  const says = (row, found) => {
    const el = document.createElement("div");
    for (const { text, isError } of found) {
      const line = document.createElement("div");
      line.className = isError ? "editor__says" : "editor__says editor__says--warn";
      line.append(...worded(text));
      el.append(line);
    }
    return { row, el, fixedWidth: true, coverGutter: true };
  };

  return () => {
    widgets.forEach((widget) => session.widgetManager.removeLineWidget(widget));
    markers.forEach((marker) => session.removeMarker(marker));
    const byRow = grouped(problems());
    const last = session.getLength() - 1;
    markers = [...byRow].map(([row, found]) => {
      const look = found.some(({ isError }) => isError) ? "editor__bad" : "editor__warn";
      return session.addMarker(new Range(Math.min(row, last), 0, Math.min(row, last), 1), look, "fullLine");
    });
    widgets = [...byRow].map(([row, found]) => says(Math.min(row, last), found));
    widgets.forEach((widget) => session.widgetManager.addLineWidget(widget));
  };
}

function grouped(found) {
  const byRow = new Map();
  for (const problem of found) byRow.set(problem.row, [...(byRow.get(problem.row) ?? []), problem]);
  return byRow;
}

// What stands in backticks is code.
function worded(text) {
  return text.split("`").map((part, n) => {
    if (n % 2 === 0) return part;
    const code = document.createElement("code");
    code.textContent = part;
    return code;
  });
}

// -- Going round -----------------------------------------------------------------------------------------------------

function goTo(editor, { row, column }) {
  editor.gotoLine(row + 1, column);
  editor.renderer.scrollCursorIntoView();
  editor.container.scrollIntoView({ block: "nearest" });
  editor.focus();
}

function nextProblem(editor) {
  const found = problems();
  const { row, column } = editor.getCursorPosition();
  const later = found.find((problem) => problem.row > row || (problem.row === row && problem.column > column));
  if (later ?? found[0]) goTo(editor, later ?? found[0]);
}

function connect(editor, paint) {
  window.addEventListener("resize", () => editor.setOption("maxLines", visibleLines()));
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "lint") paint();
  });
  document.addEventListener("click", (event) => {
    const item = event.target.closest?.("[data-go]")?.closest("[data-line]");
    if (!item) return;
    event.preventDefault();
    goTo(editor, { row: Number(item.dataset.line) - 1, column: Number(item.dataset.column) - 1 });
  });
  editor.selection.on("changeCursor", () => {
    const { row, column } = editor.getCursorPosition();
    document.querySelector("#caret [data-line]").textContent = String(row + 1);
    document.querySelector("#caret [data-column]").textContent = String(column + 1);
  });
  document.getElementById("next-problem").addEventListener("click", () => nextProblem(editor));
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    document.getElementById("save").click();
  });
  let isChanged = false;
  editor.session.on("change", () => { isChanged = true; });
  window.addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });
  // The page comes anew after saving: the caret goes where it was.
  form.addEventListener("submit", () => {
    isChanged = false;
    sessionStorage.setItem(place, JSON.stringify(editor.getCursorPosition()));
  });
}

if (field && ace) {
  const editor = start();
  const paint = painter(editor);
  connect(editor, paint);
  paint();
  for (const id of ["caret", "next-problem", "keys"]) document.getElementById(id).hidden = false;
  const kept = sessionStorage.getItem(place);
  if (kept) {
    sessionStorage.removeItem(place);
    goTo(editor, JSON.parse(kept));
  }
}
