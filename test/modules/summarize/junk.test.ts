import { describe, expect, it } from "vitest";
import { isJunk } from "../../../src/modules/summarize/junk.ts";

describe("isJunk", () => {
	it.each([
		"Sure, here are the shared features:",
		"Sure!",
		"Here is what the sounds have in common.",
		"Here's a summary.",
		"Certainly! The sounds are loud.",
		"Okay, the sounds are loud.",
		"Of course: loud sounds.",
		"Please provide the captions.",
		"Let me know if you need anything else.",
		"I hope this helps!",
		"Based on the descriptions, the sounds are loud.",
		"The sounds are loud, based on the captions.",
		"If you have any questions, ask.",
		"I'm sorry, but I cannot hear audio.",
		"As an AI, I cannot listen.",
		"Thank you for the captions.",
		"***",
	])("drops %j", (sentence) => {
		expect(isJunk(sentence)).toBe(true);
	});

	it.each([
		"Pressure is released from a valve.",
		"Measured steps walk across a floor.",
		"A pleased crowd is cheering.",
		"A voice says please twice.",
		"The closure of a door is heard.",
		"A sure footed horse is walking.",
		"Thereafter a bell rings.",
		"The following echo is long.",
		"Hereditary songs of birds.",
		"Certainly loud bells are ringing.",
		"Okay is said by a man.",
		"A man says let us go.",
		"The sound is based on a sine wave.",
	])("keeps %j", (sentence) => {
		expect(isJunk(sentence)).toBe(false);
	});
});
