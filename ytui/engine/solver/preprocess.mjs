// Preprocesses one player with yt-dlp-ejs' scripts, in a deno without any permission, and ends.
//
//   {"lib": N, "core": N, "player": N} and the three texts  -> {"bytes": N} and the preprocessed player
//                                                           or {"error": TEXT}
import vm from "node:vm";

const LIMIT_MS = 120000;

function readAll() {
  const parts = [], part = new Uint8Array(65536);
  let size = 0;
  for (let count; (count = Deno.stdin.readSync(part)) !== null; size += count) parts.push(part.slice(0, count));
  const all = new Uint8Array(size);
  let at = 0;
  for (const one of parts) {
    all.set(one, at);
    at += one.length;
  }
  return all;
}

function write(bytes) {
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at, at + 65536));
}

function preprocess(input) {
  const decoder = new TextDecoder();
  const line = input.indexOf(10);
  const sizes = JSON.parse(decoder.decode(input.subarray(0, line)));
  let at = line + 1;
  const take = (size) => decoder.decode(input.subarray(at, at += size));
  const lib = take(sizes.lib), core = take(sizes.core), player = take(sizes.player);
  const context = vm.createContext(vm.constants?.DONT_CONTEXTIFY ?? Object.create(null));
  const within = { timeout: LIMIT_MS };
  vm.runInContext(`${lib}\nObject.assign(globalThis, lib);\n${core}`, context, within);
  context.player = player;
  return vm.runInContext(
    `jsc({ type: "player", player, requests: [], output_preprocessed: true }).preprocessed_player`, context, within);
}

let header, body = new Uint8Array(0);
try {
  body = new TextEncoder().encode(preprocess(readAll()));
  header = { bytes: body.length };
} catch (error) {
  header = { error: String(error).slice(0, 500) };
}
write(new TextEncoder().encode(JSON.stringify(header) + "\n"));
write(body);
