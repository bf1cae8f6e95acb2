/** Global Privacy Control, which the DOM's types leave out. */
interface Navigator {
  readonly globalPrivacyControl?: boolean;
}
