/** A study in batches, from the outside: submitted, polled stage by stage, and then the same as online. */
import { join } from "node:path";
import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	expect,
	test,
} from "vitest";
import { openStore } from "../../../src/store/open.ts";
import { startCli } from "../../support/cli.ts";
import {
	createGate,
	type FakeLlmServer,
	startFakeLlmServer,
} from "../../support/fake-llm-server.ts";
import { fillStore } from "../../support/recorded-store.ts";
import {
	describedNeurons,
	initStudy,
	temporaryFolder,
} from "../../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

let config: string;
let server: FakeLlmServer;
let store: string;
let stores = 0;
let set: readonly string[];
let neurons: string;

beforeAll(async () => {
	config = await initStudy(join(folder.path, "study"));
});
beforeEach(async () => {
	server = await startFakeLlmServer();
	await setUp("chat");
});
afterEach(async () => {
	await server.close();
});

/** A new store, and a model that is asked in this way. */
async function setUp(api: "chat" | "messages"): Promise<void> {
	stores += 1;
	neurons = "classifier#0-7";
	store = join(folder.path, `store-${stores}`);
	await fillStore(store);
	const anthropic = api === "messages";
	set = [
		`store=${store}`,
		`languageModel.provider=${anthropic ? "anthropic" : "openai"}`,
		"languageModel.model=fake-1",
		`languageModel.baseUrl=${anthropic ? server.url : server.openAiUrl}`,
		`languageModel.api=${anthropic ? "auto" : "chat"}`,
		"languageModel.structuredOutput=schema",
		"languageModel.batch=true",
		"languageModel.maxRetries=0",
	].flatMap((item) => ["--set", item]);
}

function startDissect(...args: readonly string[]) {
	return startCli(
		["dissect", "--config", config, "--neurons", neurons, ...set, ...args],
		{ env: { ANTHROPIC_API_KEY: "sk-test-0123456789" } },
	);
}

async function dissect(...args: readonly string[]) {
	const result = await startDissect(...args).finished;
	return { ...result, json: () => JSON.parse(result.stdout) };
}

/** Polls until nothing waits; returns how often. */
async function pollToTheEnd(): Promise<number> {
	for (let polls = 1; polls < 10; polls += 1) {
		const { code, stderr } = await dissect("--batch-poll");
		expect(stderr).not.toContain("error");
		if (code === 0) return polls;
	}
	throw new Error("it never ends");
}

/** Calls that the run has sent. */
function sent(): number {
	const opened = openStore({ directory: store, readOnly: true });
	try {
		return opened
			.listRuns()
			.flatMap(({ id }) => opened.readLedger(id))
			.reduce((sum, { calls }) => sum + calls, 0);
	} finally {
		opened.close();
	}
}

/** All that the report shows, but when and how fast it was made and by which calls. */
async function reportData(): Promise<string> {
	const opened = openStore({ directory: store, readOnly: true });
	try {
		const { id } = opened.readRun("latest");
		const evaluations = opened.readEvaluations(id);
		const statuses = opened.countStatuses(id);
		return JSON.stringify([describedNeurons(store), evaluations, statuses]);
	} finally {
		opened.close();
	}
}

test.each(["chat", "messages"] as const)(
	"%s: submitted, polled, served from the store, and the same as online",
	async (api) => {
		await setUp(api);
		const first = await dissect("--batch", "--json");
		expect(first.stderr).not.toContain("error");
		expect(first.code).toBe(1);
		expect(first.json().batches.submitted).toHaveLength(1);
		server.batch.setState(() => ({ status: "in_progress" }));
		const early = await dissect("--batch-poll");
		expect(early.code).toBe(1);
		expect(early.stdout).toMatch(/in_progress, 0 of \d+ requests done/);
		server.batch.setState(() => ({ status: "ended" }));
		expect(await pollToTheEnd()).toBe(2);
		expect(server.batch.batches).toHaveLength(2);
		expect(server.batch.duplicates()).toBe(0);
		const again = await dissect();
		expect(again.code).toBe(0);
		expect(server.requests).toHaveLength(0);
		if (api !== "chat") return;
		const batched = await reportData();
		await setUp(api);
		expect((await dissect()).code).toBe(0);
		expect(server.requests.length).toBeGreaterThan(10);
		expect(await reportData()).toBe(batched);
	},
);

