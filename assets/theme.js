/* Before anything is painted: the chosen colours, and that scripts run at all. */
(function () {
	"use strict";
	var root = document.documentElement;
	var theme = null;

	root.classList.add("js");
	try {
		theme = localStorage.getItem("theme");
	} catch (e) {
		/* Storage may be forbidden; the system's colours then stay. */
	}
	if (theme === "light" || theme === "dark")
		root.setAttribute("data-theme", theme);
})();
