// Create one meeting with @zoom/rivet, in a process of its own.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(process.env.BENCH_MODULES + "/package.json");
const module = pathToFileURL(require.resolve("@zoom/rivet/meetings").replace(/\.cjs$/, ".mjs"));
const { MeetingsS2SAuthClient } = await import(module);
const token = { accessToken: "bench-token", expirationTimeIso: "2099-01-01T00:00:00Z", scopes: [] };
const client = new MeetingsS2SAuthClient({
  clientId: "client", clientSecret: "secret", accountId: "account", disableReceiver: true,
  baseUrl: process.env.BENCH_URL, tokenStore: { getLatestToken: () => token, storeToken: () => undefined },
});
const { data } = await client.endpoints.meetings.createMeeting({
  path: { userId: "me" },
  body: { topic: "Daily Meeting", duration: 30 },
});
console.log(data.id);
