#include "model/consent_ledger.h"

#include <stdlib.h>

#include "base/time.h"
#include "format/json.h"

enum { CROSS = 100000 };	/* pairs of purposes and channels looked at */

static struct crm_str
text_of(struct crm_ledger *l, const struct crm_rec *r, const char *key)
{
	struct crm_str v;
	if (!crm_rec_get(r, crm_str_z(key), &v) || !crm_json_is_string(v))
		return CRM_STR("");
	return crm_arena_str(&l->mem, crm_json_inner(v));
}

/* A time, or a date: its beginning, or with `end` its end. */
static int64_t
when(struct crm_str s, bool end, int64_t none)
{
	int64_t t;
	int32_t day;
	if (crm_time_parse(s, &t))
		return t;
	return crm_date_parse(s, &day) ? (day + end) * CRM_DAY : none;
}

/* -- who said what ----------------------------------------------------------- */

/* Lower case; "any" is nothing in particular. */
static void
add_word(struct crm_buf *key, struct crm_str s)
{
	size_t from = key->n;
	crm_buf_c(key, ' ');
	for (size_t i = 0; i < s.n; i++)
		crm_buf_c(key, s.p[i] >= 'A' && s.p[i] <= 'Z' ?
		    (char)(s.p[i] + 32) : s.p[i] == ' ' ? '_' : s.p[i]);
	if (crm_str_is(crm_str_sub(crm_buf_view(key), from, SIZE_MAX), " any"))
		key->n = from + 1;
}

static void
make_key(struct crm_buf *key, size_t who, struct crm_str purpose,
    struct crm_str channel)
{
	crm_buf_clear(key);
	if (who != SIZE_MAX)
		crm_buf_printf(key, "%zu", who);
	add_word(key, purpose);
	add_word(key, channel);
}

static bool
is_newer(const struct crm_said *a, const struct crm_said *b)
{
	if (a->at != b->at)
		return a->at > b->at;
	return a->created != b->created ? a->created > b->created :
	    a->no > b->no;
}

void
crm_ledger_hear(struct crm_ledger *l, const struct crm_rec *r, size_t who,
    int64_t now)
{
	struct crm_said x = { .purpose = text_of(l, r, "purpose"),
		.channel = text_of(l, r, "channel"), .no = r->no, .who = who,
		.status = text_of(l, r, "status"),
		.basis = text_of(l, r, "basis"),
		.until = text_of(l, r, "expires") };
	struct crm_buf key = { 0 };
	bool fresh;
	x.created = when(text_of(l, r, "created"), false, INT64_MIN);
	x.at = when(text_of(l, r, "at"), false, x.created);
	x.expires = when(x.until, true, INT64_MAX);
	x.yes = crm_str_is(x.status, "granted");
	if (x.at > now)
		return;
	if (who >= l->nwho)
		l->nwho = who + 1;
	make_key(&key, who, x.purpose, x.channel);
	struct crm_map_entry *e = crm_map_put(&l->last, crm_buf_view(&key),
	    &fresh);
	crm_grow(&l->v, &l->cap, l->n + 1, sizeof(*l->v));
	if (fresh || is_newer(&x, &l->v[e->v.u - 1]))
		e->v.u = l->n + 1;
	l->v[l->n++] = x;
	crm_buf_release(&key);
}

/* The last word of one person (SIZE_MAX: said again) on a purpose and a
 * channel: of that very thing, or of more. */
static const struct crm_said *
word_of(const struct crm_ledger *l, size_t who, struct crm_str purpose,
    struct crm_str channel)
{
	const struct crm_map *map = who == SIZE_MAX ? &l->insist : &l->last;
	const struct crm_said *best = NULL;
	struct crm_buf key = { 0 };
	for (int i = 0; i < 4; i++) {
		make_key(&key, who, i & 1 ? CRM_STR("") : purpose,
		    i & 2 ? CRM_STR("") : channel);
		const struct crm_map_entry *e = crm_map_get(map,
		    crm_buf_view(&key));
		if (e && (!best || is_newer(&l->v[e->v.u - 1], best)))
			best = &l->v[e->v.u - 1];
	}
	crm_buf_release(&key);
	return best;
}

/* -- what holds -------------------------------------------------------------- */

struct verdict {
	const struct crm_said *newest, *no, *first;	/* first: ends first */
	size_t n;		/* persons who said something */
};

/* What has run out says nothing. */
static struct verdict
weigh(const struct crm_ledger *l, struct crm_str purpose,
    struct crm_str channel, int64_t now)
{
	struct verdict d = { 0 };
	for (size_t who = 0; who < l->nwho; who++) {
		const struct crm_said *x = word_of(l, who, purpose, channel);
		if (!x || (x->yes && x->expires <= now))
			continue;
		d.n++;
		if (!d.newest || is_newer(x, d.newest))
			d.newest = x;
		if (!x->yes && (!d.no || is_newer(x, d.no)))
			d.no = x;
		if (x->yes && (!d.first || x->expires < d.first->expires))
			d.first = x;
	}
	const struct crm_said *again = word_of(l, SIZE_MAX, purpose, channel);
	if (again)
		d.newest = again;
	return d;
}

