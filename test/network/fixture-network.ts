/** A network in a temporary folder: an ONNX file and a descriptor around it. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

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
	const directory = await mkdtemp(join(tmpdir(), "audio-dissect-"));
	const descriptor = join(directory, "net.yaml");
	await writeFile(join(directory, "net.onnx"), model);
	await writeFile(
		descriptor,
		`name: net\nfile: net.onnx\ninput: ${input}\nfrontEnd: ${frontEnd}\nlayers:\n${layers}`,
	);
	return { directory, descriptor };
}
