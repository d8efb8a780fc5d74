import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import {
	parseDescriptor,
	readDescriptor,
} from "../../src/network/descriptor.ts";
import { networkJsonSchema } from "../../src/network/descriptor-schema.ts";

const valid = `name: mine
file: mine.onnx
input: x
frontEnd:
  kind: waveform
  sampleRate: 16000
  samples: 16000
layers:
  - name: fc1
    tensor: /fc1/Gemm_output_0
`;

function problems(text: string): unknown {
	try {
		parseDescriptor(text, "mine.yaml");
	} catch (error) {
		if (error instanceof ConfigError && error.code === "descriptor_invalid")
			return error.evidence?.problems;
		throw error;
	}
	throw new Error("expected an error");
}

describe("parseDescriptor", () => {
	it("fills the defaults in", () => {
		const { descriptor, at } = parseDescriptor(valid, "mine.yaml");
		expect(descriptor.layers).toEqual([
			{
				name: "fc1",
				tensor: "/fc1/Gemm_output_0",
				batchAxis: 0,
				pooling: "mean",
			},
		]);
		expect(descriptor.classes).toBeUndefined();
		expect(at(["layers", 0, "tensor"])).toBe("mine.yaml:10:13: ");
	});

	it("lists every problem with its place, and the nearest key for an unknown one", () => {
		const text = valid
			.replace("input: x\n", "")
			.replace("samples: 16000", "samples: 0\n  sampels: 3")
			.replace("tensor: /fc1", "poolling: max\n    tensor: /fc1");
		expect(problems(text)).toEqual([
			"mine.yaml:1:1: `input`: missing: expected a text",
			"mine.yaml:6:12: `frontEnd.samples`: expected a number from 1 up, got 0 (number)",
			'mine.yaml:7:3: unknown key "sampels"; did you mean "samples"?',
			'mine.yaml:10:5: unknown key "poolling"; did you mean "pooling"?',
		]);
	});

	it("says which front ends and poolings there are", () => {
		const text = `${valid.replace("waveform", "wavform")}    pooling: avg\n`;
		expect(problems(text)).toEqual([
			expect.stringMatching(
				/^mine\.yaml:5:9: `frontEnd\.kind`: expected one of .*"waveform".*, got "wavform" \(text\)/,
			),
			'mine.yaml:11:14: `layers[0].pooling`: expected one of "mean", "max", "first", "p95", "firing", "none", or a list, got "avg" (text)',
		]);
	});

	it("judges lists of poolings, patterns and names", () => {
		const layer = (text: string): unknown =>
			problems(`${valid}  - { ${text} }\n`);
		expect(layer("name: b, tensor: t, pooling: [mean, avg]")).toEqual([
			'mine.yaml:11:43: `layers[1].pooling[1]`: expected one of "mean", "max", "first", "p95", "firing", "none", got "avg" (text)',
		]);
		expect(layer("name: b, tensor: t, pooling: [max, max]")).toEqual([
			'mine.yaml:11:13: layer "b" has pooling max twice',
		]);
		expect(layer("name: b@max, tensor: t")).toEqual([
			'mine.yaml:11:13: a layer name cannot contain "#", "?" or "@", got "b@max"',
		]);
		expect(layer('name: b, tensor: "l.*/t"')).toEqual([
			'mine.yaml:11:13: the name of a layer whose tensor contains "*" needs it too, got "b" for "l.*/t"',
		]);
		expect(layer('name: "*.*", tensor: "l.*/t"')).toEqual([
			'mine.yaml:11:13: a layer name can contain "*" only as often as its tensor, got "*.*" for "l.*/t"',
		]);
	});

	it("reads constants, states, branches and the kind of the output", () => {
		const { descriptor } = parseDescriptor(
			`${valid}output: { layer: fc1, kind: probabilities }
constants: { sr: 16000, mask: { values: [true, false], dims: [batch, 2] } }
state: [{ input: state, output: stateN }]
branches: { If_0: then }
`,
			"mine.yaml",
		);
		expect(descriptor).toMatchObject({
			output: { layer: "fc1", kind: "probabilities" },
			constants: {
				sr: 16_000,
				mask: { values: [true, false], dims: ["batch", 2] },
			},
			state: [{ input: "state", output: "stateN", initial: "zeros" }],
			branches: { If_0: "then" },
		});
		expect(
			problems(`${valid}output: { layer: fc1, kind: scores }
`),
		).toEqual([
			'mine.yaml:11:29: `output.kind`: expected one of "logits", "probabilities", "embedding", got "scores" (text)',
		]);
		expect(
			problems(`${valid}constants: { sr: fast }
`),
		).toEqual([
			'mine.yaml:11:18: `constants.sr`: expected a number, or true or false, or a mapping, got "fast" (text)',
		]);
	});

	it("checks names against each other", () => {
		const text = `${valid}  - name: fc1
    tensor: other
  - name: a#b
    tensor: other
output: fc2
`;
		expect(problems(text)).toEqual([
			'mine.yaml:11:11: there are two layers "fc1"',
			'mine.yaml:13:11: a layer name cannot contain "#", "?" or "@", got "a#b"',
			'mine.yaml:15:9: "fc2" is not one of the layers; did you mean "fc1"?',
		]);
		expect(problems(`${valid}classes: c.txt\n`)).toEqual([
			"mine.yaml:11:10: `classes` needs `output`: the layer whose units the class names belong to",
		]);
	});

	it("reports broken YAML and other shapes", () => {
		expect(problems("name: [")).toEqual([
			expect.stringMatching(/^mine\.yaml:1:\d+: /),
		]);
		expect(problems("- a")).toEqual([
			expect.stringMatching(/^mine\.yaml:1:1: the file: /),
		]);
	});

	it("says that a descriptor is missing", async () => {
		await expect(readDescriptor("/no/such.yaml")).rejects.toMatchObject({
			name: "ConfigError",
			code: "descriptor_missing",
			message: expect.stringContaining("/no/such.yaml"),
		});
	});
});

describe("shipped descriptors", () => {
	it("differ only in name, file and the comment on top", async () => {
		const texts = await Promise.all(
			["demo", "demo-random"].map((name) =>
				readFile(
					fileURLToPath(
						new URL(`../../config/networks/${name}.yaml`, import.meta.url),
					),
					"utf8",
				),
			),
		);
		const [demo, random] = texts.map((text) => parseDescriptor(text, "n"));
		expect(random?.descriptor).toEqual({
			...demo?.descriptor,
			name: "tiny-ast-random",
			file: "../../demo/networks/tiny-ast-random.onnx",
		});
	});
});

describe("networkJsonSchema", () => {
	it("describes every key, and asks only for those without a default", () => {
		expect(networkJsonSchema()).toMatchObject({
			type: "object",
			additionalProperties: false,
			required: ["name", "file", "input", "frontEnd", "layers"],
			properties: {
				layers: {
					items: { required: ["name", "tensor"], additionalProperties: false },
				},
				frontEnd: {
					oneOf: expect.arrayContaining([
						expect.objectContaining({
							required: ["kind", "frames", "mean", "std"],
						}),
						expect.objectContaining({
							required: ["kind", "sampleRate", "samples"],
						}),
					]),
				},
			},
		});
	});
});
