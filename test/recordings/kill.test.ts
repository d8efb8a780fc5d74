/** A recording whose process is killed: what is on disk is kept, the rest is computed, the bytes are the same. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { loadNetwork } from "../../src/network/load.ts";
import { record } from "../../src/recordings/record.ts";
import { root } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary-store.ts";
import { clipOf, probeSetOf } from "./fake-network.ts";

const descriptor = join(root, "config/networks/demo.yaml");
const layers = ["layer.0.intermediate.dense", "classifier"];

/** Records in a process of its own. */
function recorder(directory: string, clips: readonly string[]) {
	const index = pathToFileURL(join(root, "dist/index.js")).href;
	const code = `
		import { readFileSync } from "node:fs";
		import { createHash } from "node:crypto";
		import { loadNetwork, record } from ${JSON.stringify(index)};
		const clips = ${JSON.stringify(clips)}.map((path) => ({
			id: path, path, label: null, captions: ["x"], attributes: {}, sourceRecording: null,
			hash: createHash("sha256").update(readFileSync(path)).digest("hex"),
		}));
		await record({
			network: await loadNetwork(${JSON.stringify({ descriptor, layers })}),
			probeSet: { name: "clips", hash: "h", clips, excluded: [] },
			directory: ${JSON.stringify(directory)},
			threads: 1,
		});`;
	return spawn(process.execPath, ["--input-type=module", "-e", code], {
		stdio: "inherit",
	});
}

it("loses one part at most when it is killed, and gives the same bytes", async () => {
	const folder = temporaryFolder();
	const names = readdirSync(join(root, "demo/clips")).sort().slice(0, 100);
	const paths = names.map((name) => join(root, "demo/clips", name));
	const child = recorder(join(folder, "killed"), paths);
	const ended = new Promise<void>((resolve) =>
		child.once("exit", () => resolve()),
	);
	const partsFolder = (): string | undefined => {
		if (!existsSync(join(folder, "killed"))) return undefined;
		const [id] = readdirSync(join(folder, "killed"));
		const parts = join(folder, "killed", id ?? "", "parts", "0");
		return existsSync(parts) ? parts : undefined;
	};
	const written = (): string[] => {
		const parts = partsFolder();
		return parts === undefined
			? []
			: readdirSync(parts).filter((name) => name.endsWith(".part"));
	};
	while (written().length === 0 && child.exitCode === null) await pause(5);
	child.kill("SIGKILL");
	await ended;
	expect(child.signalCode).toBe("SIGKILL");
	const kept = written();
	expect(kept.length).toBeGreaterThan(0);
	const keptClips = kept
		.map((name) => join(partsFolder() ?? "", name))
		.map((path) => readFileSync(path, "latin1").split("\n")[0] ?? "")
		.reduce((sum, line) => sum + JSON.parse(line).clips.length, 0);
	expect(keptClips).toBeLessThan(paths.length);

	const network = await loadNetwork({ descriptor, layers });
	const probeSet = probeSetOf(paths.map((path) => clipOf(path, path)));
	const progress: number[] = [];
	const resumed = await record({
		network,
		probeSet,
		directory: join(folder, "killed"),
		threads: 1,
		onProgress: ({ done }) => progress.push(done),
	});
	// The first steps are the parts that are there; every other clip is one step.
	expect(progress.length).toBe(kept.length + paths.length - keptClips);
	const undisturbed = await record({
		network,
		probeSet,
		directory: join(folder, "undisturbed"),
	});
	for (const [index, layer] of resumed.layers.entries())
		expect(
			readFileSync(layer.path).equals(
				readFileSync((undisturbed.layers[index] as { path: string }).path),
			),
		).toBe(true);
	expect(readdirSync(resumed.directory).sort()).toEqual([
		"000-layer.0.intermediate.dense.exemplars.npy",
		"000-layer.0.intermediate.dense.npy",
		"001-classifier.exemplars.npy",
		"001-classifier.npy",
		"plan.json",
		"recording.json",
	]);
});
