import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { APPLICATION_ID, STORE_VERSION } from "../../src/store/migrations.ts";
import { openStore } from "../../src/store/open.ts";
import {
	NOW,
	startSampleRun,
	temporaryFolder,
	temporaryStore,
} from "../support/temporary-store.ts";
import { finished, runScript } from "./child.ts";
import { sampleCall } from "./samples.ts";

const now = () => NOW;

test("makes the folder, and finds everything again", () => {
	const directory = join(temporaryFolder(), "a", "b");
	const first = openStore({ directory, now });
	expect(first.directory).toBe(directory);
	const id = first.recordCall(sampleCall());
	first.close();
	first.close();
	const again = openStore({ directory, now });
	expect(again.findCall("key")?.id).toBe(id);
	again.close();
});

test("uses a write-ahead log, foreign keys and STRICT tables, and marks the file", () => {
	const store = temporaryStore();
	const database = new Database(join(store.directory, "audio-dissect.db"));
	expect(database.pragma("journal_mode", { simple: true })).toBe("wal");
	expect(database.pragma("user_version", { simple: true })).toBe(STORE_VERSION);
	expect(database.pragma("application_id", { simple: true })).toBe(
		APPLICATION_ID,
	);
	const loose = database
		.prepare(
			"SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
		)
		.all();
	expect(loose).toEqual([]);
	database.close();
});

describe("a directory that cannot be used", () => {
	test("something of its path is a file", () => {
		const file = join(temporaryFolder(), "file");
		writeFileSync(file, "");
		expect(() => openStore({ directory: join(file, "store"), now })).toThrow(
			expect.objectContaining({
				name: "StoreError",
				code: "store_unwritable",
				message: expect.stringMatching(
					/^the store .*file.store cannot be written: it is a file, or lies in one$/,
				),
				hint: "Choose a directory you can write with `store` in the config.",
			}),
		);
	});

	test("it is a file", () => {
		const file = join(temporaryFolder(), "file");
		writeFileSync(file, "");
		expect(() => openStore({ directory: file, now })).toThrow(
			expect.objectContaining({
				message: `the store ${file} cannot be written: it is a file, or lies in one`,
			}),
		);
	});

	test("the database is a folder", () => {
		const directory = temporaryFolder();
		mkdirSync(join(directory, "audio-dissect.db"));
		expect(() => openStore({ directory, now })).toThrow(
			expect.objectContaining({ code: "store_unwritable" }),
		);
	});

	// Root may write everything, so these run as another user when they can.
	test.each([
		"no folder can be made in it",
		"the database is read-only",
		"nothing in it can be written",
	])("without permission: %s", async (what) => {
		const parent = temporaryFolder();
		chmodSync(parent, 0o755);
		const directory = join(parent, "store");
		const file = join(directory, "audio-dissect.db");
		if (what === "no folder can be made in it") chmodSync(parent, 0o555);
		else {
			openStore({ directory, now }).close();
			const readOnly = what === "the database is read-only";
			chmodSync(directory, readOnly ? 0o777 : 0o555);
			chmodSync(file, readOnly ? 0o444 : 0o666);
		}
		const child = runScript(
			`try { openStore({ directory: ${JSON.stringify(directory)}, now: () => "now" }); console.log("opened"); }
				catch (error) { console.log(error.code, error.message); }`,
			process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {},
		);
		const { output } = await finished(child);
		expect(output).toMatch(
			what === "nothing in it can be written"
				? /^store_unwritable the store .* cannot be written: attempt to write a readonly database/
				: /^store_unwritable the store .* cannot be written: permission denied/,
		);
		chmodSync(parent, 0o755);
		if (existsSync(directory)) chmodSync(directory, 0o755);
	});
});

describe("a file that is not ours", () => {
	function folderWith(content: string | Uint8Array): string {
		const directory = temporaryFolder();
		writeFileSync(join(directory, "audio-dissect.db"), content);
		return directory;
	}

	test("no database at all: says so and leaves it alone", () => {
		const directory = folderWith("not a database ".repeat(500));
		expect(() => openStore({ directory, now })).toThrow(
			expect.objectContaining({
				name: "StoreError",
				code: "store_corrupt",
				message: `store ${join(directory, "audio-dissect.db")}: it is not an SQLite database (SQLITE_NOTADB: file is not a database)`,
			}),
		);
		expect(readFileSync(join(directory, "audio-dissect.db"), "utf8")).toMatch(
			/^not a database/,
		);
	});

	test("another program's database", () => {
		const directory = temporaryFolder();
		const database = new Database(join(directory, "audio-dissect.db"));
		database.exec("CREATE TABLE theirs (a)");
		database.close();
		expect(() => openStore({ directory, now })).toThrow(
			expect.objectContaining({
				code: "store_corrupt",
				message: expect.stringContaining("of another program"),
			}),
		);
	});

	test("a damaged page is found when it is read", () => {
		const directory = temporaryFolder();
		const store = openStore({ directory, now });
		for (let index = 0; index < 50; index += 1)
			store.recordCall(sampleCall({ reply: "x".repeat(4000) }));
		store.close();
		const file = join(directory, "audio-dissect.db");
		const bytes = readFileSync(file);
		bytes.fill(0xa5, 4096);
		writeFileSync(file, bytes);
		expect(() => {
			const opened = openStore({ directory, now });
			try {
				opened.findCall("key");
			} finally {
				opened.close();
			}
		}).toThrow(expect.objectContaining({ code: "store_corrupt" }));
	});
});

