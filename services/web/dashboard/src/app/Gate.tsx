import { useEffect, useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { useWords } from "../i18n/words";
import { ASK_AGAIN, forgetAnswers } from "../lib/useData";
import { routeOf, usePlace } from "../lib/router";
import { WhoContext } from "../session/context";
import type { Session } from "../session/session";
import { Trouble } from "../ui/bits";
import { Dialog } from "../ui/Dialog";
import { later } from "./later";
import { LogInForm } from "./LogInForm";
import { LogInPage } from "./LogInPage";
import { Pages } from "./Pages";
import { Shell } from "./Shell";

const SharedSite = later(() => import("../site/SharedSite"), (found) => found.SharedSite);
const PublicSite = later(() => import("../site/PublicSite"), (found) => found.PublicSite);

/** Who may come in, and where to. */
export function Gate({ session }: { session: Session }) {
  const place = usePlace();
  const route = routeOf(place.path);
  const [state, setState] = useState(session.state);
  const [problem, setProblem] = useState<Problem>();

  useEffect(() => session.onChange(() => setState(session.state)), [session]);
  const resume = () => {
    setProblem(undefined);
    session.resume().catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
      if (error.isPassing) setTimeout(resume, 5000);
    });
  };
  useEffect(() => {
    if (route.at !== "share") resume();
  }, [session, route.at === "share"]);

  if (route.at === "share") return <SharedSite session={session} token={place.hash.slice(1)} />;
  if (problem && state.kind === "unknown") return <Alone problem={problem} onRetry={resume} />;
  if (state.kind === "unknown") return null;
  if (state.kind === "anonymous") {
    forgetAnswers();
    if (route.at === "site" && (route.page === "" || route.page === "realtime"))
      return <PublicSite session={session} site={route.site} page={route.page} key={route.site} />;
    return <LogInPage session={session} />;
  }
  const { me } = state;
  return (
    <WhoContext.Provider value={{ session, api: session.api, username: me.username, isAdmin: me.is_admin }} key={me.username}>
      <Shell site={route.at === "site" ? route.site : undefined}>
        <Pages route={route} />
      </Shell>
      {state.kind === "expired" && <LogInAgain session={session} username={me.username} />}
    </WhoContext.Provider>
  );
}

/** Over the view that somebody had, which stays as it is. */
function LogInAgain({ session, username }: { session: Session; username: string }) {
  const { t } = useWords();
  return (
    <Dialog title={t("expired.title")} onClose={() => void session.logOut()}>
      <div class="stack">
        <p class="muted">{t("expired.text")}</p>
        <LogInForm session={session} username={username} onDone={() => dispatchEvent(new Event(ASK_AGAIN))} />
      </div>
    </Dialog>
  );
}

function Alone({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  return (
    <main class="page narrow">
      <Trouble problem={problem} onRetry={onRetry} />
    </main>
  );
}
