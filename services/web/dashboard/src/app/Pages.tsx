import { useWords } from "../i18n/words";
import type { Route } from "../lib/router";
import { useWho } from "../session/context";
import { SitesPage } from "../sites/SitesPage";
import { Title } from "../ui/bits";
import { later } from "./later";

const SitePage = later(
  () => import("../site/SitePage"),
  (found) => found.SitePage,
);
const RealtimePage = later(
  () => import("../site/RealtimePage"),
  (found) => found.RealtimePage,
);
const VisitsPage = later(
  () => import("../visitors/VisitsPage"),
  (found) => found.VisitsPage,
);
const VisitorPage = later(
  () => import("../visitors/VisitorPage"),
  (found) => found.VisitorPage,
);
const SettingsPage = later(
  () => import("../settings/SettingsPage"),
  (found) => found.SettingsPage,
);
const AccountPage = later(
  () => import("../account/AccountPage"),
  (found) => found.AccountPage,
);
const AdminPage = later(
  () => import("../admin/AdminPage"),
  (found) => found.AdminPage,
);
const BotsPage = later(
  () => import("../bots/BotsPage"),
  (found) => found.BotsPage,
);
const InvitePage = later(
  () => import("../settings/InvitePage"),
  (found) => found.InvitePage,
);
const NewSitePage = later(
  () => import("../sites/NewSitePage"),
  (found) => found.NewSitePage,
);

export function Pages({ route }: { route: Route }) {
  const { isAdmin } = useWho();
  switch (route.at) {
    case "sites":
      return <SitesPage />;
    case "account":
      return <AccountPage page={route.page} />;
    case "new":
      return isAdmin ? <NewSitePage /> : <Nowhere />;
    case "admin":
      return isAdmin ? <AdminPage page={route.page} /> : <Nowhere />;
    case "pair":
      return <InvitePage site={route.site} key={route.site} />;
    case "site":
      return <OfSite {...route} />;
    default:
      return <Nowhere />;
  }
}

function OfSite({ site, page, rest }: Extract<Route, { at: "site" }>) {
  const { isAdmin } = useWho();
  switch (page) {
    case "":
      return <SitePage site={site} key={site} />;
    case "realtime":
      return <RealtimePage site={site} key={site} />;
    case "bots":
      return <BotsPage site={site} key={site} />;
    case "settings":
      return <SettingsPage site={site} section={rest} key={site} />;
    case "visits":
      return isAdmin ? <VisitsPage site={site} key={site} /> : <Nowhere />;
    case "visitors":
      return isAdmin && rest ? <VisitorPage site={site} visitor={rest} key={rest} /> : <Nowhere />;
  }
}

export function Nowhere() {
  const { t } = useWords();
  return (
    <main class="page narrow stack" id="main">
      <Title text={t("not-found.title")} />
      <p class="muted">{t("not-found.text")}</p>
      <p>
        <a href="/">{t("not-found.back")}</a>
      </p>
    </main>
  );
}
