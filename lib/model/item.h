/* vCards, calendar entries and mails: texts that are one record each. What the
 * record's fields would not give back is kept whole in raw.SYSTEM.text, and on
 * the way out only the lines of changed fields are written anew. */
#ifndef CRM_ITEM_H
#define CRM_ITEM_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/zone.h"
#include "model/seen.h"

struct crm_item_opts {
	const struct crm_zone *zone;	/* of floating times */
	struct crm_str zones;	/* the calendar's own (VTIMEZONE components) */
	int version;		/* vCard: CRM_CARD_3, CRM_CARD_4; 0: as kept, else 4 */
	int64_t now;		/* DTSTAMP where the record has no `updated` */
	void *ctx;		/* the kind's own: JSON's mapper */
	struct crm_seen *seen;	/* import: items without an id */
};

struct crm_item_kind {
	struct crm_str system;	/* under raw and ext: "vcard" */
	/* One text as a record line without raw. */
	enum crm_status (*read)(const struct crm_item_opts *o,
	    struct crm_str text, struct crm_buf *line, struct crm_err *err);
	/* A record as text; only: the lines of one field. INVALID for a record
	 * that is nothing of this kind. */
	enum crm_status (*write)(const struct crm_item_opts *o,
	    struct crm_str line, struct crm_str kept, const char *only,
	    struct crm_buf *out, struct crm_err *err);
	/* The field that a line's property speaks of; NULL: none. No function:
	 * write mends the kept text itself. */
	const char *(*field)(struct crm_str property);
	struct crm_str head, tail;	/* round all items of a file */
	/* What has to stand before a record that is written anew, where it is not
	 * among `had` yet (what was written of that kind); may be NULL. */
	void (*before)(struct crm_str line, struct crm_str had,
	    struct crm_buf *out);
};

extern const struct crm_item_kind crm_item_vcard, crm_item_ical;
/* JSON objects of a profile; o->ctx is a mapper in that object's standard
 * layout, system the profile's. */
struct crm_item_kind crm_item_json(struct crm_str system);

/* Appends the record line of a text, with raw (where needed) and _src. before
 * and after: what stood round it in the file. */
enum crm_status crm_item_import(const struct crm_item_kind *k,
    const struct crm_item_opts *o, struct crm_str text, struct crm_str before,
    struct crm_str after, struct crm_str src_file, uint64_t src_line,
    struct crm_buf *out, struct crm_err *err) CRM_MUST;
/* Appends the text of a record. *tail is set to what has to close the file. */
struct crm_item_state {
	bool begun;
	struct crm_buf tail;
	struct crm_buf had;	/* what stood before items so far */
};
enum crm_status crm_item_export(const struct crm_item_kind *k,
    const struct crm_item_opts *o, struct crm_str line,
    struct crm_item_state *s, struct crm_buf *out, struct crm_err *err)
    CRM_MUST;
void crm_item_finish(const struct crm_item_kind *k,
    struct crm_item_state *s, struct crm_buf *out);

#endif
