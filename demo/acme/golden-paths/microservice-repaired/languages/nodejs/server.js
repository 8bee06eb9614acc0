// ${{ values.name }} answers over HTTP.
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

export const service = "${{ values.name }}";
const answers = { "/": { service }, "/healthz": { status: "ok" } };

export function make() {
  return createServer((request, response) => {
    const found = Object.hasOwn(answers, request.url) ? answers[request.url] : undefined;
    response.writeHead(found ? 200 : 404, { "Content-Type": "application/json" });
    response.end(JSON.stringify(found ?? { error: "not found" }));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = make().listen(Number(process.env.PORT ?? 8000));
  process.on("SIGTERM", () => server.close());
}
