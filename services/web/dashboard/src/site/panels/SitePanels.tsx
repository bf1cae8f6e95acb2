import { lazy } from "../../app/lazy";
import { useI18n } from "../../i18n/i18n";
import type { View } from "../../lib/view";
import type { ChangeView } from "../useView";
import { Goals } from "./Goals";
import { Panel } from "./Panel";
import "./panels.css";

const CountryMap = lazy(async () => (await import("./CountryMap")).CountryMap);
const Funnels = lazy(async () => (await import("./Funnels")).Funnels);
const Paths = lazy(async () => (await import("./Paths")).Paths);
const Properties = lazy(async () => (await import("./Properties")).Properties);
const Retention = lazy(async () => (await import("./Retention")).Retention);

interface Props {
  site: string;
  view: View;
  changeView: ChangeView;
  /** All visitors of the view, of which the rows show shares. */
  visitors: number;
  canManage: boolean;
  onDetails: (dimension: string) => void;
}

const CAMPAIGNS = ["utm_campaign", "utm_source", "utm_medium", "utm_term", "utm_content"];

/** The breakdowns of the dashboard. */
export function SitePanels(props: Props) {
  const { t } = useI18n();
  const { site, view, changeView } = props;
  const panel = { site, view, changeView, visitors: props.visitors, onDetails: props.onDetails };
  const tab = (dimension: string) => ({
    id: dimension,
    label: t(`tab.${dimension}` as never),
    dimensions: [dimension],
  });
  return (
    <div class="panels">
      <Panel
        {...panel}
        title={t("panel.sources")}
        tabs={[
          tab("source"),
          tab("channel"),
          tab("referrer"),
          { id: "campaigns", label: t("tab.campaigns"), dimensions: CAMPAIGNS },
        ]}
      />
      <Panel {...panel} title={t("panel.pages")} tabs={[tab("page"), tab("entry"), tab("exit"), tab("hostname")]} />
      <Panel
        {...panel}
        title={t("panel.locations")}
        tabs={[
          {
            id: "map",
            label: t("tab.map"),
            dimensions: ["country"],
            render: (rows) => <CountryMap rows={rows} view={view} changeView={changeView} />,
          },
          tab("country"),
          tab("region"),
          tab("city"),
          tab("language"),
        ]}
      />
      <Panel
        {...panel}
        title={t("panel.technology")}
        tabs={[
          { ...tab("browser"), dimensions: ["browser", "browser_version"] },
          { ...tab("os"), dimensions: ["os", "os_version"] },
          tab("device"),
          tab("screen"),
        ]}
      />
      <Panel
        {...panel}
        title={t("panel.behavior")}
        tabs={[
          {
            id: "goals",
            label: t("tab.goals"),
            dimensions: [],
            renderOwn: () => <Goals site={site} view={view} changeView={changeView} canManage={props.canManage} />,
          },
          tab("event"),
          { id: "property", label: t("tab.property"), dimensions: [], renderOwn: () => <Properties {...panel} /> },
          tab("link"),
        ]}
      />
      <Panel
        {...panel}
        title={t("panel.journeys")}
        tabs={[
          {
            id: "funnels",
            label: t("tab.funnels"),
            dimensions: [],
            renderOwn: () => <Funnels site={site} view={view} canManage={props.canManage} />,
          },
          { id: "paths", label: t("tab.paths"), dimensions: [], renderOwn: () => <Paths site={site} view={view} /> },
          {
            id: "retention",
            label: t("tab.retention"),
            dimensions: [],
            renderOwn: () => <Retention site={site} view={view} />,
          },
        ]}
      />
    </div>
  );
}
