import type { SimulationResult } from "./simulation.js";

const TITLE = "Share of requests that are answered, simulated";
const WIDTH = 760;
const HEIGHT = 320;
const LEFT = 70;
const RIGHT = 580;
const TOP = 50;
const BOTTOM = 260;

/** The least distance between the names of two lines. */
const LINE_HEIGHT = 18;

/** How the lines are drawn, in turn: no two have both the colour and the dashes in common. */
const STYLES = [
  { colour: "#0b6e99", dashes: "none", width: 3 },
  { colour: "#b5520a", dashes: "8 5", width: 3 },
  { colour: "#0b6e99", dashes: "2 4", width: 2 },
  { colour: "#b5520a", dashes: "12 4 2 4", width: 2 },
];

/** Draws what share of the requests is answered over the load, a line for each name, as SVG. */
export function loadPicture(results: Readonly<Record<string, readonly SimulationResult[]>>): string {
  const rates = Object.values(results).flatMap((each) => each.map(({ rate }) => rate));
  const [low, high] = [Math.log10(Math.min(...rates)), Math.log10(Math.max(...rates))];
  const x = (rate: number) => LEFT + ((Math.log10(rate) - low) / (high - low)) * (RIGHT - LEFT);
  const names = namePositions(results);
  const lines = Object.entries(results).map(([name, points], index) => {
    const { colour, dashes, width } = STYLES[index % STYLES.length] as (typeof STYLES)[number];
    const path = points.map((point) => `${x(point.rate).toFixed(1)},${y(answeredShare(point)).toFixed(1)}`).join(" ");
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-dasharray="${dashes}"/>
<text x="${RIGHT + 10}" y="${names.get(name)}" fill="${colour}">${name}</text>`;
  });
  const marks = [1, 10, 100, 1000].filter((rate) => rate >= 10 ** low && rate <= 10 ** high);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13" role="img" aria-label="${TITLE}">
<title>${TITLE}</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${LEFT}" y="24" font-weight="bold">${TITLE}</text>
<path d="M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}" fill="none" stroke="#444"/>
${[0, 0.5, 1].map((share) => `<text x="${LEFT - 8}" y="${y(share) + 4}" text-anchor="end">${100 * share} %</text>`).join("\n")}
${marks.map((rate) => `<path d="M${x(rate).toFixed(1)} ${TOP}V${BOTTOM}" stroke="#ddd"/><text x="${x(rate).toFixed(1)}" y="${BOTTOM + 20}" text-anchor="middle">${rate}</text>`).join("\n")}
<text x="${(LEFT + RIGHT) / 2}" y="${BOTTOM + 42}" text-anchor="middle">requests a second</text>
${lines.join("\n")}
</svg>
`;
}

function y(share: number): number {
  return BOTTOM - share * (BOTTOM - TOP);
}

/** The height of each line's name: beside its end, or under the name above it where they would meet. */
function namePositions(results: Readonly<Record<string, readonly SimulationResult[]>>): Map<string, number> {
  const ends = Object.entries(results).map(([name, points]) => {
    const last = points.at(-1);
    return { name, end: y(last === undefined ? 0 : answeredShare(last)) + 4 };
  });
  const positions = new Map<string, number>();
  let above = Number.NEGATIVE_INFINITY;
  for (const { name, end } of ends.sort((one, other) => one.end - other.end)) {
    above = Math.round(Math.max(end, above + LINE_HEIGHT));
    positions.set(name, above);
  }
  return positions;
}

function answeredShare({ throttled, noRoom, databaseFull }: SimulationResult): number {
  return 1 - throttled - noRoom - databaseFull;
}
