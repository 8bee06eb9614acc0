// What Backstage's dialect adds to nunjucks: filters and the two status functions.

const HOST_NEEDS = {
  "github.com": ["owner", "repo"],
  "gitlab.com": ["owner", "repo"],
  "bitbucket.org": ["workspace", "project", "repo"],
  "dev.azure.com": ["project", "repo"],
};
const REPO_PARTS = ["owner", "repo", "organization", "workspace", "project"];

const unslash = (text) => text.replace(/^\/+|\/+$/g, "");
const decoded = (text) => decodeURIComponent(text.replace(/\+/g, " "));

function queryParts(query) {
  const parts = {};
  for (const pair of query.split("&").filter((text) => text !== "")) {
    const [key, ...rest] = pair.split("=");
    parts[decoded(key)] ??= unslash(decoded(rest.join("=")));
  }
  return parts;
}

// `github.com?owner=shop&repo=checkout` -> {host, owner, repo}
function parseRepoUrl(text) {
  const [address, ...rest] = String(text).replace(/^https?:\/\//, "").split("?");
  const host = unslash(address);
  if (!host || /[\s/@\\]/.test(host)) {
    throw new Error(`Incomplete repository location provided, host not provided: ${text}`);
  }
  const given = queryParts(rest.join("?"));
  for (const part of HOST_NEEDS[host] ?? ["repo"]) {
    if (!given[part] && !(part === "owner" && given.project)) {
      throw new Error(`Incomplete repository location provided, ${part} not provided: ${text}`);
    }
  }
  const found = { host };
  for (const part of REPO_PARTS.filter((name) => given[name])) found[part] = given[part];
  return found;
}

function projectSlug(text) {
  const { owner, repo } = parseRepoUrl(text);
  return `${owner}/${repo}`;
}

// `[<kind>:][<namespace>/]<name>`; a colon after the first slash is not the kind's.
function parseEntityRef(text, context = {}) {
  const match = /^(?:([^:/]+):)?(?:([^:/]+)\/)?([^:/]+)$/.exec(String(text).trim());
  if (!match) {
    throw new Error(`"${text}" is not an entity reference; expected [<kind>:][<namespace>/]<name>`);
  }
  const kind = match[1] ?? context.defaultKind;
  if (!kind) {
    throw new Error(`entity reference "${text}" has no kind, and no default kind is given`);
  }
  return { kind, namespace: match[2] ?? context.defaultNamespace ?? "default", name: match[3] };
}

// `pick('a.b[0].c')`: what lies at that path, undefined when a part is missing.
function pick(value, path) {
  const keys = Array.isArray(path) ? path.map(String) : String(path).match(/[^.[\]"']+/g) ?? [];
  let found = value;
  for (const key of keys) {
    if (REFUSED.has(key)) throw refused(key);
    if (found === null || found === undefined) return undefined;
    found = owns(Object(found), key) ? found[key] : undefined;
  }
  return found;
}

function dump(value, spaces) {
  return JSON.stringify(value, null, spaces);
}

const FILTERS = { parseRepoUrl, projectSlug, parseEntityRef, pick, dump, jsonify: dump };
