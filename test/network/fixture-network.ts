/** A network in a folder that is removed when the test is over: an ONNX file and a descriptor around it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DissectionError } from "../../src/errors.ts";
import { loadNetwork } from "../../src/network/load.ts";
import { temporaryFolder } from "../support/temporary-store.ts";

export type FixtureNetwork = {
	readonly directory: string;
	readonly descriptor: string;
};

/**
 * Writes `model` as net.onnx beside net.yaml, whose `layers:` block (and what may follow it) is `layers`.
 * The front end is a waveform of `samples` at 16 kHz unless `frontEnd` says another (YAML of one line).
 */
export async function writeNetwork(options: {
	readonly model: Uint8Array;
	readonly layers: string;
	readonly samples?: number;
	readonly frontEnd?: string;
	readonly input?: string;
}): Promise<FixtureNetwork> {
	const { model, layers, samples = 30, input = "x" } = options;
	const frontEnd =
		options.frontEnd ??
		`{ kind: waveform, sampleRate: 16000, samples: ${samples} }`;
	const directory = temporaryFolder();
	const descriptor = join(directory, "net.yaml");
	await writeFile(join(directory, "net.onnx"), model);
	await writeFile(
		descriptor,
		`name: net\nfile: net.onnx\ninput: ${input}\nfrontEnd: ${frontEnd}\nlayers:\n${layers}`,
	);
	return { directory, descriptor };
}

/** Writes `model` alone; the path of its file. */
export async function writeOnnx(model: Uint8Array): Promise<string> {
	const { directory } = await writeNetwork({ model, layers: "" });
	return join(directory, "net.onnx");
}

/** The error that `promise` rejects with, which is one of ours. */
export async function failure(
	promise: Promise<unknown>,
): Promise<DissectionError> {
	const error = await promise.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (error instanceof DissectionError) return error;
	throw new Error(`expected a DissectionError, got ${String(error)}`);
}

/** The error of loading a network made of `options`, without the folder's name. */
export async function loadFailure(
	options: Parameters<typeof writeNetwork>[0],
): Promise<{ code: string; name: string; message: string; hint: string }> {
	const { descriptor, directory } = await writeNetwork(options);
	const error = await failure(loadNetwork({ descriptor }));
	const clean = (text: string): string => text.replaceAll(`${directory}/`, "");
	const { code, name, message, hint = "" } = error;
	return { code, name, message: clean(message), hint: clean(hint) };
}