test("a store from a newer version is refused and left as it is", () => {
	const directory = temporaryFolder();
	openStore({ directory, now }).close();
	const file = join(directory, "audio-dissect.db");
	const database = new Database(file);
	database.pragma(`user_version = ${STORE_VERSION + 1}`);
	database.close();
	for (const options of [{ now }, { readOnly: true as const }])
		expect(() => openStore({ directory, ...options })).toThrow(
			expect.objectContaining({
				name: "StoreError",
				code: "store_newer",
				message: `store ${file} has version ${STORE_VERSION + 1}, this audio-dissect knows versions up to ${STORE_VERSION}`,
				hint: "Update audio-dissect, or choose another `store` directory.",
			}),
		);
});

describe("readOnly", () => {
	test("reads, and refuses to write", () => {
		const store = temporaryStore();
		const id = store.recordCall(sampleCall());
		const reader = openStore({ directory: store.directory, readOnly: true });
		expect(reader.findCall("key")?.id).toBe(id);
		for (const write of [
			() => reader.recordCall(sampleCall()),
			() => reader.putPrompts([]),
			() => reader.tagRun("a", "b"),
		])
			expect(write).toThrow(
				expect.objectContaining({ code: "store_read_only" }),
			);
		reader.close();
	});

	test("sees what another connection commits meanwhile", () => {
		const store = temporaryStore();
		const reader = openStore({ directory: store.directory, readOnly: true });
		const run = startSampleRun(store);
		expect(reader.readRun("latest").id).toBe(run);
		reader.close();
	});

	test("makes nothing: a missing store is an error", () => {
		const directory = join(temporaryFolder(), "store");
		expect(() => openStore({ directory, readOnly: true })).toThrow(
			expect.objectContaining({
				name: "StoreError",
				code: "store_missing",
				message: `there is no store in ${directory}`,
			}),
		);
		expect(existsSync(directory)).toBe(false);
	});

	// Root may write everything, so this runs as another user when it can.
	test.each(["closed", "left by a killed process", "without its index"])(
		"a folder that cannot be written to: %s",
		async (how) => {
			const folder = temporaryFolder();
			const directory = join(folder, "store");
			const temporary = join(folder, "temporary");
			chmodSync(folder, 0o755);
			mkdirSync(temporary);
			chmodSync(temporary, 0o777);
			const writer = runScript(
				`const store = openStore({ directory: ${JSON.stringify(directory)}, now: () => "now" });
				store.recordCall(${JSON.stringify(sampleCall())});
				${how === "closed" ? "store.close()" : 'process.kill(process.pid, "SIGKILL")'};`,
			);
			await finished(writer);
			const log = join(directory, "audio-dissect.db-wal");
			expect(existsSync(log)).toBe(how !== "closed");
			if (how === "without its index")
				rmSync(join(directory, "audio-dissect.db-shm"));
			chmodSync(directory, 0o555);
			const reader = runScript(
				`process.env.TMPDIR = ${JSON.stringify(temporary)};
				const store = openStore({ directory: ${JSON.stringify(directory)}, readOnly: true });
				console.log(store.findCall("key")?.id, store.listRuns().length);
				try { store.putPrompts([]) } catch (error) { console.log(error.code) }`,
				process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {},
			);
			const { output, errors } = await finished(reader);
			chmodSync(directory, 0o755);
			expect({ output, errors }).toEqual({
				output: "1 0\nstore_read_only\n",
				errors: "",
			});
			expect(readdirSync(temporary)).toEqual([]);
		},
	);

	test("does not migrate an older store", () => {
		const directory = temporaryFolder();
		openStore({ directory, now }).close();
		const database = new Database(join(directory, "audio-dissect.db"));
		database.pragma("user_version = 0");
		database.close();
		expect(() => openStore({ directory, readOnly: true })).toThrow(
			expect.objectContaining({ code: "store_older" }),
		);
	});
});

test("processes that make the same stores at the same moment do not get in each other's way", async () => {
	const folder = temporaryFolder();
	// All start on a line of input, so that they meet.
	const script = `await new Promise((go) => process.stdin.once("data", go));
		for (let index = 0; index < 20; index += 1) {
			const store = openStore({ directory: ${JSON.stringify(folder)} + "/" + index, now: () => "now" });
			store.recordCall({ ...${JSON.stringify(sampleCall())}, key: "all" });
			store.close();
		}
		process.exit(0);`;
	const children = Array.from({ length: 4 }, () => runScript(script));
	await Promise.all(
		children.map(
			(child) => new Promise<void>((done) => child.once("spawn", done)),
		),
	);
	for (const child of children) child.stdin?.write("go\n");
	for (const result of await Promise.all(children.map(finished)))
		expect(result).toMatchObject({ exitCode: 0, errors: "" });
	const store = temporaryStore({ directory: join(folder, "0") });
	expect(store.recordCall(sampleCall())).toBe(5);
});
