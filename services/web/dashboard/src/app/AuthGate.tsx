import { useCallback, useEffect, useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { useI18n } from "../i18n/i18n";
import { currentLocation, navigate, parseRoute, type Route, useLocation } from "../lib/router";
import { clearCache, REFETCH } from "../lib/useData";
import { loadPairings, type Pairing } from "../pairing/pairingStore";
import { SessionContext } from "../session/SessionContext";
import type { Session, SessionState } from "../session/session";
import { Dialog } from "../ui/Dialog";
import { ErrorAlert } from "../ui/ErrorAlert";
import { AppRoutes } from "./AppRoutes";
import { AppShell } from "./AppShell";
import { LoginForm } from "./LoginForm";
import { LoginPage } from "./LoginPage";
import { lazy } from "./lazy";

const SharedSite = lazy(async () => (await import("../sharing/SharedSite")).SharedSite);
const PairDevicePage = lazy(async () => (await import("../pairing/PairDevicePage")).PairDevicePage);
const PairedSite = lazy(async () => (await import("../pairing/PairedSite")).PairedSite);
const PairedSites = lazy(async () => (await import("../pairing/PairedSites")).PairedSites);
const PublicSite = lazy(async () => (await import("../sharing/PublicSite")).PublicSite);

/** The pages of a site that can be seen without an account. */
const PUBLIC_PAGES: readonly string[] = ["", "realtime"];

const RETRY_MS = 5000;

/** Decides what the browser may see: a shared, paired or public site, the login, or the whole application. */
export function AuthGate({ session }: { session: Session }) {
  const location = useLocation();
  const route = parseRoute(location.path);
  const [pairings, setPairings] = useState<readonly Pairing[]>();
  const code = usePairingCode(route, location.hash);
  const isPairing = route.name === "pair" && (Boolean(code) || !route.site);
  const state = useSessionState(session);
  const { problem, restore } = useRestoredSession(session, route.name !== "share" && !isPairing);
  useEffect(() => void loadPairings().then(setPairings), []);
  const removePairing = (pairing: Pairing) => setPairings((old) => old?.filter((each) => each !== pairing));

  if (route.name === "share") return <SharedSite session={session} token={location.hash.slice(1)} />;
  if (isPairing)
    return (
      <PairDevicePage
        site={route.site}
        code={code}
        onPaired={(pairing) =>
          setPairings((old) => [...(old ?? []).filter(({ site }) => site !== pairing.site), pairing])
        }
      />
    );
  if (problem && state.kind === "unknown") return <ErrorPage problem={problem} onRetry={restore} />;
  if (state.kind === "unknown") return null;
  if (state.kind === "anonymous") {
    if (!pairings) return null;
    const pairing = route.name === "site" ? pairings.find(({ site }) => site === route.site) : undefined;
    if (pairing && route.name === "site" && PUBLIC_PAGES.includes(route.page))
      return (
        <PairedSite
          session={session}
          pairing={pairing}
          page={route.page}
          onRemoved={removePairing}
          key={pairing.publicKeyHex}
        />
      );
    if (route.name === "sites" && pairings.length)
      return <PairedSites session={session} pairings={pairings} onRemoved={removePairing} />;
    if (route.name === "site" && PUBLIC_PAGES.includes(route.page))
      return <PublicSite session={session} site={route.site} page={route.page} key={route.site} />;
    return <LoginPage session={session} />;
  }
  const { me } = state;
  return (
    <SessionContext.Provider
      value={{ session, api: session.api, username: me.username, isAdmin: me.is_admin }}
      key={me.username}
    >
      <AppShell site={route.name === "site" || route.name === "pair" ? route.site : undefined}>
        <AppRoutes route={route} />
      </AppShell>
      {state.kind === "expired" && <ReLoginDialog session={session} username={me.username} />}
    </SessionContext.Provider>
  );
}

function useSessionState(session: Session): SessionState {
  const [state, setState] = useState(session.state);
  useEffect(
    () =>
      session.subscribe(() => {
        if (session.state.kind === "anonymous") clearCache();
        setState(session.state);
      }),
    [session],
  );
  return state;
}

/** Restores an earlier login if one is `needed`, and retries while the server is unavailable. */
function useRestoredSession(session: Session, needed: boolean): { problem: Problem | undefined; restore: () => void } {
  const [problem, setProblem] = useState<Problem>();
  const restore = useCallback(() => {
    setProblem(undefined);
    session.restore().catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    });
  }, [session]);
  useEffect(() => {
    if (needed) restore();
  }, [needed, restore]);
  useEffect(() => {
    if (!needed || !problem?.isTemporary) return;
    const timer = setTimeout(restore, RETRY_MS);
    return () => clearTimeout(timer);
  }, [needed, problem, restore]);
  return { problem, restore };
}

/** The one-time code in the URL. It is removed from there at once, so that no history and no bookmark keeps it. */
function usePairingCode(route: Route, hash: string): string {
  const [code, setCode] = useState("");
  const codeInUrl = route.name === "pair" ? new URLSearchParams(hash.slice(1)).get("code") : null;
  useEffect(() => {
    if (codeInUrl) {
      setCode(codeInUrl);
      navigate(currentLocation().path, { replace: true });
    } else if (route.name !== "pair") setCode("");
  }, [codeInUrl, route.name]);
  return codeInUrl ?? code;
}

/** Asks for the login again on top of the current page, which keeps its state. */
function ReLoginDialog({ session, username }: { session: Session; username: string }) {
  const { t } = useI18n();
  return (
    <Dialog title={t("expired.title")} onClose={() => void session.logOut()}>
      <div class="stack">
        <p class="muted">{t("expired.text")}</p>
        <LoginForm session={session} username={username} onDone={() => dispatchEvent(new Event(REFETCH))} />
      </div>
    </Dialog>
  );
}

function ErrorPage({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  return (
    <main class="page narrow">
      <ErrorAlert problem={problem} onRetry={onRetry} />
    </main>
  );
}
