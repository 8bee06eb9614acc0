import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";

import { make, service } from "./server.js";

const server = make();
let base;

before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${server.address().port}`;
});

after(() => server.close());

test("it says what it is", async () => {
  const answer = await fetch(`${base}/`);
  assert.deepEqual(await answer.json(), { service });
});

test("it is healthy", async () => {
  const answer = await fetch(`${base}/healthz`);
  assert.equal(answer.status, 200);
});

test("anything else is not found", async () => {
  const answer = await fetch(`${base}/nothing`);
  assert.equal(answer.status, 404);
});
