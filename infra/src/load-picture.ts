import type { SimulationResult } from "./simulation.js";

const WIDTH = 640;
const HEIGHT = 300;
const LEFT = 60;
const BOTTOM = 250;
const TOP = 40;
const COLOURS = ["#0b6e99", "#b5520a"];

/** Draws what share of the requests is answered over the load, a line a kind of stage, as SVG. */
export function loadPicture(results: Readonly<Record<string, readonly SimulationResult[]>>): string {
  const rates = Object.values(results).flatMap((each) => each.map(({ rate }) => rate));
  const [low, high] = [Math.log10(Math.min(...rates)), Math.log10(Math.max(...rates))];
  const x = (rate: number) => LEFT + ((Math.log10(rate) - low) / (high - low)) * (WIDTH - LEFT - 120);
  const y = (answered: number) => BOTTOM - answered * (BOTTOM - TOP);
  const lines = Object.entries(results).map(([kind, points], index) => {
    const colour = COLOURS[index % COLOURS.length];
    const path = points.map((point) => `${x(point.rate).toFixed(1)},${y(answeredShare(point)).toFixed(1)}`).join(" ");
    const last = points.at(-1);
    const label =
      last &&
      `<text x="${x(last.rate) + 8}" y="${y(answeredShare(last)) + 4 + 16 * index}" fill="${colour}">${kind}</text>`;
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${index === 0 ? "" : ' stroke-dasharray="6 4"'}/>${label}`;
  });
  const marks = [1, 10, 100, 1000].filter((rate) => rate >= 10 ** low && rate <= 10 ** high);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${LEFT}" y="20">Share of requests that are answered, by requests a second, with the settings as they are</text>
<path d="M${LEFT} ${TOP}V${BOTTOM}H${WIDTH - 120}" fill="none" stroke="#444"/>
${[0, 0.5, 1].map((share) => `<text x="${LEFT - 8}" y="${y(share) + 4}" text-anchor="end">${100 * share} %</text>`).join("\n")}
${marks.map((rate) => `<text x="${x(rate)}" y="${BOTTOM + 20}" text-anchor="middle">${rate}</text>`).join("\n")}
${lines.join("\n")}
</svg>
`;
}

function answeredShare({ throttled, noRoom, databaseFull }: SimulationResult): number {
  return 1 - throttled - noRoom - databaseFull;
}
