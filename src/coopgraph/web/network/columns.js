/* Unpacks the columns of a large network (coopgraph.view.overview): gzip in base64 to
   numbers and texts. Nothing here draws or fetches. */

/** @import { Text } from "../types.d.ts" */

/** @param {string} column */
async function bytes(column) {
  if (!column) return new Uint8Array(0);
  const text = atob(column), packed = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) packed[at] = text.charCodeAt(at);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Whole numbers of variable length (LEB128), each 0 or more. @param {string} column */
export async function numbers(column) {
  const data = await bytes(column);
  let count = 0;
  for (let at = 0; at < data.length; at += 1) if (data[at] < 128) count += 1;
  const values = new Float64Array(count);
  let index = 0, value = 0, scale = 1;
  for (let at = 0; at < data.length; at += 1) {
    const part = data[at];
    if (part < 128) {
      values[index] = value + part * scale;
      index += 1;
      value = 0;
      scale = 1;
    } else {
      value += (part - 128) * scale;
      scale *= 128;
    }
  }
  return values;
}

/** 0, 1, 2, 3, … as 0, -1, 1, -2, … @param {string} column */
export async function signed(column) {
  const values = await numbers(column);
  for (let at = 0; at < values.length; at += 1) values[at] = values[at] % 2 ? -(values[at] + 1) / 2 : values[at] / 2;
  return values;
}

/** @param {string} column */
export async function differences(column) {
  const values = await signed(column);
  for (let at = 1; at < values.length; at += 1) values[at] += values[at - 1];
  return values;
}

/** @param {string} column */
export async function floats(column) {
  const data = await bytes(column);
  return new Float64Array(data.buffer, 0, data.length / 8);
}

/**
 * Texts, made when they are first asked for.
 * @param {string} column @param {number} count
 * @returns {Promise<() => string[]>}
 */
export async function lines(column, count) {
  const data = await bytes(column);
  /** @type {string[] | undefined} */
  let made;
  return () => (made ??= count ? new TextDecoder().decode(data).split("\n") : []);
}

/**
 * Texts in each language; in all but the first, a text is held only where it differs.
 * @param {string[]} packed @param {number} count
 * @returns {Promise<(index: number) => Text>}
 */
export async function texts(packed, count) {
  const all = await Promise.all(packed.map((column) => lines(column, count)));
  return (index) => all.map((each) => each()[index] || all[0]()[index]);
}
