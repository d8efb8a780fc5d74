/** `kill -9` at any moment of `dissect`, then the same command: the same result, and nothing that was answered is asked again. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli, startCli } from "../support/cli.ts";
import type { FakeRequest } from "../support/fake-llm-protocols.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { initRecordedStudy } from "../support/recorded-store.ts";
import {
	asking,
	describedNeurons,
	initStudy,
	temporaryFolder,
} from "../support/study.ts";

const CONCURRENCY = 4;
const folder = temporaryFolder();
afterAll(() => folder.remove());

const replacements = (server: FakeLlmServer) => ({
	...asking(server),
	"concurrency: auto": `concurrency: ${CONCURRENCY}`,
});

/** How often the body of a request arrived after it had arrived before. */
function repeats(requests: readonly FakeRequest[]): number {
	const seen = new Set<string>();
	let count = 0;
	for (const { body } of requests) {
		const text = JSON.stringify(body);
		if (seen.has(text)) count += 1;
		seen.add(text);
	}
	return count;
}

const isFilter = (request: FakeRequest): boolean =>
	JSON.stringify(request.schema).includes('"words"');

let undisturbed: ReturnType<typeof describedNeurons>;
let asked: number;

beforeAll(async () => {
	const server = await startFakeLlmServer();
	const config = await initRecordedStudy(
		join(folder.path, "undisturbed"),
		replacements(server),
	);
	const { code, stderr } = await runCli(["dissect", "--config", config]);
	expect(stderr).not.toContain("error");
	expect(code).toBe(0);
	undisturbed = describedNeurons(
		join(folder.path, "undisturbed", ".audio-dissect"),
	);
	asked = server.requests.length;
	await server.close();
});

describe("kill -9 during dissect", () => {
	it("there is something to compare with", () => {
		expect(undisturbed).toHaveLength(48);
		expect(
			undisturbed.every(({ openSet }) => openSet?.status === "described"),
		).toBe(true);
		expect(asked).toBeGreaterThan(20);
	});

	it.each([
		["after the first requests", (server: FakeLlmServer) => server.arrived(3)],
		[
			"in the middle of the summaries",
			(server: FakeLlmServer) => server.arrived(Math.floor(asked / 2)),
		],
		[
			"twice, and then in the acoustic filter",
			(server: FakeLlmServer) => server.arrived(asked),
		],
	])("%s", async (name, moment) => {
		const server = await startFakeLlmServer();
		const study = join(folder.path, name.replaceAll(/\W/g, "-"));
		const config = await initRecordedStudy(study, replacements(server));
		let kills = 0;
		const killAt = async (wait: Promise<void>): Promise<void> => {
			const running = startCli(["dissect", "--config", config, "--quiet"]);
			await Promise.race([wait, running.finished]);
			running.kill("SIGKILL");
			await running.finished;
			kills += 1;
		};
		if (name.startsWith("twice")) {
			await killAt(server.arrived(5));
			await killAt(server.arrived(12));
		}
		await killAt(moment(server));

		const { code } = await runCli(["dissect", "--config", config, "--quiet"]);
		expect(code).toBe(0);
		expect(describedNeurons(join(study, ".audio-dissect"))).toEqual(
			undisturbed,
		);
		expect(server.requests.some(isFilter)).toBe(true);
		// Only what was in flight at a kill may be asked again.
		expect(repeats(server.requests)).toBeLessThanOrEqual(kills * CONCURRENCY);
		expect(server.requests.length - repeats(server.requests)).toBe(asked);

		const before = server.requests.length;
		expect(
			(await runCli(["dissect", "--config", config, "--quiet"])).code,
		).toBe(0);
		expect(server.requests.length).toBe(before);
		await server.close();
	});

	it("while the network is being recorded", async () => {
		const server = await startFakeLlmServer();
		const study = join(folder.path, "recording");
		const config = await initStudy(study, replacements(server));
		const running = startCli([
			"dissect",
			"--config",
			config,
			"--set",
			"recording.batchSize=1",
		]);
		await running.saw("record: started");
		running.kill("SIGKILL");
		await running.finished;
		const { code } = await runCli(["dissect", "--config", config, "--quiet"]);
		expect(code).toBe(0);
		expect(describedNeurons(join(study, ".audio-dissect"))).toEqual(
			undisturbed,
		);
		await server.close();
	});
});
