/* The attendee's screen, as text. */
#include "checker/attendee.h"

#include "unit/screen.h"

static const char *const begun =
	"{\"attendee\": \"Ada Lovelace\", \"account\": \"000000000001\", \"labs\": ["
	"{\"id\": \"web-app\", \"title\": \"Building a Serverless Web Application\", \"checks\": ["
	"{\"id\": \"rides-table\", \"title\": \"The table Rides keeps one item per ride\","
	" \"state\": \"red\", \"message\": \"There is no table named Rides. Create a table named Rides"
	" with the partition key RideId (string).\"},"
	"{\"id\": \"ride\", \"title\": \"A ride is stored\", \"state\": \"pending\", \"message\": \"\"}]},"
	"{\"id\": \"cicd\", \"title\": \"CI/CD\", \"checks\": ["
	"{\"id\": \"repo\", \"title\": \"The repository has a commit\", \"state\": \"green\"}]}]}";

static const char *const further =
	"{\"attendee\": \"Ada Lovelace\", \"account\": \"000000000001\", \"labs\": ["
	"{\"id\": \"web-app\", \"title\": \"Building a Serverless Web Application\", \"checks\": ["
	"{\"id\": \"rides-table\", \"title\": \"The table Rides keeps one item per ride\","
	" \"state\": \"green\"},"
	"{\"id\": \"ride\", \"title\": \"A ride is stored\", \"state\": \"green\"}]},"
	"{\"id\": \"cicd\", \"title\": \"CI/CD\", \"checks\": ["
	"{\"id\": \"repo\", \"title\": \"The repository has a commit\", \"state\": \"green\"}]}]}";

static void start(struct ui *ui, struct attendee_screen *screen, int rows, int cols, bool ascii)
{
	*screen = (struct attendee_screen){ 0 };
	ui_init(ui, rows, cols, ascii);
	ui->now_ms = 1000000;
	ui_open(ui, &attendee_view, screen);
}

static void finish(struct ui *ui, struct attendee_screen *screen)
{
	ui_release(ui);
	standing_free(screen->standing);
}

static void test_list(void)
{
	struct attendee_screen screen;
	struct ui ui;

	start(&ui, &screen, 14, 70, false);
	is_screen(&ui,
		  " Immersion                                             connecting...\n"
		  " ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0 of 0 green\n\n"
		  "   Waiting for the first results...\n\n\n\n\n\n\n\n\n\n"
		  " ? help  Enter details  c check now  / filter  q quit\n",
		  "before anything is known the screen says so");
	screen.connection = FEED_LIVE;
	attendee_show(&screen, &ui, standing_parse(str_of(begun)));
	is_screen(&ui,
		  " Immersion  Ada Lovelace · account 000000000001                ● live\n"
		  " ███████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  1 of 3 green\n\n"
		  " Building a Serverless Web Application                         0 of 2\n"
		  "   ✗ red      The table Rides keeps one item per ride\n"
		  "              There is no table named Rides. Create a table named\n"
		  "              Rides with the partition key RideId (string).\n"
		  "   · pending  A ride is stored\n\n"
		  " CI/CD                                                         1 of 1\n"
		  "   ✓ green    The repository has a commit\n\n\n"
		  " ? help  Enter details  c check now  / filter  q quit\n",
		  "states have a symbol, a word, and what to do");
	screen.connection = FEED_LOST;
	ok(shows(&ui, " reconnecting..."), "a lost connection has a badge");
	attendee_show(&screen, &ui, standing_parse(str_of(further)));
	ok(shows(&ui, "3 of 3 green: all done!"), "the end is celebrated");
	ok(shows(&ui, "2 checks turned green."), "what turned green is told");
	finish(&ui, &screen);
}

/* The server says red for both: one was never done, the other was. */
static void test_to_do(void)
{
	static const char text[] =
		"{\"attendee\": {\"name\": \"Ada\", \"account\": \"000000000001\"}, \"labs\": [{\"id\": \"l\","
		" \"title\": \"Lab\", \"checks\": ["
		"{\"id\": \"a\", \"title\": \"One\", \"state\": \"red\", \"message\": \"\", \"done\": false, \"diagnosed\": false},"
		"{\"id\": \"b\", \"title\": \"Two\", \"state\": \"red\", \"message\": \"\", \"done\": true, \"diagnosed\": false},"
		"{\"id\": \"c\", \"title\": \"Three\", \"state\": \"red\", \"message\": \"\", \"done\": false, \"diagnosed\": true}"
		"]}]}";
	struct attendee_screen screen;
	struct ui ui;

	start(&ui, &screen, 14, 70, false);
	attendee_show(&screen, &ui, standing_parse(str_of(text)));
	ok(shows(&ui, "   ○ to do    One\n"), "what was never done is no alarm");
	ok(shows(&ui, "   ✗ red      Two\n"), "what was done once is");
	ok(shows(&ui, "   ✗ red      Three\n"), "and what a diagnosis knows of");
	press(&ui, KEY_RETURN);
	ok(shows(&ui, "It is not done yet."), "the details say so, too");
	finish(&ui, &screen);
}

