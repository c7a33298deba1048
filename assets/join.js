/* Tokens in an address: taken out of it at once, and put where they belong. And forms that outlast a server that is away. */
(function () {
	"use strict";

	var AGAIN_MS = 2000;

	/*
	 * A form that is sent to a server that does not answer is lost with its page. So the server is asked first, and the form waits
	 * until it is back.
	 */
	function keep(form) {
		var notice = null, asking = false, timer = 0;

		function tell() {
			if (notice)
				return;
			notice = document.createElement("p");
			notice.className = "notice notice-bad";
			notice.setAttribute("role", "alert");
			form.before(notice);
			notice.textContent = "The workshop does not answer just now. What you wrote is kept, and sent as soon as it is back.";
		}

		function attempt() {
			if (asking)
				return;
			asking = true;
			clearTimeout(timer);
			fetch("/healthz", { cache: "no-store" }).then(function () {
				form.submit();
			}, function () {
				tell();
				timer = setTimeout(attempt, AGAIN_MS);
			}).finally(function () {
				asking = false;
			});
		}

		form.addEventListener("submit", function (event) {
			event.preventDefault();
			attempt();
		});
		/* Whoever writes on is not ready yet. */
		form.addEventListener("input", function () {
			clearTimeout(timer);
		});
	}

	document.querySelectorAll("main form[method=post]").forEach(keep);

	var form = document.getElementById("signin-form") || document.getElementById("instructor-form");

	function take() {
		var query = new URLSearchParams(location.search);
		var found = new URLSearchParams(location.hash.slice(1)).get("token") || query.get("token");

		if (!found)
			return "";
		query.delete("token");
		history.replaceState(null, "", location.pathname + (query.toString() ? "?" + query : ""));
		return found;
	}

	function send(token) {
		if (!token)
			return;
		form.elements.token.value = token;
		form.requestSubmit();
	}

	if (!form)
		return;
	var found = take();
	/* Only when nothing was wrong the last time, so that a wrong token is not sent for ever. */
	if (!form.querySelector("[aria-invalid]"))
		send(found);
	/* A link that is opened where this page is open already loads nothing. */
	window.addEventListener("hashchange", function () {
		send(take());
	});
})();
