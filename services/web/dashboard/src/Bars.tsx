import type { Timeseries } from "./api";
import { count, label } from "./format";
import { niceTop } from "./scale";
import { useWidth } from "./useWidth";

const HEIGHT = 240;
const LEFT = 44;
const BOTTOM = 28;
const TOP = 12;
/** Room for a label below the bars, in pixels. */
const LABEL = 72;

/** One bar of visitors for each point, drawn in the pixels there are. */
export function Bars({ interval, points }: Timeseries) {
  const [svg, width] = useWidth<SVGSVGElement>();
  const most = Math.max(0, ...points.map((point) => point.visitors));
  const top = niceTop(most);
  const step = Math.max(0, width - LEFT) / Math.max(points.length, 1);
  const everyNth = Math.ceil(LABEL / Math.max(step, 1));
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);

  return (
    <svg ref={svg} height={HEIGHT} role="img" aria-label={describe(interval, most)}>
      {[0, top / 2, top].map((value) => (
        <g key={value}>
          <line class="grid" x1={LEFT} x2={width} y1={y(value)} y2={y(value)} />
          <text class="axis" x={LEFT - 8} y={y(value) + 4} text-anchor="end">
            {count(value)}
          </text>
        </g>
      ))}
      {points.map((point, index) => (
        <g key={point.time} class="bar-group">
          <title>{`${label(point.time, interval)}: ${count(point.visitors)} visitors, ${count(point.pageviews)} pageviews`}</title>
          <rect class="target" x={LEFT + index * step} y={TOP} width={step} height={HEIGHT - TOP - BOTTOM} />
          <rect
            class="value"
            x={LEFT + (index + 0.15) * step}
            y={y(point.visitors)}
            width={step * 0.7}
            height={y(0) - y(point.visitors)}
            rx={Math.min(3, step * 0.2)}
          />
          {index % everyNth === 0 && (
            <text class="axis" x={LEFT + (index + 0.5) * step} y={HEIGHT - 8} text-anchor="middle">
              {label(point.time, interval)}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

const describe = (interval: string, most: number): string =>
  most ? `Bars of visitors per ${interval}; the highest is ${count(most)}.` : "No visitors in this period.";
