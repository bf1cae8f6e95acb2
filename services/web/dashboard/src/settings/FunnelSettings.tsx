import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { Funnel, FunnelList, FunnelStep, Goal } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { nameOfStep } from "../site/Funnels";
import { Dialog } from "../ui/Dialog";
import { Form, TextField, useSubmission } from "../ui/forms";
import { Icon } from "../ui/icons";
import { Things } from "../ui/Things";
import { useGoals } from "./GoalSettings";
import { Radios } from "./Radios";

const [FEWEST, MOST] = [2, 8];

/** Ways of several steps that visitors should go. */
export function FunnelSettings({ site }: { site: string }) {
  const { t } = useWords();
  const api = useApi();
  const path = `sites/${part(site)}/funnels`;
  const funnels = useData(path, (signal) => api.get<FunnelList>(path, undefined, signal));
  const goals = useGoals(site);
  const [edited, setEdited] = useState<Funnel | "new">();
  return (
    <Things
      title={t("settings.funnels")}
      text={t("funnels.text")}
      found={funnels}
      things={funnels.value?.funnels}
      icon="filter"
      none={t("funnels.none")}
      more={[t("funnels.new"), () => setEdited("new")]}
      cells={(funnel) => (
        <>
          <th scope="row" class="breakable">
            {funnel.name}
          </th>
          <td class="breakable muted">{funnel.steps.map(nameOfStep).join(" → ")}</td>
        </>
      )}
      onEdit={setEdited}
      ending={{
        action: t("delete"),
        said: t("deleted"),
        title: ({ name }) => t("funnels.delete", { name }),
        text: () => t("funnels.delete.text"),
        path: ({ id }) => `${path}/${part(id)}`,
      }}
    >
      {edited && (
        <FunnelForm
          path={path}
          goals={goals.value?.goals ?? []}
          funnel={edited === "new" ? undefined : edited}
          onDone={funnels.reload}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Things>
  );
}

interface Draft {
  kind: "page" | "event" | "goal";
  text: string;
}

const draftOf = (step: FunnelStep): Draft =>
  step.goal !== null
    ? { kind: "goal", text: step.goal }
    : step.event !== null
      ? { kind: "event", text: step.event }
      : { kind: "page", text: step.page ?? "" };

interface FormProps {
  path: string;
  goals: readonly Goal[];
  funnel: Funnel | undefined;
  onDone: () => void;
  onClose: () => void;
}

function FunnelForm({ path, goals, funnel, onDone, onClose }: FormProps) {
  const { t } = useWords();
  const api = useApi();
  const [name, setName] = useState(funnel?.name ?? "");
  const [within, setWithin] = useState(funnel?.within ?? "period");
  const [steps, setSteps] = useState<Draft[]>(
    funnel?.steps.map(draftOf) ?? [
      { kind: "page", text: "/" },
      { kind: "page", text: "" },
    ],
  );
  const form = useSubmission(["name"]);
  const change = (at: number, changed: Partial<Draft>) =>
    setSteps(steps.map((step, index) => (index === at ? { ...step, ...changed } : step)));
  const submit = async () => {
    const body = { name, within, steps: steps.map(({ kind, text }) => ({ [kind]: text })) };
    const done = await form.run(
      () => (funnel ? api.put(`${path}/${part(funnel.id)}`, body) : api.post(path, body)),
      t("saved"),
    );
    if (!done) return;
    onDone();
    onClose();
  };
  return (
    <Dialog title={t(funnel ? "funnels.edit" : "funnels.new")} onClose={onClose}>
      <Form of={form} action={t("save")} onCancel={onClose} onSubmit={submit}>
        <TextField
          label={t("goals.name")}
          wrong={form.fields.name}
          required
          autofocus
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <fieldset class="stack">
          <legend class="hidden">{t("funnels.steps")}</legend>
          {steps.map((step, index) => (
            <div key={index} class="step-row">
              <select
                class="input"
                aria-label={t("funnels.step.kind", { n: index + 1 })}
                value={step.kind}
                onChange={(event) => {
                  const kind = event.currentTarget.value as Draft["kind"];
                  change(index, { kind, text: kind === "goal" ? (goals[0]?.name ?? "") : "" });
                }}
              >
                <option value="page">{t("goal.page")}</option>
                <option value="event">{t("goal.event")}</option>
                {goals.length > 0 && <option value="goal">{t("dimension.goal")}</option>}
              </select>
              {step.kind === "goal" ? (
                <select
                  class="input"
                  aria-label={t("funnels.step", { n: index + 1 })}
                  value={step.text}
                  onChange={(event) => change(index, { text: event.currentTarget.value })}
                >
                  {goals.map((goal) => (
                    <option key={goal.id}>{goal.name}</option>
                  ))}
                </select>
              ) : (
                <input
                  class="input"
                  aria-label={t("funnels.step", { n: index + 1 })}
                  required
                  value={step.text}
                  placeholder={step.kind === "page" ? "/cart*" : "purchase"}
                  onInput={(event) => change(index, { text: event.currentTarget.value })}
                />
              )}
              <button
                type="button"
                class="button icon bare"
                aria-label={t("funnels.step.remove", { n: index + 1 })}
                disabled={steps.length <= FEWEST}
                onClick={() => setSteps(steps.filter((_, at) => at !== index))}
              >
                <Icon name="close" />
              </button>
            </div>
          ))}
          {steps.length < MOST && (
            <div>
              <button
                type="button"
                class="button bare tight"
                onClick={() => setSteps([...steps, { kind: "page", text: "" }])}
              >
                <Icon name="plus" />
                {t("funnels.step.add")}
              </button>
            </div>
          )}
        </fieldset>
        <Radios
          title={t("funnels.within")}
          value={within}
          onChoose={setWithin}
          options={[
            { value: "period", label: t("within.period"), hint: t("within.period.hint") },
            { value: "visit", label: t("within.visit"), hint: t("within.visit.hint") },
          ]}
        />
      </Form>
    </Dialog>
  );
}
