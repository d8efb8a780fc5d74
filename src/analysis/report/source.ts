/** What the report reads: the part of the store it needs, so that tests can hand it a plain object. */
import type { Store } from "../../store/store.ts";

export type {
	ClipView,
	ExemplarView,
	NeuronView,
	RecordingClipView,
	RunLayer,
	RunView,
} from "../../store/views.ts";

export type ReportSource = Pick<
	Store,
	| "readRun"
	| "countStatuses"
	| "readLayerNeurons"
	| "readEvaluations"
	| "readRecordingClips"
	| "outcomeRevision"
>;
