/** Worker thread: inspects one clip at a time. */
import { parentPort } from "node:worker_threads";
import { inspectClip } from "./inspect-clip.ts";

/** Sent once, before any reply: what fails before it is a broken installation, not a bad clip. */
export type InspectWorkerReady = "ready";

const port = parentPort;
if (port !== null) {
	port.postMessage("ready" satisfies InspectWorkerReady);
	port.on("message", (path: string) => {
		void inspectClip(path).then((inspection) => port.postMessage(inspection));
	});
}
