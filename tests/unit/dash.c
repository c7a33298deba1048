/* The instructor's screen, as text. */
#include "checker/dash.h"

#include "unit/screen.h"

#define NOW 1626958800000LL /* 22 July 2021, 13:00 UTC */

/* A lab of three checks in the given states: 'g', 'r', 'p'. */
static struct str entry(struct arena *a, const char *name, int number, const char *states,
			int64_t last_green)
{
	static const char *const ids[] = { "rides-table", "ride-function", "ride-api" };
	static const char *const titles[] = { "The table Rides keeps one item per ride",
					      "The function RequestUnicorn answers",
					      "POST /ride asks for a token" };
	struct json_object *o = json_new_object(a), *labs, *lab, *checks, *check;

	json_set_cstr(o, "name", name);
	json_set_str(o, "account", arena_strf(a, "%012d", number));
	json_set_int(o, "joinedAt", NOW - 20 * 60 * 1000);
	json_set_int(o, "lastGreenAt", last_green);
	labs = json_set_array(o, "labs");
	lab = json_add_object(labs);
	json_set_cstr(lab, "id", "web-app");
	json_set_cstr(lab, "title", "Building a Serverless Web Application");
	checks = json_set_array(lab, "checks");
	for (int i = 0; states[i]; i++) {
		check = json_add_object(checks);
		json_set_cstr(check, "id", ids[i]);
		json_set_cstr(check, "title", titles[i]);
		json_set_cstr(check, "state",
			      states[i] == 'g'   ? "green"
			      : states[i] == 'r' ? "red"
						 : "pending");
		json_set_cstr(check, "message", states[i] == 'r' ? "It is not there." : "");
	}
	return json_text(a, o);
}

static struct str four(struct arena *a)
{
	return arena_strf(a,
			  "{\"event\": \"Immersion Day\", \"attendees\": [%.*s, %.*s, %.*s, %.*s],"
			  " \"unknown\": {\"s3:PutBucketAcl\": 1, \"dynamodb:UpdateTable\": 3}}",
			  STR_ARG(entry(a, "Grace Hopper", 1, "ggr", NOW - 45 * 1000)),
			  STR_ARG(entry(a, "Ada Lovelace", 2, "rpp", 0)),
			  STR_ARG(entry(a, "李雷", 3, "ggg", NOW - 1000)),
			  STR_ARG(entry(a, "bob", 4, "grp", NOW - 15 * 60 * 1000)));
}

static void start(struct ui *ui, struct dash_screen *screen, struct arena *a, int rows, int cols)
{
	dash_init(screen);
	screen->connection = FEED_LIVE;
	ui_init(ui, rows, cols, false);
	ui->now_ms = NOW;
	ui_open(ui, &dash_view, screen);
	if (a)
		dash_take(screen, ui, STR("dash"), four(a));
}

static void finish(struct ui *ui, struct dash_screen *screen)
{
	ui_release(ui);
	dash_release(screen);
}

static void test_board(struct arena *a)
{
	struct dash_screen screen;
	struct ui ui;

	start(&ui, &screen, NULL, 14, 90);
	ok(shows(&ui, "Nobody has joined yet. They appear here as they come."),
	   "an empty board says what to expect");
	dash_take(&screen, &ui, STR("dash"), four(a));
	is_screen(
		&ui,
		" Immersion  Immersion Day                                                          ● live\n"
		" 4 attendees, 1 all done, 50% of checks green  stuck: Ada Lovelace 20m\n"
		"\n"
		"                               Building a Serverless Web Application\n"
		" NAME▲          GREEN   SINCE  rides-table       ride-function     ride-api\n"
		" Ada Lovelace     0/3     20m  ✗ red             · pending         · pending\n"
		" bob              1/3     15m  ✓ green           ✗ red             · pending\n"
		" Grace Hopper     2/3     45s  ✓ green           ✓ green           ✗ red\n"
		" 李雷             3/3          ✓ green           ✓ green           ✓ green\n"
		"\n"
		"\n"
		" green                         3                 2                 1\n"
		" web-app 1 The table Rides keeps one item per ride  3 green, 1 red\n"
		" ? help  Enter details  F6 sort  s stuck first  Z pause  P projector  / filter  q quit\n",
		"a wide screen has words, times and counts");
	finish(&ui, &screen);
}

