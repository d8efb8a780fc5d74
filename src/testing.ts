/** For the tests of programs that use audio-dissect: language models that answer from a script or from recorded calls. */
export { memoryCallStore } from "./llm/calls.ts";
export { createReplayModel } from "./llm/create.ts";
export { createScriptedModel } from "./llm/scripted.ts";
