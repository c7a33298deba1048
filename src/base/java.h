#ifndef BASE_JAVA_H
#define BASE_JAVA_H

#include "base/buf.h"

/* Text as Java's classes write it, where services show it. */

/* A number as Double.toString() writes it: 2.0, 1.0E7, 1.0E-4. */
void java_add_double(struct buf *b, double d);

#endif
