/** Worker thread of the tagger: sentences in, raw tokens out. */
import { parentPort } from "node:worker_threads";
import { tagSentence } from "./compromise-tags.ts";

const port = parentPort;
if (port === null) throw new Error("this module runs in a worker thread");

port.on(
	"message",
	({ id, sentences }: { id: number; sentences: readonly string[] }) => {
		try {
			port.postMessage({
				id,
				tokens: sentences.map((sentence) => tagSentence(sentence)),
			});
		} catch (error) {
			port.postMessage({ id, error });
		}
	},
);
