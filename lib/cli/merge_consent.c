/* Consent: whoever said no once has not said yes by being merged, and what was
 * given for a time is not given for longer. */
#include "cli/merge.h"
#include "format/json.h"

struct said {			/* one entry of the ledger */
	struct crm_str purpose, channel, at, status, expires;
	size_t who;
};

struct ledger {
	struct said *v;
	size_t n, cap;
	struct crm_arena mem;
};

static struct crm_str
text_of(struct ledger *l, const struct crm_rec *r, const char *key)
{
	struct crm_str v;
	if (!crm_rec_get(r, crm_str_z(key), &v) || !crm_json_is_string(v))
		return CRM_STR("");
	return crm_arena_str(&l->mem, crm_json_inner(v));
}

static void
hear(struct ledger *l, const struct crm_rec *r, size_t who)
{
	crm_grow(&l->v, &l->cap, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = (struct said){ text_of(l, r, "purpose"),
		text_of(l, r, "channel"), text_of(l, r, "at"),
		text_of(l, r, "status"), text_of(l, r, "expires"), who };
}

static bool
refuses(const struct said *x)
{
	return crm_str_is(x->status, "denied") ||
	    crm_str_is(x->status, "withdrawn");
}

/* One record's last word for a purpose and a channel; one without a channel
 * speaks for all of them. */
static const struct said *
word_of(const struct ledger *l, size_t who, const struct said *what)
{
	const struct said *last = NULL;
	for (size_t i = 0; i < l->n; i++) {
		const struct said *x = &l->v[i];
		if (x->who == who && crm_str_eq(x->purpose, what->purpose) &&
		    (x->channel.n == 0 ||
		    crm_str_eq(x->channel, what->channel)) &&
		    (!last || crm_str_cmp(last->at, x->at) <= 0))
			last = x;
	}
	return last;
}

/* Of all records' last words the most restrictive; NULL where the newest says
 * it already. What has run out by now says nothing. */
static const struct said *
strictest(const struct ledger *l, size_t n, const struct said *what,
    struct crm_str now)
{
	const struct said *no = NULL, *first = NULL, *newest = NULL;
	size_t yes = 0;
	for (size_t who = 0; who < n; who++) {
		const struct said *x = word_of(l, who, what);
		if (!x || (!refuses(x) && x->expires.n &&
		    crm_str_cmp(x->expires, now) <= 0))
			continue;
		if (!newest || crm_str_cmp(newest->at, x->at) <= 0)
			newest = x;
		if (refuses(x)) {
			no = no && crm_str_cmp(no->at, x->at) >= 0 ? no : x;
			continue;
		}
		yes++;
		if (x->expires.n && (!first ||
		    crm_str_cmp(x->expires, first->expires) < 0))
			first = x;
	}
	if (no)
		return yes ? no : NULL;
	return first && !crm_str_eq(first->expires, newest->expires) ? first :
	    NULL;
}

/* Writes it down again, as the newest word. */
static enum crm_status
insist(struct crm_sink *s, struct crm_item *item, const struct said *what,
    const struct said *word, struct crm_str id, struct crm_err *err)
{
	struct crm_buf b = { 0 };
	crm_buf_c(&b, '{');
	crm_json_add_str(&b, "type", CRM_STR("consent"));
	crm_json_add_str(&b, "contact", id);
	crm_json_add_str(&b, "purpose", what->purpose);
	if (what->channel.n)
		crm_json_add_str(&b, "channel", what->channel);
	crm_json_add_str(&b, "status", word->status);
	crm_json_add_str(&b, "proof", CRM_STR("crm-merge: the most restrictive "
	    "word of the merged records"));
	crm_json_add_str(&b, "at", s->now);
	if (word->expires.n && !refuses(word))
		crm_json_add_str(&b, "expires", word->expires);
	crm_buf_c(&b, '}');
	enum crm_status st = crm_sink_add_line(s, item, crm_buf_view(&b), NULL,
	    err);
	crm_buf_release(&b);
	return st;
}

static enum crm_status
read_ledger(struct crm_sink *s, struct ledger *l,
    const struct crm_rec *const *rec, size_t n, struct crm_err *err)
{
	struct crm_batch *links = crm_batch_new();
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < n && !st; i++) {
		st = crm_txn_links(s->t, rec[i]->no, links, err);
		for (size_t k = 0; !st && k < crm_batch_len(links); k++) {
			const struct crm_rec *r = crm_batch_row(links, k);
			if (r->type && crm_str_is(r->type->name, "consent"))
				hear(l, r, i);
		}
	}
	crm_batch_free(links);
	return st;
}

enum crm_status
crm_merge_consents(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *const *rec, size_t n, struct crm_err *err)
{
	struct ledger l = { 0 };
	enum crm_status st = read_ledger(s, &l, rec, n, err);
	for (size_t i = 0; i < l.n && !st; i++) {
		const struct said *what = &l.v[i], *word;
		bool told = false;
		for (size_t j = 0; j < i && !told; j++)
			told = crm_str_eq(l.v[j].purpose, what->purpose) &&
			    crm_str_eq(l.v[j].channel, what->channel);
		word = told ? NULL : strictest(&l, n, what, s->now);
		if (word)
			st = insist(s, item, what, word, crm_rec_id(rec[0]),
			    err);
	}
	free(l.v);
	crm_arena_release(&l.mem);
	return st;
}
