/* crm-merge: a plan in, the surviving records out. */
#ifndef CRM_MERGE_H
#define CRM_MERGE_H

#include "base/map.h"
#include "cli/refusals.h"
#include "cli/sink.h"

enum crm_merge_rule {	/* which value of a field survives */
	CRM_MERGE_USUAL, CRM_MERGE_KEEP, CRM_MERGE_NEWEST, CRM_MERGE_OLDEST,
	CRM_MERGE_LONGEST, CRM_MERGE_COMPLETE, CRM_MERGE_SOURCE,
	CRM_MERGE_UNION, CRM_MERGE_MIN, CRM_MERGE_MAX
};

struct crm_merge_policy {	/* zeroed: the usual rules */
	struct crm_map rule;	/* field -> enum crm_merge_rule */
	enum crm_merge_rule rest;
	struct crm_str *source;	/* best first */
	size_t nsource, capsource;
	struct crm_arena mem;
};

/* Reads {"fields":{FIELD:RULE},"default":RULE,"sources":[...]}. */
enum crm_status crm_merge_policy_load(struct crm_merge_policy *p,
    const char *file, struct crm_err *err) CRM_MUST;
void crm_merge_policy_release(struct crm_merge_policy *p);

/* What the first record becomes when the others are merged into it: the
 * changed members go into c. */
void crm_merge_fields(const struct crm_merge_policy *p,
    const struct crm_rec *const *rec, size_t n, struct crm_change_set *c);

/* Keys of the others that did not survive go into c, too: raw.merged_FIELD. */
void crm_merge_keys(const struct crm_rec *const *rec, size_t n,
    struct crm_change_set *c);

struct crm_merge {
	struct crm_cli *cli;
	const char *policy_file, *undo;
	bool review;
	struct crm_merge_policy policy;
	struct crm_refusals refusals;
	uint64_t first;		/* the run's first revision */
	uint64_t skipped;	/* lines that want a person's review */
	struct crm_buf from;	/* dry run: who gave what */
};

/* Does the field hold references, itself or in its members? */
bool crm_merge_refers(const struct crm_type *t, const struct crm_field *f);
/* merge_links.c, merge_consent.c: references and consents of a loser move to
 * the survivor. */
enum crm_status crm_merge_links(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *loser, const struct crm_rec *keep,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_merge_consents(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *const *rec, size_t n, struct crm_err *err) CRM_MUST;

/* merge.c: reads the remembered refusals, before the first transaction. */
enum crm_status crm_merge_open(struct crm_merge *o, struct crm_store *s,
    struct crm_err *err) CRM_MUST;
/* The sink's function for a line of a plan. */
enum crm_status crm_merge_apply(void *ctx, struct crm_sink *s,
    struct crm_item *item, struct crm_err *err);
/* merge_plan.c: is the line a plan? tool: its `_` members. */
enum crm_status crm_merge_check(struct crm_str line, struct crm_str tool,
    struct crm_err *err) CRM_MUST;
/* {FIELD:ID or [ID,...] or "set"}: where the changed values came from. */
void crm_merge_origin(const struct crm_rec *const *rec, size_t n,
    const struct crm_change_set *c, struct crm_str line, struct crm_buf *out);

#endif
