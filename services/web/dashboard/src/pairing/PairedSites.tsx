import { useEffect, useState } from "preact/hooks";
import { AppShell } from "../app/AppShell";
import { LoginPage } from "../app/LoginPage";
import { useI18n } from "../i18n/i18n";
import { currentLocation, navigate, siteHref } from "../lib/router";
import { SessionContext } from "../session/SessionContext";
import type { Session } from "../session/session";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { PageTitle } from "../ui/PageTitle";
import { deletePairing, type Pairing } from "./pairingStore";

interface Props {
  session: Session;
  pairings: readonly Pairing[];
  onRemoved: (pairing: Pairing) => void;
}

/** The sites this browser is paired with, shown without a login. */
export function PairedSites({ session, pairings, onRemoved }: Props) {
  const { t } = useI18n();
  const [isLoginOpen, setIsLoginOpen] = useState(false);
  const [removing, setRemoving] = useState<Pairing>();
  // The installed app opens the only site directly.
  useEffect(() => {
    const [first, ...others] = pairings;
    if (first && !others.length && currentLocation().search === "?app")
      navigate(siteHref(first.site), { replace: true });
  }, [pairings]);
  if (isLoginOpen) return <LoginPage session={session} />;
  return (
    <SessionContext.Provider value={{ session, api: session.api, username: null, isAdmin: false }}>
      <AppShell site={undefined}>
        <main class="page narrow stack wide" id="main">
          <header class="row between">
            <PageTitle text={t("paired.title")} />
            <button type="button" class="button" onClick={() => setIsLoginOpen(true)}>
              {t("login")}
            </button>
          </header>
          <ul class="stack">
            {pairings.map((pairing) => (
              <li key={pairing.site} class="card padded row between">
                <a class="grow truncate" href={siteHref(pairing.site)}>
                  <strong>{pairing.site}</strong>
                </a>
                <button
                  type="button"
                  class="button compact danger outline"
                  aria-label={t("paired.unpair.site", { site: pairing.site })}
                  onClick={() => setRemoving(pairing)}
                >
                  {t("paired.unpair")}
                </button>
              </li>
            ))}
          </ul>
          <p class="muted small">{t("paired.text")}</p>
        </main>
        {removing && (
          <ConfirmDialog
            title={t("paired.unpair.site", { site: removing.site })}
            confirmLabel={t("paired.unpair")}
            onConfirm={async () => {
              await deletePairing(removing.site);
              onRemoved(removing);
            }}
            onClose={() => setRemoving(undefined)}
          >
            {t("paired.unpair.text")}
          </ConfirmDialog>
        )}
      </AppShell>
    </SessionContext.Provider>
  );
}
