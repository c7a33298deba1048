/* Which addresses are outside: neither this machine's nor a private network's; see inside.h. */
#include "http/inside.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

#include "base/fnv.h"

/* Networks that are nobody else's business. RFC 6890. */
static const struct {
	uint32_t net;
	int bits;
} private_networks[] = {
	{ 0x00000000, 8 },  { 0x0a000000, 8 },  { 0x64400000, 10 }, { 0x7f000000, 8 },
	{ 0xa9fe0000, 16 }, { 0xac100000, 12 }, { 0xc0000000, 24 }, { 0xc0a80000, 16 },
	{ 0xc6120000, 15 }, { 0xe0000000, 4 },  { 0xf0000000, 4 },
};

static bool is_private4(uint32_t address)
{
	for (size_t i = 0; i < sizeof(private_networks) / sizeof(*private_networks); i++)
		if ((address ^ private_networks[i].net) >> (32 - private_networks[i].bits) == 0)
			return true;
	return false;
}

/* Networks of IPv6 whose addresses have one of IPv4 in them, at which byte. RFC 4291, 6052, 3056. */
static const struct {
	unsigned char net[12];
	size_t n; /* bytes */
	size_t inner;
} clothes[] = {
	{ { 0 }, 12, 12 },
	{ { 0, 0x64, 0xff, 0x9b }, 12, 12 },
	{ { 0x20, 0x02 }, 2, 2 },
};

static bool has_inner4(const unsigned char *b, uint32_t *inner)
{
	for (size_t i = 0; i < sizeof(clothes) / sizeof(*clothes); i++) {
		const unsigned char *at = b + clothes[i].inner;

		if (memcmp(b, clothes[i].net, clothes[i].n) != 0)
			continue;
		*inner = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
			 at[3];
		return true;
	}
	return false;
}

/*
 * Whole networks nobody has to ask: translators of a network's own (RFC 8215), whose inner address may be anywhere in
 * the last 80 bits, and Teredo, whose relay may be told to go anywhere (RFC 4380); what is thrown away (RFC 6666);
 * unique local, link-local and site-local addresses, and groups.
 */
static const struct {
	unsigned char net[8];
	int bits;
} private_networks6[] = {
	{ { 0, 0x64, 0xff, 0x9b, 0, 1 }, 48 },
	{ { 0x20, 0x01, 0, 0 }, 32 },
	{ { 1 }, 64 },
	{ { 0xfc }, 7 },
	{ { 0xfe }, 8 },
	{ { 0xff }, 8 },
};

static bool is_private6(const unsigned char *b)
{
	uint32_t inner;

	if (has_inner4(b, &inner))
		return is_private4(inner);
	for (size_t i = 0; i < sizeof(private_networks6) / sizeof(*private_networks6); i++) {
		const unsigned char *net = private_networks6[i].net;
		int bits = private_networks6[i].bits, whole = bits / 8;

		if (memcmp(b, net, (size_t)whole) == 0 &&
		    (bits % 8 == 0 || (b[whole] ^ net[whole]) >> (8 - bits % 8) == 0))
			return true;
	}
	return false;
}

static bool is_private(const struct sockaddr *address)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;

	if (address->sa_family == AF_INET) {
		memcpy(&four, address, sizeof(four));
		return is_private4(ntohl(four.sin_addr.s_addr));
	}
	if (address->sa_family != AF_INET6)
		return true;
	memcpy(&six, address, sizeof(six));
	return is_private6(six.sin6_addr.s6_addr);
}

/* "::ffff:10.0.0.5" is connected to as 10.0.0.5, and looked at as that. */
static struct sockaddr_storage unmapped(const struct sockaddr *address)
{
	struct sockaddr_storage plain = { .ss_family = address->sa_family };
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six;

	if (address->sa_family == AF_INET)
		memcpy(&plain, address, sizeof(four));
	if (address->sa_family != AF_INET6)
		return plain;
	memcpy(&six, address, sizeof(six));
	memcpy(&plain, &six, sizeof(six));
	if (!IN6_IS_ADDR_V4MAPPED(&six.sin6_addr))
		return plain;
	four.sin_port = six.sin6_port;
	memcpy(&four.sin_addr, six.sin6_addr.s6_addr + 12, sizeof(four.sin_addr));
	plain = (struct sockaddr_storage){ .ss_family = AF_INET };
	memcpy(&plain, &four, sizeof(four));
	return plain;
}

static bool same_host(const struct sockaddr *a, const struct sockaddr *b)
{
	struct sockaddr_in four[2];
	struct sockaddr_in6 six[2];

	if (!b || a->sa_family != b->sa_family)
		return false;
	if (a->sa_family == AF_INET) {
		memcpy(&four[0], a, sizeof(four[0]));
		memcpy(&four[1], b, sizeof(four[1]));
		return four[0].sin_addr.s_addr == four[1].sin_addr.s_addr ||
		       ntohl(four[0].sin_addr.s_addr) >> 24 == 127;
	}
	if (a->sa_family != AF_INET6)
		return false;
	memcpy(&six[0], a, sizeof(six[0]));
	memcpy(&six[1], b, sizeof(six[1]));
	return memcmp(&six[0].sin6_addr, &six[1].sin6_addr, sizeof(six[0].sin6_addr)) == 0;
}

static bool is_this_machine(const struct sockaddr *address)
{
	struct ifaddrs *all = NULL;
	bool found = false;

	if (getifaddrs(&all) != 0)
		return true;
	for (struct ifaddrs *i = all; i && !found; i = i->ifa_next)
		found = same_host(address, i->ifa_addr);
	freeifaddrs(all);
	return found;
}

static int port_of(const struct sockaddr *address)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;

	if (address->sa_family == AF_INET) {
		memcpy(&four, address, sizeof(four));
		return ntohs(four.sin_port);
	}
	memcpy(&six, address, sizeof(six));
	return ntohs(six.sin6_port);
}

bool http_address_outside(const struct sockaddr *address, int own_port)
{
	struct sockaddr_storage storage = unmapped(address);
	const struct sockaddr *plain = (const struct sockaddr *)&storage;

	if (is_this_machine(plain))
		return own_port && port_of(plain) == own_port;
	return !is_private(plain);
}

unsigned peer_slot(const struct sockaddr *address)
{
	struct sockaddr_storage plain = { .ss_family = AF_UNSPEC };
	struct sockaddr_in four;
	struct sockaddr_in6 six;
	uint64_t hash = FNV_BEGIN;

	if (address)
		plain = unmapped(address);
	if (plain.ss_family == AF_INET) {
		memcpy(&four, &plain, sizeof(four));
		hash = fnv_add(hash, &four.sin_addr, sizeof(four.sin_addr));
	} else if (plain.ss_family == AF_INET6) {
		memcpy(&six, &plain, sizeof(six));
		hash = fnv_add(hash, &six.sin6_addr, 8);
	}
	return (unsigned)(hash ^ hash >> 32) % PEERS;
}
