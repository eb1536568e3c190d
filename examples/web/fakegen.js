// A model's rows in JavaScript: a browser or node runs the generator as WebAssembly.

// A module with one of SIMD128's instructions: an engine that lacks them refuses the whole of it.
const smallest = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, // magic number, version
  1, 5, 1, 96, 0, 1, 123, // a type: () -> v128
  3, 2, 1, 0, // a function of that type
  10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11); // i32.const 0, i8x16.splat, i8x16.popcnt

/**
 * The file with the fastest module that this engine takes: fakegen-simd.wasm or fakegen.wasm. Both
 * make the same rows.
 */
export const moduleFile =
  WebAssembly.validate(smallest) ? "fakegen-simd.wasm" : "fakegen.wasm";

/** Makes the rows of one model. */
export class FakeGen {
  #exports;
  #session;

  /** The line that names the owner of the model's training data, to be shown beside its rows. */
  attribution;

  /**
   * @param {BufferSource} code fakegen.wasm or fakegen-simd.wasm, as `moduleFile` says
   * @param {Uint8Array} model a model file
   * @throws {Error} if the model file is refused; the message says why
   */
  static async load(code, model) {
    const { instance } = await WebAssembly.instantiate(code, {});
    return new FakeGen(instance.exports, model);
  }

  constructor(exports, model) {
    this.#exports = exports;
    const bytes = exports.fakegen_allocate(model.length);
    new Uint8Array(exports.memory.buffer, bytes, model.length).set(model);
    this.#session = exports.fakegen_session_create(bytes, model.length);
    exports.fakegen_free(bytes);
    const text = this.#text();
    if (!exports.fakegen_session_is_ready(this.#session)) throw new Error(text);
    this.attribution = text;
  }

  /**
   * Rows as CSV with a line of column names: the bytes that the command line prints.
   *
   * @throws {Error} if the model's filter leaves no such row; the message says which
   */
  csv(seed, start, count) {
    return this.#rows(seed, start, count, 0);
  }

  /** Rows as JSON Lines: the bytes that the command line prints. Throws what `csv` throws. */
  jsonl(seed, start, count) {
    return this.#rows(seed, start, count, 1);
  }

  /** Rows as objects. Throws what `csv` throws. */
  rows(seed, start, count) {
    return this.jsonl(seed, start, count).split("\n").slice(0, -1).map((line) => JSON.parse(line));
  }

  #rows(seed, start, count, isJSON) {
    const isMade = this.#exports.fakegen_session_make_rows(
      this.#session, BigInt(seed), BigInt(start), BigInt(count), isJSON);
    if (!isMade) throw new Error(this.#text());
    return this.#text();
  }

  #text() {
    const size = this.#exports.fakegen_session_text_size(this.#session);
    const copy = this.#exports.fakegen_allocate(size);
    this.#exports.fakegen_session_copy_text(this.#session, copy);
    const text = new TextDecoder().decode(
      new Uint8Array(this.#exports.memory.buffer, copy, size));
    this.#exports.fakegen_free(copy);
    return text;
  }
}
