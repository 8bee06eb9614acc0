// nunjucks, set up as Backstage does it, behind one function: text of JSON in, text of JSON out.
const { runtime, lib, parser, compiler } = nunjucks;
const COOKIECUTTER = typeof COMPAT === "boolean" && COMPAT;
const VARIABLE_START = COOKIECUTTER ? "{{" : "${{";
const TAGS = { variableStart: VARIABLE_START, variableEnd: "}}" };
const NOTHING = Object.freeze(Object.create(null));
const PYTHON_WORDS = { True: true, False: false, None: null };

if (COOKIECUTTER) nunjucks.installJinjaCompat();

// Where rendering is, and what a whole-value expression gave; one render at a time.
const state = { line: 0, column: 0, wantsValue: false, value: undefined, hasFailed: false };

// -- Closing the ways out of a value ---------------------------------------------------------------------------------

const plainMemberLookup = runtime.memberLookup;
runtime.memberLookup = function (object, key, ...rest) {
  // One conversion: an object as key could answer differently the second time.
  const name = rest.length ? key : typeof key === "number" ? key : String(key);
  if (REFUSED.has(name)) throw refused(name);
  return plainMemberLookup(object, name, ...rest);
};

runtime.contextOrFrameLookup = function (context, frame, name) {
  const local = frame.lookup(name);
  if (local !== undefined) return local;
  for (const names of [context.ctx, context.env.globals]) {
    if (owns(names, name) && names[name] !== undefined) return names[name];
  }
  if (owns(context.ctx, name)) return context.ctx[name];
  return COOKIECUTTER && owns(PYTHON_WORDS, name) ? PYTHON_WORDS[name] : undefined;
};

runtime.callWrap = function (callee, name, context, args) {
  if (!callee) throw new Error(`Unable to call \`${name}\`, which is undefined or falsey`);
  if (typeof callee !== "function") throw new Error(`Unable to call \`${name}\`, which is not a function`);
  // Not the context, as nunjucks has it: a function that returns its `this` would hand out the engine.
  return callee.apply(NOTHING, args);
};

// -- Native values and positions -------------------------------------------------------------------------------------

const plainSuppressValue = runtime.suppressValue;
runtime.suppressValue = function (value, autoescape) {
  if (state.wantsValue) state.value = value;
  return plainSuppressValue(value, autoescape);
};
runtime.place = state;

// Before each tag the compiled code notes the tag's place; nunjucks itself knows only the last call's.
for (const kind of ["Output", "If", "For", "Set", "Switch", "Include", "Extends", "Import", "FromImport"]) {
  const plain = compiler.Compiler.prototype[`compile${kind}`];
  compiler.Compiler.prototype[`compile${kind}`] = function (node, ...rest) {
    const isText = kind === "Output" && node.children.every((child) => child instanceof nodes.TemplateData);
    if (!isText) this.codebuf.push(`runtime.place.line = ${node.lineno + 1}; runtime.place.column = ${node.colno + 1};\n`);
    return plain.call(this, node, ...rest);
  };
}

const plainParse = parser.parse;
parser.parse = (...args) => refuseNames(plainParse(...args));

// -- Environments and compiled templates -----------------------------------------------------------------------------

const environments = new Map();

function environment({ trim_blocks: trimBlocks, lstrip_blocks: lstripBlocks }) {
  const key = `${trimBlocks}${lstripBlocks}`;
  if (!environments.has(key)) {
    const made = new nunjucks.Environment([], { autoescape: false, dev: true, trimBlocks, lstripBlocks, tags: TAGS });
    for (const [name, filter] of Object.entries(FILTERS)) made.addFilter(name, filter);
    made.addGlobal("always", () => true);
    made.addGlobal("failure", () => state.hasFailed);
    for (const table of ["globals", "filters", "tests", "opts"]) Object.freeze(made[table]);
    environments.set(key, { nunjucks: made, compiled: new Map(), size: 0 });
  }
  return environments.get(key);
}

const KEPT_SIGNS = 1_000_000;

function compiled(source, mode) {
  const env = environment(mode);
  let template = env.compiled.get(source);
  if (!template) {
    if (env.size + source.length > KEPT_SIGNS) {
      env.compiled.clear();
      env.size = 0;
    }
    template = new nunjucks.Template(source, env.nunjucks, undefined, true);
    env.compiled.set(source, template);
    env.size += source.length;
  }
  return template;
}

// A text that is one expression and nothing else (comments apart) keeps the expression's type.
function isWhole(source, mode) {
  if (!source.includes(VARIABLE_START)) return false;
  const { children: parts } = parser.parse(source, [], environment(mode).nunjucks.opts);
  return parts.length === 1 && parts[0] instanceof nodes.Output && parts[0].children.length === 1
    && !(parts[0].children[0] instanceof nodes.TemplateData);
}

