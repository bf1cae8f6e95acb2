/** What the server said, or that it said nothing (RFC 9457). */

export class Problem extends Error {
  constructor(
    /** 0: the server cannot be reached. */
    readonly status: number,
    /** Tells problems apart; '' for those that have no name. */
    readonly slug: string,
    detail: string,
    /** What is wrong with which field of what was sent. */
    readonly fields: Readonly<Record<string, string>> = {},
    /** Seconds after which the same may succeed. */
    readonly retryAfter: number | null = null,
  ) {
    super(detail);
  }

  get isOffline(): boolean {
    return this.status === 0;
  }

  /** Whether the same may succeed in a moment. */
  get isTemporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

const TYPE_PREFIX = "urn:pyuniqvisit:problem:";

interface ProblemDocument {
  type?: string;
  title?: string;
  detail?: string;
  errors?: { field: string; detail: string }[];
}

export async function readProblem(response: Response): Promise<Problem> {
  const said = await readDocument(response);
  const retryAfter = Number(response.headers.get("Retry-After")) || null;
  const fields = Object.fromEntries((said.errors ?? []).map(({ field, detail }) => [field, detail]));
  return new Problem(
    response.status,
    said.type?.startsWith(TYPE_PREFIX) ? said.type.slice(TYPE_PREFIX.length) : "",
    said.detail || said.title || `HTTP ${response.status}`,
    fields,
    retryAfter,
  );
}

async function readDocument(response: Response): Promise<ProblemDocument> {
  try {
    return (await response.json()) as ProblemDocument;
  } catch {
    return {};
  }
}
