/** The demo by sound: its own text-audio encoder names the trained network's output units, and every function of TAB beats the shuffled names. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { root, runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Of the user: onnxruntime's telemetry would leave a file there, but not where CI is set. */
const home = join(folder.path, "home");
mkdirSync(home);
for (const name of ["CI", "XDG_CACHE_HOME", "ORT_DISABLE_TELEMETRY"])
	vi.stubEnv(name, undefined);

async function json<T>(...args: string[]): Promise<T> {
	const { code, stdout, stderr } = await runCli(
		[...args, "--json", "--quiet"],
		{ env: { HOME: home } },
	);
	expect(stderr).toBe("");
	expect(code).toBe(0);
	return JSON.parse(stdout) as T;
}

type Score = { readonly value: number; readonly null: { value: number } };
type Run = {
	readonly run: { id: string };
	readonly lastLayer: { top1: Score };
};
type Table = {
	readonly rows: readonly {
		readonly method: string;
		readonly function: string;
		readonly top1: Score;
		readonly top5: Score;
	}[];
};

const demo = (...args: string[]): Promise<Run> =>
	json(
		"demo",
		"-o",
		folder.path,
		"--set",
		"layers=[classifier]",
		"--set",
		"modules=[closed-set]",
		"--set",
		"closedSet.method=tab",
		...args,
	);

describe("demo --set closedSet.method=tab", () => {
	it("names the trained network's output units by sound, by every function", async () => {
		const { run, lastLayer } = await demo();
		expect(lastLayer.top1.value).toBeGreaterThan(0.6);
		const { rows } = await json<Table>(
			"evaluate",
			"--last-layer",
			run.id,
			"--config",
			join(root, "config", "demo.yaml"),
			"--set",
			`store=${join(folder.path, "store")}`,
		);
		const tab = rows.filter(({ method }) => method === "tab");
		expect(tab).toHaveLength(5);
		for (const { top1, top5 } of tab) {
			expect(top1.null.value).toBeLessThan(0.05);
			expect(top1.value).toBeGreaterThan(0.4);
			expect(top5.value).toBeGreaterThan(0.7);
		}
		expect(
			tab.find((row) => row.function === "soft-wpmi")?.top1.value,
		).toBeCloseTo(lastLayer.top1.value, 12);
		expect(readdirSync(home)).toEqual([]);
	}, 120_000);

	it("names nothing of the network that was never trained", async () => {
		const { lastLayer } = await demo("--network", "random");
		expect(lastLayer.top1.value).toBeLessThanOrEqual(0.11);
	}, 120_000);
});
