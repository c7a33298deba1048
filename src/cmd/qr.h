#ifndef CMD_QR_H
#define CMD_QR_H

#include "base/buf.h"

/*
 * Draw `text` as a QR code for a terminal, two rows of modules a line in half blocks, dark on light
 * whatever the terminal's colours; plain "##" in a terminal without UTF-8. Adds nothing when the text does not fit a code.
 */
void qr_draw(struct buf *out, const char *text, bool utf8);

#endif
