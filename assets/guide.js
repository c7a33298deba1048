/* Guide pages: colours in code, copying, line numbers, pictures to enlarge, quizzes. */
(function () {
	"use strict";

	var immersion = window.immersion;
	var el = immersion.el;

	/* --- code --------------------------------------------------------------------- */

	function lineCount(text) {
		return text.replace(/\n$/, "").split("\n").length;
	}

	/* "1,4-6" -> [1, 4, 5, 6], as far as there are lines. */
	function lines(spec, count) {
		var out = [];

		spec.split(",").forEach(function (part) {
			var ends = part.split("-").map(Number);
			var last = Math.min(ends[1] || ends[0], count);

			for (var i = ends[0]; i >= 1 && i <= last; i++)
				out.push(i);
		});
		return out;
	}

	function numberLines(pre, count) {
		var numbers = [];

		for (var i = 1; i <= count; i++)
			numbers.push(i);
		pre.prepend(el("span", { class: "gutter", "aria-hidden": "true" }, numbers.join("\n")));
	}

	function markLines(pre, spec, count) {
		var style = getComputedStyle(pre);
		var code = pre.querySelector("code");
		var height = parseFloat(getComputedStyle(code).lineHeight);

		lines(spec, count).forEach(function (line) {
			var mark = el("span", { class: "marked", "aria-hidden": "true" });

			mark.style.top = parseFloat(style.paddingTop) + (line - 1) * height + "px";
			mark.style.height = height + "px";
			pre.prepend(mark);
		});
	}

	/* What stands for a value before joining keeps its mark, which colouring takes away. */
	function markPlaceholders(code, texts) {
		var walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
		var nodes = [];

		while (walker.nextNode())
			nodes.push(walker.currentNode);
		nodes.forEach(function (node) {
			texts.forEach(function (text) {
				var at = node.data.indexOf(text);
				var rest;

				if (at < 0)
					return;
				rest = node.splitText(at);
				node = rest.splitText(text.length);
				rest.replaceWith(el("span", { class: "value", "data-state": "placeholder" }, text));
			});
		});
	}

	function colour(figure, code) {
		var language = figure.dataset.language;
		var values = [].map.call(code.querySelectorAll('.value[data-state="placeholder"]'), function (v) {
			return v.textContent;
		});

		if (!window.hljs || !language || !window.hljs.getLanguage(language))
			return;
		code.textContent = code.textContent;
		window.hljs.highlightElement(code);
		markPlaceholders(code, values);
	}

	document.querySelectorAll("figure.code").forEach(function (figure) {
		var pre = figure.querySelector("pre");
		var code = figure.querySelector("code");
		var text = code.textContent;
		var count = lineCount(text);

		colour(figure, code);
		if (figure.dataset.highlight)
			markLines(pre, figure.dataset.highlight, count);
		if (figure.dataset.lines)
			numberLines(pre, count);
		if (figure.dataset.copy)
			figure.append(
				immersion.copyButton("Copy this code", function () {
					return figure.dataset.return ? text.replace(/\n*$/, "\n") : text.replace(/\n+$/, "");
				})
			);
	});

	document.querySelectorAll("code.copy").forEach(function (code) {
		function copy() {
			immersion.copy(code.textContent).then(function () {
				immersion.announce("Copied");
				immersion.notify("Copied: " + code.textContent.slice(0, 60));
				setTimeout(function () {
					immersion.notify("");
				}, 1500);
			});
		}

		code.tabIndex = 0;
		code.setAttribute("role", "button");
		code.title = "Copy";
		code.addEventListener("click", copy);
		code.addEventListener("keydown", function (event) {
			if (event.key === "Enter" || event.key === " ") {
				event.preventDefault();
				copy();
			}
		});
	});

	/* --- pictures -------------------------------------------------------------------- */

	document.querySelectorAll("img[data-zoom]").forEach(function (img) {
		var button;

		if (img.closest("a"))
			return;
		button = el("button", { type: "button", class: "zoom", "aria-label": "Enlarge: " + img.alt });
		img.replaceWith(button);
		button.append(img);
		button.addEventListener("click", function () {
			var close = el("button", { type: "button", class: "button wide" }, "Close");
			var dialog = el("dialog", { class: "zoomed", "aria-label": img.alt }, [
				el("img", { src: img.src, alt: img.alt }),
				close,
			]);

			dialog.addEventListener("click", function () {
				dialog.close();
			});
			dialog.addEventListener("close", function () {
				dialog.remove();
			});
			document.body.append(dialog);
			dialog.showModal();
			close.focus();
		});
	});

	/* --- quizzes ------------------------------------------------------------------------ */

	document.querySelectorAll("fieldset.quiz").forEach(function (quiz) {
		quiz.addEventListener("change", function () {
			quiz.querySelectorAll(".choice").forEach(function (choice) {
				var input = choice.querySelector("input");
				var verdict = choice.querySelector(".choice-verdict");

				if (!verdict) {
					verdict = el("span", { class: "choice-verdict", role: "status" });
					choice.querySelector("label").append(verdict);
				}
				delete choice.dataset.chosen;
				verdict.textContent = "";
				if (!input.checked)
					return;
				choice.dataset.chosen = input.dataset.right ? "right" : "wrong";
				verdict.textContent = input.dataset.right ? "\u2713 right" : "\u2717 not this one";
			});
		});
	});
})();
