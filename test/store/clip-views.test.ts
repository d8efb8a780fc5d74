/** A clip is parsed once as long as its row stays the same. */
import { expect, it } from "vitest";
import {
	sampleNeuron,
	sampleProbeSet,
	startSampleRun,
	temporaryStore,
} from "../support/temporary-store.ts";

it("neurons read one after the other share a clip's view, until the clip has moved", () => {
	const store = temporaryStore();
	const run = startSampleRun(store);
	store.putNeurons(
		run,
		[0, 1].map((unit) => sampleNeuron("first", unit)),
	);
	const clipOf = (unit: number) =>
		store.readNeuron(run, "first", unit).high[0]?.clip;
	const before = clipOf(0);
	expect(clipOf(1)).toBe(before);
	const { clips, ...rest } = sampleProbeSet(6);
	store.putProbeSet({
		...rest,
		clips: clips.map((clip) => ({
			...clip,
			path: clip.path.replace("/clips/", "/moved/"),
		})),
	});
	expect(clipOf(0)).toEqual({
		...before,
		path: before?.path.replace("/clips/", "/moved/"),
	});
	expect(clipOf(1)).toBe(clipOf(0));
});
