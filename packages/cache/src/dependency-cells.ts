import { everything } from './dependencies.js';

/** What this process knows about one dependency; kept while a snapshot refers to it. */
class Cell {
  readonly name: string;
  version = 0;
  /** The epoch that the last change gave it, when that is known. */
  epoch: number | undefined;
  references = 0;

  constructor(name: string) {
    this.name = name;
  }
}

/** The versions of some dependencies at one moment in this process. */
export class CellSnapshot {
  /** The epochs that Redis gave after this moment and before the load began. */
  epochs: readonly (number | undefined)[] | undefined;
  readonly #owner: DependencyCells;
  readonly #cells: readonly Cell[];
  readonly #versions: number[] = [];
  #checkedAt: number;
  #holders = 1;

  constructor(owner: DependencyCells, cells: readonly Cell[]) {
    this.#owner = owner;
    this.#cells = cells;
    this.#checkedAt = owner.changes;
    for (const cell of cells) {
      this.#versions.push(cell.version);
    }
  }

  /** Whether no dependency has changed since. Only to be asked while it is held. */
  isCurrent(): boolean {
    const { changes } = this.#owner;
    if (this.#checkedAt === changes) {
      return true;
    }
    for (let index = 0; index < this.#cells.length; index += 1) {
      const cell = this.#cells[index];
      if (cell?.version !== this.#versions[index] && !this.#readAfterChange(cell, index)) {
        return false;
      }
    }
    this.#checkedAt = changes;
    return true;
  }

  /** Somebody else holds it too; each holder releases it once. */
  retain(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) {
      this.#owner.forget(this.#cells);
    }
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

  /** Dependencies somebody refers to. */
  get size(): number {
    return this.#cells.size;
  }

  /** Takes the versions as they are now; the caller holds the snapshot until it releases it. */
  acquire(names: readonly string[]): CellSnapshot {
    const cells: Cell[] = [];
    for (const name of names) {
      let cell = this.#cells.get(name);
      if (cell === undefined) {
        cell = new Cell(name);
        this.#cells.set(name, cell);
      }
      cell.references += 1;
      cells.push(cell);
    }
    return new CellSnapshot(this, cells);
  }

  /** A snapshot is not held any more. */
  forget(cells: readonly Cell[]): void {
    for (const cell of cells) {
      cell.references -= 1;
      if (cell.references === 0) {
        this.#cells.delete(cell.name);
      }
    }
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
