/** What onnxruntime says, as errors a reader can act on; and the check of what is fed before it is run. */
import { TargetNetworkError } from "../errors.ts";
import { didYouMean } from "../shared/suggest.ts";
import type { Tensor, TensorInfo } from "./tensor.ts";

function text(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** The error for a model that onnxruntime refuses to load: `network_file_missing`, `network_file_corrupt` or `network_load_failed`. */
export function loadError(error: unknown, file: string): TargetNetworkError {
	const said = text(error);
	const evidence = { runtime: said };
	if (/File doesn't exist|NO_SUCHFILE/i.test(said))
		return new TargetNetworkError(`the ONNX file ${file} does not exist`, {
			code: "network_file_missing",
			hint: "Check the path: it is read from where the descriptor is.",
			cause: error,
			evidence,
		});
	if (/protobuf parsing failed|INVALID_PROTOBUF/i.test(said))
		return new TargetNetworkError(
			`${file} is not an ONNX file, or it is damaged`,
			{
				code: "network_file_corrupt",
				hint: "Copy or export the file again.",
				cause: error,
				evidence,
			},
		);
	return new TargetNetworkError(
		`onnxruntime cannot load ${file}: ${firstLine(said)}`,
		{
			code: "network_load_failed",
			hint: "Check the file with `python -m onnx.checker` or export it again with an opset that onnxruntime supports.",
			cause: error,
			evidence,
		},
	);
}

/** The error for a run that failed inside onnxruntime: `network_run_failed`. */
export function runError(error: unknown, file: string): TargetNetworkError {
	return new TargetNetworkError(
		`onnxruntime cannot run ${file}: ${firstLine(text(error))}`,
		{
			code: "network_run_failed",
			hint: "Check in the descriptor how its inputs are fed; `audio-dissect inspect` tries it with zeros.",
			cause: error,
			evidence: { runtime: text(error) },
		},
	);
}

function firstLine(said: string): string {
	return said.split("\n", 1)[0] ?? said;
}

/** `[batch, 192, 128]`. */
export function showDims(dims: readonly (number | string)[]): string {
	return `[${dims.join(", ")}]`;
}

/** Throws when a feed is not an input of the model, is missing, or has another rank or another fixed axis than the model declares. */
export function checkFeeds(
	inputs: readonly TensorInfo[],
	feeds: Readonly<Record<string, Tensor>>,
	file: string,
): void {
	const names = inputs.map((input) => input.name);
	for (const name of Object.keys(feeds)) {
		if (!names.includes(name))
			throw new TargetNetworkError(
				`${file} has no input "${name}"; its inputs are ${names.join(", ")}`,
				{
					code: "input_unknown",
					hint: didYouMean(name, names) ?? "Feed those.",
				},
			);
	}
	for (const input of inputs) {
		const feed = feeds[input.name];
		if (feed === undefined)
			throw new TargetNetworkError(
				`input "${input.name}" of ${file} was not fed`,
				{
					code: "input_missing",
					hint: "Name it in the descriptor: `input`, `constants`, `state` or `lengths`.",
				},
			);
		if (input.dims.length > 0)
			checkDims({ file, input: input.name, expected: input.dims }, feed.dims);
	}
}

/** Throws `input_rank_mismatch` or `input_shape_mismatch` when `got` does not fit the declared axes (a string axis fits any length). */
export function checkDims(
	declared: {
		readonly file: string;
		readonly input: string;
		readonly expected: readonly (number | string)[];
		readonly hint?: string | undefined;
	},
	got: readonly (number | string)[],
): void {
	const { file, input, expected, hint } = declared;
	const evidence = { input, expected, got };
	if (expected.length !== got.length)
		throw new TargetNetworkError(
			`input "${input}" of ${file} has ${expected.length} axes ${showDims(expected)}, got ${got.length} axes ${showDims(got)}`,
			{ code: "input_rank_mismatch", hint, evidence },
		);
	const wrong = expected.findIndex((dim, axis) => {
		const other = got[axis];
		return (
			typeof dim === "number" && typeof other === "number" && dim !== other
		);
	});
	if (wrong >= 0)
		throw new TargetNetworkError(
			`input "${input}" of ${file} expects ${showDims(expected)}, got ${showDims(got)}: axis ${wrong} differs`,
			{ code: "input_shape_mismatch", hint, evidence },
		);
}
