import { part } from "../api/client";
import type { Opinions } from "../api/types";
import { useWords } from "../i18n/words";
import { siteAddress } from "../lib/router";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Bones, Trouble } from "../ui/bits";
import { Box } from "../ui/Sections";

const SHOWN = 20;

/** Whom the model takes for programs, besides those that the rules know. */
export function BotCandidates({ site }: { site: string }) {
  const words = useWords();
  const { t } = words;
  const api = useApi();
  const path = `sites/${part(site)}/bots/opinions`;
  const found = useData(path, (signal) => api.get<Opinions>(path, { limit: SHOWN }, signal));
  const opinions = found.value?.opinions;
  return (
    <Box
      title={t("suspected.title")}
      text={t(found.value?.model === "apply" ? "suspected.text.apply" : "suspected.text.show")}
    >
      {found.problem && <Trouble problem={found.problem} onRetry={found.reload} />}
      {!opinions && !found.problem && <Bones lines={2} />}
      {opinions?.length === 0 && <p class="muted">{t("suspected.none")}</p>}
      {opinions && opinions.length > 0 && (
        <div class="scroll-x">
          <table class="list">
            <thead>
              <tr>
                <th scope="col">{t("suspected.because")}</th>
                <th scope="col" class="num">
                  {t("suspected.score")}
                </th>
                <th scope="col" class="wide-only">
                  {t("visits.last")}
                </th>
              </tr>
            </thead>
            <tbody>
              {opinions.map((opinion, index) => (
                <tr key={index}>
                  <th scope="row">
                    <span class="row">
                      {opinion.reasons.map((reason) => (
                        <span key={reason} class="tag">
                          {words.maybe(`feature.${reason}`, reason)}
                        </span>
                      ))}
                    </span>
                  </th>
                  <td class="num">{words.percent(opinion.score * 100)}</td>
                  <td class="muted wide-only">
                    {opinion.visitor ? (
                      <a href={siteAddress(site, "visitors", opinion.visitor)}>{words.moment(opinion.last_visit)}</a>
                    ) : (
                      words.moment(opinion.last_visit)
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Box>
  );
}
