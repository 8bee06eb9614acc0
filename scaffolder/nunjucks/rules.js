// Names that lead from a value to the machinery behind it. They are refused twice: where the parsed template spells
// them out (inspect.js) and where a template computes them (engine.js). The room is closed either way; this keeps a
// template from altering what later templates in the same context see.
const REFUSED = new Set([
  "constructor", "__proto__", "prototype",
  "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__",
]);

const owns = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

function refused(name, node) {
  const message = `\`${name}\` may not be used in a template`;
  return node ? new nunjucks.lib.TemplateError(message, node.lineno + 1, node.colno + 1) : new Error(message);
}
