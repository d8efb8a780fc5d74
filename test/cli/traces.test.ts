/** Time courses: recorded for chosen neurons, drawn on their pages. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { initStudy, temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

it("a neuron whose courses were recorded shows them beside its clips, another does not", async () => {
	const config = await initStudy(join(folder.path, "study"), {
		"layers: []": "layers: [layer.3.output.dense]",
	});
	const common = ["--config", config, "--quiet"];
	const neurons = ["--neurons", "layer.3.output.dense#0-1"];
	expect((await runCli(["dissect", ...common, ...neurons])).code).toBe(0);
	const traces = ["--traces", "layer.3.output.dense#0"];
	expect((await runCli(["record", ...common, ...traces])).code).toBe(0);
	const { stdout } = await runCli(["report", ...common, "--json"]);
	const page = (unit: number): string =>
		readFileSync(
			join(
				dirname(JSON.parse(stdout).index),
				"layers",
				"01-layer.3.output.dense",
				`neuron-${unit}.html`,
			),
			"utf8",
		);
	expect(page(0).match(/Activation over 97 positions/g)).toHaveLength(10);
	expect(page(1)).not.toContain("Activation over");
});
