import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { problemMessage } from "../api/problemMessage";
import { AppShell } from "../app/AppShell";
import { Logo } from "../app/Brand";
import { useI18n } from "../i18n/i18n";
import { SessionContext } from "../session/SessionContext";
import type { Session } from "../session/session";
import { SiteDashboard } from "../site/SiteDashboard";
import { ErrorAlert } from "../ui/ErrorAlert";
import { TextField } from "../ui/forms/Field";
import { PageTitle } from "../ui/PageTitle";
import { ShareCredentials } from "./shareCredentials";

interface Props {
  session: Session;
  /** From the hash of the URL, which browsers never send. */
  token: string;
}

/** The dashboard that a share link opens. */
export function SharedSite({ session, token }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const credentials = useMemo(() => new ShareCredentials(token), [token]);
  const [site, setSite] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setIsBusy] = useState(false);
  const [wasPasswordTried, setWasPasswordTried] = useState(false);

  const open = useCallback(
    async (password: string | null) => {
      setIsBusy(true);
      setWasPasswordTried(password !== null);
      try {
        setSite(await credentials.open(password));
        setProblem(undefined);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        setProblem(error);
      }
      setIsBusy(false);
    },
    [credentials],
  );
  useEffect(() => {
    setSite("");
    void open(null);
  }, [open]);

  if (site)
    return (
      <SessionContext.Provider value={{ session, api: credentials.api, username: null, isAdmin: false }}>
        <AppShell site={site}>
          <SiteDashboard site={site} key={site} />
        </AppShell>
      </SessionContext.Provider>
    );
  if (!problem) return null;
  if (problem.slug !== "share-password-required")
    return (
      <main class="page narrow stack" id="main">
        <PageTitle text={t("share.unavailable")} />
        <ErrorAlert problem={problem} {...(problem.isTemporary ? { onRetry: () => void open(null) } : {})} />
      </main>
    );
  return (
    <main class="login" id="main">
      <div class="brand">
        <Logo />
        PyUniqVisit
      </div>
      <form
        class="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          void open(String(new FormData(event.currentTarget).get("password")));
        }}
      >
        <PageTitle text={t("share.locked")} />
        <TextField label={t("login.password")} name="password" type="password" required autofocus autocomplete="off" />
        <div role="alert">
          {!isBusy && wasPasswordTried && <p class="notice bad small">{problemMessage(problem, i18n)}</p>}
        </div>
        <button type="submit" class="button primary" disabled={isBusy}>
          {t("share.open")}
        </button>
      </form>
    </main>
  );
}
