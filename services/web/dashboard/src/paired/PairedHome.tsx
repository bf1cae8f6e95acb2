import { useEffect, useState } from "preact/hooks";
import { LogInPage } from "../app/LogInPage";
import { Shell } from "../app/Shell";
import { useWords } from "../i18n/words";
import { go, here, siteAddress } from "../lib/router";
import { WhoContext } from "../session/context";
import type { Session } from "../session/session";
import { Title } from "../ui/bits";
import { Confirm } from "../ui/Confirm";
import { forgetPairing, type Pairing } from "./store";

interface Props {
  session: Session;
  pairings: readonly Pairing[];
  onForgotten: (pairing: Pairing) => void;
}

/** The sites that this browser is paired with, for whoever is not logged in. */
export function PairedHome({ session, pairings, onForgotten }: Props) {
  const { t } = useWords();
  const [wantsLogin, setWantsLogin] = useState(false);
  const [ending, setEnding] = useState<Pairing>();
  // The home screen leads straight to the one site that there is.
  useEffect(() => {
    const [first, ...others] = pairings;
    if (first && !others.length && here().search === "?app") go(siteAddress(first.site), { replace: true });
  }, [pairings]);
  if (wantsLogin) return <LogInPage session={session} />;
  return (
    <WhoContext.Provider value={{ session, api: session.api, username: null, isAdmin: false }}>
      <Shell site={undefined}>
        <main class="page narrow stack wide" id="main">
          <header class="row apart">
            <Title text={t("paired.title")} />
            <button type="button" class="button" onClick={() => setWantsLogin(true)}>
              {t("login")}
            </button>
          </header>
          <ul class="stack">
            {pairings.map((pairing) => (
              <li key={pairing.site} class="card padded row apart">
                <a class="grow cut" href={siteAddress(pairing.site)}>
                  <strong>{pairing.site}</strong>
                </a>
                <button
                  type="button"
                  class="button tight danger outline"
                  aria-label={t("paired.unpair.site", { site: pairing.site })}
                  onClick={() => setEnding(pairing)}
                >
                  {t("paired.unpair")}
                </button>
              </li>
            ))}
          </ul>
          <p class="muted small">{t("paired.text")}</p>
        </main>
        {ending && (
          <Confirm
            title={t("paired.unpair.site", { site: ending.site })}
            action={t("paired.unpair")}
            onDo={async () => {
              await forgetPairing(ending.site);
              onForgotten(ending);
            }}
            onClose={() => setEnding(undefined)}
          >
            {t("paired.unpair.text")}
          </Confirm>
        )}
      </Shell>
    </WhoContext.Provider>
  );
}