static void test_narrow_boards(struct arena *a)
{
	struct dash_screen screen;
	struct ui ui;

	start(&ui, &screen, a, 14, 60);
	is_screen(&ui,
		  " Immersion  Immersion Day                            ● live\n"
		  " 4 attendees, 1 all done, 50% of checks green\n"
		  "\n"
		  "                                          web-app\n"
		  " NAME▲                     GREEN   SINCE  1   2   3\n"
		  " Ada Lovelace  ░░░░░░░░░░    0/3     20m  ✗   ·   ·\n"
		  " bob           ███░░░░░░░    1/3     15m  ✓   ✗   ·\n"
		  " Grace Hopper  ██████░░░░    2/3     45s  ✓   ✓   ✗\n"
		  " 李雷          ██████████    3/3          ✓   ✓   ✓\n"
		  "\n"
		  "\n"
		  " green                                    3   2   1\n"
		  " web-app 1 The table Rides keeps one item …  3 green, 1 red\n"
		  " ? help  Enter details  F6 sort  Z pause  / filter  q quit\n",
		  "a narrower one has symbols");
	ui_resize(&ui, 14, 32);
	is_screen(&ui,
		  " Immersion  Immersion D… ● live\n"
		  " 4 attendees, 1 all done, 50% o…\n"
		  "\n"
		  "                       web-app\n"
		  " NAME▲          GREEN  1 2 3\n"
		  " Ada Lovelace     0/3  ✗ · ·\n"
		  " bob              1/3  ✓ ✗ ·\n"
		  " Grace Hopper     2/3  ✓ ✓ ✗\n"
		  " 李雷             3/3  ✓ ✓ ✓\n"
		  "\n"
		  "\n"
		  "\n"
		  " web-app 1 The…  3 green, 1 red\n"
		  " ? help  / filter  q quit\n",
		  "the narrowest keeps names and symbols");
	ui_resize(&ui, 9, 60);
	is_screen(&ui,
		  " Immersion  Immersion Day                            ● live\n"
		  "                                          web-app\n"
		  " NAME▲                     GREEN   SINCE  1   2   3\n"
		  " Ada Lovelace  ░░░░░░░░░░    0/3     20m  ✗   ·   ·\n"
		  " bob           ███░░░░░░░    1/3     15m  ✓   ✗   ·\n"
		  " Grace Hopper  ██████░░░░    2/3     45s  ✓   ✓   ✗\n"
		  " 李雷          ██████████    3/3          ✓   ✓   ✓\n"
		  " web-app 1 The table Rides keeps one item …  3 green, 1 red\n"
		  " ? help  Enter details  F6 sort  Z pause  / filter  q quit\n",
		  "a low one keeps people");
	finish(&ui, &screen);
}

/* The names in the order they stand on the screen. */
static const char *order(struct ui *ui)
{
	static char names[256];
	size_t n = 0;

	names[0] = '\0';
	for (int row = 5; row < 9; row++) {
		struct str line = str_trim(shown_row(ui, row)), name = str_cut(&line, ' ');

		n += (size_t)snprintf(names + n, sizeof(names) - n, "%.*s ", STR_ARG(name));
	}
	return names;
}

static void test_sorting(struct arena *a)
{
	struct dash_screen screen;
	struct ui ui;

	start(&ui, &screen, a, 14, 90);
	is_str(order(&ui), "Ada bob Grace 李雷 ", "by name at first, whatever the case");
	press(&ui, KEY_FUNCTION_6);
	is_str(order(&ui), "李雷 Grace bob Ada ", "F6: by what is done");
	press(&ui, '>');
	is_str(order(&ui), "Ada bob Grace 李雷 ", "then by who waits longest");
	press(&ui, '>');
	is_str(order(&ui), "Grace Ada 李雷 bob ", "then as they joined");
	press(&ui, 'I');
	is_str(order(&ui), "bob 李雷 Ada Grace ", "I turns it round");
	press(&ui, '<');
	is_str(order(&ui), "Ada bob Grace 李雷 ", "< goes back");
	click_at(&ui, 4, 2);
	press(&ui, KEY_TOP);
	is_str(order(&ui), "Ada bob Grace 李雷 ", "a click on NAME sorts by name");
	click_at(&ui, 4, 2);
	is_str(order(&ui), "李雷 Grace bob Ada ", "a second click the other way round");
	is_int(screen.look.selected, 3, "the selection stays with the person");
	type(&ui, ":sort done");
	press(&ui, KEY_RETURN);
	is_str(order(&ui), "李雷 Grace bob Ada ", ":sort sorts");
	type(&ui, ":sort size");
	press(&ui, KEY_RETURN);
	ok(shows(&ui, "It sorts by name, done, stuck or joined."), "but not by anything");
	finish(&ui, &screen);
}

