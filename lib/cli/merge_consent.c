/* The ledgers of those who become one: what is most restrictive is written
 * down again, as the newest word. */
#include "cli/merge.h"
#include "format/json.h"
#include "model/consent_ledger.h"

struct scribe {
	struct crm_sink *s;
	struct crm_item *item;
	struct crm_str id;	/* of the survivor */
};

static enum crm_status
insist(void *ctx, struct crm_str purpose, struct crm_str channel,
    const struct crm_said *word, struct crm_err *err)
{
	struct scribe *w = ctx;
	struct crm_buf b = { 0 };
	crm_buf_c(&b, '{');
	crm_json_add_str(&b, "type", CRM_STR("consent"));
	crm_json_add_str(&b, "contact", w->id);
	if (purpose.n)
		crm_json_add_str(&b, "purpose", purpose);
	if (channel.n)
		crm_json_add_str(&b, "channel", channel);
	if (word->basis.n)
		crm_json_add_str(&b, "basis", word->basis);
	crm_json_add_str(&b, "status", word->status.n ? word->status :
	    CRM_STR("denied"));
	crm_json_add_str(&b, "proof", CRM_STR("crm-merge: the most restrictive "
	    "word of the merged records"));
	crm_json_add_str(&b, "at", w->s->now);
	if (word->yes && word->until.n)
		crm_json_add_str(&b, "expires", word->until);
	crm_buf_c(&b, '}');
	enum crm_status st = crm_sink_add_line(w->s, w->item, crm_buf_view(&b),
	    NULL, err);
	crm_buf_release(&b);
	return st;
}

static bool
is_type(const struct crm_rec *r, const char *name)
{
	return r->type && crm_str_is(r->type->name, name);
}

/* What a record said, and what the leads said that became it. */
static enum crm_status
hear_all(struct crm_sink *s, struct crm_ledger *l, uint64_t no, size_t who,
    bool leads, struct crm_err *err)
{
	struct crm_batch *links = crm_batch_new();
	enum crm_status st = crm_txn_links(s->t, no, links, err);
	for (size_t k = 0; !st && k < crm_batch_len(links); k++) {
		const struct crm_rec *r = crm_batch_row(links, k);
		struct crm_str v;
		if (is_type(r, "consent"))
			crm_ledger_hear(l, r, who, s->batch_now);
		else if (leads && is_type(r, "lead") && crm_rec_get(r,
		    CRM_STR("converted.contact"), &v))
			st = hear_all(s, l, r->no, who, false, err);
	}
	crm_batch_free(links);
	return st;
}

enum crm_status
crm_merge_consents(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *const *rec, size_t n, struct crm_err *err)
{
	struct crm_ledger l = { 0 };
	struct scribe w = { s, item, crm_rec_id(rec[0]) };
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < n && !st; i++)
		st = hear_all(s, &l, rec[i]->no, i, is_type(rec[i], "contact"),
		    err);
	if (!st)
		st = crm_ledger_settle(&l, s->batch_now, insist, &w, err);
	crm_ledger_release(&l);
	return st;
}
