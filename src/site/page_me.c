/* The attendee's own page: their account with values to copy, how to use them, and how far they are. */
#include "site/inside.h"

#include <inttypes.h>

/* Everything the page shows of the attendee. */
struct mine {
	struct visit *v;
	struct person_key key;
	const struct site_config *config;
};

static void copyable(struct html *h, const char *label, const char *id, struct str value,
		     bool secret)
{
	HTML(h, "<div class=\"value-row\"><dt>");
	html_text(h, str_of(label));
	HTML(h, "</dt><dd><code class=\"copy-value\"");
	HTML_ATTR(h, "id", str_of(id));
	HTML_ATTR(h, "data-label", str_of(label));
	if (secret)
		HTML(h, " data-secret=\"true\"");
	HTML(h, ">");
	html_text(h, value);
	HTML(h, "</code></dd></div>");
}

static void account(struct html *h, const struct mine *m)
{
	HTML(h,
	     "<section class=\"card\" aria-labelledby=\"account\"><h2 id=\"account\">Your account</h2>"
	     "<p>These belong to you alone. They work in this workshop and nowhere else.</p><dl class=\"values\">");
	copyable(h, "Account", "value-account", m->v->person->account, false);
	copyable(h, "Access key", "value-access-key", str_of(m->key.id), false);
	copyable(h, "Secret key", "value-secret-key", str_of(m->key.secret), true);
	copyable(h, "Region", "value-region", str_of(m->config->region), false);
	copyable(h, "Endpoint", "value-endpoint", str_of(m->config->endpoint), false);
	HTML(h, "</dl></section>");
}

static void tab(struct html *h, int number, const char *title, bool selected)
{
	HTML(h, "<button type=\"button\" role=\"tab\" id=\"use-tab-");
	html_int(h, number);
	HTML(h, "\" aria-controls=\"use-panel-");
	html_int(h, number);
	HTML(h, "\"");
	HTML_ATTR(h, "aria-selected", selected ? STR("true") : STR("false"));
	if (!selected)
		HTML(h, " tabindex=\"-1\"");
	HTML(h, ">");
	html_text(h, str_of(title));
	HTML(h, "</button>");
}

static void panel(struct html *h, int number, const char *title, const char *language,
		  struct str text, const char *about)
{
	HTML(h, "<section class=\"tab\" role=\"tabpanel\" id=\"use-panel-");
	html_int(h, number);
	HTML(h, "\" aria-labelledby=\"use-tab-");
	html_int(h, number);
	HTML(h, "\"><p class=\"tab-title\">");
	html_text(h, str_of(title));
	HTML(h, "</p><figure class=\"code\" data-copy=\"true\"");
	HTML_ATTR(h, "data-language", str_of(language));
	HTML(h, "><pre tabindex=\"0\"><code class=\"language-");
	html_text(h, str_of(language));
	HTML(h, "\">");
	html_text(h, text);
	HTML(h, "</code></pre></figure><p class=\"hint\">");
	html_text(h, str_of(about));
	HTML(h, "</p></section>");
}

static struct str bash_text(const struct mine *m)
{
	return arena_strf(
		m->v->req->arena,
		"export AWS_ACCESS_KEY_ID=%s\nexport AWS_SECRET_ACCESS_KEY=%s\n"
		"export AWS_DEFAULT_REGION=%s\nexport AWS_REGION=%s\nexport AWS_ENDPOINT_URL=%s\n",
		m->key.id, m->key.secret, m->config->region, m->config->region,
		m->config->endpoint);
}

static struct str powershell_text(const struct mine *m)
{
	return arena_strf(
		m->v->req->arena,
		"$Env:AWS_ACCESS_KEY_ID=\"%s\"\n$Env:AWS_SECRET_ACCESS_KEY=\"%s\"\n"
		"$Env:AWS_DEFAULT_REGION=\"%s\"\n$Env:AWS_REGION=\"%s\"\n$Env:AWS_ENDPOINT_URL=\"%s\"\n",
		m->key.id, m->key.secret, m->config->region, m->config->region,
		m->config->endpoint);
}

