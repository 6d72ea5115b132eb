// node run-vectors.mjs <sealed module folder> <folder of vectors>…: prints {"passed":n,"failures":[…]}.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run } from "./vectors.mjs";

const [sealed, ...folders] = process.argv.slice(2);
const load = async (name) => {
  for (const folder of folders) {
    const text = await readFile(join(folder, name), "utf8").catch(() => null);
    if (text !== null) return text;
  }
  throw new Error(`${name} was not found.`);
};
console.log(JSON.stringify(await run({ sealed: pathToFileURL(sealed).href, load })));
