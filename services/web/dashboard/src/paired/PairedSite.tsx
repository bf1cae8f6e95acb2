import { useMemo, useState } from "preact/hooks";
import { Shell } from "../app/Shell";
import { useWords } from "../i18n/words";
import { go, type SitePage } from "../lib/router";
import { WhoContext } from "../session/context";
import type { Session } from "../session/session";
import { RealtimePage } from "../site/RealtimePage";
import { SiteView } from "../site/SiteView";
import { Title } from "../ui/bits";
import { Device } from "./device";
import { forgetPairing, type Pairing } from "./store";

interface Props {
  session: Session;
  pairing: Pairing;
  page: SitePage;
  onForgotten: (pairing: Pairing) => void;
}

/** The numbers of a site that this browser is paired with. */
export function PairedSite({ session, pairing, page, onForgotten }: Props) {
  const { t } = useWords();
  const [isRefused, setRefused] = useState(false);
  const who = useMemo(
    () => ({ session, api: new Device(pairing, () => setRefused(true)).api, username: null, isAdmin: false }),
    [session, pairing],
  );
  const forget = async () => {
    await forgetPairing(pairing.site);
    onForgotten(pairing);
    go("/");
  };
  return (
    <WhoContext.Provider value={who}>
      <Shell site={pairing.site}>
        {isRefused ? (
          <main class="page narrow stack" id="main">
            <Title text={t("paired.revoked")} />
            <p class="muted">{t("paired.revoked.text", { site: pairing.site })}</p>
            <div class="row">
              <button type="button" class="button main" onClick={() => void forget()}>
                {t("paired.unpair")}
              </button>
              <button type="button" class="button" onClick={() => setRefused(false)}>
                {t("retry")}
              </button>
            </div>
          </main>
        ) : page === "realtime" ? (
          <RealtimePage site={pairing.site} />
        ) : (
          <SiteView site={pairing.site} />
        )}
      </Shell>
    </WhoContext.Provider>
  );
}
