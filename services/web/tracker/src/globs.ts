/** One expression for path globs, separated by commas; `*` stands for any characters. No glob matches no path. */
export const globs = (list = ""): RegExp =>
  RegExp(
    `^(${list
      // A class of one character is that character, whatever it means elsewhere in an expression.
      .replace(/[^*,\s]/g, "[$&]")
      .replace(/\*/g, ".*")
      .replace(/[,\s]+/g, "|")})$`,
  );
