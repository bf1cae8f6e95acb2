import type { SiteOverview } from "../api/types";
import { useWords } from "../i18n/words";
import { siteAddress } from "../lib/router";
import { Change } from "../ui/Change";
import { Sparkline } from "../ui/Sparkline";

export function SiteCard({ site }: { site: SiteOverview }) {
  const { t, n, count } = useWords();
  return (
    <li class="card site-card">
      <header>
        <h2 class="cut">
          <a href={siteAddress(site.name)}>{site.name}</a>
        </h2>
        <span class={site.current_visitors ? "now on" : "now"}>
          <span class={site.current_visitors ? "live" : "live off"} aria-hidden="true" />
          {n("online", site.current_visitors)}
        </span>
      </header>
      <div class="figures">
        <strong class="num">{count(site.visitors)}</strong>
        <span class="muted">{t("sites.visitors-today")}</span>
        <Change percent={site.change} />
      </div>
      <Sparkline values={site.sparkline} />
    </li>
  );
}
