// A model's rows in JavaScript: a browser or node runs the generator as WebAssembly.

/** Makes the rows of one model. */
export class FakeGen {
  #exports;
  #session;

  /** The line that names the owner of the model's training data, to be shown beside its rows. */
  attribution;

  /**
   * @param {BufferSource} code fakegen.wasm
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
