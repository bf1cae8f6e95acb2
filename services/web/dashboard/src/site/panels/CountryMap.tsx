import { geoEqualEarth, geoPath } from "d3-geo";
import type { Feature, FeatureCollection, Geometry } from "geojson";
import { useEffect, useMemo, useState } from "preact/hooks";
import { feature } from "topojson-client";
import type { Topology } from "topojson-specification";
import worldUrl from "world-atlas/countries-110m.json?url";
import type { Row } from "../../api/types";
import { useI18n } from "../../i18n/i18n";
import { isFiltered, toggleFilter } from "../../lib/filters";
import type { View } from "../../lib/view";
import { valueLabel } from "../dimensions";
import type { ChangeView } from "../useView";
import { alpha2Code } from "./countryCodes";

interface Props {
  rows: readonly Row[];
  view?: View;
  changeView?: ChangeView;
}

const [WIDTH, HEIGHT] = [640, 320];
const ANTARCTICA = "010";

let world: Promise<Feature[]> | undefined;

async function loadWorld(): Promise<Feature[]> {
  const topology = (await (await fetch(worldUrl)).json()) as Topology;
  const countries = feature(topology, topology.objects.countries!) as FeatureCollection<Geometry>;
  return countries.features.filter((country) => country.id !== ANTARCTICA);
}

/** A map of the visitors' countries, colored on a logarithmic scale. */
export function CountryMap({ rows, view, changeView }: Props) {
  const i18n = useI18n();
  const [countries, setCountries] = useState<Feature[]>();
  const [hovered, setShown] = useState<string>();
  useEffect(() => {
    let isMounted = true;
    world ??= loadWorld();
    world.then(
      (features) => isMounted && setCountries(features),
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
    () => countries?.map((country) => ({ code: alpha2Code(String(country.id)), d: path!(country) ?? "" })) ?? [],
    [countries, path],
  );
  // Territories without a code and visitors without a country both have '': they must not match.
  const visitors = new Map(rows.filter((row) => row.value).map((row) => [row.value, row.visitors ?? 0]));
  const maxVisitors = Math.max(1, ...visitors.values());
  const shownVisitors = hovered === undefined ? undefined : (visitors.get(hovered) ?? 0);

  return (
    <div class="map">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={i18n.t("map.label")}>
        {shapes.map(({ code, d }, index) => {
          const amount = visitors.get(code) ?? 0;
          const strength = amount ? 0.18 + 0.82 * (Math.log1p(amount) / Math.log1p(maxVisitors)) : 0;
          return (
            <path
              key={index}
              d={d}
              class={
                amount
                  ? view && isFiltered(view.filters, "country", code)
                    ? "has-visitors check-mark"
                    : "has-visitors"
                  : ""
              }
              fill-opacity={amount ? strength.toFixed(2) : undefined}
              onPointerEnter={() => setShown(code)}
              onPointerLeave={() => setShown(undefined)}
              onClick={() => amount && view && changeView?.({ filters: toggleFilter(view.filters, "country", code) })}
            />
          );
        })}
      </svg>
      <p class="map-caption" aria-hidden="true">
        {hovered && shownVisitors !== undefined ? (
          <>
            {valueLabel("country", hovered, i18n)} <strong class="num">{i18n.number(shownVisitors)}</strong>
          </>
        ) : (
          <span class="muted">{i18n.plural("map.countries", rows.filter((row) => row.value).length)}</span>
        )}
      </p>
    </div>
  );
}
