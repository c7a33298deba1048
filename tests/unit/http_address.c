/* Which addresses may be asked for somebody in the room. */
#include "http/inside.h"

#include <arpa/inet.h>

#include "unit/tap.h"

enum { OWN_PORT = 4566 };

static bool is_outside(const char *text, int port)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };

	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return http_address_outside((struct sockaddr *)&four, OWN_PORT);
	if (inet_pton(AF_INET6, text, &six.sin6_addr) != 1)
		abort();
	return http_address_outside((struct sockaddr *)&six, OWN_PORT);
}

static void test_elsewhere(void)
{
	static const char *const outside[] = { "198.51.100.7",        "8.8.8.8",
					       "2a00:1450::1",        "::ffff:8.8.8.8",
					       "64:ff9b::808:808",    "2002:808:808::1",
					       "2001:4860:4860::8888" };
	static const char *const private[] = { "10.1.2.3",
					       "172.31.0.1",
					       "192.168.1.1",
					       "169.254.169.254",
					       "100.64.0.1",
					       "0.0.0.0",
					       "224.0.0.1",
					       "255.255.255.255",
					       "fd00::1",
					       "fe80::1",
					       "::ffff:10.1.2.3",
					       "64:ff9b::a00:1",
					       "2002:c0a8:101::",
					       "2002:7f00:1::1",
					       "64:ff9b::7f00:1",
					       "64:ff9b:1::7f00:1",
					       "64:ff9b:1:a00:0:100::",
					       "2001:0:808:808::f5ff:fffe",
					       "::127.0.0.1",
					       "100::1",
					       "fec0::1",
					       "ff02::1",
					       "fe80::ffff:808:808" };

	for (size_t i = 0; i < sizeof(outside) / sizeof(*outside); i++)
		ok(is_outside(outside[i], 80), "%s is outside", outside[i]);
	for (size_t i = 0; i < sizeof(private) / sizeof(*private); i++)
		ok(!is_outside(private[i], 80) && !is_outside(private[i], OWN_PORT),
		   "%s is nobody's to ask", private[i]);
}

/* An address of this machine is one in whatever clothes, so the one port of it that may be asked tells. */
static void test_this_machine(void)
{
	static const char *const here[] = { "127.0.0.1", "127.1.2.3", "::ffff:127.0.0.1" };

	for (size_t i = 0; i < sizeof(here) / sizeof(*here); i++)
		ok(!is_outside(here[i], 80) && is_outside(here[i], OWN_PORT),
		   "of %s the cloud alone may be asked", here[i]);
}

int main(void)
{
	test_elsewhere();
	test_this_machine();
	return done_testing();
}
