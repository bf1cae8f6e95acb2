import { geoEqualEarth, geoPath } from "d3-geo";
import type { Feature, FeatureCollection, Geometry } from "geojson";
import { useEffect, useMemo, useState } from "preact/hooks";
import { feature } from "topojson-client";
import type { Topology } from "topojson-specification";
import worldUrl from "world-atlas/countries-110m.json?url";
import type { Row } from "../api/types";
import { useWords } from "../i18n/words";
import { isChosen, toggled } from "../lib/filters";
import type { View } from "../lib/view";
import { alpha2 } from "./countries";
import type { ChangeView } from "./useView";
import { nameOfValue } from "./values";

interface Props {
  rows: readonly Row[];
  view?: View;
  change?: ChangeView;
}

const [WIDTH, HEIGHT] = [640, 320];
const ANTARCTICA = "010";

let world: Promise<Feature[]> | undefined;

async function loadWorld(): Promise<Feature[]> {
  const topology = (await (await fetch(worldUrl)).json()) as Topology;
  const found = feature(topology, topology.objects.countries!) as FeatureCollection<Geometry>;
  return found.features.filter((country) => country.id !== ANTARCTICA);
}

/** Where visitors are: the darker a country, the more of them, by orders of magnitude. */
export function CountryMap({ rows, view, change }: Props) {
  const words = useWords();
  const [countries, setCountries] = useState<Feature[]>();
  const [shown, setShown] = useState<string>();
  useEffect(() => {
    let isMounted = true;
    world ??= loadWorld();
    world.then(
      (found) => isMounted && setCountries(found),
      // The next map that is shown tries again.
      () => {
        world = undefined;
      },
    );
    return () => {
      isMounted = false;
    };
  }, []);

  const path = useMemo(() => {
    if (!countries) return null;
    const projection = geoEqualEarth().fitExtent(
      [
        [0, 4],
        [WIDTH, HEIGHT - 4],
      ],
      { type: "FeatureCollection", features: countries },
    );
    return geoPath(projection).digits(1);
  }, [countries]);
  const shapes = useMemo(
    () => countries?.map((country) => ({ code: alpha2(String(country.id)), d: path!(country) ?? "" })) ?? [],
    [countries, path],
  );
  // Some shapes have no code, as visitors from nobody knows where have none: neither are the other's.
  const visitors = new Map(rows.filter((row) => row.value).map((row) => [row.value, row.visitors ?? 0]));
  const most = Math.max(1, ...visitors.values());
  const told = shown === undefined ? undefined : (visitors.get(shown) ?? 0);

  return (
    <div class="map">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words.t("map.label")}>
        {shapes.map(({ code, d }, index) => {
          const amount = visitors.get(code) ?? 0;
          const strength = amount ? 0.18 + 0.82 * (Math.log1p(amount) / Math.log1p(most)) : 0;
          return (
            <path
              key={index}
              d={d}
              class={amount ? (view && isChosen(view.filters, "country", code) ? "some chosen" : "some") : ""}
              fill-opacity={amount ? strength.toFixed(2) : undefined}
              onPointerEnter={() => setShown(code)}
              onPointerLeave={() => setShown(undefined)}
              onClick={() => amount && view && change?.({ filters: toggled(view.filters, "country", code) })}
            />
          );
        })}
      </svg>
      <p class="told" aria-hidden="true">
        {shown && told !== undefined ? (
          <>
            {nameOfValue("country", shown, words)} <strong class="num">{words.exact(told)}</strong>
          </>
        ) : (
          <span class="muted">{words.n("map.countries", rows.filter((row) => row.value).length)}</span>
        )}
      </p>
    </div>
  );
}