static void test_news(struct arena *a)
{
	struct dash_screen screen;
	struct ui ui;

	start(&ui, &screen, a, 14, 90);
	dash_take(&screen, &ui, STR("attendee"), entry(a, "Zoë", 5, "rpp", 0));
	ok(shows(&ui, "5 attendees") && shows(&ui, "Zoë has joined. (0s ago)"),
	   "who joins appears");
	ui.now_ms += 60000;
	dash_take(&screen, &ui, STR("attendee"), entry(a, "Ada Lovelace", 2, "gpp", 0));
	ok(shows(&ui, "Ada Lovelace: green: The table Rides keeps one item per ride (0s ago)"),
	   "a check that turns green is told");
	ok(str_find_str(shown_row(&ui, 5), STR("  0s  ")) > 0, "and the waiting begins anew");
	press(&ui, 'Z');
	ok(shows(&ui, " PAUSED "), "a pause has a badge");
	dash_take(&screen, &ui, STR("attendee"), entry(a, "Ada Lovelace", 2, "ggp", 0));
	dash_take(&screen, &ui, STR("attendee"), entry(a, "Ada Lovelace", 2, "ggg", 0));
	dash_take(&screen, &ui, STR("attendee"), entry(a, "Eve", 6, "rpp", 0));
	ok(!shows(&ui, "Eve") && shows(&ui, "news of 2 waiting"), "in a pause nothing moves");
	press(&ui, 'Z');
	ok(shows(&ui, "Eve") && shows(&ui, "6 attendees") && !shows(&ui, "PAUSED"),
	   "afterwards everything is there");
	is_str(str_trim(str_slice(shown_row(&ui, 5), 0, 30)), "Ada Lovelace     3/3",
	       "in its latest state");
	press(&ui, 'Z');
	dash_take(&screen, &ui, STR("attendee"), entry(a, "Left", 7, "rpp", 0));
	dash_take(&screen, &ui, STR("dash"), four(a));
	press(&ui, 'Z');
	ok(shows(&ui, "4 attendees") && !shows(&ui, "Left"),
	   "a whole document replaces what came before it");
	press(&ui, 'Z');
	dash_take(&screen, &ui, STR("dash"), four(a));
	dash_take(&screen, &ui, STR("attendee"), entry(a, "Left", 7, "rpp", 0));
	finish(&ui, &screen);
	ok(true, "a paused screen may be closed");
}

static void test_detail(struct arena *a)
{
	struct dash_screen screen;
	struct ui ui;

	start(&ui, &screen, a, 14, 90);
	press(&ui, KEY_ARROW_DOWN);
	press(&ui, KEY_RETURN);
	is_screen(
		&ui,
		" bob  account 000000000004                                                         ● live\n"
		" 1 of 3 green, 15m without a new one\n"
		"\n"
		" Building a Serverless Web Application                                             1 of 3\n"
		"   ✓ green    The table Rides keeps one item per ride\n"
		"   ✗ red      The function RequestUnicorn answers\n"
		"              It is not there.\n"
		"   · pending  POST /ride asks for a token\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		" ? help  Esc back  n next attendee  p attendee before  q quit\n",
		"Enter shows one attendee");
	press(&ui, 'n');
	ok(shows(&ui, " Grace Hopper  account 000000000001"), "n goes to the next one");
	dash_take(&screen, &ui, STR("attendee"), entry(a, "Grace Hopper", 1, "ggg", NOW));
	ok(shows(&ui, "3 of 3 green"), "the details are live too");
	press(&ui, KEY_ESCAPE);
	is_int(screen.look.selected, 2, "and the board has followed");
	finish(&ui, &screen);
}

