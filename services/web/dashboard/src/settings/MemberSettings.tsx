import { useState } from "preact/hooks";
import { encode } from "../api/client";
import type { SiteMembers, UserList } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi, useSession } from "../session/SessionContext";
import { ErrorAlert } from "../ui/ErrorAlert";
import { FormError } from "../ui/forms/Form";
import { SelectField } from "../ui/forms/SelectField";
import { useSubmission } from "../ui/forms/useSubmission";
import { SettingsCard } from "../ui/SettingsCard";
import { SkeletonLines } from "../ui/Skeleton";

/** The members who manage the site. */
export function MemberSettings({ site }: { site: string }) {
  const { t } = useI18n();
  const api = useApi();
  const { isAdmin } = useSession();
  const path = `sites/${encode(site)}/members`;
  const members = useData(path, (signal) => api.get<SiteMembers>(path, undefined, signal));
  const users = useData(isAdmin ? "users" : null, (signal) => api.get<UserList>("users", undefined, signal));
  const [chosen, setChosen] = useState("");
  const form = useSubmission();
  const admins = members.value?.members ?? [];
  const others = (users.value?.users ?? []).filter((user) => !user.is_admin && !admins.includes(user.username));
  const change = (action: () => Promise<unknown>) =>
    void form.run(action, t("saved")).then((done) => done && members.reload());
  return (
    <SettingsCard title={t("settings.members")} text={t("members.text")}>
      {members.problem && <ErrorAlert problem={members.problem} onRetry={members.reload} />}
      {!members.value && !members.problem && <SkeletonLines lines={2} />}
      {members.value && admins.length === 0 && <p class="muted">{t("members.none")}</p>}
      {admins.length > 0 && (
        <table class="table stacked">
          <tbody>
            {admins.map((username) => (
              <tr key={username}>
                <th scope="row" class="break-anywhere">
                  {username}
                </th>
                <td class="end">
                  {isAdmin && (
                    <button
                      type="button"
                      class="button compact danger outline"
                      onClick={() => change(() => api.delete(`${path}/${encode(username)}`))}
                    >
                      {t("members.remove")}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {isAdmin && others.length > 0 && (
        <form
          class="row"
          onSubmit={(event) => {
            event.preventDefault();
            if (chosen) change(() => api.put(`${path}/${encode(chosen)}`).then(() => setChosen("")));
          }}
        >
          <div class="grow">
            <SelectField
              label={t("members.add")}
              value={chosen}
              onChoose={setChosen}
              options={[
                { value: "", label: t("members.choose") },
                ...others.map(({ username }) => ({ value: username, label: username })),
              ]}
            />
          </div>
          <button type="submit" class="button" disabled={!chosen || form.isBusy}>
            {t("add")}
          </button>
        </form>
      )}
      {isAdmin && users.value && others.length === 0 && (
        <p class="muted small">
          {t("members.all-added")} <a href="/admin/users">{t("users.title")}</a>
        </p>
      )}
      <FormError submission={form} />
    </SettingsCard>
  );
}
