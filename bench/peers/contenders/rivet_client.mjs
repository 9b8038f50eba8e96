// Do the jobs with Zoom's own client for Node, @zoom/rivet: the same protocol as rounds.py.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const require = createRequire(process.env.BENCH_MODULES + "/package.json");
const load = (name) => import(pathToFileURL(require.resolve(name).replace(/\.cjs$/, ".mjs")));
const [{ MeetingsS2SAuthClient }, { UsersS2SAuthClient }] = [await load("@zoom/rivet/meetings"), await load("@zoom/rivet/users")];

const MEETING_ID = 85746065432;
const MEETING = { topic: "Daily Meeting", duration: 30 };
const token = { accessToken: "bench-token", expirationTimeIso: "2099-01-01T00:00:00Z", scopes: [] };
const options = {
  clientId: "client", clientSecret: "secret", accountId: "account", disableReceiver: true,
  baseUrl: process.env.BENCH_URL, tokenStore: { getLatestToken: () => token, storeToken: () => undefined },
};
const meetings = new MeetingsS2SAuthClient(options).endpoints.meetings;
const users = new UsersS2SAuthClient(options).endpoints.users;

const create = () => meetings.createMeeting({ path: { userId: "me" }, body: MEETING });
const get = () => meetings.getMeeting({ path: { meetingId: MEETING_ID } });

async function repeat(call, count) {
  let found = 0;
  for (let number = 0; number < count; number += 1) found += (await call()).data.id === MEETING_ID;
  return found;
}

async function getConcurrently(count) {
  const parts = await Promise.all(Array.from({ length: 20 }, () => repeat(get, count / 20)));
  return parts.reduce((sum, part) => sum + part, 0);
}

async function listUsers() {
  const all = [];
  for (let next; next !== ""; ) {
    const { data } = await users.listUsers({ query: { page_size: 300, ...(next && { next_page_token: next }) } });
    all.push(...data.users);
    next = data.next_page_token;
  }
  return all.length;
}

const jobs = { create: (count) => repeat(create, count), get: getConcurrently, list: listUsers };
console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const [name, count] = line.split(" ");
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  const result = await jobs[name](Number(count));
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({
    cpu: (user + system) / 1e6, wall: (performance.now() - wall) / 1e3, result, memory: process.resourceUsage().maxRSS * 1024,
  }));
}
