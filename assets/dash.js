/*
 * The instructor's board: attendees by checks, live.
 *
 * The first message brings everything, later ones a single attendee, whose row alone is drawn again.
 */
(function () {
	"use strict";

	var immersion = window.immersion;
	var el = immersion.el;
	var table = document.getElementById("board-table");
	var filter = document.getElementById("board-filter");
	var labChoice = document.getElementById("board-lab");
	var order = document.getElementById("board-sort");
	var symbols = { green: "\u2713", red: "\u2717", "to do": "\u25cb", pending: "\u00b7" };

	var people = []; /* in order of joining */
	var rows = {}; /* by account */
	var STUCK_MS = 10 * 60000; /* so long without a check turning green */
	var columns = []; /* {lab, id, title} */

	/* --- what there is ------------------------------------------------------------- */

	function state(person, column) {
		var lab = person.labs.find(function (l) { return l.id === column.lab; });
		var check = lab && lab.checks.find(function (c) { return c.id === column.id; });

		return check || { state: "pending", message: "", title: column.title };
	}

	function findColumns() {
		var seen = {};
		var out = [];

		people.forEach(function (person) {
			person.labs.forEach(function (lab) {
				lab.checks.forEach(function (check) {
					var key = lab.id + " " + check.id;

					if (seen[key] || (labChoice.value && labChoice.value !== lab.id))
						return;
					seen[key] = true;
					out.push({ key: key, lab: lab.id, labTitle: lab.title, id: check.id, title: check.title });
				});
			});
		});
		/* One lab's checks stand together, labs in the order of the choice. */
		var labs = [].map.call(labChoice.options, function (o) { return o.value; });

		return out.sort(function (a, b) { return labs.indexOf(a.lab) - labs.indexOf(b.lab); });
	}

	function count(person, wanted) {
		return columns.filter(function (c) { return state(person, c).state === wanted; }).length;
	}

	/* Since when no check of theirs has turned green; the server knows, by its own clock. */
	function waitingSince(person) {
		return Math.max(person.joinedAt || 0, person.startedOverAt || 0, person.lastGreenAt || 0);
	}

	function isDone(person) {
		return columns.length > 0 && count(person, "green") === columns.length;
	}

	/* --- the matrix -------------------------------------------------------------------- */

	function drawHead() {
		var head = el("tr", {}, [
			el("th", { scope: "col" }, "Attendee"),
			el("th", { scope: "col" }, "Account"),
			el("th", { scope: "col" }, "Green"),
		]);
		var counts = el("tr", { class: "counts" }, [
			el("th", { scope: "row" }, "Green so far"),
			el("td", {}),
			el("td", {}),
		]);

		columns.forEach(function (column) {
			var green = people.filter(function (p) { return state(p, column).state === "green"; }).length;

			head.append(
				el("th", { scope: "col", class: "check-column", title: column.title + " (" + column.labTitle + ")" }, [
					el("span", {}, column.title),
				])
			);
			counts.append(el("td", { class: "cell", "data-count": column.key }, green + "/" + people.length));
		});
		table.tHead.replaceChildren(head, counts);
	}

	function drawRow(person) {
		var row = el("tr", { "data-account": person.account }, [
			el("th", { scope: "row", title: person.name }, [
				el("button", { class: "name", "aria-haspopup": "dialog" }, person.name),
			]),
			el("td", {}, el("code", {}, person.account)),
			el("td", { class: "row-count" }, count(person, "green") + "/" + columns.length),
		]);

		columns.forEach(function (column) {
			var check = state(person, column);
			var shown = immersion.stateOf(check);

			row.append(
				el("td", { class: "cell", "data-state": shown, title: check.message || shown }, [
					el("span", { "aria-hidden": "true" }, symbols[shown]),
					el("span", { class: "sr" }, shown),
				])
			);
		});
		row.querySelector(".name").addEventListener("click", function () {
			immersion.showPerson(person);
		});
		if (rows[person.account]) {
			var focused = rows[person.account].contains(document.activeElement);

			rows[person.account].replaceWith(row);
			if (focused)
				row.querySelector(".name").focus();
		}
		rows[person.account] = row;
		row.hidden = person.name.toLowerCase().indexOf(filter.value.trim().toLowerCase()) < 0;
		return row;
	}

	function sorted() {
		var list = people.slice();

		if (order.value === "name")
			list.sort(function (a, b) { return a.name.localeCompare(b.name); });
		if (order.value === "green")
			list.sort(function (a, b) { return count(b, "green") - count(a, "green"); });
		if (order.value === "stuck")
			list.sort(function (a, b) {
				return isDone(a) - isDone(b) || waitingSince(a) - waitingSince(b);
			});
		return list;
	}

	function drawAll() {
		columns = findColumns();
		rows = {};
		drawHead();
		table.tBodies[0].replaceChildren.apply(table.tBodies[0], sorted().map(drawRow));
		drawAround();
	}

	/* --- around it ------------------------------------------------------------------------ */

	/* Their first mistake says what keeps them, or what they have not done yet. */
	function stuckItem(person) {
		var column = ["red", "to do"].map(function (wanted) {
			return columns.find(function (c) { return immersion.stateOf(state(person, c)) === wanted; });
		}).find(Boolean);
		var check = column && state(person, column);
		var minutes = Math.floor((Date.now() - waitingSince(person)) / 60000);

		return el("li", {}, [
			el("strong", {}, person.name),
			" \u00b7 nothing turned green for " + minutes + " min",
			el("div", { class: "hint" }, check ? check.title + ": " + (check.message || immersion.stateOf(check)) : ""),
		]);
	}

	function drawStuck() {
		var list = document.getElementById("board-stuck");
		var stuck = people.filter(function (person) {
			return !isDone(person) && Date.now() - waitingSince(person) >= STUCK_MS;
		});

		stuck.sort(function (a, b) { return waitingSince(a) - waitingSince(b); });
		list.replaceChildren.apply(list, stuck.slice(0, 20).map(stuckItem));
		if (stuck.length > 20)
			list.append(el("li", {}, "and " + (stuck.length - 20) + " more"));
		if (!stuck.length)
			list.append(el("li", {}, "Nobody: everyone had a check turn green in the last ten minutes, or is done."));
	}

	function drawUnknown(unknown) {
		var list = document.getElementById("board-unknown");
		var names = Object.keys(unknown).sort(function (a, b) { return unknown[b] - unknown[a]; });

		list.replaceChildren.apply(
			list,
			names.length
				? names.map(function (name) {
						return el("li", {}, [el("code", {}, name), " \u00d7 " + unknown[name]]);
					})
				: [el("li", {}, "None so far.")]
		);
	}

	function drawAround() {
		var text = people.length + (people.length === 1 ? " attendee" : " attendees");
		var line = document.getElementById("board-count");

		if (line.textContent !== text)
			line.textContent = text;
		drawStuck();
	}

	/* --- messages ---------------------------------------------------------------------------- */

	function take(person) {
		var at = people.findIndex(function (p) { return p.account === person.account; });
		var isNew = at < 0;

		if (isNew)
			people.push(person);
		else
			people[at] = person;
		if (isNew || order.value === "green" || order.value === "stuck" ||
			findColumns().length !== columns.length) {
			drawAll();
			return;
		}
		drawRow(person);
		drawHead();
		drawAround();
	}

	filter.addEventListener("input", drawAll);
	labChoice.addEventListener("change", drawAll);
	order.addEventListener("change", drawAll);
	setInterval(drawStuck, 30000);
	immersion.stream(
		"/api/dash/stream",
		{
			dash: function (all) {
				people = all.attendees;
				drawUnknown(all.unknown || {});
				immersion.showJoining(all.joining);
				drawAll();
			},
			attendee: take,
			unknown: drawUnknown,
		},
		function () {
			location.reload();
		}
	);
})();
