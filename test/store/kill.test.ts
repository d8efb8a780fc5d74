import { expect, test } from "vitest";
import { openStore } from "../../src/store/open.ts";
import {
	NOW,
	sampleNeuron,
	startSampleRun,
	temporaryFolder,
	temporaryStore,
} from "../support/temporary-store.ts";
import { finished, runScript, saysLine } from "./child.ts";
import { FAILURE, sampleCall } from "./samples.ts";

test("a process killed while it writes leaves every committed row, and nothing half", async () => {
	const directory = temporaryFolder();
	const first = openStore({ directory, now: () => NOW });
	const run = startSampleRun(first);
	first.putNeurons(
		run,
		[0, 1, 2, 3].map((unit) => sampleNeuron("first", unit)),
	);
	first.close();
	// Each round: a call, then its description with two neurons in one transaction; then it says the round.
	const child = runScript(`
		const store = openStore({ directory: ${JSON.stringify(directory)}, now: () => "now" });
		store.lockRun(${JSON.stringify(run)}, { pid: process.pid });
		for (let round = 1; ; round += 1) {
			const call = store.recordCall({ ...${JSON.stringify(sampleCall())}, key: "round-" + round });
			const entry = (unit) => ({ layer: "first", unit, module: "summarize",
				outcome: { status: "failed", error: ${JSON.stringify(FAILURE)} }, callIds: [call] });
			store.putDescriptions(${JSON.stringify(run)}, [entry(0), entry(1)]);
			process.stdout.write(round + "\\n");
		}`);
	const ended = finished(child);
	await saysLine(child, "25");
	child.kill("SIGKILL");
	const { signal, output } = await ended;
	expect(signal).toBe("SIGKILL");
	const said = output.match(/\d+(?=\n)/g)?.length ?? 0;
	expect(said).toBeGreaterThanOrEqual(25);

	const store = temporaryStore({ directory });
	for (let round = 1; round <= said; round += 1)
		expect(store.findCall(`round-${round}`)).toBeDefined();
	const attempts = [0, 1, 2].map(
		(unit) => store.readNeuron(run, "first", unit).provenance[0]?.attempt ?? 0,
	);
	expect(attempts[0]).toBeGreaterThanOrEqual(said);
	expect(attempts[1]).toBe(attempts[0]);
	expect(attempts[2]).toBe(0);
	// The run's lock went with its process.
	store.lockRun(run, { pid: process.pid })();
});
