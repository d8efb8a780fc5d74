/** `demo --network crepe` and `musicnn` from outside, over a few of the clips. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const demo = fileURLToPath(new URL("../../demo/", import.meta.url));
const manifest = join(folder.path, "few.jsonl");
const directory = join(folder.path, "out");

beforeAll(() => {
	const lines = readFileSync(join(demo, "probe-set.jsonl"), "utf8")
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line))
		.filter(({ label }) => ["cello", "violin", "rain"].includes(label))
		.filter((_, index) => index % 2 === 0)
		.map((clip) => ({ ...clip, id: clip.clip, clip: join(demo, clip.clip) }));
	writeFileSync(manifest, lines.map((line) => JSON.stringify(line)).join("\n"));
});

async function run(network: string, layer: string, ...more: string[]) {
	return runDemo(network, layer, "--json", ...more);
}

async function runDemo(network: string, layer: string, ...more: string[]) {
	return runCli([
		"demo",
		"--quiet",
		"--network",
		network,
		"-o",
		directory,
		...["--set", `probeSet=${manifest}`, "--set", `layers=[${layer}]`],
		...["--set", "closedSet.permutations=0"],
		...more,
	]);
}

describe("demo on networks made by others", () => {
	it("gives CREPE no accuracy and says why, in its own report", async () => {
		const { code, stdout } = await run("crepe", "pitch");
		expect(code).toBe(0);
		const result = JSON.parse(stdout);
		expect(result).toMatchObject({
			lastLayer: null,
			noLastLayer: "no_labels",
			nearestClass: null,
			run: { network: { name: "crepe-tiny" } },
		});
		expect(existsSync(join(directory, "report-crepe", "index.html"))).toBe(
			true,
		);
		const report = readFileSync(
			join(directory, "report-crepe", "index.html"),
			"utf8",
		);
		expect(report).toContain("no output neuron has a class name");
	});

	it("says of musicnn how many tags the concept set lacks, and keeps both runs in one store", async () => {
		const { code, stdout } = await run("musicnn", "tags");
		expect(code).toBe(0);
		const { lastLayer, report } = JSON.parse(stdout);
		expect(lastLayer.outsideConceptSet).toHaveLength(45);
		expect(lastLayer.insideConceptSet.units).toBe(5);
		expect(report.index).toBe(join(directory, "report-musicnn", "index.html"));
		const listed = await runCli([
			"runs",
			"list",
			"--json",
			"--store",
			join(directory, "store"),
		]);
		const names = JSON.parse(listed.stdout).map(
			(entry: { network: string | { name: string } }) =>
				typeof entry.network === "string" ? entry.network : entry.network.name,
		);
		expect(names.sort()).toEqual(["crepe-tiny", "musicnn-mtt"]);
	});

	it.each([
		["crepe", "pitch", "pitch_midi"],
		["musicnn", "tags", "cello"],
	])(
		"says nothing of the shipped clips after %s heard others",
		async (network, layer, claim) => {
			const { stdout } = await runDemo(network, layer);
			const next = stdout.slice(stdout.indexOf("\nnext "));
			expect(next).toMatch(/^\nnext {7}\w/);
			expect(next).not.toContain(claim);
			const page = readFileSync(
				join(directory, `report-${network}`, "index.html"),
				"utf8",
			);
			for (const [, section = ""] of next.matchAll(/"([^"]+)"/g))
				expect(page).toContain(`>${section}</h2>`);
		},
		120_000,
	);

	it("refuses labels that are no classes unless told that they are others", async () => {
		const { code, stderr } = await run(
			"musicnn",
			"tags",
			"--set",
			"labels=classes",
		);
		expect(code).toBe(2);
		expect(stderr).toContain("[label_unknown]");
		expect(stderr).toContain("labels: own");
	});
});
