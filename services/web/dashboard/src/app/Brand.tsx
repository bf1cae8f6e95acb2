export function Logo() {
  return (
    <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true" class="logo">
      <rect width="32" height="32" rx="9" fill="var(--accent)" />
      <path
        d="M9 22.500v-5M16 22.500v-13M23 22.500v-8"
        stroke="var(--on-accent)"
        stroke-width="3.500"
        stroke-linecap="round"
      />
    </svg>
  );
}

export function Brand() {
  return (
    <a class="brand" href="/" aria-label="PyUniqVisit">
      <Logo />
      <span>PyUniqVisit</span>
    </a>
  );
}
