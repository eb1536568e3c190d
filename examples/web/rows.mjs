// Prints rows as the command line does, with node and the page's generator:
//   node rows.mjs FOLDER SEED START COUNT [csv|jsonl [MODULE]]
// FOLDER holds model.fakegen and MODULE, by default the fastest of fakegen.wasm and fakegen-simd.wasm.
import { readFileSync } from "node:fs";
import { FakeGen, moduleFile } from "./fakegen.js";

const [folder, seed, start, count, format = "csv", module = moduleFile] = process.argv.slice(2);
if (count === undefined || !["csv", "jsonl"].includes(format)) {
  console.error("usage: node rows.mjs FOLDER SEED START COUNT [csv|jsonl [MODULE]]");
  process.exit(2);
}
const fakegen = await FakeGen.load(
  readFileSync(`${folder}/${module}`), readFileSync(`${folder}/model.fakegen`));
process.stdout.write(fakegen[format](seed, start, count));
