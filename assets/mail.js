/* The mailbox, live: while the page is looked at, it asks every two seconds for messages that it does not show yet. */
(function () {
	"use strict";

	var list = document.getElementById("mails");
	var none = document.getElementById("mail-none");
	var EVERY_MS = 2000;

	function add(parent, name, text, className) {
		var node = document.createElement(name);

		node.textContent = text;
		if (className)
			node.className = className;
		parent.appendChild(node);
		return node;
	}

	/* The text of a message, with its links as such: src/site/page_mail.c does the same. */
	function addBody(node, text) {
		var body = add(node, "p", "", "mail-body");

		text.split(/(https?:\/\/[^\s"'<>]*)/).forEach(function (part, i) {
			var link;

			if (i % 2 === 0) {
				body.appendChild(document.createTextNode(part));
				return;
			}
			link = add(body, "a", part);
			link.href = part;
			link.target = "_blank";
			link.rel = "noopener noreferrer";
		});
	}

	function item(message) {
		var node = document.createElement("li");
		var time;
		var about;

		node.className = "card mail";
		node.dataset.id = message.id;
		add(node, "h2", message.subject || (message.medium === "SMS" ? "Text message" : "Message"));
		about = add(node, "p", "To " + message.to + ", from " + message.from + ", ", "hint");
		time = add(about, "time", "");
		time.dateTime = new Date(message.at).toISOString();
		addBody(node, message.body);
		return node;
	}

	/* Times as the reader's clock has them. */
	function tellTimes() {
		list.querySelectorAll("time").forEach(function (time) {
			time.textContent = new Date(time.dateTime).toLocaleTimeString();
		});
	}

	function newest() {
		return list.firstElementChild ? Number(list.firstElementChild.dataset.id) : 0;
	}

	function show(messages) {
		var last = newest();

		/* An account that was emptied begins again. */
		if (messages.length === 0 || messages[0].id < last) {
			list.textContent = "";
			last = 0;
		}
		messages.filter(function (m) { return m.id > last; }).reverse().forEach(function (m) {
			list.insertBefore(item(m), list.firstChild);
		});
		none.hidden = messages.length > 0;
		tellTimes();
	}

	function ask() {
		if (document.hidden)
			return;
		fetch("/api/mail", { credentials: "same-origin" }).then(function (answer) {
			return answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)));
		}).then(function (body) { show(body.messages); }).catch(function () { /* the next try may do better */ });
	}

	tellTimes();
	setInterval(ask, EVERY_MS);
	document.addEventListener("visibilitychange", ask);
})();
