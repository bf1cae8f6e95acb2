import { useState } from "preact/hooks";
import { encode } from "../api/client";
import type { Visit, VisitEvents, Visitor, VisitPage } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { navigate, siteHref } from "../lib/router";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { valueLabel } from "../site/dimensions";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { ErrorAlert } from "../ui/ErrorAlert";
import { Field, TextField } from "../ui/forms/Field";
import { FormError } from "../ui/forms/Form";
import { useSubmission } from "../ui/forms/useSubmission";
import { PageTitle } from "../ui/PageTitle";
import { SettingsCard } from "../ui/SettingsCard";
import { SkeletonLines } from "../ui/Skeleton";
import { Timestamp } from "../ui/Timestamp";
import { placeLabel, VisitorIcon } from "./VisitorIcon";
import "./visitors.css";

/** Everything that is stored about one visitor. */
export function VisitorPage({ site, visitor }: { site: string; visitor: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useApi();
  const path = `sites/${encode(site)}/visitors/${encode(visitor)}`;
  const data = useData(path, (signal) => api.get<Visitor>(path, { limit: 50 }, signal));
  const [more, setMore] = useState<VisitPage>();
  const [isErasing, setIsErasing] = useState(false);
  const loading = useSubmission();
  const details = data.value;
  const next = more ? more.next : (details?.next ?? null);
  const visits = [...(details?.visits ?? []), ...(more?.visits ?? [])];
  const loadMore = () =>
    void loading.run(async () => {
      const page = await api.get<Visitor>(path, { limit: 50, after: next });
      setMore({ visits: [...(more?.visits ?? []), ...page.visits], next: page.next });
    });

  return (
    <main class="page narrow stack wide" id="main">
      <p>
        <a href={siteHref(site, "visits")}>← {t("nav.visits")}</a>
      </p>
      <header class="row between">
        <div class="row">
          <VisitorIcon id={visitor} />
          <div>
            <PageTitle text={details?.label || t("visitor.title")} />
            <p class="muted small mono">{visitor}</p>
          </div>
        </div>
        <button type="button" class="button danger outline" onClick={() => setIsErasing(true)}>
          {t("visitor.erase")}
        </button>
      </header>
      {data.problem && <ErrorAlert problem={data.problem} onRetry={data.reload} />}
      {!details && !data.problem && <SkeletonLines lines={8} />}
      {details && (
        <>
          <dl class="card visitor-details">
            <Fact name={t("visits.first")}>
              <Timestamp iso={details.first_visit} />
            </Fact>
            <Fact name={t("visits.last")}>
              <Timestamp iso={details.last_visit} />
            </Fact>
            {details.visits[0] && (
              <>
                <Fact name={t("dimension.country")}>{placeLabel(details.visits[0], i18n)}</Fact>
                <Fact name={t("visits.client")}>
                  {[
                    details.visits[0].browser_version &&
                      `${details.visits[0].browser} ${details.visits[0].browser_version}`,
                    details.visits[0].os,
                    valueLabel("device", details.visits[0].device, i18n),
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                </Fact>
              </>
            )}
          </dl>
          <NoteForm path={path} visitor={details} onSave={data.reload} />
          <section class="stack">
            <h2>{t("visitor.timeline")}</h2>
            <ol class="timeline">
              {visits.map((visit, index) => (
                <VisitItem key={visit.started_at} path={path} visit={visit} isOpen={index === 0} />
              ))}
            </ol>
            {next && (
              <div>
                <button type="button" class="button" disabled={loading.isBusy} onClick={loadMore}>
                  {t("more")}
                </button>
              </div>
            )}
            <FormError submission={loading} />
          </section>
        </>
      )}
      {isErasing && (
        <ConfirmDialog
          title={t("visitor.erase")}
          confirmLabel={t("visitor.erase.do")}
          successMessage={t("visitor.erased")}
          onConfirm={async () => {
            await api.delete(path);
            navigate(siteHref(site, "visits"));
          }}
          onClose={() => setIsErasing(false)}
        >
          {t("visitor.erase.text")}
        </ConfirmDialog>
      )}
    </main>
  );
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children || "–"}</dd>
    </div>
  );
}

function NoteForm({ path, visitor, onSave }: { path: string; visitor: Visitor; onSave: () => void }) {
  const { t } = useI18n();
  const api = useApi();
  const [label, setLabel] = useState(visitor.label);
  const [note, setNote] = useState(visitor.note);
  const form = useSubmission(["label", "note"]);
  return (
    <SettingsCard title={t("visitor.note")} text={t("visitor.note.text")}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void form.run(() => api.put(`${path}/note`, { label, note }), t("saved")).then((done) => done && onSave());
        }}
      >
        <TextField
          label={t("visitor.label")}
          error={form.fields.label}
          maxLength={100}
          value={label}
          onInput={(event) => setLabel(event.currentTarget.value)}
        />
        <Field label={t("visitor.note")} error={form.fields.note}>
          {(attributes) => (
            <textarea {...attributes} rows={2} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
          )}
        </Field>
        <FormError submission={form} />
        <footer>
          <button
            type="submit"
            class="button"
            disabled={form.isBusy || (label === visitor.label && note === visitor.note)}
          >
            {t("save")}
          </button>
        </footer>
      </form>
    </SettingsCard>
  );
}

function VisitItem({ path, visit, isOpen: isInitiallyOpen }: { path: string; visit: Visit; isOpen: boolean }) {
  const i18n = useI18n();
  const [isOpen, setIsOpen] = useState(isInitiallyOpen);
  return (
    <li class="card">
      <button type="button" class="visit-head" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <strong>
          <Timestamp iso={visit.started_at} />
        </strong>
        <span class="muted">
          {i18n.plural("pageview", visit.pageviews)} ·{" "}
          {i18n.duration((Date.parse(visit.ended_at) - Date.parse(visit.started_at)) / 1000)} ·{" "}
          {valueLabel("source", visit.source, i18n)}
        </span>
        {visit.bot_reason && <span class="tag bad">{i18n.lookup(`rule.${visit.bot_reason}`, visit.bot_reason)}</span>}
      </button>
      {isOpen && <VisitEventList path={path} visit={visit} />}
    </li>
  );
}

function VisitEventList({ path, visit }: { path: string; visit: Visit }) {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useApi();
  const address = `${path}/visits/${encode(visit.started_at)}/events`;
  const data = useData(address, (signal) => api.get<VisitEvents>(address, undefined, signal));
  if (data.problem) return <ErrorAlert problem={data.problem} onRetry={data.reload} />;
  if (!data.value) return <SkeletonLines lines={2} />;
  return (
    <ol class="events">
      {data.value.events.map((event) => (
        <li key={event.id}>
          <time dateTime={event.time} class="muted num">
            {i18n.time(event.time)}
          </time>
          <span class={`tag ${event.kind === "pageview" ? "accent" : ""}`}>
            {i18n.lookup(`kind.${event.kind}`, event.kind)}
          </span>
          <span class="break-anywhere grow">
            {event.name || event.path}
            {event.kind === "leave" && (
              <span class="muted small">
                {" "}
                {t("visitor.engagement", {
                  time: i18n.duration(event.engaged_ms / 1000),
                  scroll: i18n.percent(event.scroll),
                })}
              </span>
            )}
            {event.props && <code class="muted small"> {JSON.stringify(event.props)}</code>}
          </span>
        </li>
      ))}
      {data.value.truncated && <li class="muted">{t("visitor.truncated")}</li>}
    </ol>
  );
}