static struct str configure_text(const struct mine *m)
{
	return arena_strf(m->v->req->arena,
			  "aws configure set aws_access_key_id %s --profile immersion\n"
			  "aws configure set aws_secret_access_key %s --profile immersion\n"
			  "aws configure set region %s --profile immersion\n"
			  "aws configure set endpoint_url %s --profile immersion\n"
			  "export AWS_PROFILE=immersion\n",
			  m->key.id, m->key.secret, m->config->region, m->config->endpoint);
}

static struct str profile_text(const struct mine *m)
{
	return arena_strf(
		m->v->req->arena,
		"[profile immersion]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
		"region = %s\nendpoint_url = %s\n",
		m->key.id, m->key.secret, m->config->region, m->config->endpoint);
}

static void use(struct html *h, const struct mine *m)
{
	HTML(h,
	     "<section class=\"card\" aria-labelledby=\"use\"><h2 id=\"use\">Use it</h2>"
	     "<p>Paste one of these into your terminal, then try <code>aws sts get-caller-identity</code>.</p>"
	     "<div class=\"tabs\" data-group=\"shell\"><div class=\"tablist\" role=\"tablist\" "
	     "aria-label=\"Ways to use your account\" hidden>");
	tab(h, 1, "bash, zsh", true);
	tab(h, 2, "PowerShell", false);
	tab(h, 3, "aws configure", false);
	tab(h, 4, "~/.aws/config", false);
	HTML(h, "</div>");
	panel(h, 1, "bash, zsh", "bash", bash_text(m),
	      "For this terminal window. The newer AWS clients read AWS_ENDPOINT_URL; with an old one "
	      "add --endpoint-url to each command.");
	panel(h, 2, "PowerShell", "powershell", powershell_text(m), "For this PowerShell window.");
	panel(h, 3, "aws configure", "bash", configure_text(m),
	      "Writes a profile named immersion, and uses it.");
	panel(h, 4, "~/.aws/config", "ini", profile_text(m),
	      "Add this to the file, then use it with --profile immersion or AWS_PROFILE=immersion.");
	HTML(h, "</div></section>");
}

/* The verdict on a check of a lab, or NULL. */
static const struct verdict *verdict_of(const struct verdicts *const *list, size_t n,
					struct str lab, struct str check)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; str_eq(list[i]->lab, lab) && k < list[i]->count; k++)
			if (str_eq(list[i]->checks[k].id, check))
				return &list[i]->checks[k];
	return NULL;
}

static void check_line(struct html *h, const struct lab *lab, const struct lab_check *check,
		       const struct verdict *verdict)
{
	const char *word = verdict_state_word(verdict ? verdict->state : VERDICT_PENDING);

	HTML(h, "<li class=\"check-row\"");
	HTML_ATTR(h, "data-lab", lab->id);
	HTML_ATTR(h, "data-check", check->id);
	HTML_ATTR(h, "data-state", str_of(word));
	HTML(h, "><span class=\"check-state\">");
	html_text(h, str_of(word));
	HTML(h, "</span><span class=\"check-text\"><span class=\"check-title\">");
	html_text(h, check->title);
	HTML(h, "</span><span class=\"check-message\">");
	html_text(h, verdict ? verdict->message : STR(""));
	HTML(h, "</span></span></li>");
}

static void progress_of(struct html *h, const struct mine *m, const struct lab *lab)
{
	const struct verdicts *const *list;
	size_t n, green = 0;

	list = person_verdicts(m->v->site->people, m->v->person, m->v->req->arena, &n);
	for (size_t i = 0; i < lab->check_count; i++) {
		const struct verdict *verdict = verdict_of(list, n, lab->id, lab->checks[i].id);

		green += verdict && verdict->state == VERDICT_GREEN;
	}
	HTML(h, "<li class=\"lab-progress\"><div class=\"lab-progress-head\"><h3><a");
	HTML_URL(h, "href", lab->base);
	HTML(h, ">");
	html_text(h, lab->title);
	HTML(h, "</a></h3>");
	if (lab->check_count) {
		HTML(h, "<p class=\"count\"");
		HTML_ATTR(h, "data-lab-progress", lab->id);
		HTML(h, ">");
		html_int(h, (int64_t)green);
		HTML(h, " of ");
		html_int(h, (int64_t)lab->check_count);
		HTML(h, " green</p>");
	}
	HTML(h, "</div><ul class=\"check-rows\">");
	for (size_t i = 0; i < lab->check_count; i++)
		check_line(h, lab, &lab->checks[i],
			   verdict_of(list, n, lab->id, lab->checks[i].id));
	HTML(h, "</ul></li>");
}