// -- Requests --------------------------------------------------------------------------------------------------------

function render({ source, mode, context, has_failed: hasFailed }, wantsValue) {
  Object.assign(state, { line: 0, column: 0, wantsValue, value: undefined, hasFailed });
  const text = compiled(source, mode).render(JSON.parse(context)) ?? "";
  if (text.length > MAX_OUTPUT) throw new Error(`the output is longer than ${MAX_OUTPUT} signs`);
  return text;
}

function renderText(request) {
  return { value: render(request, false) };
}

function renderValue(request) {
  if (!isWhole(request.source, request.mode)) return renderText(request);
  render(request, true);
  const value = state.value instanceof runtime.SafeString ? String(state.value) : state.value;
  return typeof value === "function" || value === undefined ? {} : { value };
}

// Backstage asks JavaScript whether a condition holds, but takes an empty list for false.
function condition(request) {
  const { value } = renderValue(request);
  return { value: Array.isArray(value) ? value.length > 0 : Boolean(value) };
}

function check({ source, mode }) {
  const opts = environment(mode).nunjucks.opts;
  const report = inspect(parser.parse(source, [], opts));
  const known = environment(mode).nunjucks.filters;
  const unknown = report.filters.find(({ name }) => !owns(known, name));
  if (unknown) throw Object.assign(new Error(`filter not found: ${unknown.name}`), { lineno: unknown.line, colno: unknown.column });
  return { value: { ...report, is_whole: isWhole(source, mode) } };
}

// -- Errors ----------------------------------------------------------------------------------------------------------

const PREFIX = /^(\(unknown path\)( \[Line \d+(, Column \d+)?\])?\s*|Template render error: |Error: )/;

function plainMessage(error) {
  let message = String(error?.message ?? error);
  while (PREFIX.test(message)) message = message.replace(PREFIX, "");
  return message.trim();
}

function offsetOf(source, line, column) {
  let start = 0;
  for (let row = 1; row < line; row++) start = source.indexOf("\n", start) + 1;
  return start + column - 1;
}

// The tag that `offset` lies in, delimiters included.
function tagAround(source, offset) {
  const start = Math.max(...[VARIABLE_START, "{%", "{#"].map((mark) => source.lastIndexOf(mark, offset)));
  if (start < 0) return "";
  const mark = source.startsWith(VARIABLE_START, start) ? "}}" : source[start + 1] + "}";
  let quote = "";
  for (let at = start + 2; at < source.length; at++) {
    if (quote) quote = source[at] === quote ? "" : quote;
    else if (mark !== "#}" && `"'`.includes(source[at])) quote = source[at];
    else if (source.startsWith(mark, at)) return at < offset ? "" : source.slice(start, at + mark.length);
  }
  return source.slice(start).split("\n", 1)[0];
}

// Where nunjucks tells no place: the comment that doesn't end, the end of one that doesn't begin, the last tag.
function guessedOffset(message, source) {
  if (message.includes("unexpected end of comment")) {
    const marks = [...source.matchAll(/\{#|#\}/g)];
    return marks.find((mark, n) => mark[0] === "#}" && marks[n - 1]?.[0] !== "{#")?.index ?? -1;
  }
  if (message.includes("expected end of comment")) return source.indexOf("{#", source.lastIndexOf("#}") + 1);
  if (!message.includes("end of file")) return -1;
  return Math.max(source.lastIndexOf(VARIABLE_START), source.lastIndexOf("{%"));
}

function placeAt(source, offset) {
  if (offset < 0) return state;
  const before = source.slice(0, offset).split("\n");
  return { line: before.length, column: before.at(-1).length + 1 };
}

function placeOf(error, source) {
  if (state.line > 0) return state;
  if (error?.lineno > 0) return { line: error.lineno, column: error.colno || 1 };
  return placeAt(source, guessedOffset(plainMessage(error), source));
}

function failure(error, source) {
  const { line, column } = placeOf(error, source);
  const expression = line > 0 ? tagAround(source, offsetOf(source, line, column)) : "";
  return { message: plainMessage(error), line, column, expression: expression.slice(0, 500) };
}

const OPERATIONS = { renderText, renderValue, condition, check };

function answer(text) {
  const request = JSON.parse(text);
  state.line = 0;
  try {
    return JSON.stringify(OPERATIONS[request.operation](request));
  } catch (error) {
    return JSON.stringify({ error: failure(error, request.source) });
  }
}

environment({ trim_blocks: false, lstrip_blocks: false });
