/** What the server says beyond LSP: its commands and the status object. Amounts are USD; null means unknown. */

/** A job under way. `token` is what `testtime.stop` takes. */
export interface Running {
  readonly token: string;
  readonly title: string;
  readonly message: string;
}

/** How the last repair ended. `report` is the URI of its page. */
export interface Last {
  readonly id?: string;
  readonly title: string;
  readonly message?: string;
  readonly verified: boolean;
  readonly usd: number | null;
  readonly report: string | null;
}

/** The answer of `testtime.status` and the parameters of `testtime/status`. */
export interface Status {
  readonly effort: string;
  readonly today: { readonly usd: number | null; readonly tokens: number };
  readonly cap: number | null;
  readonly running: readonly Running[];
  readonly last: Last | null;
}

/** A verified fix that waits to be applied. `before` is null for a new file, `after` for a removed one. */
export interface ReadyFix {
  readonly id: string;
  readonly title: string;
  readonly files: readonly {
    readonly uri: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly diff: string;
}

/** The server's commands. The language client registers these ids with VS Code; nothing else may. */
export const SERVER = {
  applyFix: 'testtime.applyFix',
  complete: 'testtime.complete',
  fix: 'testtime.fix',
  readyFix: 'testtime.readyFix',
  runTests: 'testtime.runTests',
  showReport: 'testtime.showReport',
  status: 'testtime.status',
  stop: 'testtime.stop',
  whyNoFix: 'testtime.whyNoFix',
} as const;

/** The notification that carries a `Status` whenever it changes. */
export const STATUS_NOTIFICATION = 'testtime/status';

/** A price as the server writes it too: `$0.00`, `$0.0031`, or that it is not known. */
export function money(usd: number | null): string {
  if (usd === null) {
    return 'price unknown';
  }
  return `$${usd.toFixed(usd === 0 || usd >= 0.01 ? 2 : 4)}`;
}
