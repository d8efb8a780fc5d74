/** Ctrl-C while a model is asked, for every verb that asks one: what is in flight is answered, stored and never paid for again; a second Ctrl-C drops it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli, startCli } from "../support/cli.ts";
import {
	createGate,
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { fillStore } from "../support/recorded-store.ts";
import { initStudy, temporaryFolder } from "../support/study.ts";
import { sine, writeWav } from "../support/wav.ts";

const CONCURRENCY = 4;
/** Requests that are answered before the others are held back. */
const BEFORE = 6;
const STUDIES = temporaryFolder();
afterAll(() => STUDIES.remove());

let server: FakeLlmServer;
let folder: string;
let folders = 0;
beforeEach(async () => {
	server = await startFakeLlmServer();
	folders += 1;
	folder = join(STUDIES.path, `study-${folders}`);
});
afterEach(() => server.close());

const model = (): readonly string[] =>
	[
		`store=${join(folder, "store")}`,
		"languageModel.provider=openai",
		"languageModel.model=fake",
		`languageModel.baseUrl=${server.openAiUrl}`,
		`languageModel.concurrency=${CONCURRENCY}`,
		"languageModel.structuredOutput=schema",
	].flatMap((item) => ["--set", item]);

async function recorded(): Promise<string> {
	const config = await initStudy(folder);
	await fillStore(join(folder, "store"));
	return config;
}

/** Clips without captions. */
async function bareClips(): Promise<string> {
	mkdirSync(folder, { recursive: true });
	const names = Array.from({ length: 20 }, (_, index) => `${index}.wav`);
	for (const [index, name] of names.entries())
		writeWav(join(folder, name), sine(300 + 20 * index, 0.2, 8000), 8000);
	writeFileSync(
		join(folder, "probe-set.jsonl"),
		names.map((clip) => `${JSON.stringify({ clip })}\n`).join(""),
	);
	writeFileSync(join(folder, "concepts.txt"), "rain\n");
	const config = join(folder, "dissect.yaml");
	writeFileSync(
		config,
		"network: demo\nprobeSet: { manifest: probe-set.jsonl }\nconceptSet: concepts.txt\n",
	);
	return config;
}

/** A study whose run has summaries, so that its output layer can be named in context. */
async function summarized(): Promise<string> {
	const config = await recorded();
	// Sentences of their own, so that no two neurons share a call.
	server.setScript(({ index }) => ({
		kind: "reply",
		text: JSON.stringify({ sentences: [`A rain of kind ${index} is heard.`] }),
	}));
	const { code, stderr } = await runCli([
		...["dissect", "--config", config, "--modules", "summarize", ...model()],
	]);
	expect(stderr).not.toContain("error");
	expect(code).toBe(0);
	return config;
}

const VERBS = {
	dissect: { prepare: recorded, verb: ["dissect"], code: 0 },
	caption: { prepare: bareClips, verb: ["caption"], code: 0 },
	// The fake model is not good enough.
	"llm check": {
		prepare: () => initStudy(folder),
		verb: ["llm", "check"],
		code: 1,
	},
	evaluate: {
		prepare: summarized,
		verb: ["evaluate", "--last-layer"],
		code: 0,
	},
} as const;

/** Starts the verb and resolves when `CONCURRENCY` requests wait for their answers, which they get when `open` is called. */
async function heldBack(name: keyof typeof VERBS) {
	const { prepare, verb } = VERBS[name];
	const config = await prepare();
	const before = server.requests.length;
	const gate = createGate();
	const held = before + BEFORE;
	server.setScript(async ({ index }) => {
		if (index >= held) await gate.opened;
		return name === "caption"
			? { kind: "reply", text: "A steady tone." }
			: { kind: "reply" };
	});
	const args = [...verb, "--config", config, ...model()];
	const running = startCli(args);
	await Promise.race([server.arrived(held + CONCURRENCY), running.finished]);
	return { running, args, open: gate.open, before };
}

/** How many requests came after an equal one. */
function repeats(from: number): number {
	const bodies = server.requests
		.slice(from)
		.map(({ body }) => JSON.stringify(body));
	return bodies.length - new Set(bodies).size;
}

describe.each(Object.keys(VERBS) as (keyof typeof VERBS)[])("%s", (name) => {
	it("one Ctrl-C: calls in flight are finished, none is begun, none is paid for twice", async () => {
		const { running, args, open, before } = await heldBack(name);
		running.kill("SIGINT");
		await running.saw(
			`interrupted: finishing ${CONCURRENCY} calls; press Ctrl-C again to stop at once\n`,
		);
		open();
		const { code, stderr } = await running.finished;
		expect(stderr).toContain("Run the same command again");
		expect(code).toBe(130);
		expect(server.requests.length - before).toBe(BEFORE + CONCURRENCY);
		const again = await runCli(args);
		expect(again.stderr).not.toContain("error");
		expect(again.code).toBe(VERBS[name].code);
		expect(server.requests.length - before).toBeGreaterThan(
			BEFORE + CONCURRENCY,
		);
		expect(repeats(before)).toBe(0);
	});
});

describe("dissect", () => {
	it("a second Ctrl-C drops what is in flight, and ends with 130", async () => {
		const { running, args, open } = await heldBack("dissect");
		running.kill("SIGINT");
		await running.saw("press Ctrl-C again to stop at once");
		running.kill("SIGINT");
		// Their answers never come.
		const { code, signal } = await running.finished;
		expect({ code, signal }).toEqual({ code: 130, signal: null });
		open();
		expect((await runCli(args)).code).toBe(0);
		expect(repeats(0)).toBe(CONCURRENCY);
	});

	it("SIGTERM is as Ctrl-C is; a request that fails while it is waited for is not tried again", async () => {
		const { prepare, verb } = VERBS.dissect;
		const config = await prepare();
		const gate = createGate();
		server.setScript(async ({ index }) => {
			if (index < BEFORE) return { kind: "reply" };
			await gate.opened;
			return (
				[{ kind: "status", status: 500 } as const, { kind: "drop" } as const][
					index - BEFORE
				] ?? { kind: "reply" }
			);
		});
		const args = [...verb, "--config", config, ...model()];
		const running = startCli(args);
		await server.arrived(BEFORE + CONCURRENCY);
		running.kill("SIGTERM");
		await running.saw("finishing 4 calls");
		gate.open();
		expect((await running.finished).code).toBe(130);
		expect(server.requests).toHaveLength(BEFORE + CONCURRENCY);
		server.setScript(() => ({ kind: "reply" }));
		expect((await runCli(args)).code).toBe(0);
		// The two that had no reply.
		expect(repeats(0)).toBe(2);
	});
});