static void test_missed_operations(struct arena *a)
{
	struct dash_screen screen;
	struct ui ui;

	start(&ui, &screen, a, 14, 90);
	press(&ui, 'u');
	is_screen(&ui,
		  " Operations that attendees tried and this cloud has not\n"
		  "\n"
		  "      3  dynamodb:UpdateTable\n"
		  "      1  s3:PutBucketAcl\n"
		  "\n"
		  "\n"
		  "\n"
		  "\n"
		  "\n"
		  "\n"
		  "\n"
		  "\n"
		  "\n"
		  " ? help  Esc back  q quit\n",
		  "u lists what attendees missed, most often first");
	dash_take(&screen, &ui, STR("unknown"), STR("{\"sqs:AddPermission\": 12}"));
	ok(shows(&ui, "     12  sqs:AddPermission") && !shows(&ui, "s3:"), "and it is live");
	press(&ui, 'u');
	press(&ui, KEY_ARROW_RIGHT);
	ok(shows(&ui, " web-app 2 The function RequestUnicorn answers  2 green, 1 red, 1 pending"),
	   "an arrow selects another check");
	type(&ui, "/LOVE");
	press(&ui, KEY_RETURN);
	ok(shows(&ui, " 1 attendee,") && !shows(&ui, "Hopper  "), "a filter filters");
	press(&ui, KEY_ESCAPE);
	ok(shows(&ui, " 4 attendees"), "Esc clears it");
	finish(&ui, &screen);
}

/* What was asked by hand is answered later, as an event. */
static void test_changes(struct arena *a)
{
	static const char given[] =
		"{\"name\": \"Ada\", \"account\": \"000000000002\", \"token\": \"new-secret\","
		" \"signIn\": \"http://h/join#token=new-secret\"}";
	struct dash_screen screen;
	struct ui ui;

	start(&ui, &screen, NULL, 14, 78);
	dash_take(&screen, &ui, STR("dash"),
		  STR("{\"event\": \"Day\", \"joining\": \"closed\", \"attendees\": []}"));
	ok(shows(&ui, " JOINING CLOSED "), "that joining is closed stays on the screen");
	dash_take(&screen, &ui, STR("dash"), four(a));
	ok(!shows(&ui, "JOINING CLOSED"), "as long as it is");
	dash_take(&screen, &ui, STR("failed"), STR("Nobody here has this account."));
	ok(shows(&ui, "Nobody here has this account."), "what the server refuses is told");
	dash_take(&screen, &ui, STR("answer"), STR("{\"joining\": \"open\"}"));
	ok(shows(&ui, "Joining is open."), "and what it did");
	dash_take(&screen, &ui, STR("answer"), str_of(given));
	ok(shows(&ui, " A new token for Ada") && shows(&ui, "http://h/join#token=new-secret"),
	   "a token is shown");
	press(&ui, KEY_ESCAPE);
	ok(!shows(&ui, "new-secret") && !screen.given.token[0], "and forgotten");
	dash_take(&screen, &ui, STR("answer"),
		  STR("{\"name\": \"Ada\", \"removed\": [{\"count\": 2, \"what\": \"tables\"},"
		      " {\"count\": 1, \"what\": \"role\"}]}"));
	ok(shows(&ui, "Ada starts over. Removed: 2 tables, 1 role."), "a fresh start is told");
	dash_take(&screen, &ui, STR("answer"), STR("{\"name\": \"Ada\", \"removed\": []}"));
	ok(shows(&ui, "Ada starts over. There was nothing in it."), "also of an empty account");
	dash_take(&screen, &ui, STR("answer"), STR("[1"));
	ok(shows(&ui, "NAME"), "what is no answer changes nothing");
	finish(&ui, &screen);
}

