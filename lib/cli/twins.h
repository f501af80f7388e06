/* Which records of the store, and which earlier lines, is a line probably the
 * same as? Candidates come from the store's match index, else from one that is
 * made in memory of all its records; they are judged by a model that was kept
 * (crm-dedupe --model-out) or by the shipped weights, with a prior that fits
 * the number of records. */
#ifndef CRM_TWINS_H
#define CRM_TWINS_H

#include "base/buf.h"
#include "cli/cli.h"
#include "match/match.h"
#include "model/schema.h"
#include "store/store.h"

struct crm_twins;

struct crm_twins_opts {
	struct crm_cli *cli;
	struct crm_store *store;
	struct crm_str model;	/* text of a model, "" none; borrowed */
	double low;		/* from this probability on */
	bool among;		/* lines among themselves, too */
};

struct crm_twin {
	size_t line;		/* of the judged line, in order of adding */
	bool stored;		/* like a stored record; else like an earlier line */
	size_t other;		/* that line */
	struct crm_str id, other_id;	/* of both; "line:N" without */
	double p;
	const struct crm_match *m;	/* for the reasons (crm_dedupe_why) */
	uint32_t a, b;
};

/* SYSTEM where the data files are missing; the model's own errors. */
enum crm_status crm_twins_new(const struct crm_twins_opts *o,
    struct crm_twins **out, struct crm_err *err) CRM_MUST;
void crm_twins_free(struct crm_twins *t);
/* Does the store keep an index for this? */
bool crm_twins_indexed(struct crm_twins *t);
/* Without an index: reads what the store got since the last time, of this type
 * (NULL: of all that are compared). Not inside a transaction. The lines added
 * before are forgotten: those that were stored are records now. */
enum crm_status crm_twins_ready(struct crm_twins *t,
    const struct crm_type *type, struct crm_err *err) CRM_MUST;
/* Adds a line to be judged, they are numbered from 0; both are copied. A type
 * without fields to compare (or NULL) has no twins. */
void crm_twins_add(struct crm_twins *t, const struct crm_type *type,
    struct crm_str line, struct crm_str name);
/* Judges the lines added since the last time: fn hears of each pair, by line,
 * the most probable first. What it hears is borrowed. Inside a transaction it
 * must be given; what was applied in it is found as lines alone. */
enum crm_status crm_twins_judge(struct crm_twins *t, struct crm_txn *x,
    bool (*fn)(void *ctx, const struct crm_twin *twin), void *ctx,
    struct crm_err *err) CRM_MUST;

#endif
