/*
 * On every page: the colours' switch, copying, and the attendee's progress, live.
 *
 * Other scripts use window.immersion: copy(text), announce(text), progress(fn) (called with each document),
 * el(name, properties, children).
 */
(function () {
	"use strict";

	var root = document.documentElement;
	var immersion = {};

	/* --- small things ---------------------------------------------------------- */

	/* An element with text or children; text is never parsed as HTML. */
	immersion.el = function (name, properties, children) {
		var e = document.createElement(name);

		Object.keys(properties || {}).forEach(function (key) {
			if (properties[key] !== null && properties[key] !== undefined)
				e.setAttribute(key, properties[key]);
		});
		[].concat(children === undefined ? [] : children).forEach(function (child) {
			e.append(child);
		});
		return e;
	};

	/* Pages come over plain HTTP in a room, where browsers give no clipboard: select and copy then. */
	immersion.copy = function (text) {
		if (navigator.clipboard && window.isSecureContext)
			return navigator.clipboard.writeText(text);
		return new Promise(function (resolve, reject) {
			var area = immersion.el("textarea", { class: "sr", "aria-hidden": "true" });
			var focused = document.activeElement;
			var done;

			area.value = text;
			document.body.append(area);
			area.select();
			done = document.execCommand("copy");
			area.remove();
			if (focused)
				focused.focus({ preventScroll: true });
			if (done)
				resolve();
			else
				reject(new Error("copying is not possible here"));
		});
	};

	/* A button that copies what text() returns, and says so. */
	immersion.copyButton = function (label, text) {
		var button = immersion.el("button", { type: "button", class: "copy-button", "aria-label": label }, "Copy");
		var timer;

		button.addEventListener("click", function () {
			immersion.copy(text()).then(
				function () {
					button.textContent = "Copied";
					button.dataset.done = "true";
					immersion.announce("Copied");
				},
				function () {
					button.textContent = "Select it";
				}
			);
			clearTimeout(timer);
			timer = setTimeout(function () {
				button.textContent = "Copy";
				delete button.dataset.done;
			}, 2000);
		});
		return button;
	};

	var announcer = immersion.el("div", { class: "sr", role: "status", "aria-live": "polite" });

	document.body.append(announcer);
	immersion.announce = function (text) {
		announcer.textContent = "";
		setTimeout(function () {
			announcer.textContent = text;
		}, 50);
	};

	var connection = document.getElementById("connection");

	/* A word at the edge of the page; empty takes it away. */
	/* What to do about it may be a link: { href, text }. */
	immersion.notify = function (text, link) {
		var whole = link ? text + " " + link.text : text;
		var anchor;

		connection.hidden = !text;
		if (connection.textContent === whole)
			return;
		connection.textContent = link ? text + " " : text;
		if (link) {
			anchor = document.createElement("a");
			anchor.href = link.href;
			anchor.textContent = link.text;
			connection.append(anchor);
		}
	};

	document.querySelectorAll(".copy-value").forEach(function (value) {
		value.after(
			immersion.copyButton("Copy " + value.dataset.label, function () {
				return value.textContent;
			})
		);
	});

	/* --- colours ------------------------------------------------------------------ */

	var themes = [
		["", "as the system"],
		["light", "light"],
		["dark", "dark"],
	];
	var themeButton = document.getElementById("theme");
	var themeName = document.getElementById("theme-name");

	function themeIndex() {
		var now = root.getAttribute("data-theme") || "";

		return themes.findIndex(function (t) {
			return t[0] === now;
		});
	}

	function showTheme() {
		themeName.textContent = themes[themeIndex()][1];
		themeButton.title = "Colours: " + themeName.textContent;
	}

	themeButton.hidden = false;
	themeButton.addEventListener("click", function () {
		var next = themes[(themeIndex() + 1) % themes.length];

		if (next[0])
			root.setAttribute("data-theme", next[0]);
		else
			root.removeAttribute("data-theme");
		try {
			if (next[0])
				localStorage.setItem("theme", next[0]);
			else
				localStorage.removeItem("theme");
		} catch (e) {
			/* The choice then lasts as long as the page. */
		}
		showTheme();
	});
	showTheme();

	/* --- streams -------------------------------------------------------------------- */

	/*
	 * An event stream that comes back by itself. Browsers allow six connections to one server, so a page that is not
	 * looked at lets go of its own and takes it up again when it is.
	 */
	immersion.stream = function (url, handlers, refused) {
		var source = null;
		var wait_ms = 1000;
		var timer = null;
		var noticeTimer = null;

		function lost() {
			noticeTimer =
				noticeTimer ||
				setTimeout(function () {
					immersion.notify("The connection is lost. Trying again\u2026");
				}, 2500);
		}

		function found() {
			clearTimeout(noticeTimer);
			noticeTimer = null;
			wait_ms = 1000;
			immersion.notify("");
		}

		function again() {
			clearTimeout(timer);
			timer = setTimeout(function () {
				fetch(url, { method: "HEAD", cache: "no-store" }).then(
					function (answer) {
						if (answer.status !== 401) {
							open();
							return;
						}
						/* It is not lost: that shall not be said a moment later. */
						close();
						refused();
					},
					function () {
						wait_ms = Math.min(wait_ms * 1.5, 5000);
						again();
					}
				);
			}, wait_ms);
		}

		function open() {
			close();
			if (document.hidden)
				return;
			source = new EventSource(url);
			source.onopen = found;
			source.onerror = function () {
				lost();
				if (source && source.readyState === EventSource.CLOSED)
					again();
			};
			Object.keys(handlers).forEach(function (name) {
				source.addEventListener(name, function (event) {
					handlers[name](JSON.parse(event.data));
				});
			});
		}

		function close() {
			clearTimeout(timer);
			clearTimeout(noticeTimer);
			noticeTimer = null;
			if (source)
				source.close();
			source = null;
		}

		document.addEventListener("visibilitychange", function () {
			if (document.hidden)
				close();
			else if (!source)
				open();
		});
		window.addEventListener("pagehide", close);
		window.addEventListener("pageshow", function (event) {
			if (event.persisted)
				open();
		});
		open();
	};

	/* --- the attendee's progress --------------------------------------------------------- */

	function setText(element, text) {
		if (element && element.textContent !== text)
			element.textContent = text;
	}

	/* What is shown of a check. Red is for what went wrong: a step that was never done, without a known mistake, is no alarm. */
	immersion.stateOf = function (check) {
		return check.state === "red" && check.done === false && check.diagnosed === false ? "to do" : check.state;
	};

	/* One check's box on a guide page, or its row on the attendee's page. */
	function showCheck(box, check) {
		var state = immersion.stateOf(check);
		var turned = box.dataset.state !== state;

		box.dataset.state = state;
		setText(box.querySelector(".check-state"), state);
		setText(box.querySelector(".check-message"), check.message || "");
		return turned;
	}

	function pageState(checks) {
		if (checks.every(function (c) { return c && c.state === "green"; }))
			return "green";
		return checks.some(function (c) { return c && immersion.stateOf(c) === "red"; }) ? "red" : "pending";
	}

	function showLab(lab) {
		var checks = {};
		var green = 0;

		lab.checks.forEach(function (check) {
			var selector = '[data-lab="' + CSS.escape(lab.id) + '"][data-check="' + CSS.escape(check.id) + '"]';

			checks[check.id] = check;
			green += check.state === "green" ? 1 : 0;
			document.querySelectorAll(selector).forEach(function (box) {
				if (showCheck(box, check) && check.state === "green")
					immersion.announce("Green: " + check.title);
			});
		});
		document.querySelectorAll('[data-lab-progress="' + CSS.escape(lab.id) + '"]').forEach(function (line) {
			setText(line, green + " of " + lab.checks.length + " green");
		});
		document.querySelectorAll('.side[data-lab="' + CSS.escape(lab.id) + '"] [data-checks]').forEach(function (page) {
			page.dataset.state = pageState(
				page.dataset.checks.split(" ").map(function (id) { return checks[id]; })
			);
		});
	}

	var startedOver; /* when the account was emptied last, as far as this page knows */

	/* What was green a moment ago is not: say why. */
	function tellFreshStart(at) {
		if (startedOver !== undefined && at > startedOver)
			immersion.notify("Your instructor has given you a fresh start: your account is empty, and your progress begins again.");
		startedOver = at;
	}

	immersion.showProgress = function (document_) {
		tellFreshStart(document_.startedOverAt || 0);
		document_.labs.forEach(showLab);
	};

	function checkNow(button) {
		var box = button.closest(".check");

		if (button.getAttribute("aria-busy") === "true")
			return;
		button.setAttribute("aria-busy", "true");
		fetch("/api/check", {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ lab: box.dataset.lab }),
		})
			.then(function (answer) {
				return answer.json();
			})
			.then(
				function (answer) {
					if (answer.error)
						immersion.notify(answer.error);
					else
						immersion.showProgress(answer);
					if (!answer.error)
						immersion.announce(
							box.querySelector(".check-state").textContent + ": " +
								box.querySelector(".check-message").textContent
						);
				},
				function () {
					immersion.notify("The server cannot be reached just now.");
				}
			)
			.finally(function () {
				button.setAttribute("aria-busy", "false");
				setTimeout(function () {
					immersion.notify("");
				}, 4000);
			});
	}

	if (document.body.dataset.live) {
		document.querySelectorAll(".check-run").forEach(function (button) {
			button.hidden = false;
			button.addEventListener("click", function () {
				checkNow(button);
			});
		});
		immersion.stream("/api/progress/stream", { progress: immersion.showProgress }, function () {
			immersion.notify("You are signed out.", { href: "/join", text: "Join again to see your progress." });
		});
	}

	/* --- keys -------------------------------------------------------------------------------- */

	/* n and p turn the page, unless somebody types or means a shortcut of the browser's. */
	document.addEventListener("keydown", function (event) {
		var link;

		if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
			return;
		if (event.target.closest && event.target.closest("input, textarea, select, [contenteditable], dialog"))
			return;
		if (event.key === "n")
			link = document.querySelector('.steps a[rel="next"]');
		else if (event.key === "p")
			link = document.querySelector('.steps a[rel="prev"]');
		if (link)
			link.click();
	});

	/*
	 * Tabs: arrows, Home and End move; tabs of one group switch together, and the choice holds on other pages. A browser
	 * may refuse to remember it.
	 */
	function chosenTab(group, title) {
		try {
			if (title)
				localStorage.setItem("tab-" + group, title);
			return localStorage.getItem("tab-" + group);
		} catch (e) {
			return null;
		}
	}

	function selectTab(tabs, index, focus) {
		var buttons = tabs.querySelectorAll(':scope > [role="tablist"] > [role="tab"]');
		var panels = tabs.querySelectorAll(":scope > .tab");

		buttons.forEach(function (button, i) {
			button.setAttribute("aria-selected", i === index ? "true" : "false");
			button.tabIndex = i === index ? 0 : -1;
			if (panels[i])
				panels[i].hidden = i !== index;
		});
		if (focus)
			buttons[index].focus();
	}

	function selectGroup(tabs, title) {
		document.querySelectorAll(".tabs[data-group]").forEach(function (other) {
			var buttons = [].slice.call(other.querySelectorAll(':scope > [role="tablist"] > [role="tab"]'));
			var index = buttons.findIndex(function (b) { return b.textContent === title; });

			if (other !== tabs && other.dataset.group === tabs.dataset.group && index >= 0)
				selectTab(other, index, false);
		});
	}

	document.querySelectorAll(".tabs").forEach(function (tabs) {
		var list = tabs.querySelector(':scope > [role="tablist"]');
		var buttons = [].slice.call(list.querySelectorAll('[role="tab"]'));
		var selected = buttons.findIndex(function (b) { return b.getAttribute("aria-selected") === "true"; });

		var group = tabs.dataset.group;
		var before = group ? chosenTab(group) : null;
		var chosen = buttons.findIndex(function (b) { return b.textContent === before; });

		function choose(index, focus) {
			var top = list.getBoundingClientRect().top;

			selectTab(tabs, index, focus);
			if (group) {
				selectGroup(tabs, buttons[index].textContent);
				chosenTab(group, buttons[index].textContent);
			}
			/* What changed above must not move what is being read. */
			window.scrollBy(0, list.getBoundingClientRect().top - top);
		}

		list.hidden = false;
		selectTab(tabs, chosen >= 0 ? chosen : Math.max(selected, 0), false);
		tabs.dataset.ready = "true";
		buttons.forEach(function (button, i) {
			button.addEventListener("click", function () {
				choose(i, false);
			});
			button.addEventListener("keydown", function (event) {
				var to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: buttons.length - 1 }[event.key];

				if (to === undefined)
					return;
				event.preventDefault();
				choose((to + buttons.length) % buttons.length, true);
			});
		});
	});

	window.immersion = immersion;
})();
