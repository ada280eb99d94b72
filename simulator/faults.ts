import type { FaultInput, FaultKind } from './types';

export interface Fault {
  id: number;
  call: string;
  /** How many calls it still hits. */
  left: number;
  kind: FaultKind;
}

/** What goes wrong in one call. */
export interface FaultPlan {
  delay: number;
  /** Whether connections are refused after it. */
  gone: boolean;
  kind: Exclude<FaultKind, { delay: number } | 'gone'> | null;
}

/** Short name of a kind, for the log and the control panel. */
export function nameOfFault(kind: FaultKind): string {
  if (typeof kind === 'string') return kind;
  if ('errcode' in kind) return `errcode ${kind.errcode}`;
  if ('delay' in kind) return `delay ${kind.delay} ms`;
  if ('status' in kind) return `HTTP ${kind.status}`;
  return 'body';
}

/** Faults that are switched on. The first that matches a call makes its answer; delays add up, and so does going away. */
export class FaultStore {
  private faults: Fault[] = [];
  private nextId = 1;

  /** Switches a fault on; the returned function switches it off. */
  add(input: FaultInput): () => void {
    const fault: Fault = {
      id: this.nextId++,
      call: input.call.replace(/^\/?(cgi-bin\/)?/, ''),
      left: input.times ?? Number.POSITIVE_INFINITY,
      kind: input.kind,
    };
    this.faults.push(fault);
    return () => this.remove(fault.id);
  }

  remove(id: number): void {
    this.faults = this.faults.filter((fault) => fault.id !== id);
  }

  /** The faults that hit this call; uses them up. */
  take(call: string): FaultPlan {
    const plan: FaultPlan = { delay: 0, gone: false, kind: null };
    for (const fault of this.faults) {
      if (fault.call !== '*' && fault.call !== call) continue;
      const { kind } = fault;
      if (typeof kind === 'object' && 'delay' in kind) plan.delay += kind.delay;
      else if (kind === 'gone') plan.gone = true;
      else if (plan.kind === null) plan.kind = kind;
      else continue;
      fault.left -= 1;
    }
    this.faults = this.faults.filter((fault) => fault.left > 0);
    return plan;
  }

  list(): Fault[] {
    return this.faults.map((fault) => ({ ...fault }));
  }

  clear(): void {
    this.faults = [];
  }
}
