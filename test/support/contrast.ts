/** Contrast of the texts of a page, as rendered. */
import type { Page } from "playwright-core";

/** Texts whose contrast with their background is below 4.5 (WCAG 2.2, 1.4.3), with ratio, class and start. Hidden ones are left out. */
export async function lowContrast(page: Page): Promise<readonly string[]> {
	return await page.evaluate<readonly string[]>(script);
}

/** Runs in the page. Relative luminance and ratio as WCAG 2.2 defines them. */
const script = `(() => {
	const parse = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
	const luminance = ([red, green, blue]) => {
		const linear = (channel) => {
			const value = channel / 255;
			return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
		};
		return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
	};
	const background = (element) => {
		for (let at = element; at !== null; at = at.parentElement) {
			const colour = parse(getComputedStyle(at).backgroundColor);
			if ((colour[3] ?? 1) > 0) return colour;
		}
		return [255, 255, 255];
	};
	const low = new Set();
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
		const element = node.parentElement;
		const text = node.textContent.trim();
		if (text === "" || !element.checkVisibility()) continue;
		if (element.closest("svg, script, select, .visually-hidden, .skip")) continue;
		const a = luminance(parse(getComputedStyle(element).color));
		const b = luminance(background(element));
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5) low.add(ratio.toFixed(2) + " " + element.className + " " + text.slice(0, 30));
	}
	return [...low];
})()`;
