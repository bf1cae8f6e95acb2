/** A name for the site at an address: `https://www.Blog.example:8080/en` -> `blog.example` */
export function nameOf(url: string): string {
  const host =
    url
      .trim()
      .toLowerCase()
      .replace(/^[a-z]+:\/\//, "")
      .replace(/^[^/]*@/, "")
      .split(/[/?#:]/)[0] ?? "";
  return host
    .replace(/^www\./, "")
    .replace(/[^a-z0-9._-]/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 63);
}
