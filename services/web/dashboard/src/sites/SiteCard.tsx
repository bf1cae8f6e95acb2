import type { SiteOverview } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { siteHref } from "../lib/router";
import { PercentChange } from "../ui/PercentChange";
import { Sparkline } from "./Sparkline";

export function SiteCard({ site }: { site: SiteOverview }) {
  const { t, plural, compact } = useI18n();
  return (
    <li class="card site-card">
      <header>
        <h2 class="truncate">
          <a href={siteHref(site.site)}>{site.site}</a>
        </h2>
        <span class={site.current_visitors ? "online on" : "online"}>
          <span class={site.current_visitors ? "live-dot" : "live-dot off"} aria-hidden="true" />
          {plural("online", site.current_visitors)}
        </span>
      </header>
      <div class="figures">
        <strong class="num">{compact(site.visitors)}</strong>
        <PercentChange percent={site.change} />
        <span class="muted small grow">{t("sites.visitors")}</span>
        <span class="num today">{t("sites.today", { n: compact(site.sparkline.at(-1) ?? 0) })}</span>
      </div>
      <Sparkline values={site.sparkline} />
    </li>
  );
}