static void test_keys(void)
{
	struct attendee_screen screen;
	struct ui ui;

	start(&ui, &screen, 14, 70, false);
	attendee_show(&screen, &ui, standing_parse(str_of(begun)));
	press(&ui, KEY_RETURN);
	is_screen(&ui,
		  " Immersion  Ada Lovelace · account 000000000001        connecting...\n"
		  " Building a Serverless Web Application\n\n"
		  "  The table Rides keeps one item per ride\n"
		  "  ✗ red  web-app/rides-table\n\n"
		  "  There is no table named Rides. Create a table named Rides with the\n"
		  "  partition key RideId (string).\n\n\n\n\n\n"
		  " ? help  Esc back  n next check  c check now  q quit\n",
		  "Enter shows a check in full");
	press(&ui, 'n');
	ok(shows(&ui, "web-app/ride\n"), "n goes to the next one");
	press(&ui, KEY_ESCAPE);
	is_int(screen.list.selected, 1, "and the list follows");
	press(&ui, KEY_BOTTOM);
	is_int(screen.list.selected, 2, "End selects the last");
	press(&ui, KEY_ARROW_DOWN);
	is_int(screen.list.selected, 2, "and there it stops");
	press(&ui, KEY_TOP);
	is_int(screen.list.selected, 0, "Home selects the first");
	click_at(&ui, 10, 20);
	is_int(screen.list.selected, 2, "a click selects");
	click_at(&ui, 10, 20);
	ok(shows(&ui, "cicd/repo"), "a second click opens");
	press(&ui, KEY_ESCAPE);
	press(&ui, 'c');
	ok(shows(&ui, "There is no connection to the server."), "c without a server says so");
	type(&ui, "/RIDE IS");
	ok(shows(&ui, "A ride is stored") && !shows(&ui, "The table Rides"), "a filter filters");
	press(&ui, KEY_RETURN);
	ok(shows(&ui, "\n  filter: RIDE IS\n"), "and has a badge");
	press(&ui, KEY_ESCAPE);
	type(&ui, "/zzz");
	ok(shows(&ui, "No check holds this text."), "an empty list says why");
	press(&ui, KEY_RETURN);
	press(&ui, KEY_RETURN);
	is_int(ui.depth, 1, "Enter without a check opens nothing");
	press(&ui, KEY_ESCAPE);
	type(&ui, ":filter green");
	press(&ui, KEY_RETURN);
	ok(shows(&ui, "CI/CD") && !shows(&ui, "Building"), "a word of a state filters too");
	finish(&ui, &screen);
}

/* Three checks, of which the states are g(reen) or r(ed). */
static void show_states(struct attendee_screen *screen, struct ui *ui, const char *states)
{
	struct buf b;

	buf_init(&b, BUF_MAX);
	buf_adds(&b, "{\"labs\": [{\"id\": \"x\", \"title\": \"X\", \"checks\": [");
	for (int i = 0; states[i]; i++)
		buf_addf(&b, "%s{\"id\": \"c%d\", \"title\": \"Check %d\", \"state\": \"%s\"}",
			 i ? "," : "", i, i, states[i] == 'g' ? "green" : "red");
	buf_adds(&b, "]}]}");
	attendee_show(screen, ui, standing_parse(buf_str(&b)));
	buf_release(&b);
	shows(ui, "");
}

static void test_going_on(void)
{
	struct attendee_screen screen;
	struct ui ui;

	start(&ui, &screen, 14, 70, false);
	show_states(&screen, &ui, "grrr");
	is_int(screen.list.selected, 1, "what is next to do is selected");
	show_states(&screen, &ui, "ggrr");
	is_int(screen.list.selected, 2, "and goes on by itself");
	press(&ui, KEY_TOP);
	show_states(&screen, &ui, "gggr");
	is_int(screen.list.selected, 0, "not while the user looks at another");
	press(&ui, KEY_BOTTOM);
	press(&ui, KEY_RETURN);
	show_states(&screen, &ui, "gggg");
	ok(shows(&ui, "x/c3"), "a check that is read stays open when it turns green");
	press(&ui, KEY_ESCAPE);
	show_states(&screen, &ui, "grgg");
	is_int(screen.list.selected, 1, "from one that turned green it goes on to what is left");
	finish(&ui, &screen);
}

