/* Tokens in an address: taken out of it at once, and put where they belong. */
(function () {
	"use strict";

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
