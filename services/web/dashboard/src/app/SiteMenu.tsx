import { useState } from "preact/hooks";
import type { SiteList } from "../api/types";
import { useWords } from "../i18n/words";
import { routeOf, siteAddress, usePlace } from "../lib/router";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Bones } from "../ui/bits";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/Menu";

/** Which site is looked at, and the way to the others. */
export function SiteMenu({ site }: { site: string }) {
  const { t } = useWords();
  return (
    <Menu
      class="button bare site-button"
      name={t("menu.site", { site })}
      label={
        <>
          <span>{site}</span>
          <Icon name="down" />
        </>
      }
    >
      {(close) => <Others site={site} close={close} />}
    </Menu>
  );
}

function Others({ site, close }: { site: string; close: () => void }) {
  const { t } = useWords();
  const api = useApi();
  const { path } = usePlace();
  const route = routeOf(path);
  const [search, setSearch] = useState("");
  const sites = useData("sites", (signal) => api.get<SiteList>("sites", undefined, signal));
  const all = sites.value?.sites ?? [];
  const shown = all.filter(({ name }) => name.includes(search.toLowerCase().trim())).slice(0, 50);
  const page = route.at === "site" && route.page !== "visitors" ? route.page : "";
  return (
    <>
      {all.length > 8 && (
        <input
          class="input"
          type="search"
          aria-label={t("sites.search")}
          placeholder={t("sites.search")}
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {!sites.value && <Bones lines={3} />}
      {shown.map(({ name }) => (
        <a
          key={name}
          class="item"
          href={siteAddress(name, page)}
          aria-current={name === site ? "true" : undefined}
          onClick={close}
        >
          <span class="cut">{name}</span>
        </a>
      ))}
      <hr />
      <a class="item" href="/" onClick={close}>
        {t("sites.all")}
      </a>
    </>
  );
}