static bool
is_any(struct crm_str s)
{
	return s.n == 0 || (s.n == 3 && (s.p[0] | 32) == 'a' &&
	    (s.p[1] | 32) == 'n' && (s.p[2] | 32) == 'y');
}

static bool
covers(const struct crm_said *x, struct crm_str purpose,
    struct crm_str channel)
{
	struct crm_buf a = { 0 }, b = { 0 };
	make_key(&a, SIZE_MAX, is_any(x->purpose) ? CRM_STR("") : purpose,
	    is_any(x->channel) ? CRM_STR("") : channel);
	make_key(&b, SIZE_MAX, x->purpose, x->channel);
	bool yes = crm_str_eq(crm_buf_view(&a), crm_buf_view(&b));
	crm_buf_release(&a);
	crm_buf_release(&b);
	return yes;
}

/* Is there a consent later than some refusal? The refusal may hold now by way
 * of a third record, whose merge can be undone before this one. */
static bool
hangs(const struct crm_ledger *l, struct crm_str purpose,
    struct crm_str channel)
{
	const struct crm_said *no = NULL, *yes = NULL;
	for (size_t i = 0; i < l->n; i++) {
		const struct crm_said *x = &l->v[i];
		if (x->no == UINT64_MAX || !covers(x, purpose, channel))
			continue;
		if (x->yes && (!yes || is_newer(x, yes)))
			yes = x;
		if (!x->yes && (!no || is_newer(no, x)))
			no = x;
	}
	return yes && no && is_newer(yes, no);
}

static enum crm_status
settle(struct crm_ledger *l, struct crm_str purpose, struct crm_str channel,
    int64_t now, crm_ledger_fn *fn, void *ctx, struct crm_err *err)
{
	struct verdict d = weigh(l, purpose, channel, now);
	const struct crm_said *want = d.no ? d.no : d.first;
	if (!want)
		return CRM_OK;
	bool holds = !d.newest->yes || (want->yes &&
	    want->expires == d.newest->expires);
	if (holds && (want->yes || d.n < 2 || !hangs(l, purpose, channel)))
		return CRM_OK;
	struct crm_said again = *want;
	struct crm_buf key = { 0 };
	again.at = again.created = now;
	again.no = UINT64_MAX;
	enum crm_status st = fn(ctx, purpose, channel, want, err);
	make_key(&key, SIZE_MAX, purpose, channel);
	crm_grow(&l->v, &l->cap, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = again;
	crm_map_put(&l->insist, crm_buf_view(&key), NULL)->v.u = l->n;
	crm_buf_release(&key);
	return st;
}

struct thing {
	struct crm_str purpose, channel;
};

static void
add_thing(struct thing **t, size_t *n, size_t *cap, struct crm_map *seen,
    struct thing x)
{
	struct crm_buf key = { 0 };
	bool fresh;
	make_key(&key, SIZE_MAX, x.purpose, x.channel);
	crm_map_put(seen, crm_buf_view(&key), &fresh);
	crm_buf_release(&key);
	if (!fresh)
		return;
	crm_grow(t, cap, *n + 1, sizeof(**t));
	(*t)[(*n)++] = x;
}

/* All that was spoken of; where one spoke of a purpose and another of a
 * channel, of both. */
static struct thing *
things(const struct crm_ledger *l, size_t *n)
{
	struct thing *t = NULL;
	struct crm_map seen = { 0 };
	size_t cap = 0, said;
	*n = 0;
	for (size_t i = 0; i < l->n; i++)
		add_thing(&t, n, &cap, &seen, (struct thing){
		    l->v[i].purpose, l->v[i].channel });
	said = *n;
	for (size_t i = 0, pairs = 0; i < said; i++)
		for (size_t j = 0; j < said && is_any(t[i].channel) &&
		    !is_any(t[i].purpose) && pairs < CROSS; j++) {
			if (!is_any(t[j].purpose) || is_any(t[j].channel))
				continue;
			pairs++;
			add_thing(&t, n, &cap, &seen, (struct thing){
			    t[i].purpose, t[j].channel });
		}
	crm_map_release(&seen);
	return t;
}

enum crm_status
crm_ledger_settle(struct crm_ledger *l, int64_t now, crm_ledger_fn *fn,
    void *ctx, struct crm_err *err)
{
	size_t n;
	struct thing *t = things(l, &n);
	enum crm_status st = CRM_OK;
	for (int pass = 0; pass < 3; pass++)
		for (size_t i = 0; i < n && !st; i++)
			if (!is_any(t[i].purpose) + !is_any(t[i].channel) ==
			    pass)
				st = settle(l, t[i].purpose, t[i].channel,
				    now, fn, ctx, err);
	free(t);
	return st;
}

void
crm_ledger_release(struct crm_ledger *l)
{
	free(l->v);
	crm_map_release(&l->last);
	crm_map_release(&l->insist);
	crm_arena_release(&l->mem);
	*l = (struct crm_ledger){ 0 };
}
