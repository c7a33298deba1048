/* See java.h. */
#include "base/java.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void java_add_double(struct buf *b, double d)
{
	char text[40], *exponent;
	double size = fabs(d);
	int digits = 1;

	if (isnan(d) || isinf(d)) {
		buf_adds(b, isnan(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity");
		return;
	}
	/* The fewest digits that read back as the same number. */
	do
		snprintf(text, sizeof(text), "%.*e", digits, d);
	while (strtod(text, NULL) != d && ++digits < 17);
	exponent = strchr(text, 'e');
	if (size != 0 && (size < 1e-3 || size >= 1e7)) {
		while (exponent[-1] == '0' && exponent[-2] != '.')
			memmove(exponent - 1, exponent, strlen(exponent) + 1), exponent--;
		buf_add(b, str_make(text, (size_t)(exponent - text)));
		buf_addf(b, "E%ld", strtol(exponent + 1, NULL, 10));
		return;
	}
	digits -= (int)strtol(exponent + 1, NULL, 10);
	buf_addf(b, "%.*f", digits < 1 ? 1 : digits, d);
	while (b->n > 2 && b->p[b->n - 1] == '0' && b->p[b->n - 2] != '.')
		b->n--;
}
