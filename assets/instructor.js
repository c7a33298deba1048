/* What the instructor changes from the board: whether people may join, and somebody's token. */
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

	/* A token is not left lying on a screen that everybody sees. */
	dialog.addEventListener("close", function () {
		account = "";
		given.hidden = true;
		document.getElementById("person-token").textContent = "";
		document.getElementById("person-link").textContent = "";
		document.getElementById("person-link").removeAttribute("href");
	});
})();
