#ifndef CLOUD_LAMBDA_PAYLOAD_H
#define CLOUD_LAMBDA_PAYLOAD_H

#include "base/arena.h"

/*
 * Payloads that are no JSON, and what Lambda says of them. Its parser is Jackson, whose sentences reach the caller as
 * they are:
 *
 *	Unrecognized token 'hello': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or
 *	'false')
 *	 at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 6]
 *
 * They matter because a forgotten --cli-binary-format makes the `aws` command send bytes that nobody has written.
 */

/* The sentence on the first mistake in `text`; absent where Jackson would find none. */
struct str payload_mistake(struct arena *a, struct str text);

#endif
