/* Tables drawn with bars and rules, as SAP's lists (SE16, ALV "unconverted")
 * and database shells print them:
 *
 *	-----------------------
 *	|PARTNER   |TYPE|CRDAT|
 *	-----------------------
 *	|0000001000|2   |     |
 *	-----------------------
 *
 * The cells are padded with blanks to the width of their column. */
#ifndef CRM_FRAME_H
#define CRM_FRAME_H

#include "base/base.h"
#include "base/buf.h"

/* Does the text, from its beginning on, hold such a table: a line between bars
 * behind or before a rule, within the first lines? */
bool crm_frame_sniff(struct crm_str text);
/* A line of the table; false for rules and everything else. */
bool crm_frame_row(struct crm_str line);
/* The next cell of a row with its padding; *rest is the row, then what is left
 * of it. */
bool crm_frame_split(struct crm_str *rest, struct crm_str *cell);
/* How a cell is padded: "12" (to the right, 12 characters wide), "-12" (to the
 * left), with "+1" behind for a blank next to its bar. Empty for a cell that
 * fits none. out: at least 16 bytes. */
void crm_frame_style(struct crm_str padded, bool right, char out[16]);
/* The cell padded so; too long ones are not cut. */
void crm_frame_put(struct crm_buf *b, struct crm_str cell,
    struct crm_str style);

#endif
