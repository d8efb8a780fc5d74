// Draws poolings.svg for docs/poolings.md: one neuron's activations over the positions of two clips, and what each pooling
// makes of them. Run after a build: `node docs/images/poolings.mjs`.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadProbeSet } from "../../dist/inputs/probe-set/probe-set.js";
import { loadNetwork } from "../../dist/network/load.js";
import { record } from "../../dist/recordings/record.js";
import { readTraces } from "../../dist/recordings/traces/read-traces.js";
import { recordTraces } from "../../dist/recordings/traces/record-traces.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const LAYER = "layer.1.intermediate.dense";
const UNIT = Number(process.argv[2] ?? 95);
const CLIPS = (
	process.argv[3] ?? "clips/laser_zap-03.flac,clips/church_organ-07.flac"
).split(",");
const BANDS = 8;
const STEPS = 12;
const CELL = 26;

const folder = mkdtempSync(join(tmpdir(), "audio-dissect-poolings-"));
try {
	const network = await loadNetwork({
		descriptor: here("../../config/networks/demo.yaml"),
		layers: [LAYER],
	});
	const all = await loadProbeSet({
		manifest: here("../../demo/probe-set.jsonl"),
	});
	const probeSet = {
		...all,
		clips: all.clips.filter(({ id }) => CLIPS.includes(id)),
	};
	const recording = await record({ network, probeSet, directory: folder });
	await recordTraces({
		network,
		recording,
		neurons: new Map([[LAYER, [UNIT]]]),
	});
	const traces = await readTraces(recording, { layer: LAYER, unit: UNIT });
	writeFileSync(here("poolings.svg"), picture(traces));
} finally {
	rmSync(folder, { recursive: true, force: true });
}

function pooled(values) {
	const sorted = [...values].sort((a, b) => a - b);
	const at = 0.95 * (sorted.length - 1);
	const low = Math.floor(at);
	return {
		mean: values.reduce((sum, value) => sum + value, 0) / values.length,
		max: sorted.at(-1),
		first: values[0],
		p95:
			sorted[low] +
			(at - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]),
		firing: values.filter((value) => value > 0).length / values.length,
	};
}

function picture(traces) {
	const largest = Math.max(
		...traces.flatMap(({ values }) => [...values].map(Math.abs)),
	);
	const colour = (value) => {
		const strength = Math.round((1 - Math.abs(value) / largest) * 255);
		return value > 0
			? `rgb(${strength},${Math.round(strength * 0.5 + 127)},${Math.round(strength * 0.55 + 115)})`
			: `rgb(255,${Math.round(strength * 0.6 + 102)},${strength})`;
	};
	const height = BANDS * CELL;
	const width = STEPS * CELL;
	const panels = traces.map(({ clip, values }, index) => {
		const y = 40 + index * (height + 70);
		const cells = [...values.slice(1)].map((value, position) => {
			const band = Math.floor(position / STEPS);
			return `<rect x="${60 + (position % STEPS) * CELL}" y="${y + (BANDS - 1 - band) * CELL}" width="${CELL - 1}" height="${CELL - 1}" fill="${colour(value)}"/>`;
		});
		const numbers = Object.entries(pooled([...values])).map(
			([name, value], row) =>
				`<text x="${90 + width}" y="${y + 34 + row * 34}"><tspan font-weight="600">${name}</tspan><tspan x="${160 + width}">${name === "firing" ? `${Math.round(value * 100)} %` : value.toFixed(2)}</tspan></text>`,
		);
		return `<text x="60" y="${y - 10}" font-weight="600">${clip.replace("clips/", "")}</text>
<text x="48" y="${y + height}" text-anchor="end" font-size="11">low</text><text x="48" y="${y + 12}" text-anchor="end" font-size="11">high</text>
<rect x="14" y="${y + height + 8}" width="${CELL - 1}" height="${CELL - 1}" fill="${colour(values[0])}"/><text x="46" y="${y + height + 25}" font-size="11">class token (what <tspan font-style="italic">first</tspan> takes)</text>
<text x="${60 + width}" y="${y + height + 18}" text-anchor="end" font-size="11">2 s</text>
${cells.join("\n")}
${numbers.join("\n")}`;
	});
	const total = 40 + traces.length * (height + 70);
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${260 + width} ${total}" width="${260 + width}" height="${total}" font-family="system-ui, sans-serif" font-size="15" fill="#222">
<title>${LAYER}#${UNIT} of the demo network on two clips: activation by time and frequency, and its poolings</title>
<rect width="100%" height="100%" fill="#fbfaf7"/>
${panels.join("\n")}
</svg>
`;
}
