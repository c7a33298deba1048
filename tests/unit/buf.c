/* Growing bytes: the maximum, and what sticks. */
#include "unit/tap.h"

#include "base/buf.h"

int main(void)
{
	struct buf b;
	char *room;

	buf_init(&b, 10);
	is_str(buf_str(&b), "", "a new buf is empty and present");
	buf_adds(&b, "12345");
	buf_addc(&b, '6');
	buf_addf(&b, "%d", 78);
	is_str(buf_str(&b), "12345678", "bytes are appended");
	ok(b.p[b.n] == '\0', "with a NUL behind them");
	buf_add(&b, STR("90"));
	ok(!b.overflow && b.n == 10, "exactly the maximum fits");
	buf_add(&b, STR_NONE);
	ok(!b.overflow, "nothing always fits");
	buf_addc(&b, 'x');
	ok(b.overflow && b.n == 10, "one more does not, and adds nothing");
	buf_cut(&b, 8);
	is_str(buf_str(&b), "12345678", "what is behind the first bytes can be cut off");
	buf_cut(&b, 9);
	ok(b.n == 8 && b.p[8] == '\0', "but nothing is made up");
	buf_adds(&b, "too long");
	buf_cut(&b, 8);
	ok(b.overflow, "nor is what did not fit forgotten");
	buf_cut(&b, 4);
	buf_adds(&b, "again");
	is_str(buf_str(&b), "1234again", "until there is room again");
	buf_clear(&b);
	ok(!b.overflow && b.n == 0, "clearing forgets it");
	buf_adds(&b, "12345678");
	buf_adds(&b, "too long");
	buf_addc(&b, '9');
	is_str(buf_str(&b), "12345678",
	       "after an overflow nothing is added, not even what would fit");
	ok(!buf_extend(&b, 1), "nor is room given");
	buf_release(&b);
	ok(b.max == 10 && !b.p && !b.overflow, "a released buf is as new");
	buf_adds(&b, "again");
	is_str(buf_str(&b), "again", "and can be used again");
	buf_release(&b);

	buf_init(&b, 1 << 20);
	buf_addf(&b, "%0*d", 5000, 1);
	ok(b.n == 5000 && b.p[4999] == '1', "printf of more than a small buffer");
	room = buf_extend(&b, 3);
	memcpy(room, "abc", 3);
	ok(b.n == 5003 && memcmp(b.p + 5000, "abc", 4) == 0, "room that the caller fills");
	buf_addf(&b, "%0*d", 1 << 20, 1);
	ok(b.overflow && b.n == 5003, "a printf that does not fit adds nothing");
	buf_release(&b);

	buf_init(&b, 0);
	buf_addc(&b, 'x');
	ok(b.overflow && b.n == 0, "a maximum of nothing");
	is_str(buf_str(&b), "", "is still a string");
	buf_release(&b);
	return done_testing();
}
