import { useCallback, useEffect, useState } from "preact/hooks";
import { encode } from "../api/client";
import type { PairingInvitation } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { siteHref } from "../lib/router";
import { useApi } from "../session/SessionContext";
import { useSiteKeys } from "../settings/DeviceSettings";
import { CopyButton } from "../ui/CopyButton";
import { TextField } from "../ui/forms/Field";
import { FormError } from "../ui/forms/Form";
import { SegmentedControl } from "../ui/forms/SegmentedControl";
import { useSubmission } from "../ui/forms/useSubmission";
import { Icon } from "../ui/Icon";
import { PageTitle } from "../ui/PageTitle";
import { Skeleton } from "../ui/Skeleton";
import "../sites/sites.css";
import "./pairing.css";

type InvitationKind = "code" | "key";

const POLL_MS = 3000;

/** Creates a QR code that pairs a phone with a site. */
export function PairingInvitePage({ site }: { site: string }) {
  const { t } = useI18n();
  const [kind, setKind] = useState<InvitationKind>("code");
  return (
    <main class="page narrow stack wide" id="main">
      <p>
        <a href={siteHref(site, "settings", "devices")}>← {t("settings.devices")}</a>
      </p>
      <header class="row between">
        <PageTitle text={t("invite.title", { site })} />
        <SegmentedControl<InvitationKind>
          label={t("invite.kind")}
          value={kind}
          onChoose={setKind}
          options={[
            { value: "code", label: t("invite.code") },
            { value: "key", label: t("invite.key") },
          ]}
        />
      </header>
      {kind === "code" ? <CodeInvitation site={site} /> : <KeyInvitation site={site} />}
    </main>
  );
}

function CodeInvitation({ site }: { site: string }) {
  const { t } = useI18n();
  const [invitation, form, createInvitation] = useInvitation(site, "code");
  const secondsLeft = useCountdown(invitation);
  const keys = useSiteKeys(site, POLL_MS);
  const [knownIds, setKnownIds] = useState<ReadonlySet<string>>();
  const siteKeys = keys.value?.keys;
  useEffect(() => {
    void createInvitation();
  }, [createInvitation]);
  useEffect(() => {
    if (siteKeys && !knownIds) setKnownIds(new Set(siteKeys.map(({ id }) => id)));
  }, [siteKeys, knownIds]);
  const newKey = knownIds && siteKeys?.find(({ id }) => !knownIds.has(id));
  if (newKey)
    return (
      <section class="card padded stack">
        <p class="notice good" role="status">
          {t("invite.paired", { name: newKey.name })}
        </p>
        <div class="row">
          <a class="button primary" href={siteHref(site, "settings", "devices")}>
            {t("done")}
          </a>
          <button
            type="button"
            class="button"
            onClick={() => {
              setKnownIds(undefined);
              void createInvitation();
            }}
          >
            {t("invite.another")}
          </button>
        </div>
      </section>
    );
  return (
    <section class="card padded invitation">
      <InvitationQrCode invitation={secondsLeft === 0 ? undefined : invitation} label={t("invite.qr")} />
      <div class="stack">
        <ol class="steps">
          <li>{t("invite.step.scan")}</li>
          <li>{t("invite.step.pair")}</li>
          <li>{t("invite.step.install")}</li>
        </ol>
        <p class="muted small">{t("invite.code.text")}</p>
        {invitation && secondsLeft > 0 && (
          <>
            <p class="secret" data-secret>
              {invitation.text}
            </p>
            <div class="row">
              <CopyButton text={invitation.text} />
              <span class="muted small num">
                {t("invite.left", {
                  time: `${Math.floor(secondsLeft / 60)}:${String(secondsLeft % 60).padStart(2, "0")}`,
                })}
              </span>
            </div>
          </>
        )}
        {invitation && secondsLeft === 0 && (
          <div class="notice">
            <span>{t("invite.expired")}</span>
            <button type="button" class="button compact" onClick={() => void createInvitation()}>
              {t("invite.renew")}
            </button>
          </div>
        )}
        <FormError submission={form} />
      </div>
    </section>
  );
}

function KeyInvitation({ site }: { site: string }) {
  const { t } = useI18n();
  const [name, setName] = useState("");
  const [invitation, form, createInvitation] = useInvitation(site, "key");
  return (
    <section class={invitation ? "card padded invitation" : "card padded stack"}>
      {invitation && <InvitationQrCode invitation={invitation} label={t("invite.qr")} />}
      <div class="stack">
        <div class="notice warn">
          <span class="row nowrap">
            <Icon name="alert" />
            <span>{t("invite.key.warning")}</span>
          </span>
        </div>
        {invitation ? (
          <>
            <p class="secret" data-secret>
              {invitation.text}
            </p>
            <p class="muted small">{t("invite.key.once")}</p>
            <div class="row">
              <CopyButton text={invitation.text} />
              <a class="button" href={siteHref(site, "settings", "devices")}>
                {t("done")}
              </a>
            </div>
          </>
        ) : (
          <form
            class="stack"
            onSubmit={(event) => {
              event.preventDefault();
              void createInvitation(name);
            }}
          >
            <TextField
              label={t("keys.name")}
              hint={t("invite.key.name")}
              error={form.fields.name}
              required
              maxLength={100}
              autocomplete="off"
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
            <FormError submission={form} />
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
  kind: InvitationKind,
): [PairingInvitation | undefined, ReturnType<typeof useSubmission>, (name?: string) => Promise<boolean>] {
  const api = useApi();
  const [invitation, setInvitation] = useState<PairingInvitation>();
  const form = useSubmission(["name"]);
  const { run } = form;
  const createInvitation = useCallback(
    (name?: string) =>
      run(async () =>
        setInvitation(
          await api.post<PairingInvitation>(`sites/${encode(site)}/pairings`, { kind, ...(name ? { name } : {}) }),
        ),
      ),
    [run, api, site, kind],
  );
  return [invitation, form, createInvitation];
}

/** Seconds until the invitation expires. */
function useCountdown(invitation: PairingInvitation | undefined): number {
  const [secondsLeft, setSecondsLeft] = useState(1);
  useEffect(() => {
    if (!invitation?.expires_in) return;
    const end = Date.now() + invitation.expires_in * 1000;
    const update = () => setSecondsLeft(Math.max(0, Math.round((end - Date.now()) / 1000)));
    update();
    const timer = setInterval(update, 1000);
    return () => clearInterval(timer);
  }, [invitation]);
  return secondsLeft;
}

function InvitationQrCode({ invitation, label }: { invitation: PairingInvitation | undefined; label: string }) {
  if (!invitation) return <Skeleton width="14rem" height="14rem" />;
  return <img class="qr big" alt={label} src={`data:image/svg+xml,${encodeURIComponent(invitation.qr_svg)}`} />;
}
