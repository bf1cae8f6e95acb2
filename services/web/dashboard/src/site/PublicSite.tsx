import { useMemo } from "preact/hooks";
import { LogInPage } from "../app/LogInPage";
import { Shell } from "../app/Shell";
import type { SitePage } from "../lib/router";
import { useData } from "../lib/useData";
import { WhoContext } from "../session/context";
import type { Session } from "../session/session";
import { Trouble } from "../ui/bits";
import { RealtimePage } from "./RealtimePage";
import { SiteView } from "./SiteView";
import { statsPath } from "./stats";

interface Props {
  session: Session;
  site: string;
  page: SitePage;
}

/** A public site, for everybody. Of one that is not public nobody learns that it exists: they are asked to log in. */
export function PublicSite({ session, site, page }: Props) {
  const who = useMemo(() => ({ session, api: session.api, username: null, isAdmin: false }), [session]);
  const seen = useData(`public ${site}`, (signal) =>
    session.api.get<object>(statsPath(site, "summary"), { period: "day" }, signal),
  );
  if (seen.value)
    return (
      <WhoContext.Provider value={who}>
        <Shell site={site}>{page === "realtime" ? <RealtimePage site={site} /> : <SiteView site={site} />}</Shell>
      </WhoContext.Provider>
    );
  if (seen.problem?.isTemporary)
    return (
      <main class="page narrow">
        <Trouble problem={seen.problem} onRetry={seen.reload} />
      </main>
    );
  return seen.problem ? <LogInPage session={session} /> : null;
}
