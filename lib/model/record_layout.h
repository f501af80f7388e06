/* Inside lib/model: what the keys of a line mean, worked out once for all lines
 * with the same keys. */
#ifndef CRM_RECORD_LAYOUT_H
#define CRM_RECORD_LAYOUT_H

#include "model/record_arrange.h"

enum { CRM_SRC_TYPE = 0xffff };	/* the type member of a line that has none */

struct crm_line_layout {
	const struct crm_type *type;
	const struct crm_shape *shape;
	size_t nin, nout, ntool;
	struct crm_str *in;	/* keys of the input, as they came */
	uint16_t *src;		/* nout: which input member, or CRM_SRC_TYPE */
	uint16_t *tool;		/* ntool: `_` members and rev */
	const struct crm_field **field;	/* nout */
	bool *one;		/* nout: a singular name for a list field */
	bool *free;		/* nout: any string will do, as it stands */
	uint16_t *run;		/* nout: so many members from here on stand behind
				 * each other in the input, too */
	bool same;		/* input order is canonical order */
	bool plain;		/* no key of the input has escapes */
	const struct crm_shape *given;	/* of the keys as they came; NULL: see crm_record_peek */
	size_t type_at, rev_at;	/* with given: input members; SIZE_MAX: none */
};

/* The layout of a type's line with these members (t NULL: of no type), in mem. */
struct crm_line_layout *crm_line_layout_make(struct crm_reader *rd,
    const struct crm_type *t, const struct crm_json_member *m, size_t n,
    struct crm_arena *mem);

#endif
