// What the parsed template says about itself: names that are refused, and the paths it looks up, for lint.
const nodes = nunjucks.nodes;

function* children(node) {
  const fields = node instanceof nodes.NodeList ? ["children"] : node.fields;
  for (const field of fields) {
    const found = node[field];
    for (const child of Array.isArray(found) ? found : [found]) {
      if (child instanceof nodes.Node) yield child;
    }
  }
}

function* everyNode(root) {
  const left = [root];
  while (left.length) {
    const node = left.pop();
    yield node;
    left.push(...[...children(node)].reverse());
  }
}

function refuseNames(root) {
  for (const node of everyNode(root)) {
    const named = node instanceof nodes.LookupVal ? node.val : node instanceof nodes.Pair ? node.key : node;
    const isName = named !== node || node instanceof nodes.Symbol;
    if (isName && named instanceof nodes.Value && REFUSED.has(String(named.value))) throw refused(named.value, node);
  }
  return root;
}

// The path of a chain of look-ups: parameters["name"].first -> ["parameters", "name", "first"]; null for a part
// that is computed; undefined when the chain doesn't begin with a name.
function pathOf(node) {
  if (node instanceof nodes.Symbol) return [node.value];
  if (!(node instanceof nodes.LookupVal)) return undefined;
  const path = pathOf(node.target);
  return path && [...path, node.val instanceof nodes.Literal ? node.val.value : null];
}

function rootOf(node) {
  return node instanceof nodes.LookupVal ? rootOf(node.target) : node;
}

// Symbols that are not look-ups of a value: a filter's or a test's name, a dictionary's bare key.
function plainWords(node) {
  if (node instanceof nodes.Filter) return [node.name];
  if (node instanceof nodes.Is) return [node.right, node.right.name];
  if (node instanceof nodes.Pair) return [node.key];
  return [];
}

function definedNames(node) {
  if (node instanceof nodes.Set) return node.targets;
  if (node instanceof nodes.For) return node.name instanceof nodes.NodeList ? node.name.children : [node.name];
  if (!(node instanceof nodes.Macro)) return [];
  const given = node.args.children.flatMap((arg) => (arg instanceof nodes.Dict ? arg.children.map((pair) => pair.key) : [arg]));
  return [...given, ...(node.name instanceof nodes.Symbol ? [node.name] : [])];
}

function place(node) {
  return { line: node.lineno + 1, column: node.colno + 1 };
}

function inspect(root) {
  const report = { lookups: [], calls: [], filters: [], defined: [] };
  const skip = new Set();
  const printed = new Set();
  for (const node of everyNode(root)) {
    plainWords(node).forEach((word) => skip.add(word));
    for (const target of definedNames(node)) {
      skip.add(target);
      report.defined.push(target.value);
    }
    if (node instanceof nodes.Output) node.children.forEach((child) => printed.add(child));
    if (node instanceof nodes.Filter) report.filters.push({ name: node.name.value, ...place(node) });
    else if (node instanceof nodes.FunCall) report.calls.push({ path: pathOf(node.name) ?? [], ...place(node) });
    const path = skip.has(node) ? undefined : pathOf(node);
    if (path) {
      report.lookups.push({ path, printed: printed.has(node), ...place(rootOf(node)) });
      for (let inner = node; inner instanceof nodes.LookupVal; inner = inner.target) skip.add(inner.target);
    }
  }
  return report;
}
