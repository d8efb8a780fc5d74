/** An Audio Spectrogram Transformer of the size of AST-base with random weights: 12 blocks of width 768, 1,214 tokens, 86 M parameters, built in code. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
	type AttributeValue,
	buildModel,
	floatConstant,
	int64Constant,
	node,
	valueInfo,
} from "../../src/onnx/build.ts";
import type { NodeProto, TensorProto } from "../../src/onnx/proto/types.ts";
import { seededRandom } from "../../src/shared/random.ts";

const FRAMES = 1024;
const MELS = 128;
const WIDTH = 768;
const HIDDEN = 3072;
const HEADS = 12;
const BLOCKS = 12;
const CLASSES = 50;
/** Patches of 16 x 16, every 10, and two tokens of their own. */
const PATCH = 16;
const STRIDE = 10;
const patches = (length: number): number =>
	Math.floor((length - PATCH) / STRIDE) + 1;
const TOKENS = patches(FRAMES) * patches(MELS) + 2;

/**
 * Writes `ast.onnx` (345 MB) and `ast.yaml` into `folder` and returns the descriptor's path: 36 layers pooled by `pooling`, and the class logits. Operators as
 * torch exports them, so that onnxruntime fuses what it fuses there.
 */
export function writeAstSized(folder: string, pooling = "mean"): string {
	const nodes: NodeProto[] = [];
	const weights: TensorProto[] = [];
	const random = seededRandom(1);
	const step = (
		operator: string,
		inputs: readonly string[],
		name: string,
		attributes: Readonly<Record<string, AttributeValue>> = {},
	): string => {
		nodes.push(node({ operator, inputs, outputs: [name], attributes }));
		return name;
	};
	const weight = (name: string, dims: readonly number[], scale: number) => {
		const length = dims.reduce((product, dim) => product * dim, 1);
		const values = new Float32Array(length);
		for (let index = 0; index < length; index += 1)
			values[index] = scale * (2 * random() - 1);
		weights.push(floatConstant(name, dims, values));
		return name;
	};
	const constant = (name: string, value: number): string => {
		weights.push(floatConstant(name, [], Float32Array.of(value)));
		return name;
	};
	const ints = (name: string, values: readonly number[]): string => {
		weights.push(int64Constant(name, values));
		return name;
	};
	const dense = (input: string, name: string, from: number, to: number) =>
		step(
			"Add",
			[
				weight(`${name}.bias`, [to], 0.02),
				step(
					"MatMul",
					[input, weight(`${name}.weight`, [from, to], 0.035)],
					`${name}/MatMul`,
				),
			],
			`${name}/Add`,
		);
	const norm = (input: string, name: string): string => {
		weights.push(
			floatConstant(`${name}.weight`, [WIDTH], new Float32Array(WIDTH).fill(1)),
		);
		return step(
			"LayerNormalization",
			[input, `${name}.weight`, weight(`${name}.bias`, [WIDTH], 0.02)],
			`${name}/LayerNormalization`,
			{ axis: -1, epsilon: { float: 1e-12 } },
		);
	};
	const heads = ints("heads", [0, 0, HEADS, WIDTH / HEADS]);
	const tokens = ints("tokens", [0, 0, WIDTH]);
	const root2 = constant("root2", Math.SQRT2);
	const one = constant("one", 1);
	const half = constant("half", 0.5);
	const scale = constant("scale", 1 / Math.sqrt(WIDTH / HEADS));

	// [batch, frames, mels] to [batch, 1, mels, frames], as AST has it.
	const image = step(
		"Unsqueeze",
		[
			step("Transpose", ["input_values"], "turned", { perm: [0, 2, 1] }),
			ints("channel", [1]),
		],
		"image",
	);
	const convolved = step(
		"Conv",
		[
			image,
			weight("patch.weight", [WIDTH, 1, PATCH, PATCH], 0.06),
			weight("patch.bias", [WIDTH], 0.02),
		],
		"patch/Conv",
		{ kernel_shape: [PATCH, PATCH], strides: [STRIDE, STRIDE] },
	);
	const patchTokens = step(
		"Transpose",
		[
			step(
				"Reshape",
				[convolved, ints("flat", [0, WIDTH, TOKENS - 2])],
				"patch/flat",
			),
		],
		"patch/tokens",
		{ perm: [0, 2, 1] },
	);
	// One clip at a time, as the tokens are not repeated over a batch.
	const withTokens = step(
		"Concat",
		[weight("class_tokens", [1, 2, WIDTH], 0.02), patchTokens],
		"embedded",
		{ axis: 1 },
	);
	let stream = step(
		"Add",
		[withTokens, weight("positions", [1, TOKENS, WIDTH], 0.02)],
		"stream",
	);
	for (let block = 0; block < BLOCKS; block += 1) {
		const at = (name: string): string => `layer.${block}.${name}`;
		const before = norm(stream, at("norm_before"));
		const split = (name: string, perm: readonly number[]): string =>
			step(
				"Transpose",
				[
					step(
						"Reshape",
						[dense(before, at(name), WIDTH, WIDTH), heads],
						at(`${name}/heads`),
					),
				],
				at(`${name}/turned`),
				{ perm },
			);
		const query = split("query", [0, 2, 1, 3]);
		const key = split("key", [0, 2, 3, 1]);
		const value = split("value", [0, 2, 1, 3]);
		const scores = step(
			"Softmax",
			[
				step(
					"Mul",
					[step("MatMul", [query, key], at("scores/MatMul")), scale],
					at("scores/Mul"),
				),
			],
			at("scores/Softmax"),
			{ axis: -1 },
		);
		const mixed = step(
			"Reshape",
			[
				step(
					"Transpose",
					[step("MatMul", [scores, value], at("mixed/MatMul"))],
					at("mixed/turned"),
					{ perm: [0, 2, 1, 3] },
				),
				tokens,
			],
			at("mixed"),
		);
		stream = step(
			"Add",
			[dense(mixed, at("attention.output.dense"), WIDTH, WIDTH), stream],
			at("attention/residual"),
		);
		const inner = dense(
			norm(stream, at("norm_after")),
			at("intermediate.dense"),
			WIDTH,
			HIDDEN,
		);
		const erf = step(
			"Erf",
			[step("Div", [inner, root2], at("gelu/Div"))],
			at("gelu/Erf"),
		);
		const gelu = step(
			"Mul",
			[
				step(
					"Mul",
					[inner, step("Add", [erf, one], at("gelu/Add"))],
					at("gelu/Mul"),
				),
				half,
			],
			at("gelu/half"),
		);
		stream = step(
			"Add",
			[dense(gelu, at("output.dense"), HIDDEN, WIDTH), stream],
			at("residual"),
		);
	}
	weights.push(int64Constant("first", 0));
	const pooled = step(
		"Gather",
		[norm(stream, "norm"), "first"],
		"class_token",
		{ axis: 1 },
	);
	step(
		"Add",
		[
			step(
				"MatMul",
				[pooled, weight("classifier.weight", [WIDTH, CLASSES], 0.035)],
				"classifier/MatMul",
			),
			weight("classifier.bias", [CLASSES], 0.02),
		],
		"logits",
	);
	writeFileSync(
		join(folder, "ast.onnx"),
		buildModel({
			node: nodes,
			initializer: weights,
			input: [valueInfo("input_values", [1, FRAMES, MELS])],
			output: [valueInfo("logits", [1, CLASSES])],
		}),
	);
	const path = join(folder, "ast.yaml");
	writeFileSync(path, descriptorText(pooling));
	return path;
}

function descriptorText(pooling: string): string {
	const layers = Array.from({ length: BLOCKS }, (_, block) =>
		["attention.output.dense", "intermediate.dense", "output.dense"].map(
			(name) =>
				`  - { name: layer.${block}.${name}, tensor: layer.${block}.${name}/Add, pooling: ${pooling} }`,
		),
	).flat();
	return `name: AST-base sized
file: ast.onnx
input: input_values
frontEnd: { kind: ast-log-mel, frames: ${FRAMES}, mean: -4.2677393, std: 4.5689974 }
layers:
${layers.join("\n")}
  - { name: classifier, tensor: logits }
output: classifier
`;
}
