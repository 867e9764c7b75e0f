/**
 * Reads custom sections of a WebAssembly module (core specification, section 5.5.3), without compiling it.
 */

/**
 * The contents of the custom sections of this name, in order.
 *
 * @param {Uint8Array} module a valid module
 * @param {string} name
 * @returns {Uint8Array[]}
 */
export function customSections(module, name) {
  const found = [];
  let offset = 8;
  while (offset < module.length) {
    const id = module[offset];
    const size = unsigned(module, offset + 1);
    const end = size.next + size.value;
    if (id === 0) {
      const length = unsigned(module, size.next);
      const nameEnd = length.next + length.value;
      const sectionName = new TextDecoder().decode(module.subarray(length.next, nameEnd));
      if (sectionName === name) found.push(module.subarray(nameEnd, end));
    }
    offset = end;
  }
  return found;
}

/** An unsigned LEB128 number of up to 32 bits. */
function unsigned(bytes, start) {
  let value = 0;
  let next = start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[next++];
    if (byte === undefined || shift > 28) throw new RangeError(`malformed LEB128 number at offset ${start}`);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next };
  }
}