test("killed while it submits and while it downloads: nothing is submitted or charged twice", async () => {
	// Enough results for some to be stored when half of them have come.
	neurons = "classifier#0-23";
	const reached = createGate();
	const gate = createGate();
	server.batch.setSubmission(async () => {
		reached.open();
		await gate.opened;
		return "take" as const;
	});
	const submitting = startDissect("--batch");
	await reached.opened;
	submitting.kill("SIGKILL");
	await submitting.finished;
	// The provider takes it all the same.
	gate.open();
	server.batch.setState(() => ({ status: "in_progress" }));
	const found = await dissect("--batch");
	expect(found.stderr).not.toContain("error");
	expect(server.batch.batches).toHaveLength(1);
	expect(found.stdout).toContain("waiting    ");

	const halfway = createGate();
	server.batch.setState(() => ({ status: "ended", halfway: halfway.opened }));
	const polling = startDissect("--batch-poll");
	await polling.saw("batch results");
	polling.kill("SIGKILL");
	await polling.finished;
	halfway.open();
	const before = sent();
	expect(before).toBeGreaterThan(0);
	expect(before).toBeLessThan(server.batch.batches[0]?.lines.length ?? 0);
	await pollToTheEnd();
	expect(server.batch.batches[0]?.downloads).toBeGreaterThan(2);
	expect(server.batch.duplicates()).toBe(0);
	const lines = server.batch.batches.flatMap((batch) => batch.lines);
	expect(sent()).toBe(lines.length);
	expect(server.requests).toHaveLength(0);
});

test("an invalid reply is asked again in the next batch; a refused one fails and is asked again by --batch only", async () => {
	server.setScript(({ messages, index, schema }) => {
		if (JSON.stringify(schema).includes('"words"')) return { kind: "reply" };
		const again = messages.some(({ content }) => content === "no JSON");
		if (index === 0 && !again) return { kind: "reply", text: "no JSON" };
		return { kind: index === 1 && !again ? "refused" : "reply" };
	});
	set = [...set, "--set", "languageModel.check=false"];
	const lines = () => server.batch.batches.map((batch) => batch.lines.length);
	await dissect("--batch");
	const second = await dissect("--batch-poll");
	expect(second.code).toBe(1);
	expect(second.stdout).toContain("1 failed");
	expect(lines()).toEqual([expect.any(Number), 1]);
	expect(JSON.stringify(server.batch.batches[1]?.lines[0]?.body)).toContain(
		"no JSON",
	);
	server.setScript(() => ({ kind: "reply" }));
	await dissect("--batch-poll");
	const end = await dissect("--batch-poll", "--json");
	expect(end.code).toBe(1);
	expect(end.json()).toMatchObject({
		complete: false,
		waiting: 0,
		failures: expect.arrayContaining([
			expect.objectContaining({ code: "reply_refused" }),
		]),
		batches: { open: [], submitted: [] },
	});
	const asked = lines().length;
	const retry = await dissect("--batch");
	expect(retry.stdout).toContain("submitted  1 request ");
	expect(lines().slice(asked)).toEqual([1]);
	await pollToTheEnd();
});

test("an online run leaves alone what waits in a batch", async () => {
	server.batch.setState(() => ({ status: "in_progress" }));
	await dissect("--batch");
	const { code, stdout } = await dissect();
	expect(code).toBe(1);
	expect(stdout).toMatch(/waiting {4}\d+ neurons for calls in batches/);
	expect(server.requests).toHaveLength(0);
});

test("a server without batches is refused before anything is sent", async () => {
	const { code, stderr } = await dissect(
		"--batch",
		"--set",
		"languageModel.batch=auto",
	);
	expect(code).toBe(2);
	expect(stderr).toContain("error [batch_unsupported]");
	expect(server.requests).toHaveLength(0);
	expect(server.batch.batches).toHaveLength(0);
	const none = await dissect("--batch", "--set", "languageModel.provider=none");
	expect(none.stderr).toContain("error [batch_unsupported]");
});
