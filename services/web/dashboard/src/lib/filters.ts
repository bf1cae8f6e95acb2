/** Filters as in the API and in URLs: `dimension:operator:value|value`. */

import { operatorValues } from "../api/schema";

export type Operator = (typeof operatorValues)[number];

export interface Filter {
  dimension: string;
  operator: Operator;
  /** Matches any of them; '' stands for an unknown value or none. */
  values: readonly string[];
}

// The first operator ends the dimension, since the key of a property may contain a colon.
const SYNTAX = new RegExp(`^((?:\\\\.|[^\\\\])+?):(${operatorValues.join("|")}):(.*)$`, "s");

export function parseFilter(text: string): Filter | null {
  const match = SYNTAX.exec(text);
  if (!match) return null;
  return {
    dimension: match[1]!.replace(/\\([\\:])/g, "$1"),
    operator: match[2] as Operator,
    values: splitValues(match[3]!),
  };
}

export const serializeFilter = (filter: Filter): string =>
  `${escapeKey(filter.dimension)}:${filter.operator}:${filter.values.map(escapeValue).join("|")}`;

/** The dimension of a property contains its key, which may contain a colon. */
const escapeKey = (dimension: string): string => dimension.replace(/[\\:]/g, "\\$&");

const escapeValue = (value: string): string => value.replace(/[\\|]/g, "\\$&");

/** `a|b\|c` -> a, b|c */
function splitValues(text: string): string[] {
  const values = [""];
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === "\\" && at + 1 < text.length) values[values.length - 1] += text[++at]!;
    else if (char === "|") values.push("");
    else values[values.length - 1] += char;
  }
  return values;
}

/** Adds `value` to the filter of a dimension, or removes it if it is there. */
export function toggleFilter(filters: readonly Filter[], dimension: string, value: string): Filter[] {
  const at = filters.findIndex((filter) => filter.dimension === dimension && filter.operator === "is");
  const old = filters[at];
  if (!old) return [...filters, { dimension, operator: "is", values: [value] }];
  const values = old.values.includes(value) ? old.values.filter((each) => each !== value) : [...old.values, value];
  if (!values.length) return filters.filter((_, index) => index !== at);
  return filters.map((filter, index) => (index === at ? { ...old, values } : filter));
}

export const isFiltered = (filters: readonly Filter[], dimension: string, value: string): boolean =>
  filters.some((filter) => filter.dimension === dimension && filter.operator === "is" && filter.values.includes(value));
