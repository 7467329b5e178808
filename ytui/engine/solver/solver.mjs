// The long-lived challenge solver. It runs in a deno without any permission and ends with its standard input.
//
// A message is a line of JSON, and as many bytes after it as its "bytes" says:
//   {"load": PLAYER, "unload": [PLAYER, ...], "ms": LIMIT, "bytes": N} and a player as preprocess.mjs leaves it
//                                                                       -> {"loaded": PLAYER}
//   {"solve": PLAYER, "challenges": [["n" | "sig", TEXT], ...], "ms": LIMIT} -> {"answer": "[TEXT or null, ...]"}
// Anything that goes wrong is answered by {"error": TEXT}.
import vm from "node:vm";

const LONGEST_ANSWER = 65536;
const players = new Map();
const buffer = new Uint8Array(65536);
let begin = 0, end = 0;

function fill() {
  const count = Deno.stdin.readSync(buffer);
  if (count === null) Deno.exit(0);
  begin = 0;
  end = count;
}

function readBytes(count) {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count;) {
    if (begin === end) fill();
    const part = buffer.subarray(begin, Math.min(end, begin + count - at));
    bytes.set(part, at);
    at += part.length;
    begin += part.length;
  }
  return bytes;
}

function readLine() {
  const parts = [];
  for (;;) {
    if (begin === end) fill();
    const stop = buffer.subarray(begin, end).indexOf(10);
    const count = stop < 0 ? end - begin : stop;
    parts.push(...buffer.subarray(begin, begin + count));
    begin += count;
    if (stop >= 0) {
      begin += 1;
      return new TextDecoder().decode(new Uint8Array(parts));
    }
  }
}

function load(name, code, timeout) {
  // Players write into globalThis: each has a realm of its own, and only strings pass between it and this one.
  const context = vm.createContext(vm.constants?.DONT_CONTEXTIFY ?? Object.create(null));
  const within = { timeout };
  // The same call as in yt-dlp-ejs' core: Function("_result", code)(solvers).
  vm.runInContext(`globalThis.__install = function (_result) {${code}\n}`, context, within);
  vm.runInContext(`{
    const { parse, stringify } = JSON, solvers = { n: null, sig: null };
    __install(solvers);
    globalThis.__answer = (text) => stringify(parse(text).map(([type, challenge]) => {
      try { return solvers[type](challenge); } catch { return null; }
    }));
  }`, context, within);
  players.set(name, context);
  return { loaded: name };
}

function solve(name, challenges, timeout) {
  const context = players.get(name);
  if (!context) throw new Error("no such player");
  const text = JSON.stringify(JSON.stringify(challenges));
  const answer = vm.runInContext(`__answer(${text})`, context, { timeout });
  if (typeof answer !== "string" || answer.length > LONGEST_ANSWER) throw new Error("no answer");
  return { answer };
}

function handle(message) {
  const body = message.bytes === undefined ? "" : new TextDecoder().decode(readBytes(message.bytes));
  try {
    for (const name of message.unload ?? []) players.delete(name);
    if ("load" in message) return load(message.load, body, message.ms);
    return solve(message.solve, message.challenges, message.ms);
  } catch (error) {
    return { error: String(error).slice(0, 500) };
  }
}

for (;;) {
  const line = new TextEncoder().encode(JSON.stringify(handle(JSON.parse(readLine()))) + "\n");
  for (let at = 0; at < line.length;) at += Deno.stdout.writeSync(line.subarray(at));
}
