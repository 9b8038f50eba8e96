// Create, list, read, update and delete a meeting with nothing but the fetch of Node.
import assert from "node:assert/strict";

const [url, clientId, clientSecret, accountId] = process.argv.slice(2);

const form = new URLSearchParams({ grant_type: "account_credentials", account_id: accountId });
const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
const answer = await fetch(`${url}/oauth/token`, {
  method: "POST",
  headers: { Authorization: `Basic ${basic}` },
  body: form,
});
assert.equal(answer.status, 200);
const token = await answer.json();

async function call(method, path, status, body) {
  const response = await fetch(`${url}/v2${path}`, {
    method,
    headers: { Authorization: `Bearer ${token.access_token}`, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  assert.equal(response.status, status, `${method} ${path}: ${text}`);
  assert.ok(response.headers.get("x-zm-trackingid"));
  return text && JSON.parse(text);
}

const made = await call("POST", "/users/me/meetings", 201, {
  topic: "Tägliches",
  type: 2,
  start_time: "2030-01-01T09:00:00Z",
  settings: { approval_type: 0 },
});
assert.ok(Number.isSafeInteger(made.id));
const listed = await call("GET", "/users/me/meetings?page_size=300", 200);
assert.deepEqual(listed.meetings.map((meeting) => meeting.id), [made.id]);
const person = { email: "ada@example.com", first_name: "Ada" };
const receipt = await call("POST", `/meetings/${made.id}/registrants`, 201, person);
assert.equal(new URL(receipt.join_url).searchParams.get("tk"), receipt.registrant_id);
await call("PATCH", `/meetings/${made.id}`, 204, { topic: "Wöchentliches" });
assert.equal((await call("GET", `/meetings/${made.id}`, 200)).topic, "Wöchentliches");
await call("DELETE", `/meetings/${made.id}`, 204);
assert.equal((await call("GET", `/meetings/${made.id}`, 404)).code, 3001);
console.log("done");
