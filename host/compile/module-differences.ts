/** In what two modules differ, told by their sections (WebAssembly core specification, section 5.5). */

/** A section that is not the same in both. */
export interface SectionDifference {
  /** As the specification calls it; a custom section's own name in quotes. */
  readonly section: string;
  /** Bytes of its content; null where the module has none. */
  readonly deployed: number | null;
  readonly built: number | null;
}

/** Functions, errors and events of which only one of two interfaces knows, each as JSON. */
export interface AbiDifference {
  readonly onlyDeployed: readonly string[];
  readonly onlyBuilt: readonly string[];
}

/** By their ids from 1 on. */
const SECTIONS = [
  ...["type", "import", "function", "table", "memory", "global", "export", "start"],
  ...["element", "code", "data", "data count"],
];

/** Where a contract's macro puts its interface. */
const INTERFACE = '"enigma-abi"';

const MAGIC_AND_VERSION = 8;

/**
 * Sections that are not the same, in the order of the deployed module, then those that only the built one has.
 * @throws RangeError for bytes that are no sequence of sections
 */
export function sectionDifferences(deployed: Uint8Array, built: Uint8Array): SectionDifference[] {
  const [ours, theirs] = [sectionsOf(built), sectionsOf(deployed)];
  const names = new Set([...theirs.keys(), ...ours.keys()]);
  return [...names]
    .filter((name) => !equal(theirs.get(name), ours.get(name)))
    .map((section) => ({
      section,
      deployed: theirs.get(section)?.length ?? null,
      built: ours.get(section)?.length ?? null,
    }));
}

/** What the interfaces that two modules carry do not share. @throws RangeError as `sectionDifferences` */
export function abiDifference(deployed: Uint8Array, built: Uint8Array): AbiDifference {
  const [theirs, ours] = [interfaceOf(deployed), interfaceOf(built)];
  return {
    onlyDeployed: theirs.filter((element) => !ours.includes(element)),
    onlyBuilt: ours.filter((element) => !theirs.includes(element)),
  };
}

/** Contents by name; sections of one name, which only custom ones can share, one behind the other. */
function sectionsOf(module: Uint8Array): Map<string, Uint8Array> {
  const sections = new Map<string, Uint8Array>();
  for (let at = MAGIC_AND_VERSION; at < module.length; ) {
    const id = module[at] as number;
    const size = unsigned(module, at + 1);
    const end = size.next + size.value;
    if (end > module.length) throw new RangeError(`the section at byte ${at} ends behind the module`);
    const { name, content } = id === 0 ? custom(module, size.next, end) : plain(id, module.subarray(size.next, end));
    sections.set(name, Buffer.concat([sections.get(name) ?? new Uint8Array(), content]));
    at = end;
  }
  return sections;
}

function plain(id: number, content: Uint8Array): { name: string; content: Uint8Array } {
  return { name: SECTIONS[id - 1] ?? `section ${id}`, content };
}

function custom(module: Uint8Array, start: number, end: number): { name: string; content: Uint8Array } {
  const length = unsigned(module, start);
  const nameEnd = Math.min(length.next + length.value, end);
  const name = JSON.stringify(new TextDecoder().decode(module.subarray(length.next, nameEnd)));
  return { name, content: module.subarray(nameEnd, end) };
}

function interfaceOf(module: Uint8Array): string[] {
  const section = sectionsOf(module).get(INTERFACE);
  if (section === undefined) return [];
  try {
    const abi: unknown = JSON.parse(new TextDecoder().decode(section));
    return Array.isArray(abi) ? abi.map((element) => JSON.stringify(element)) : [];
  } catch {
    // Whoever deploys may write there what they like; that the section differs is told all the same.
    return [];
  }
}

function equal(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;
}

/** An unsigned LEB128 number of up to 32 bits. */
function unsigned(bytes: Uint8Array, start: number): { value: number; next: number } {
  let value = 0;
  for (let next = start, shift = 0; shift <= 28; shift += 7) {
    const byte = bytes[next++];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next };
  }
  throw new RangeError(`malformed LEB128 number at byte ${start}`);
}
