import { everything } from './dependencies.js';

/** What this process knows about one dependency; kept while an entry or a load refers to it. */
class Cell {
  version = 0;
  /** The epoch that the last change gave it, when that is known. */
  epoch: number | undefined;
  references = 0;
}

/** The versions of an entry's dependencies at one moment in this process. */
export class CellSnapshot {
  readonly cells: readonly Cell[];
  readonly #versions: readonly number[];
  /** The epochs that Redis gave after this moment and before the load began. */
  epochs: readonly (number | undefined)[] | undefined;
  #checkedAt: number;

  constructor(cells: readonly Cell[], changes: number) {
    this.cells = cells;
    this.#versions = cells.map((cell) => cell.version);
    this.#checkedAt = changes;
  }

  /** Whether no dependency has changed since; `changes` is the count of the cells it came from. */
  isCurrent(changes: number): boolean {
    if (this.#checkedAt === changes) {
      return true;
    }
    for (let index = 0; index < this.cells.length; index += 1) {
      const cell = this.cells[index];
      if (cell?.version !== this.#versions[index] && !this.#readAfterChange(cell, index)) {
        return false;
      }
    }
    this.#checkedAt = changes;
    return true;
  }

  /** Word of a single change came late: its epoch is the one that Redis gave already. */
  #readAfterChange(cell: Cell | undefined, index: number): boolean {
    return (
      cell?.epoch !== undefined &&
      cell.version - 1 === this.#versions[index] &&
      cell.epoch === this.epochs?.[index]
    );
  }
}

/**
 * Invalidation inside this process: a version per dependency, for those dependencies only that
 * an entry of the in-process tier or a running load has.
 */
export class DependencyCells {
  readonly #cells = new Map<string, Cell>();
  /** Grows with each change of a dependency that somebody refers to. */
  #changes = 0;

  get changes(): number {
    return this.#changes;
  }

  /** Takes the versions as they are now; to be given back with `release`. */
  acquire(names: readonly string[]): CellSnapshot {
    const cells = names.map((name) => {
      let cell = this.#cells.get(name);
      if (cell === undefined) {
        cell = new Cell();
        this.#cells.set(name, cell);
      }
      cell.references += 1;
      return cell;
    });
    return new CellSnapshot(cells, this.#changes);
  }

  release(names: readonly string[], snapshot: CellSnapshot): void {
    snapshot.cells.forEach((cell, index) => {
      cell.references -= 1;
      const name = names[index];
      if (cell.references === 0 && name !== undefined) {
        this.#cells.delete(name);
      }
    });
  }

  /** Every snapshot taken before with one of these dependencies is outdated from now on. */
  change(names: readonly string[], epoch?: number): void {
    for (const name of names) {
      const cell = this.#cells.get(name);
      if (cell !== undefined) {
        cell.version += 1;
        cell.epoch = epoch;
        this.#changes += 1;
      }
    }
  }

  /** Every snapshot taken before is outdated from now on. */
  changeEverything(): void {
    this.change([everything]);
  }
}
