/*
 * What can be seen of accessibility without judgement: names, labels, landmarks, headings, references, and the contrast
 * of text by computed colours (WCAG 2.1, 1.4.3). Runs in the page; returns a list of sentences, empty when all is well.
 * `header` selects the page's one banner.
 */
export function accessibilityFaults(header = "header.top") {
	const faults = [];
	const say = (what, e) => faults.push(what + ": " + e.outerHTML.slice(0, 120).replace(/\s+/g, " "));
	const visible = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;

	/* --- structure --- */
	if (!document.documentElement.lang)
		faults.push("the page has no language");
	if (!document.title)
		faults.push("the page has no title");
	for (const [selector, count] of [["main", 1], ["h1", 1], [header, 1], ["footer", 1]])
		if (document.querySelectorAll(selector).length !== count)
			faults.push(`there must be ${count} of ${selector}`);
	let level = 0;
	document.querySelectorAll("h1, h2, h3, h4").forEach((h) => {
		const now = Number(h.tagName[1]);
		if (now > level + 1)
			say("a heading skips a level", h);
		level = now;
	});
	const ids = new Set();
	document.querySelectorAll("[id]").forEach((e) => {
		if (ids.has(e.id))
			say("an id stands twice", e);
		ids.add(e.id);
	});
	for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "for"])
		document.querySelectorAll(`[${name}]`).forEach((e) => {
			for (const id of e.getAttribute(name).split(/\s+/))
				if (!document.getElementById(id))
					say(`${name} names nothing`, e);
		});

	/* --- names --- */
	document.querySelectorAll("img").forEach((e) => {
		if (!e.hasAttribute("alt"))
			say("a picture without alt", e);
	});
	document.querySelectorAll("button, a[href]").forEach((e) => {
		if (!(e.getAttribute("aria-label") || e.textContent.trim() || e.querySelector("img[alt]:not([alt=''])")))
			say("a control without a name", e);
	});
	document.querySelectorAll("input:not([type=hidden]), select, textarea").forEach((e) => {
		if (!e.labels.length && !e.getAttribute("aria-label"))
			say("a field without a label", e);
	});
	document.querySelectorAll("nav").forEach((e) => {
		if (!e.getAttribute("aria-label") && !e.getAttribute("aria-labelledby"))
			say("a navigation without a name", e);
	});
	document.querySelectorAll("th").forEach((e) => {
		if (!e.scope)
			say("a heading of a table without a scope", e);
	});

	/* --- contrast --- */
	const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
	const rgba = (colour) => {
		canvas.clearRect(0, 0, 1, 1);
		canvas.fillStyle = colour;
		canvas.fillRect(0, 0, 1, 1);
		return [...canvas.getImageData(0, 0, 1, 1).data].map((v, i) => (i === 3 ? v / 255 : v));
	};
	const over = (top, under) => top.slice(0, 3).map((v, i) => v * top[3] + under[i] * (1 - top[3]));
	const luminance = (c) => {
		const [r, g, b] = c.map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const background = (e) => {
		const layers = [];
		for (let at = e; at; at = at.parentElement)
			layers.push(rgba(getComputedStyle(at).backgroundColor));
		return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
	};
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const seen = new Set();
	while (walker.nextNode()) {
		const e = walker.currentNode.parentElement;
		if (!walker.currentNode.data.trim() || seen.has(e) || !visible(e) || e.closest(".sr, .skip, .anchor"))
			continue;
		seen.add(e);
		const style = getComputedStyle(e);
		const under = background(e);
		const a = luminance(over(rgba(style.color), under)) + 0.05, b = luminance(under) + 0.05;
		const ratio = Math.max(a, b) / Math.min(a, b);
		const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
		if (ratio < (size >= 24 || (bold && size >= 18.66) ? 3 : 4.5))
			say(`contrast ${ratio.toFixed(2)}`, e);
	}
	return faults;
}
