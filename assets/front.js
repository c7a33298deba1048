/* The front page: times in the viewer's zone, and what is on while the page is open. */
(function () {
	"use strict";

	var box = document.getElementById("now-next");
	var slots = [].slice.call(document.querySelectorAll(".slot"));
	var times = [].slice.call(document.querySelectorAll(".slot time"));
	var zoneText = document.getElementById("zone-text");
	var zoneSwitch = document.getElementById("zone-switch");
	var eventZone = box.dataset.zone;
	var ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "your time zone";
	/* The server's clock rules; a second more or less is the network's. */
	var offset_ms = Number(box.dataset.now) - Date.now();
	var own = true;

	var clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
	var day = new Intl.DateTimeFormat(undefined, { weekday: "short" });
	var isoDay = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" });

	if (Math.abs(offset_ms) < 5000)
		offset_ms = 0;
	times.forEach(function (time) {
		time.dataset.local = time.textContent;
		time.title = time.textContent + " " + eventZone;
	});

	/* The day that a time is read under: the heading's for a beginning, the beginning's for an end. */
	function expectedDay(time) {
		var first = time.parentNode.querySelector("time");

		return first === time ? time.closest(".day").dataset.date : isoDay.format(new Date(first.dateTime));
	}

	/* "15:00", with the day when it is another one than where the event is. */
	function inOwnZone(time) {
		var at = new Date(time.dateTime);
		var text = clock.format(at);

		return isoDay.format(at) !== expectedDay(time) ? day.format(at) + " " + text : text;
	}

	function shown(time) {
		return own ? inOwnZone(time) : time.dataset.local;
	}

	function fill(card, slot) {
		var parts = slot ? slot.querySelectorAll("time") : [];
		var title = card.querySelector(".now-title");

		card.hidden = !slot;
		if (!slot)
			return;
		title.replaceChildren.apply(
			title,
			[].map.call(slot.querySelector(".slot-title").childNodes, function (n) { return n.cloneNode(true); })
		);
		card.querySelector(".now-when").textContent =
			shown(parts[0]) + " \u2013 " + shown(parts[1]) + (own ? "" : " " + eventZone);
	}

	function show() {
		var now = Date.now() + offset_ms;
		var on = null;
		var next = null;

		slots.forEach(function (slot) {
			var starts = Number(slot.dataset.starts);
			var ends = Number(slot.dataset.ends);

			slot.dataset.state = ends <= now ? "past" : starts <= now ? "now" : "later";
			if (!on && starts <= now && now < ends)
				on = slot;
			if (starts > now && (!next || starts < Number(next.dataset.starts)))
				next = slot;
		});
		fill(document.getElementById("on-now"), on);
		fill(document.getElementById("on-next"), next);
		document.getElementById("on-none").hidden = Boolean(on || next);
	}

	function showZone() {
		times.forEach(function (time) {
			time.textContent = shown(time);
		});
		zoneText.textContent = "Times are in " + (own ? "your zone (" + ownZone.replace(/_/g, " ") + ")" : eventZone);
		zoneSwitch.textContent = own ? "Show " + eventZone : "Show your zone";
		zoneSwitch.hidden = false;
		show();
	}

	zoneSwitch.addEventListener("click", function () {
		own = !own;
		showZone();
	});
	showZone();
	setInterval(show, 10000);
})();
