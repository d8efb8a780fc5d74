/** A summary that failed, from outside: nothing is made from the other side alone, the failure is said, and the next run mends it. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore } from "../../src/store/open.ts";
import type { NeuronView } from "../../src/store/store.ts";
import { runCli } from "../support/cli.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { fillStore } from "../support/recorded-store.ts";
import { asking, initStudy, temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
const study = join(folder.path, "study");
let server: FakeLlmServer;
let config: string;

beforeAll(async () => {
	server = await startFakeLlmServer();
	config = await initStudy(study, asking(server));
});
afterAll(async () => {
	await server.close();
	folder.remove();
});

const storeOf = (side: string): string => join(study, `store-${side}`);
const dissect = (side: string, ...args: string[]) =>
	runCli([
		...["dissect", "--config", config, "--neurons", "classifier#0-3"],
		...["--set", "closedSet.permutations=0"],
		...["--set", `store=${storeOf(side)}`, ...args],
	]);

function neurons(side: string): NeuronView[] {
	const store = openStore({ directory: storeOf(side), readOnly: true });
	try {
		const { id } = store.readRun("latest");
		return store.readLayerNeurons(id, "classifier", { from: 0, count: 4 });
	} finally {
		store.close();
	}
}

it.each(["high", "low"] as const)(
	"a failed %s summary fails the calibration, never an uncalibrated summary under its name",
	async (side) => {
		await fillStore(storeOf(side));
		// The side's captions of neuron 2, as a run of the closed set alone ranks them.
		await dissect(side, "--modules", "closed-set");
		const exemplars = neurons(side)[2]?.[side] ?? [];
		const first = exemplars.at(0)?.clip.captions[0] as string;
		const last = exemplars.at(-1)?.clip.captions[0] as string;
		let refused = 0;
		server.setScript(({ messages }) => {
			const text = messages.at(-1)?.content ?? "";
			const at = text.indexOf(first);
			if (at < 0 || text.indexOf(last) <= at) return { kind: "reply" };
			refused += 1;
			return { kind: "refused" };
		});
		const { code, stdout } = await dissect(side);
		expect(refused).toBeGreaterThan(0);
		expect(code).toBe(1);
		expect(stdout).toMatch(/^failed {5}\d neurons?: /m);
		expect(stdout).toContain(
			"Run the same command again: failed neurons are tried anew.",
		);
		const found = neurons(side);
		expect(found[2]?.summaries?.status).toBe("failed");
		for (const { summaries, calibrated, openSet, closedSet } of found) {
			expect(closedSet?.status).toBe("described");
			expect(calibrated?.status).toBe(summaries?.status);
			expect(openSet?.status).toBe(summaries?.status);
			if (calibrated?.status !== "failed") continue;
			expect(calibrated.error).toMatchObject({
				code: "summarize_missing",
				message: expect.stringContaining("summarize failed: "),
			});
			expect(openSet).toMatchObject({
				error: { code: "summary_calibration_missing" },
			});
		}

		server.setScript(() => ({ kind: "reply" }));
		expect((await dissect(side)).code).toBe(0);
		for (const { calibrated } of neurons(side))
			expect(calibrated?.status).toBe("described");
	},
	240_000,
);
