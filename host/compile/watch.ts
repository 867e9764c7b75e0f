/** Builds again whenever a source of a project changes. */
import { existsSync, type FSWatcher, watch } from "node:fs";
import path from "node:path";
import type { Project } from "../project/project.ts";

/** Files that contracts are built from. */
const SOURCE = /(\.rs|\.wit|(^|[\\/])Cargo\.(toml|lock)|(^|[\\/])config\.toml)$/;

/** Folders in which a build itself writes. */
const MADE = /(^|[\\/])(target|node_modules|dist)[\\/]/;

/**
 * Calls `build` now and after changes until `stop` aborts. Changes during a build lead to one more build behind it.
 * @param build settles also where a build fails; it rejects to end the watch
 */
export async function watchSources(project: Project, build: () => Promise<void>, stop: AbortSignal): Promise<void> {
  const changes = new Changes();
  const watchers = watchedPlaces(project).map(({ place, recursive }) => watchPlace(place, recursive, changes));
  try {
    while (!stop.aborted) {
      await build();
      await changes.next(stop);
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

/** The crates with all that is in them; of the folders around them only the manifests. */
function watchedPlaces({ root, contracts }: Project): { place: string; recursive: boolean }[] {
  const settings = [root, path.join(root, ".cargo")].filter((place) => place !== contracts && existsSync(place));
  return [
    ...(existsSync(contracts) ? [{ place: contracts, recursive: true }] : []),
    ...settings.map((place) => ({ place, recursive: false })),
  ];
}

function watchPlace(place: string, recursive: boolean, changes: Changes): FSWatcher {
  return watch(place, { recursive }, (_, file) => {
    if (file !== null && SOURCE.test(file) && !MADE.test(file)) changes.note();
  });
}

/** Remembers that something has changed until somebody asks. */
class Changes {
  #changed = false;
  #wake: (() => void) | undefined;

  note(): void {
    this.#changed = true;
    this.#wake?.();
  }

  /** Resolves when something has changed since the last time, or when `stop` aborts. */
  async next(stop: AbortSignal): Promise<void> {
    if (!this.#changed && !stop.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        stop.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    this.#wake = undefined;
    this.#changed = false;
  }
}
