/* Erasing a person: out of the records, what is part of them, the texts of
 * records that point to them, every earlier image, attachments and free pages.
 * One transaction does all that the database holds and leaves a note of what
 * is to follow; what was interrupted is completed by the next crm-rm --erase. */
#ifndef CRM_ERASE_H
#define CRM_ERASE_H

#include "base/base.h"
#include "base/map.h"
#include "cli/sink.h"
#include "cli/suppress.h"

struct crm_erase {		/* zeroed at first */
	bool cascade;		/* what points there goes, too */
	uint64_t already;	/* named ones that were erased before */
	struct crm_erase_bad *bad;	/* items that name nobody */
	size_t nbad, capbad;
};

/* Inside the sink's transaction: erases the records that items [from, to) name,
 * deleted ones by their id, all of them in one go through the store. One that
 * was erased before is fine. */
enum crm_status crm_erase_prepare(struct crm_erase *e, struct crm_sink *s,
    size_t from, size_t to, struct crm_err *err) CRM_MUST;
/* How that went for one of them. */
enum crm_status crm_erase_item(const struct crm_erase *e,
    const struct crm_sink *s, const struct crm_item *item,
    struct crm_err *err) CRM_MUST;
void crm_erase_release(struct crm_erase *e);
/* After the commit: attachments, receipt (path may be NULL), free pages. Also
 * completes what an earlier run did not. */
enum crm_status crm_erase_finish(struct crm_erase *e, struct crm_sink *s,
    const char *receipt, struct crm_err *err) CRM_MUST;

/* A value without the id: lists lose it, a single reference goes (appends
 * nothing). */
void crm_erase_without(struct crm_buf *out, struct crm_str raw,
    bool (*is)(const void *ctx, struct crm_str inner), const void *ctx);

/* Is an erasure not completed yet? */
bool crm_erase_open(struct crm_store *s);
/* Looks for what a receipt names: records, references, bytes in the file. fn
 * hears of each find. */
enum crm_status crm_erase_verify(struct crm_store *s, const char *receipt,
    void (*fn)(void *ctx, const struct crm_err *found), void *ctx,
    struct crm_err *err) CRM_MUST;

#endif
