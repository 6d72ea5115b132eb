// node run-interop.mjs: reads one request from standard input, as JSON, and prints the answer.
import { run } from "./interop.mjs";

let text = "";
for await (const part of process.stdin) text += part;
console.log(JSON.stringify(await run(JSON.parse(text))));
