import { useCallback, useEffect, useState } from "preact/hooks";
import { part } from "../api/client";
import type { PairingInvitation } from "../api/types";
import { useWords } from "../i18n/words";
import { siteAddress } from "../lib/router";
import { useApi } from "../session/context";
import { Bone, CopyButton, Title } from "../ui/bits";
import { Refusal, Strip, TextField, useSubmission } from "../ui/forms";
import { Icon } from "../ui/icons";
import { useSiteKeys } from "./Devices";
import "../sites/sites.css";
import "../ui/sections.css";

type Kind = "code" | "key";

const LOOK_MS = 3000;

/** A QR code that pairs a phone with a site. */
export function InvitePage({ site }: { site: string }) {
  const { t } = useWords();
  const [kind, setKind] = useState<Kind>("code");
  return (
    <main class="page narrow stack wide" id="main">
      <p>
        <a href={siteAddress(site, "settings", "devices")}>← {t("settings.devices")}</a>
      </p>
      <header class="row apart">
        <Title text={t("invite.title", { site })} />
        <Strip<Kind>
          name={t("invite.kind")}
          value={kind}
          onChoose={setKind}
          options={[
            { value: "code", label: t("invite.code") },
            { value: "key", label: t("invite.key") },
          ]}
        />
      </header>
      {kind === "code" ? <ByCode site={site} /> : <ByKey site={site} />}
    </main>
  );
}

function ByCode({ site }: { site: string }) {
  const { t } = useWords();
  const [made, form, make] = useInvitation(site, "code");
  const left = useCountdown(made);
  const keys = useSiteKeys(site, LOOK_MS);
  const [before, setBefore] = useState<ReadonlySet<string>>();
  const known = keys.value?.keys;
  useEffect(() => {
    void make();
  }, [make]);
  useEffect(() => {
    if (known && !before) setBefore(new Set(known.map(({ id }) => id)));
  }, [known, before]);
  const arrived = before && known?.find(({ id }) => !before.has(id));
  if (arrived)
    return (
      <section class="card padded stack">
        <p class="note good" role="status">
          {t("invite.paired", { name: arrived.name })}
        </p>
        <div class="row">
          <a class="button main" href={siteAddress(site, "settings", "devices")}>
            {t("done")}
          </a>
          <button
            type="button"
            class="button"
            onClick={() => {
              setBefore(undefined);
              void make();
            }}
          >
            {t("invite.another")}
          </button>
        </div>
      </section>
    );
  return (
    <section class="card padded invitation">
      <Picture made={left === 0 ? undefined : made} label={t("invite.qr")} />
      <div class="stack">
        <ol class="steps">
          <li>{t("invite.step.scan")}</li>
          <li>{t("invite.step.pair")}</li>
          <li>{t("invite.step.install")}</li>
        </ol>
        <p class="muted small">{t("invite.code.text")}</p>
        {made && left > 0 && (
          <>
            <p class="secret" data-secret>
              {made.text}
            </p>
            <div class="row">
              <CopyButton text={made.text} />
              <span class="muted small num">
                {t("invite.left", { time: `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` })}
              </span>
            </div>
          </>
        )}
        {made && left === 0 && (
          <div class="note">
            <span>{t("invite.expired")}</span>
            <button type="button" class="button tight" onClick={() => void make()}>
              {t("invite.renew")}
            </button>
          </div>
        )}
        <Refusal of={form} />
      </div>
    </section>
  );
}

function ByKey({ site }: { site: string }) {
  const { t } = useWords();
  const [name, setName] = useState("");
  const [made, form, make] = useInvitation(site, "key");
  return (
    <section class={made ? "card padded invitation" : "card padded stack"}>
      {made && <Picture made={made} label={t("invite.qr")} />}
      <div class="stack">
        <div class="note warn">
          <span class="row nowrap">
            <Icon name="alert" />
            <span>{t("invite.key.warning")}</span>
          </span>
        </div>
        {made ? (
          <>
            <p class="secret" data-secret>
              {made.text}
            </p>
            <p class="muted small">{t("invite.key.once")}</p>
            <div class="row">
              <CopyButton text={made.text} />
              <a class="button" href={siteAddress(site, "settings", "devices")}>
                {t("done")}
              </a>
            </div>
          </>
        ) : (
          <form
            class="stack"
            onSubmit={(event) => {
              event.preventDefault();
              void make(name);
            }}
          >
            <TextField
              label={t("keys.name")}
              hint={t("invite.key.name")}
              wrong={form.fields.name}
              required
              maxLength={100}
              autocomplete="off"
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
            <Refusal of={form} />
            <div>
              <button type="submit" class="button danger" disabled={form.isBusy}>
                {t("invite.key.create")}
              </button>
            </div>
          </form>
        )}
      </div>
    </section>
  );
}

function useInvitation(
  site: string,
  kind: Kind,
): [PairingInvitation | undefined, ReturnType<typeof useSubmission>, (name?: string) => Promise<boolean>] {
  const api = useApi();
  const [made, setMade] = useState<PairingInvitation>();
  const form = useSubmission(["name"]);
  const { run } = form;
  const make = useCallback(
    (name?: string) =>
      run(async () =>
        setMade(await api.post<PairingInvitation>(`sites/${part(site)}/pairings`, { kind, ...(name ? { name } : {}) })),
      ),
    [run, api, site, kind],
  );
  return [made, form, make];
}

/** Seconds that are left. */
function useCountdown(made: PairingInvitation | undefined): number {
  const [left, setLeft] = useState(1);
  useEffect(() => {
    if (!made?.expires_in) return;
    const end = Date.now() + made.expires_in * 1000;
    const look = () => setLeft(Math.max(0, Math.round((end - Date.now()) / 1000)));
    look();
    const timer = setInterval(look, 1000);
    return () => clearInterval(timer);
  }, [made]);
  return left;
}

function Picture({ made, label }: { made: PairingInvitation | undefined; label: string }) {
  if (!made) return <Bone width="14rem" height="14rem" />;
  return <img class="qr big" alt={label} src={`data:image/svg+xml,${encodeURIComponent(made.qr_svg)}`} />;
}
