// Has the module of kernels.c compare the loops of simd128 with the plain ones:
//   node kernels.mjs MODULE SEEDS
import { readFileSync } from "node:fs";

const [module, seeds] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(module), {});
const kernels = ["multiply", "dense", "step", "exponentials", "search", "choose", "draw"];
for (let seed = 1; seed <= Number(seeds); seed++) {
  const different = instance.exports.check(seed);
  if (different === 0) continue;
  console.error(`seed ${seed}: ${kernels[different - 1]} differs`);
  process.exit(1);
}
