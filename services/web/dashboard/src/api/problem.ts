/** Errors of the API as problem documents (RFC 9457). */

export class Problem extends Error {
  constructor(
    /** 0 if the server is unreachable. */
    readonly status: number,
    /** The last part of the problem's type; '' if it has none. */
    readonly slug: string,
    detail: string,
    /** Error messages by field name. */
    readonly fields: Readonly<Record<string, string>> = {},
    /** Seconds after which a retry may succeed. */
    readonly retryAfter: number | null = null,
  ) {
    super(detail);
  }

  get isOffline(): boolean {
    return this.status === 0;
  }

  /** Whether a retry may succeed soon. */
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
  const document = await readDocument(response);
  const retryAfter = Number(response.headers.get("Retry-After")) || null;
  const fields = Object.fromEntries((document.errors ?? []).map(({ field, detail }) => [field, asSentence(detail)]));
  return new Problem(
    response.status,
    document.type?.startsWith(TYPE_PREFIX) ? document.type.slice(TYPE_PREFIX.length) : "",
    asSentence(document.detail || document.title || `HTTP ${response.status}`),
    fields,
    retryAfter,
  );
}

/** Messages of the API are parts of a sentence; here they stand alone. */
function asSentence(text: string): string {
  const end = /[.!?…]$/.test(text) ? "" : ".";
  return text.charAt(0).toUpperCase() + text.slice(1) + end;
}

async function readDocument(response: Response): Promise<ProblemDocument> {
  try {
    return (await response.json()) as ProblemDocument;
  } catch {
    return {};
  }
}
