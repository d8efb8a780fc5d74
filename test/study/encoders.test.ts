/** Which encoders a config opens. */
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { type EncoderOptions, openEncoders } from "../../src/study/encoders.ts";
import { configFile, MINIMAL } from "../config/folder.ts";
import { temporaryStore } from "../support/temporary-store.ts";

/** Opens the encoders of a config whose text-audio encoder lacks its files. */
async function open(settings: string, options?: EncoderOptions) {
	const path = configFile(`${MINIMAL}textAudio: net.yaml\n${settings}`);
	writeFileSync(
		join(dirname(path), "net.yaml"),
		"audio: { file: gone.onnx, frontEnd: { kind: clap-mel } }\ntext: shipped\n",
	);
	const config = await loadConfig({ path });
	return openEncoders(config, temporaryStore(), options);
}

describe("openEncoders", () => {
	it.each([
		"",
		"triage: { enabled: true }\n",
		"triage: { enabled: false, clarity: audio }\n",
	])(
		"leaves a text-audio encoder alone that nothing uses: %j",
		async (settings) => {
			const encoders = await open(settings);
			expect(encoders.textAudio).toBeNull();
			await encoders.close();
		},
	);

	it.each([
		["closedSet: { method: tab }\n", {}],
		["triage: { enabled: true, clarity: audio }\n", {}],
		["", { textAudio: true }],
	])(
		"reads the files of one that is used: %j %j",
		async (settings, options) => {
			await expect(open(settings, options)).rejects.toMatchObject({
				code: "text_audio_missing",
			});
		},
	);
});
