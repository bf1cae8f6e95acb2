import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { Visit, VisitEvents, Visitor, VisitPage } from "../api/types";
import { useWords } from "../i18n/words";
import { go, siteAddress } from "../lib/router";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { nameOfValue } from "../site/values";
import { Bones, Moment, Title, Trouble } from "../ui/bits";
import { Confirm } from "../ui/Confirm";
import { Field, Refusal, TextField, useSubmission } from "../ui/forms";
import { Box } from "../ui/Sections";
import { VisitorMark, where } from "./marks";
import "./visitors.css";

/** All that is stored of one visitor. */
export function VisitorPage({ site, visitor }: { site: string; visitor: string }) {
  const words = useWords();
  const { t } = words;
  const api = useApi();
  const path = `sites/${part(site)}/visitors/${part(visitor)}`;
  const found = useData(path, (signal) => api.get<Visitor>(path, { limit: 50 }, signal));
  const [more, setMore] = useState<VisitPage>();
  const [isErasing, setErasing] = useState(false);
  const reading = useSubmission();
  const view = found.value;
  const next = more ? more.next : (view?.next ?? null);
  const visits = [...(view?.visits ?? []), ...(more?.visits ?? [])];
  const readOn = () =>
    void reading.run(async () => {
      const page = await api.get<Visitor>(path, { limit: 50, after: next });
      setMore({ visits: [...(more?.visits ?? []), ...page.visits], next: page.next });
    });

  return (
    <main class="page narrow stack wide" id="main">
      <p>
        <a href={siteAddress(site, "visits")}>← {t("nav.visits")}</a>
      </p>
      <header class="row apart">
        <div class="row">
          <VisitorMark id={visitor} />
          <div>
            <Title text={view?.label || t("visitor.title")} />
            <p class="muted small mono">{visitor}</p>
          </div>
        </div>
        <button type="button" class="button danger outline" onClick={() => setErasing(true)}>
          {t("visitor.erase")}
        </button>
      </header>
      {found.problem && <Trouble problem={found.problem} onRetry={found.reload} />}
      {!view && !found.problem && <Bones lines={8} />}
      {view && (
        <>
          <dl class="card facts">
            <Fact name={t("visits.first")}>
              <Moment iso={view.first_visit} />
            </Fact>
            <Fact name={t("visits.last")}>
              <Moment iso={view.last_visit} />
            </Fact>
            {view.visits[0] && (
              <>
                <Fact name={t("dimension.country")}>{where(view.visits[0], words)}</Fact>
                <Fact name={t("visits.client")}>
                  {[
                    view.visits[0].browser_version && `${view.visits[0].browser} ${view.visits[0].browser_version}`,
                    view.visits[0].os,
                    nameOfValue("device", view.visits[0].device, words),
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                </Fact>
              </>
            )}
          </dl>
          <NoteForm path={path} view={view} onSave={found.reload} />
          <section class="stack">
            <h2>{t("visitor.timeline")}</h2>
            <ol class="timeline">
              {visits.map((visit, index) => (
                <OneVisit key={visit.started_at} path={path} visit={visit} isOpen={index === 0} />
              ))}
            </ol>
            {next && (
              <div>
                <button type="button" class="button" disabled={reading.isBusy} onClick={readOn}>
                  {t("more")}
                </button>
              </div>
            )}
            <Refusal of={reading} />
          </section>
        </>
      )}
      {isErasing && (
        <Confirm
          title={t("visitor.erase")}
          action={t("visitor.erase.do")}
          said={t("visitor.erased")}
          onDo={async () => {
            await api.delete(path);
            go(siteAddress(site, "visits"));
          }}
          onClose={() => setErasing(false)}
        >
          {t("visitor.erase.text")}
        </Confirm>
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

function NoteForm({ path, view, onSave }: { path: string; view: Visitor; onSave: () => void }) {
  const { t } = useWords();
  const api = useApi();
  const [label, setLabel] = useState(view.label);
  const [note, setNote] = useState(view.note);
  const form = useSubmission(["label", "note"]);
  return (
    <Box title={t("visitor.note")} text={t("visitor.note.text")}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void form.run(() => api.put(`${path}/note`, { label, note }), t("saved")).then((done) => done && onSave());
        }}
      >
        <TextField
          label={t("visitor.label")}
          wrong={form.fields.label}
          maxLength={100}
          value={label}
          onInput={(event) => setLabel(event.currentTarget.value)}
        />
        <Field label={t("visitor.note")} wrong={form.fields.note}>
          {(attributes) => (
            <textarea {...attributes} rows={2} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
          )}
        </Field>
        <Refusal of={form} />
        <footer>
          <button type="submit" class="button" disabled={form.isBusy || (label === view.label && note === view.note)}>
            {t("save")}
          </button>
        </footer>
      </form>
    </Box>
  );
}

function OneVisit({ path, visit, isOpen: begins }: { path: string; visit: Visit; isOpen: boolean }) {
  const words = useWords();
  const [isOpen, setOpen] = useState(begins);
  return (
    <li class="card visit">
      <button type="button" class="visit-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <strong>
          <Moment iso={visit.started_at} />
        </strong>
        <span class="muted">
          {words.n("pageview", visit.pageviews)} ·{" "}
          {words.duration((Date.parse(visit.ended_at) - Date.parse(visit.started_at)) / 1000)} ·{" "}
          {nameOfValue("source", visit.source, words)}
        </span>
        {visit.bot_reason && <span class="tag bad">{words.maybe(`rule.${visit.bot_reason}`, visit.bot_reason)}</span>}
      </button>
      {isOpen && <Events path={path} visit={visit} />}
    </li>
  );
}

function Events({ path, visit }: { path: string; visit: Visit }) {
  const words = useWords();
  const { t } = words;
  const api = useApi();
  const address = `${path}/visits/${part(visit.started_at)}/events`;
  const found = useData(address, (signal) => api.get<VisitEvents>(address, undefined, signal));
  if (found.problem) return <Trouble problem={found.problem} onRetry={found.reload} />;
  if (!found.value) return <Bones lines={2} />;
  return (
    <ol class="events">
      {found.value.events.map((event) => (
        <li key={event.id}>
          <time dateTime={event.time} class="muted num">
            {words.clock(event.time)}
          </time>
          <span class={`tag ${event.kind === "pageview" ? "accent" : ""}`}>
            {words.maybe(`kind.${event.kind}`, event.kind)}
          </span>
          <span class="breakable grow">
            {event.name || event.path}
            {event.kind === "leave" && (
              <span class="muted small">
                {" "}
                {t("visitor.engagement", {
                  time: words.duration(event.engaged_ms / 1000),
                  scroll: words.percent(event.scroll),
                })}
              </span>
            )}
            {event.props && <code class="muted small"> {JSON.stringify(event.props)}</code>}
          </span>
        </li>
      ))}
      {found.value.truncated && <li class="muted">{t("visitor.truncated")}</li>}
    </ol>
  );
}
