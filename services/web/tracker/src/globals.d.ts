/** Global Privacy Control, which is missing from the DOM types. */
interface Navigator {
  readonly globalPrivacyControl?: boolean;
}