/* The question is about whoever was selected, and the answer waits for it. */
static void test_fresh_start(struct arena *a)
{
	struct dash_screen screen;
	struct ui ui;

	start(&ui, &screen, a, 14, 90);
	type(&ui, ":reset");
	press(&ui, KEY_RETURN);
	ok(shows(&ui, " Start over for Ada Lovelace?") && shows(&ui, " Account 000000000002") &&
		   shows(&ui, "y empties it, Esc leaves it as it is."),
	   "emptying an account is a question");
	press(&ui, KEY_ESCAPE);
	ok(shows(&ui, "NAME") && !shows(&ui, "There is no connection"), "Esc asks nobody");
	type(&ui, ":reset");
	press(&ui, KEY_RETURN);
	press(&ui, 'y');
	ok(shows(&ui, "NAME") && shows(&ui, "There is no connection to the server."), "y does");
	dash_take(
		&screen, &ui, STR("attendee"),
		arena_strf(
			a,
			"{\"name\": \"Grace Hopper\", \"account\": \"000000000001\","
			" \"joinedAt\": 1, \"lastGreenAt\": 0, \"startedOverAt\": %lld, \"labs\": []}",
			NOW - 3000));
	dash_take(&screen, &ui, STR("attendee"),
		  str_of(arena_printf(a, "%.*s, \"startedOverAt\": %lld}",
				      (int)entry(a, "Grace Hopper", 1, "rpp", 0).n - 1,
				      entry(a, "Grace Hopper", 1, "rpp", 0).p, NOW - 3000)));
	ui.now_ms += UI_SAY_MS + 1;
	ui_tick(&ui);
	ok(shows(&ui, "Grace Hopper starts over."), "that somebody starts over is news");
	ok(shows(&ui, " Grace Hopper     0/3      7s"), "whose time counts from there");
	finish(&ui, &screen);
}

static void test_projector(struct arena *a)
{
	struct dash_screen screen;
	struct ui ui;

	start(&ui, &screen, a, 14, 90);
	press(&ui, 'P');
	is_screen(
		&ui,
		" Immersion  Immersion Day                                                          ● live\n"
		" 4 attendees, 1 all done, 50% of checks green\n"
		"\n"
		"                               Building a Serverless Web Application\n"
		" NAME▲          GREEN   SINCE  rides-table       ride-function     ride-api\n"
		" Ada L.           0/3     20m  ✗ red             · pending         · pending\n"
		"\n"
		" bob              1/3     15m  ✓ green           ✗ red             · pending\n"
		"\n"
		" Grace H.         2/3     45s  ✓ green           ✓ green           ✗ red\n"
		"                                                                                  1 more ▼\n"
		" green                         3                 2                 1\n"
		"\n"
		" ? help  Enter details  F6 sort  s stuck first  Z pause  P projector  / filter  q quit\n",
		"the projector shows short names and no accounts");
	press(&ui, KEY_RETURN);
	is_int(ui.depth, 1, "and no details");
	ok(shows(&ui, "The projector only shows. P leaves it."), "but says how to leave");
	press(&ui, 'P');
	ok(shows(&ui, "Ada Lovelace"), "P leaves it");
	finish(&ui, &screen);
}

static void test_many(struct arena *a)
{
	struct dash_screen screen;
	struct ui ui;

	start(&ui, &screen, NULL, 30, 100);
	for (int i = 0; i < 200; i++)
		dash_take(&screen, &ui, STR("attendee"),
			  entry(a, arena_printf(a, "Attendee %03d", i), i + 1, "grp", 0));
	ok(shows(&ui, "200 attendees") && shows(&ui, "179 more"), "two hundred are there");
	for (int i = 0; i < 150; i++)
		press(&ui, KEY_ARROW_DOWN);
	ok(shows(&ui, "Attendee 150") && !shows(&ui, "Attendee 151"), "one scrolls line by line");
	press(&ui, KEY_PAGE_DOWN);
	is_int(screen.look.selected, 171, "page by page");
	press(&ui, KEY_BOTTOM);
	ok(shows(&ui, "Attendee 199") && !shows(&ui, "more"), "to the end");
	press(&ui, 'P');
	ok(shows(&ui, "Attendee 0."), "the projector begins at the top");
	ui.now_ms += 11000;
	ui_tick(&ui);
	ok(screen.look.top > 0, "and turns its pages by itself");
	finish(&ui, &screen);
}

