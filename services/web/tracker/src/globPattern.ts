/** Compiles comma-separated path globs, in which `*` matches any characters. An empty list matches no path. */
export const globPattern = (list = ""): RegExp =>
  RegExp(
    `^(${list
      // A character class of one character matches it literally.
      .replace(/[^*,\s]/g, "[$&]")
      .replace(/\*/g, ".*")
      .replace(/[,\s]+/g, "|")})$`,
  );
