/* One record as a person wants to see it: its card with names instead of ids,
 * and the 360-degree view: what points to it, and its time line. */
#ifndef CRM_VIEW_H
#define CRM_VIEW_H

#include "base/base.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/time.h"
#include "cli/cli.h"
#include "model/query.h"

struct crm_view_event {
	int64_t at;
	bool day_only;
	struct crm_str what;	/* "call", "purchase", "stage" */
	struct crm_str text, id;
	struct crm_str line;	/* the record it comes from */
	size_t order;		/* of gathering: breaks ties */
};

struct crm_view_related {	/* records without a moment: contacts, deals */
	struct crm_str type, title, id, state;
};

struct crm_view {	/* zeroed is valid and empty; strings lie in mem */
	struct crm_arena mem;
	struct crm_view_event *event;
	size_t nevents, capevents;
	struct crm_view_related *related;
	size_t nrelated, caprelated;
	struct crm_map seen;	/* ids */
	struct crm_buf tmp;
};

/* Gathers what points to rec, directly or, for an account, through its
 * contacts: events newest first, related records by type. */
void crm_view_gather(struct crm_view *v, const struct crm_rec *rec,
    const struct crm_query_env *env);
void crm_view_clear(struct crm_view *v);
void crm_view_release(struct crm_view *v);

/* The events of one record (its own moment, its stages) added to v. */
void crm_view_events(struct crm_view *v, const struct crm_rec *r,
    const struct crm_query_env *env);
/* Appends the time of an event in the clock's zone, "2026-03-01 14:30". */
void crm_view_when(const struct crm_view_event *e,
    const struct crm_clock *clock, struct crm_buf *out);

/* Printing, in the look that cli asks for; v may be NULL (the card alone). */
void crm_view_card(const struct crm_cli *cli, const struct crm_rec *rec,
    const struct crm_query_env *env, const struct crm_view *v,
    struct crm_buf *out);
void crm_view_markdown(const struct crm_cli *cli, const struct crm_rec *rec,
    const struct crm_query_env *env, const struct crm_view *v,
    struct crm_buf *out);
void crm_view_html(const struct crm_cli *cli, const struct crm_rec *rec,
    const struct crm_query_env *env, const struct crm_view *v,
    struct crm_buf *out);

/* Calls fn for each field that a card shows: label and text, references by
 * name. */
void crm_view_fields(const struct crm_rec *rec,
    const struct crm_query_env *env,
    void (*fn)(void *ctx, struct crm_str label, struct crm_str text),
    void *ctx);

#endif
