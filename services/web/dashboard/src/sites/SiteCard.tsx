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
          <a href={siteAddress(site.site)}>{site.site}</a>
        </h2>
        <span class={site.current_visitors ? "online on" : "online"}>
          <span class={site.current_visitors ? "live" : "live off"} aria-hidden="true" />
          {n("online", site.current_visitors)}
        </span>
      </header>
      <div class="figures">
        <strong class="num">{count(site.visitors)}</strong>
        <Change percent={site.change} />
        <span class="muted small grow">{t("sites.visitors")}</span>
        <span class="num today">{t("sites.today", { n: count(site.sparkline.at(-1) ?? 0) })}</span>
      </div>
      <Sparkline values={site.sparkline} />
    </li>
  );
}
