/* What the instructor changes from the board: whether people may join, somebody's token, and fresh starts. */
(function () {
	"use strict";

	var joining = document.getElementById("board-joining");
	var dialog = document.getElementById("person");
	var wrong = document.getElementById("person-wrong");
	var given = document.getElementById("person-given");
	var give = document.getElementById("person-give");
	var account = "";

	/* Ask the server for a change: the answer, or an Error with the server's sentence. */
	function change(path, body) {
		return fetch(path, {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify(body),
		}).then(
			function (answer) {
				return answer.json().then(function (out) {
					if (!answer.ok)
						throw new Error(out.error);
					return out;
				});
			},
			function () {
				throw new Error("The server cannot be reached just now; nothing has changed.");
			}
		);
	}

	/* --- joining --------------------------------------------------------------------- */

	immersion.showJoining = function (word) {
		joining.hidden = false;
		joining.dataset.joining = word;
		joining.textContent = word === "closed" ? "Open joining" : "Close joining";
	};

	joining.addEventListener("click", function () {
		var wanted = joining.dataset.joining === "closed" ? "open" : "closed";

		change("/api/dash/joining", { joining: wanted }).then(
			function (out) {
				immersion.showJoining(out.joining);
				immersion.announce("Joining is " + out.joining + ".");
			},
			function (error) {
				immersion.notify(error.message);
			}
		);
	});

	/* --- a person ----------------------------------------------------------------------- */

	immersion.showPerson = function (person) {
		account = person.account;
		document.getElementById("person-name").textContent = person.name;
		document.getElementById("person-account").textContent = account;
		wrong.textContent = "";
		given.hidden = true;
		give.hidden = false;
		dialog.showModal();
	};

	give.addEventListener("click", function () {
		var asked = account;

		give.disabled = true;
		change("/api/dash/attendees/" + account + "/token", {})
			.then(
				function (out) {
					var link = document.getElementById("person-link");

					if (asked !== account)
						return;
					document.getElementById("person-token").textContent = out.token;
					link.textContent = link.href = out.signIn;
					wrong.textContent = "";
					given.hidden = false;
					give.hidden = true;
				},
				function (error) {
					wrong.textContent = error.message;
				}
			)
			.finally(function () {
				give.disabled = false;
			});
	});

	/* --- a fresh start -------------------------------------------------------------------- */

	var over = document.getElementById("over");
	var overWrong = document.getElementById("over-wrong");
	var empty = document.getElementById("over-empty");
	var told = document.getElementById("board-told");
	var starting = null; /* whose account would be emptied */

	document.getElementById("person-over").addEventListener("click", function () {
		starting = { account: account, name: document.getElementById("person-name").textContent };
		document.getElementById("over-name").textContent = starting.name;
		document.getElementById("over-account").textContent = starting.account;
		overWrong.textContent = "";
		over.showModal();
	});

	/* "2 DynamoDB tables, 1 Lambda function" */
	function removedText(removed) {
		var all = removed.map(function (kind) { return kind.count + " " + kind.what; });

		return all.length ? "Removed: " + all.join(", ") + "." : "There was nothing in it.";
	}

	/* Said where it can be heard: what lies behind an open dialog is silent. */
	function tellStarted(out) {
		var name = document.querySelector('tr[data-account="' + CSS.escape(out.account) + '"] .name');

		over.close();
		dialog.close();
		if (name)
			name.focus();
		told.textContent = out.name + " (account " + out.account + ") starts over. " + removedText(out.removed);
	}

	empty.addEventListener("click", function () {
		var asked = starting;

		empty.disabled = true;
		change("/api/dash/attendees/" + asked.account + "/reset", {})
			.then(tellStarted, function (error) {
				overWrong.textContent = error.message;
			})
			.finally(function () {
				empty.disabled = false;
			});
	});

	/* A token is not left lying on a screen that everybody sees. */
	dialog.addEventListener("close", function () {
		account = "";
		given.hidden = true;
		document.getElementById("person-token").textContent = "";
		document.getElementById("person-link").textContent = "";
		document.getElementById("person-link").removeAttribute("href");
	});
})();
