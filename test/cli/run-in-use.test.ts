/** The scores of a run are made under its lock: what happens when another process has taken it meanwhile. */
import { afterAll, expect, it } from "vitest";
import {
	dissectAndEvaluate,
	withStudy,
} from "../../src/cli/commands/dissect.ts";
import type { Session } from "../../src/cli/session.ts";
import { studyConfig } from "../../src/cli/study-options.ts";
import { initStudy, temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

it("a run that another process has gone on with is not scored, and the same command does it later", async () => {
	const config = await studyConfig({
		config: await initStudy(folder.path),
		set: ["modules=[closed-set]"],
	});
	const notes: string[] = [];
	const session: Session = {
		json: false,
		progress: { onProgress: () => {}, finish: () => {} },
		signal: new AbortController().signal,
		now: () => "2026-01-01T00:00:00.000Z",
		clock: () => 0,
		print: () => {},
		result: () => {},
		note: (text) => notes.push(text),
		close: () => {},
	};
	await withStudy(session, config, async (study) => {
		const { store } = study;
		let giveBack = (): void => {};
		const { run, complete } = await dissectAndEvaluate(session, {
			...study,
			store: {
				...store,
				// The other one takes it as soon as it is free.
				lockRun: (id, owner) => {
					const release = store.lockRun(id, owner);
					return () => {
						release();
						giveBack = store.lockRun(id, { pid: 99 });
					};
				},
			},
		});
		const scored = () => Object.keys(store.readEvaluations(run));
		expect(complete).toBe(true);
		expect(notes).toEqual([expect.stringContaining("the run is not scored")]);
		expect(scored()).not.toContain("last-layer");
		giveBack();
		await dissectAndEvaluate(session, study);
		expect(notes).toHaveLength(1);
		expect(scored()).toContain("last-layer");
	});
});
