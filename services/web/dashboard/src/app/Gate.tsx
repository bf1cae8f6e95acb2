import { useEffect, useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { useWords } from "../i18n/words";
import { go, here, type Route, routeOf, usePlace } from "../lib/router";
import { ASK_AGAIN, forgetAnswers } from "../lib/useData";
import { type Pairing, readPairings } from "../paired/store";
import { WhoContext } from "../session/context";
import type { Session } from "../session/session";
import { Trouble } from "../ui/bits";
import { Dialog } from "../ui/Dialog";
import { LogInForm } from "./LogInForm";
import { LogInPage } from "./LogInPage";
import { later } from "./later";
import { Pages } from "./Pages";
import { Shell } from "./Shell";

const SharedSite = later(
  () => import("../site/SharedSite"),
  (found) => found.SharedSite,
);
const PairPage = later(
  () => import("../paired/PairPage"),
  (found) => found.PairPage,
);
const PairedSite = later(
  () => import("../paired/PairedSite"),
  (found) => found.PairedSite,
);
const PairedHome = later(
  () => import("../paired/PairedHome"),
  (found) => found.PairedHome,
);
const PublicSite = later(
  () => import("../site/PublicSite"),
  (found) => found.PublicSite,
);

/** Pages of a site that hold nothing but numbers. */
const OPEN_PAGES: readonly string[] = ["", "realtime"];

/** Who may come in, and where to. */
export function Gate({ session }: { session: Session }) {
  const place = usePlace();
  const route = routeOf(place.path);
  const [state, setState] = useState(session.state);
  const [problem, setProblem] = useState<Problem>();
  const [pairings, setPairings] = useState<readonly Pairing[]>();
  const code = usePairingCode(route, place.hash);
  const isPairing = route.at === "pair" && (Boolean(code) || !route.site);
  const needsNobody = route.at === "share" || isPairing;

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
    if (!needsNobody) resume();
  }, [session, needsNobody]);
  useEffect(() => void readPairings().then(setPairings), []);
  const forgotten = (pairing: Pairing) => setPairings((old) => old?.filter((each) => each !== pairing));

  if (route.at === "share") return <SharedSite session={session} token={place.hash.slice(1)} />;
  if (isPairing)
    return (
      <PairPage
        site={route.site}
        code={code}
        onPaired={(pairing) =>
          setPairings((old) => [...(old ?? []).filter(({ site }) => site !== pairing.site), pairing])
        }
      />
    );
  if (problem && state.kind === "unknown") return <Alone problem={problem} onRetry={resume} />;
  if (state.kind === "unknown") return null;
  if (state.kind === "anonymous") {
    forgetAnswers();
    if (!pairings) return null;
    const pairing = route.at === "site" ? pairings.find(({ site }) => site === route.site) : undefined;
    if (pairing && route.at === "site" && OPEN_PAGES.includes(route.page))
      return (
        <PairedSite
          session={session}
          pairing={pairing}
          page={route.page}
          onForgotten={forgotten}
          key={pairing.publicKeyHex}
        />
      );
    if (route.at === "sites" && pairings.length)
      return <PairedHome session={session} pairings={pairings} onForgotten={forgotten} />;
    if (route.at === "site" && OPEN_PAGES.includes(route.page))
      return <PublicSite session={session} site={route.site} page={route.page} key={route.site} />;
    return <LogInPage session={session} />;
  }
  const { me } = state;
  return (
    <WhoContext.Provider
      value={{ session, api: session.api, username: me.username, isAdmin: me.is_admin }}
      key={me.username}
    >
      <Shell site={route.at === "site" || route.at === "pair" ? route.site : undefined}>
        <Pages route={route} />
      </Shell>
      {state.kind === "expired" && <LogInAgain session={session} username={me.username} />}
    </WhoContext.Provider>
  );
}

/** The one-time code of an address, which is taken out of it at once: no history and no bookmark is to have it. */
function usePairingCode(route: Route, hash: string): string {
  const [code, setCode] = useState("");
  const found = route.at === "pair" ? new URLSearchParams(hash.slice(1)).get("code") : null;
  useEffect(() => {
    if (found) {
      setCode(found);
      go(here().path, { replace: true });
    } else if (route.at !== "pair") setCode("");
  }, [found, route.at]);
  return found ?? code;
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
