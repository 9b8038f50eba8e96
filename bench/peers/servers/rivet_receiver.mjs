// Receive webhooks with @zoom/rivet, which verifies them and calls a handler; it stores nothing. It prints its port.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(process.env.BENCH_MODULES + "/package.json");
const module = pathToFileURL(require.resolve("@zoom/rivet/meetings").replace(/\.cjs$/, ".mjs"));
const { HttpReceiver, MeetingsS2SAuthClient } = await import(module);
const receiver = new HttpReceiver({ port: 0, endpoints: "/", webhooksSecretToken: process.env.ZOOM_WEBHOOK_SECRET });
const client = new MeetingsS2SAuthClient({ clientId: "client", clientSecret: "secret", accountId: "account", receiver });
let events = 0;
client.webEventConsumer.event("meeting.started", () => { events += 1; });
const server = await client.start();
console.log(server.address().port);