static void test_lab(void)
{
	struct attendee_screen screen;
	struct ui ui;
	struct buf out;

	start(&ui, &screen, 14, 70, true);
	screen.list.lab = STR("cicd");
	attendee_show(&screen, &ui, standing_parse(str_of(begun)));
	is_screen(&ui,
		  " Immersion  Ada Lovelace | account 000000000001        connecting...\n"
		  " ##########################################  1 of 1 green: all done!\n\n"
		  " CI/CD                                                         1 of 1\n"
		  "   + green    The repository has a commit\n\n\n\n\n\n\n\n\n"
		  " ? help  Enter details  c check now  / filter  q quit\n",
		  "one lab only, in ASCII");
	buf_init(&out, BUF_MAX);
	is_int(attendee_print(screen.standing, "cicd", &out, 60, true), 0,
	       "one lab all green ends well");
	buf_clear(&out);
	is_int(attendee_print(screen.standing, NULL, &out, 60, false), 1, "all labs do not");
	is_str(buf_str(&out),
	       "Ada Lovelace: 1 of 3 green\n\n"
	       "Building a Serverless Web Application (0 of 2)\n"
	       "   ✗ red      The table Rides keeps one item per ride\n"
	       "              There is no table named Rides. Create a\n"
	       "              table named Rides with the partition key\n"
	       "              RideId (string).\n"
	       "   · pending  A ride is stored\n\n"
	       "CI/CD (1 of 1)\n"
	       "   ✓ green    The repository has a commit\n",
	       "plain text has it all");
	buf_clear(&out);
	is_int(attendee_print(screen.standing, "none", &out, 60, false), 1,
	       "nothing to do is not all green");
	buf_release(&out);
	finish(&ui, &screen);
}

static void test_hostile_documents(void)
{
	static const char *const texts[] = {
		"{}",
		"{\"labs\": 7}",
		"{\"labs\": [null, 7, {\"checks\": {}}, {\"checks\": [null, 3, {\"id\": 4}]}]}",
		"{\"attendee\": \"\\u001b[2J\\u009b\\u202e\", \"labs\": [{\"id\": \"\\u0007\", \"checks\": "
		"[{\"id\": \"\\n\\n\\n\", \"state\": \"purple\", \"message\": \"\\u001b]0;x\\u0007\\r\"}]}]}",
	};
	struct attendee_screen screen;
	struct ui ui;
	bool clean = true;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		start(&ui, &screen, 14, 70, false);
		attendee_show(&screen, &ui, standing_parse(str_of(texts[i])));
		for (const char *p = shown(&ui); *p; p++)
			clean = clean && ((unsigned char)*p >= 0x20 || *p == '\n');
		press(&ui, KEY_RETURN);
		for (const char *p = shown(&ui); *p; p++)
			clean = clean && ((unsigned char)*p >= 0x20 || *p == '\n');
		finish(&ui, &screen);
	}
	ok(clean, "no document puts a control character on the screen");
	ok(!standing_parse(STR("[]")) && !standing_parse(STR("")),
	   "what is no object is no document");
}

static void test_every_size(void)
{
	struct attendee_screen screen;
	struct ui ui;

	start(&ui, &screen, 1, 1, false);
	attendee_show(&screen, &ui, standing_parse(str_of(begun)));
	for (int rows = 1; rows < 30; rows += 2) {
		for (int cols = 1; cols < 130; cols += 3) {
			ui_resize(&ui, rows, cols);
			press(&ui, KEY_BOTTOM);
			shown(&ui);
			press(&ui, KEY_RETURN);
			press(&ui, KEY_PAGE_DOWN);
			shown(&ui);
			press(&ui, KEY_RETURN);
			click_at(&ui, rows / 2, cols / 2);
			press(&ui, KEY_ESCAPE);
		}
	}
	ok(ui.depth >= 1, "every size can be drawn");
	finish(&ui, &screen);
}

int main(void)
{
	test_list();
	test_to_do();
	test_keys();
	test_going_on();
	test_lab();
	test_hostile_documents();
	test_every_size();
	return done_testing();
}
