/** How often a concept fits a neuron that has nothing to do with the clips: one time in 20, whatever the rest of the layer does. */
import { afterAll, describe, expect, it } from "vitest";
import { SIMILARITY_FUNCTIONS } from "../../../src/modules/closed-set/constants.ts";
import { seededRandom } from "../../../src/shared/random.ts";
import { layerFolder, scoreAll } from "./layers.ts";
import { type Matrices, randomMatrices } from "./matrices.ts";

const folder = layerFolder();
afterAll(() => folder.remove());

const [UNITS, CLIPS, CONCEPTS] = [1000, 200, 12];

const noise = randomMatrices({
	units: UNITS,
	clips: CLIPS,
	concepts: CONCEPTS,
	seed: 31,
});

/** The first half of the neurons follow a concept each, the others nothing. */
function plantedMatrices(): Matrices {
	const random = seededRandom(8);
	return {
		...noise,
		activations: noise.activations.map((value, index) => {
			const unit = Math.floor(index / CLIPS);
			if (unit >= UNITS / 2) return value;
			const clip = index % CLIPS;
			return (
				(noise.scores[clip * CONCEPTS + (unit % CONCEPTS)] as number) +
				0.1 * random()
			);
		}),
	};
}
const planted = plantedMatrices();

/** Share of the units from `first` on that some concept fits. */
async function shareThatFits(
	matrices: Matrices,
	first: number,
	task: Parameters<typeof scoreAll>[2],
): Promise<number> {
	const scored = await scoreAll(matrices, folder.write(matrices), {
		...task,
		seed: 5,
	});
	const units = scored.slice(first);
	return (
		units.filter(
			({ ranked: [best], p95 }) =>
				best !== undefined && p95 !== null && best.score > p95,
		).length / units.length
	);
}

/** Four standard deviations of a share of `units` around 10 of 201, or 1 of 21. */
function expectOneInTwenty(share: number, units: number): void {
	const deviation = Math.sqrt((0.05 * 0.95) / units);
	expect(Math.abs(share - 0.049)).toBeLessThan(4 * deviation);
}

describe.each(SIMILARITY_FUNCTIONS)("%s", (name) => {
	it.each([20, 200])(
		"fits one neuron of noise in 20, by %i shuffles",
		async (permutations) => {
			expectOneInTwenty(
				await shareThatFits(noise, 0, { function: name, permutations }),
				UNITS,
			);
		},
	);

	it("fits as many where the rest of the layer follows concepts", async () => {
		const task = { function: name, permutations: 200 };
		expectOneInTwenty(await shareThatFits(planted, UNITS / 2, task), UNITS / 2);
		expect(await shareThatFits(planted, 0, task)).toBeGreaterThan(0.5);
	});
});
