import { useCallback, useEffect, useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { useWords } from "../i18n/words";
import { go, here, type Route, routeOf, usePlace } from "../lib/router";
import { clearCache, REFETCH } from "../lib/useData";
import { type Pairing, readPairings } from "../paired/store";
import { WhoContext } from "../session/context";
import type { Session, State } from "../session/session";
import { Trouble } from "../ui/bits";
import { Dialog } from "../ui/Dialog";
import { LogInForm } from "./LogInForm";
import { LogInPage } from "./LogInPage";
import { lazy } from "./lazy";
import { Pages } from "./Pages";
import { Shell } from "./Shell";

const SharedSite = lazy(async () => (await import("../site/SharedSite")).SharedSite);
const PairPage = lazy(async () => (await import("../paired/PairPage")).PairPage);
const PairedSite = lazy(async () => (await import("../paired/PairedSite")).PairedSite);
const PairedHome = lazy(async () => (await import("../paired/PairedHome")).PairedHome);
const PublicSite = lazy(async () => (await import("../site/PublicSite")).PublicSite);

/** Pages of a site that hold nothing but numbers. */
const OPEN_PAGES: readonly string[] = ["", "realtime"];

const RETRY_MS = 5000;

/** Who may come in, and where to. */
export function Gate({ session }: { session: Session }) {
  const place = usePlace();
  const route = routeOf(place.path);
  const [pairings, setPairings] = useState<readonly Pairing[]>();
  const code = usePairingCode(route, place.hash);
  const isPairing = route.at === "pair" && (Boolean(code) || !route.site);
  const state = useSessionState(session);
  const { problem, resume } = useResumedSession(session, route.at !== "share" && !isPairing);
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

function useSessionState(session: Session): State {
  const [state, setState] = useState(session.state);
  useEffect(
    () =>
      session.onChange(() => {
        if (session.state.kind === "anonymous") clearCache();
        setState(session.state);
      }),
    [session],
  );
  return state;
}

/** Continues an earlier login where one is `needed`, and retries while the server is unavailable. */
function useResumedSession(session: Session, needed: boolean): { problem: Problem | undefined; resume: () => void } {
  const [problem, setProblem] = useState<Problem>();
  const resume = useCallback(() => {
    setProblem(undefined);
    session.resume().catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    });
  }, [session]);
  useEffect(() => {
    if (needed) resume();
  }, [needed, resume]);
  useEffect(() => {
    if (!needed || !problem?.isTemporary) return;
    const timer = setTimeout(resume, RETRY_MS);
    return () => clearTimeout(timer);
  }, [needed, problem, resume]);
  return { problem, resume };
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
        <LogInForm session={session} username={username} onDone={() => dispatchEvent(new Event(REFETCH))} />
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
