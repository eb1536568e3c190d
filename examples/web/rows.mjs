// Prints rows as the command line does, with node and the page's generator:
//   node rows.mjs FOLDER SEED START COUNT [csv|jsonl]
// FOLDER holds fakegen.wasm and model.fakegen.
import { readFileSync } from "node:fs";
import { FakeGen } from "./fakegen.js";

const [folder, seed, start, count, format = "csv"] = process.argv.slice(2);
if (count === undefined || !["csv", "jsonl"].includes(format)) {
  console.error("usage: node rows.mjs FOLDER SEED START COUNT [csv|jsonl]");
  process.exit(2);
}
const fakegen = await FakeGen.load(
  readFileSync(`${folder}/fakegen.wasm`), readFileSync(`${folder}/model.fakegen`));
process.stdout.write(fakegen[format](seed, start, count));