static void test_hostile_documents(struct arena *a)
{
	static const char *const texts[] = {
		"[]",
		"{\"attendees\": {}}",
		"{\"event\": \"\\u001b[2J\", \"attendees\": [null, 7, {}, {\"name\": \"\\u001b[31m\\n\\u009bX\", "
		"\"account\": \"\\u0007\", \"labs\": [{\"checks\": [{}]}, {\"id\": \"x\", \"checks\": [{\"id\": "
		"\"\\t\", \"state\": \"green\", \"title\": \"\\r\\u202e\"}]}]}], \"unknown\": {\"\\u001b\": \"x\"}}",
		"{\"attendees\": [{\"labs\": [{\"id\": \"x\", \"checks\": []}]}], \"unknown\": 7}",
	};
	static const int keys[] = {
		'x', KEY_ARROW_RIGHT, KEY_RETURN, KEY_ESCAPE, 'u', 'u', 'P', 'P'
	};
	struct dash_screen screen;
	bool clean = true;
	struct ui ui;

	(void)a;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		start(&ui, &screen, NULL, 14, 90);
		dash_take(&screen, &ui, STR("dash"), str_of(texts[i]));
		for (size_t k = 0; k < sizeof(keys) / sizeof(*keys); k++) {
			press(&ui, keys[k]);
			for (const char *p = shown(&ui); *p; p++)
				clean = clean && ((unsigned char)*p >= 0x20 || *p == '\n') &&
					strncmp(p, "\xc2\x9b", 2) != 0;
		}
		finish(&ui, &screen);
	}
	ok(clean, "no document puts a control character on the screen");
}

static void test_every_size(struct arena *a)
{
	struct dash_screen screen;
	struct ui ui;

	start(&ui, &screen, a, 1, 1);
	for (int rows = 1; rows < 30; rows += 2) {
		for (int cols = 1; cols < 130; cols += 3) {
			ui_resize(&ui, rows, cols);
			press(&ui, KEY_BOTTOM);
			shown(&ui);
			press(&ui, KEY_ARROW_RIGHT);
			shown(&ui);
			click_at(&ui, rows / 2, cols / 2);
			press(&ui, KEY_ESCAPE);
			press(&ui, 'P');
			shown(&ui);
			press(&ui, 'P');
		}
	}
	ok(ui.depth >= 1, "every size can be drawn");
	finish(&ui, &screen);
}

static void test_words(struct arena *a)
{
	static const struct {
		int64_t ms;
		const char *word;
	} spans[] = { { 0, "0s" },        { 59999, "59s" },       { 60000, "1m" },
		      { 3599999, "59m" }, { 3600000, "1h00m" },   { 86399999, "23h59m" },
		      { 86400000, "1d" }, { INT64_MAX, "9999d" }, { -5, "0s" } };
	static const char *const names[][2] = { { "Ada Lovelace", "Ada L." },
						{ "Ada", "Ada" },
						{ "  Mary Kenneth Keller ", "Mary K." },
						{ "Zoë 李雷", "Zoë 李." },
						{ "", "" } };
	char span[8];

	for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++) {
		board_span(span, spans[i].ms);
		is_str(span, spans[i].word, "a time is written %s", spans[i].word);
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		is_str(board_short_name(a, str_of(names[i][0])), names[i][1], "\"%s\" is shortened",
		       names[i][0]);
}

static void test_plain(struct arena *a)
{
	struct board board;
	struct buf out;

	board_init(&board);
	buf_init(&out, BUF_MAX);
	board_show_all(&board, json_parse(a, four(a), NULL), NOW);
	board_arrange(&board, NOW);
	board_print(&board, &out, NOW, true);
	is_str(buf_str(&out),
	       "Immersion Day: 4 attendees, 1 all green\n"
	       "\n"
	       "Ada Lovelace                  000000000002    0/3       20m  web-app x..\n"
	       "bob                           000000000004    1/3       15m  web-app +x.\n"
	       "Grace Hopper                  000000000001    2/3       45s  web-app ++x\n"
	       "??                            000000000003    3/3            web-app +++\n"
	       "\n"
	       "web-app               1    3 green    1 red    0 to do    0 pending  The table Rides keeps one item per ride\n"
	       "web-app               2    2 green    1 red    0 to do    1 pending  The function RequestUnicorn answers\n"
	       "web-app               3    1 green    1 red    0 to do    2 pending  POST /ride asks for a token\n"
	       "\n"
	       "Operations that attendees missed:\n"
	       "     3  dynamodb:UpdateTable\n"
	       "     1  s3:PutBucketAcl\n",
	       "plain text has it all");
	buf_release(&out);
	board_release(&board);
}

int main(void)
{
	struct arena *a = arena_new();

	test_board(a);
	test_narrow_boards(a);
	test_sorting(a);
	test_news(a);
	test_detail(a);
	test_missed_operations(a);
	test_changes(a);
	test_fresh_start(a);
	test_projector(a);
	test_many(a);
	test_hostile_documents(a);
	test_every_size(a);
	test_words(a);
	test_plain(a);
	arena_free(a);
	return done_testing();
}
