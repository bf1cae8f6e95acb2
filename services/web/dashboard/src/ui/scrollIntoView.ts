/** The `ref` of the current link in a row of links, which keeps it visible where the row scrolls. */
export const scrollIntoView = (element: HTMLElement | null): void =>
  element?.scrollIntoView({ block: "nearest", inline: "center" });