static void progress(struct html *h, const struct mine *m)
{
	HTML(h,
	     "<section class=\"card\" aria-labelledby=\"progress\"><h2 id=\"progress\">Your progress</h2>"
	     "<ul class=\"progress-list\">");
	for (size_t i = 0; i < m->v->book->lab_count; i++)
		progress_of(h, m, m->v->book->labs[i]);
	HTML(h, "</ul></section>");
}

/* A command that can be copied. */
static void command(struct html *h, struct str text)
{
	HTML(h,
	     "<figure class=\"code\" data-language=\"bash\" data-copy=\"true\"><pre tabindex=\"0\">"
	     "<code class=\"language-bash\">");
	html_text(h, text);
	HTML(h, "</code></pre></figure>");
}

static void token(struct html *h, const struct mine *m)
{
	struct arena *a = m->v->req->arena;
	struct str token = session_token(m->v);

	HTML(h,
	     "<section class=\"card\" aria-labelledby=\"terminal\"><h2 id=\"terminal\">In your terminal</h2>"
	     "<p>You need to install nothing: this page and the guides show every check, live. To see them beside your "
	     "commands, ask with curl, which Linux, macOS and Windows have (in PowerShell it is <code>curl.exe</code>):</p>");
	command(h, arena_strf(a, "curl -H \"Authorization: Bearer %.*s\" %s/api/progress.txt\n",
			      STR_ARG(token), m->config->url));
	HTML(h,
	     "<p>The <code>immersion</code> command shows them live. It is a program for Linux that your instructor can give "
	     "you; where it is installed:</p>");
	command(h, arena_strf(a, "immersion check --server %s --token %.*s\n", m->config->url,
			      STR_ARG(token)));
	HTML(h,
	     "<p>Whoever has this token is you, so keep it to yourself; it also signs you in from another browser.</p>"
	     "<dl class=\"values\">");
	copyable(h, "Token", "value-token", token, true);
	HTML(h,
	     "</dl><form method=\"post\" action=\"/signout\"><button class=\"button button-normal\">"
	     "Sign out of this browser</button></form></section>");
}

/* The page to begin with: the first of the first lab. */
static void begin(struct html *h, const struct mine *m)
{
	if (!m->v->book->lab_count)
		return;
	HTML(h, "<p class=\"hero-go\"><a class=\"button button-primary big\"");
	HTML_URL(h, "href", m->v->book->labs[0]->base);
	HTML(h, ">Start: ");
	html_text(h, m->v->book->labs[0]->title);
	HTML(h, "</a></p>");
}

static void show(struct visit *v)
{
	static const char *const scripts[] = { "vendor/highlight.js",
					       "vendor/highlight-powershell.js", "guide.js", NULL };
	struct frame frame = { .section = "me",
			       .title = STR("Your lab"),
			       .body_class = "me",
			       .scripts = scripts,
			       .live = true };
	struct mine m = { .v = v, .config = &v->site->config };
	struct html h;

	person_key(v->site->people, v->person, &m.key);
	html_init(&h);
	layout_begin(&h, v, &frame);
	HTML(&h, "<div class=\"me-head\"><h1>Welcome, ");
	html_text(&h, v->person->name);
	HTML(&h, "</h1>");
	begin(&h, &m);
	HTML(&h, "</div><div class=\"me-grid\">");
	account(&h, &m);
	use(&h, &m);
	progress(&h, &m);
	token(&h, &m);
	HTML(&h, "</div>");
	layout_end(&h, v);
	visit_page(v, 200, &h);
	html_release(&h);
}

enum http_outcome me_page(struct http_request *req, void *context)
{
	(void)req;
	return visit_with_key(context, show);
}
