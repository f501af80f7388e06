/* crm-merge: a plan in, the surviving records out. */
#ifndef CRM_MERGE_H
#define CRM_MERGE_H

#include "base/map.h"
#include "cli/refusals.h"
#include "cli/sink.h"
#include "model/refs.h"

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
/* USAGE for a rule of a field that no schema and no record has. */
enum crm_status crm_merge_policy_check(const struct crm_merge_policy *p,
    struct crm_store *s, const char *file, struct crm_err *err) CRM_MUST;
void crm_merge_policy_release(struct crm_merge_policy *p);

struct crm_merge_set {		/* the records of a line */
	struct crm_batch **batch;
	const struct crm_rec **rec;	/* the survivor first */
	size_t n, cap, capbatch;
	struct crm_map ids;	/* of all of them */
};
static inline bool
crm_merge_has(const struct crm_merge_set *m, struct crm_str id)
{
	return crm_map_get(&m->ids, id) != NULL;
}

/* What the first record becomes when the others are merged into it: the
 * changed members go into c. */
enum crm_status crm_merge_fields(const struct crm_merge_policy *p,
    const struct crm_merge_set *m, struct crm_change_set *c,
    struct crm_err *err) CRM_MUST;

/* Keys of the others that did not survive go into c, too: raw.merged_FIELD. */
void crm_merge_keys(const struct crm_rec *const *rec, size_t n,
    struct crm_change_set *c);

struct crm_merge {
	struct crm_cli *cli;
	const char *policy_file, *undo;
	bool review;
	struct crm_merge_policy policy;
	struct crm_refusals refusals;
	/* Whether a record was changed since a plan: revisions of this run do not
	 * count, nor those up to `open`, when it began, above `calm`: they
	 * were merges, too. */
	uint64_t *own, open, calm;
	size_t nown, capown;
	uint64_t skipped;	/* lines that want a person's review */
	struct crm_buf from;	/* dry run: who gave what */
};

/* merge_links.c, merge_consent.c: references and consents of a loser move to
 * the survivor. */
enum crm_status crm_merge_links(struct crm_sink *s, struct crm_item *item,
    struct crm_merge_set *m, struct crm_err *err) CRM_MUST;
enum crm_status crm_merge_consents(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *const *rec, size_t n, struct crm_err *err) CRM_MUST;
/* Appends a value of one of the records itself, without references to each
 * other. */
enum crm_status crm_merge_own_refs(const struct crm_merge_set *m,
    struct crm_str key, struct crm_str raw, struct crm_buf *out,
    struct crm_err *err) CRM_MUST;

/* merge.c: reads what is remembered, before the first transaction. */
enum crm_status crm_merge_open(struct crm_merge *o, struct crm_store *s,
    struct crm_err *err) CRM_MUST;
/* The sink's function for a line of a plan. */
enum crm_status crm_merge_apply(void *ctx, struct crm_sink *s,
    struct crm_item *item, struct crm_err *err);
void crm_merge_release(struct crm_merge *o);

/* merge_members.c: the records that a line names, each once. */
enum crm_status crm_merge_read(struct crm_sink *s, struct crm_str line,
    struct crm_merge_set *m, struct crm_err *err) CRM_MUST;
void crm_merge_set_release(struct crm_merge_set *m);
/* merge_distinct.c: {"distinct":[ID,ID]} is remembered. */
enum crm_status crm_merge_distinct(struct crm_merge *o, struct crm_sink *s,
    struct crm_str pair, struct crm_err *err) CRM_MUST;
/* {"same":[ID,ID]} takes it back; INVALID where it was not said. */
enum crm_status crm_merge_same(struct crm_merge *o, struct crm_sink *s,
    struct crm_str pair, struct crm_err *err) CRM_MUST;

/* merge_plan.c: is the line a plan? tool: its `_` members. */
enum crm_status crm_merge_check(struct crm_str line, struct crm_str tool,
    struct crm_err *err) CRM_MUST;
/* The plan's own word on fields: "set":{FIELD:VALUE}, null removes. */
void crm_merge_set_fields(struct crm_str line, const struct crm_rec *keep,
    struct crm_change_set *c);
/* {FIELD:ID or [ID,...] or "set"}: where the changed values came from. */
void crm_merge_origin(const struct crm_rec *const *rec, size_t n,
    const struct crm_change_set *c, struct crm_str line, struct crm_buf *out);

#endif
