import { useMemo, useState } from "preact/hooks";
import { AppShell } from "../app/AppShell";
import { useI18n } from "../i18n/i18n";
import { navigate, type SitePage } from "../lib/router";
import { RealtimePage } from "../realtime/RealtimePage";
import { SessionContext } from "../session/SessionContext";
import type { Session } from "../session/session";
import { SiteDashboard } from "../site/SiteDashboard";
import { PageTitle } from "../ui/PageTitle";
import { DeviceCredentials } from "./deviceCredentials";
import { deletePairing, type Pairing } from "./pairingStore";

interface Props {
  session: Session;
  pairing: Pairing;
  page: SitePage;
  onRemoved: (pairing: Pairing) => void;
}

/** The dashboard of a site that this browser is paired with. */
export function PairedSite({ session, pairing, page, onRemoved }: Props) {
  const { t } = useI18n();
  const [isRejected, setIsRejected] = useState(false);
  const contextValue = useMemo(
    () => ({
      session,
      api: new DeviceCredentials(pairing, () => setIsRejected(true)).api,
      username: null,
      isAdmin: false,
    }),
    [session, pairing],
  );
  const remove = async () => {
    await deletePairing(pairing.site);
    onRemoved(pairing);
    navigate("/");
  };
  return (
    <SessionContext.Provider value={contextValue}>
      <AppShell site={pairing.site}>
        {isRejected ? (
          <main class="page narrow stack" id="main">
            <PageTitle text={t("paired.revoked")} />
            <p class="muted">{t("paired.revoked.text", { site: pairing.site })}</p>
            <div class="row">
              <button type="button" class="button primary" onClick={() => void remove()}>
                {t("paired.unpair")}
              </button>
              <button type="button" class="button" onClick={() => setIsRejected(false)}>
                {t("retry")}
              </button>
            </div>
          </main>
        ) : page === "realtime" ? (
          <RealtimePage site={pairing.site} />
        ) : (
          <SiteDashboard site={pairing.site} />
        )}
      </AppShell>
    </SessionContext.Provider>
  );
}
