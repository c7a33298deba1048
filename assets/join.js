/* Tokens in an address: taken out of it at once, and put where they belong. */
(function () {
	"use strict";

	var form = document.getElementById("signin-form") || document.getElementById("instructor-form");
	var found = new URLSearchParams(location.hash.slice(1)).get("token");
	var query = new URLSearchParams(location.search);

	if (!form)
		return;
	found = found || query.get("token");
	if (found) {
		query.delete("token");
		history.replaceState(null, "", location.pathname + (query.toString() ? "?" + query : ""));
	}
	/* Only when nothing was wrong the last time, so that a wrong token is not sent for ever. */
	if (found && !form.querySelector("[aria-invalid]")) {
		form.elements.token.value = found;
		form.requestSubmit();
	}
})();
