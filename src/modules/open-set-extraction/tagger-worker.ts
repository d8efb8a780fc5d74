/** Worker thread of the tagger: sentences in, their words out. */
import { parentPort, workerData } from "node:worker_threads";
import { tagSentence } from "./compromise-tags.ts";
import type { AudioLexicon } from "./lexicon.ts";
import { wordsOfSentence } from "./words-of-sentence.ts";

const port = parentPort;
if (port === null) throw new Error("this module runs in a worker thread");
// Given by tagger.ts, which was given it typed.
const lexicon = workerData as AudioLexicon;

port.on(
	"message",
	({ id, sentences }: { id: number; sentences: readonly string[] }) => {
		try {
			port.postMessage({
				id,
				words: sentences.map((sentence) =>
					wordsOfSentence(tagSentence(sentence), lexicon),
				),
			});
		} catch (error) {
			port.postMessage({ id, error });
		}
	},
);
