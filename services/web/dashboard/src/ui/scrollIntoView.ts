/** As the `ref` of the current link in a row of links: a phone shows only a part of the row, and this link stays in it. */
export const scrollIntoView = (element: HTMLElement | null): void =>
  element?.scrollIntoView({ block: "nearest", inline: "center" });
