import { useMemo } from "preact/hooks";
import { AppShell } from "../app/AppShell";
import { LoginPage } from "../app/LoginPage";
import type { SitePage } from "../lib/router";
import { useData } from "../lib/useData";
import { RealtimePage } from "../realtime/RealtimePage";
import { SessionContext } from "../session/SessionContext";
import type { Session } from "../session/session";
import { reportPath } from "../site/reports";
import { SiteDashboard } from "../site/SiteDashboard";
import { ErrorAlert } from "../ui/ErrorAlert";

interface Props {
  session: Session;
  site: string;
  page: SitePage;
}

/** The dashboard of a public site. For any other site it shows the login, whether the site exists or not. */
export function PublicSite({ session, site, page }: Props) {
  const contextValue = useMemo(() => ({ session, api: session.api, username: null, isAdmin: false }), [session]);
  const seen = useData(`public ${site}`, (signal) =>
    session.api.get<object>(reportPath(site, "summary"), { period: "day" }, signal),
  );
  if (seen.value)
    return (
      <SessionContext.Provider value={contextValue}>
        <AppShell site={site}>
          {page === "realtime" ? <RealtimePage site={site} /> : <SiteDashboard site={site} />}
        </AppShell>
      </SessionContext.Provider>
    );
  if (seen.problem?.isTemporary)
    return (
      <main class="page narrow">
        <ErrorAlert problem={seen.problem} onRetry={seen.reload} />
      </main>
    );
  return seen.problem ? <LoginPage session={session} /> : null;
}
