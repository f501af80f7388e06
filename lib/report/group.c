#include "report/group_impl.h"

#include "base/zone.h"
#include "format/json.h"
#include "report/measure.h"

enum { MOST_VALUES = 1024 };

/* The key that a user asked for with --by currency. */
static size_t
currency_asked(const struct crm_group_spec *s, size_t nkeys)
{
	for (size_t k = 0; k < nkeys; k++)
		if (crm_str_is(s->by[k].name, "currency") && !s->by[k].unit &&
		    s->by[k].bucket == CRM_BUCKET_NONE)
			return k;
	return SIZE_MAX;
}

struct crm_group *
crm_group_new(const struct crm_group_spec *spec)
{
	struct crm_group *g = crm_zalloc(sizeof(*g));
	g->spec = spec;
	for (size_t i = 0; i < spec->nmeasures; i++)
		g->money = g->money || spec->measure[i].money;
	g->nkeys = spec->nby < MOST_KEYS - 1 ? spec->nby : MOST_KEYS - 1;
	g->currency = currency_asked(spec, g->nkeys);
	g->money = g->money && g->currency == SIZE_MAX;
	if (g->money)
		g->currency = g->nkeys++;
	return g;
}

void
crm_group_free(struct crm_group *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->index.n; i++)
		for (size_t m = 0; m < g->spec->nmeasures; m++)
			crm_acc_release(&g->group[i].acc[m]);
	crm_map_release(&g->index);
	free(g->group);
	crm_arena_release(&g->mem);
	crm_arena_release(&g->scratch);
	crm_buf_release(&g->tmp);
	crm_buf_release(&g->label);
	free(g);
}

/* The value as it stands in the group's row: bucketed where asked for. */
static bool
key_value(struct crm_group *g, const struct crm_by *by, struct crm_str raw,
    struct crm_str *out)
{
	int32_t day;
	if (raw.n == 0 || crm_str_is(raw, "null") || crm_str_is(raw, "\"\""))
		return false;
	if (by->bucket == CRM_BUCKET_NONE) {
		*out = crm_arena_str(&g->scratch, raw);
		return true;
	}
	if (!crm_value_day(raw, &g->spec->clock, &day))
		return false;
	crm_buf_clear(&g->label);
	crm_buf_c(&g->label, '"');
	crm_bucket_label(by->bucket, day, &g->spec->clock, &g->label);
	crm_buf_c(&g->label, '"');
	*out = crm_arena_str(&g->scratch, crm_buf_view(&g->label));
	return true;
}

static bool
instant_of(struct crm_group *g, struct crm_path *p, const struct crm_rec *r,
    const struct crm_query_env *env, int64_t *out)
{
	struct crm_str raw;
	if (!p) {
		*out = g->spec->clock.now;
		return true;
	}
	if (!crm_path_get(p, r, env, &raw))
		return false;
	if (crm_json_kind(raw) != '[')
		return crm_value_instant(raw, &g->spec->clock, out);
	/* of several, as those of records that point here, the earliest */
	struct crm_str none, e;
	struct crm_json_iter it = crm_json_iter(raw);
	int64_t t;
	bool found = false;
	while (crm_json_next(&it, &none, &e))
		if (crm_value_instant(e, &g->spec->clock, &t) &&
		    (!found || t < *out)) {
			*out = t;
			found = true;
		}
	return found;
}

/* Length of a record's span in microseconds. */
static bool
span_of(struct crm_group *g, struct crm_path *from, struct crm_path *to,
    bool business, const struct crm_rec *r, const struct crm_query_env *env,
    int64_t *out)
{
	int64_t a, b;
	if (!instant_of(g, from, r, env, &a) || !instant_of(g, to, r, env, &b))
		return false;
	if (business && g->spec->office) {
		*out = crm_office_between(g->spec->office, a, b);
		return true;
	}
	return !__builtin_sub_overflow(b, a, out);
}

/* The range that the span lies in, in whole units. */
static bool
range_value(struct crm_group *g, const struct crm_by *by,
    const struct crm_rec *r, const struct crm_query_env *env,
    struct crm_str *out)
{
	int64_t span;
	if (!span_of(g, by->from, by->to, false, r, env, &span))
		return false;
	int64_t u = span / by->unit - (span % by->unit < 0);
	size_t i = 0;
	while (i < by->ncuts && u >= by->cut[i])
		i++;
	crm_buf_clear(&g->label);
	if (i == 0)
		crm_buf_printf(&g->label, "\"<%" PRId64 "\"", by->cut[0]);
	else if (i == by->ncuts)
		crm_buf_printf(&g->label, "\"%" PRId64 "+\"", by->cut[i - 1]);
	else
		crm_buf_printf(&g->label, "\"%" PRId64 "-%" PRId64 "\"",
		    by->cut[i - 1], by->cut[i] - 1);
	*out = crm_arena_str(&g->scratch, crm_buf_view(&g->label));
	return true;
}

/* All values of one key; none counts as one absent value. */
static void
key_values(struct crm_group *g, size_t k, const struct crm_rec *r,
    const struct crm_query_env *env)
{
	const struct crm_by *by = &g->spec->by[k];
	struct crm_str raw, none, e;
	size_t n = 0, most = 1;
	bool has = !by->unit && crm_path_get(by->path, r, env, &raw);
	bool list = has && crm_json_kind(raw) == '[';
	if (list)
		most = crm_json_count(raw);
	if (most > MOST_VALUES)
		most = MOST_VALUES;
	g->value[k] = crm_arena_zalloc(&g->scratch,
	    (most + 1) * sizeof(*g->value[k]));
	if (list) {
		struct crm_json_iter it = crm_json_iter(raw);
		while (n < most && crm_json_next(&it, &none, &e)) {
			bool seen = false;
			if (!key_value(g, by, e, &g->value[k][n]))
				continue;
			for (size_t i = 0; i < n && !seen; i++)
				seen = crm_str_eq(g->value[k][i],
				    g->value[k][n]);
			n += !seen;
		}
	} else if (by->unit) {
		n = range_value(g, by, r, env, &g->value[k][0]);
	} else if (has) {
		n = key_value(g, by, raw, &g->value[k][0]);
	}
	if (n == 0)
		g->value[k][n++] = (struct crm_str){ 0 };
	g->nvalues[k] = n;
}

static enum crm_kind
kind_of(const struct crm_path *p)
{
	const struct crm_field *f;
	return p ? crm_path_kind(p, &f) : CRM_K_ANY;
}

/* Appends what sorts the value among others of its key; absent last. */
static void
add_order(struct crm_group *g, size_t k, struct crm_str raw)
{
	const struct crm_by *by = k < g->spec->nby ? &g->spec->by[k] : NULL;
	crm_buf_c(&g->tmp, raw.n ? 1 : 2);
	if (raw.n == 0)
		return;
	const struct crm_stage *s = by && by->stages && raw.n > 2 ?
	    crm_schema_stage(g->spec->schema, crm_json_inner(raw)) : NULL;
	if (s)
		crm_buf_printf(&g->tmp, "%010d", s->order);
	if (by && by->unit) {	/* "<0" first, then by the lower end */
		long long low = raw.n > 1 && raw.p[1] == '<' ? -1 :
		    strtoll(raw.p + 1, NULL, 10);
		crm_buf_printf(&g->tmp, "%020lld", low + 1);
	} else if (by && by->bucket == CRM_BUCKET_NONE)
		crm_sort_key(kind_of(by->path), raw, &g->tmp);
	crm_buf_c(&g->tmp, '\0');
	crm_buf_str(&g->tmp, raw);
	crm_buf_c(&g->tmp, '\0');
}

struct crm_group_bucket *
crm_group_at(struct crm_group *g, const struct crm_str *key)
{
	bool fresh;
	crm_buf_clear(&g->tmp);
	for (size_t k = 0; k < g->nkeys; k++) {
		crm_buf_str(&g->tmp, key[k]);
		crm_buf_c(&g->tmp, '\0');
	}
	struct crm_map_entry *e = crm_map_put(&g->index, crm_buf_view(&g->tmp),
	    &fresh);
	if (!fresh)
		return &g->group[e->v.u];
	e->v.u = g->index.n - 1;
	crm_grow(&g->group, &g->cap, g->index.n, sizeof(*g->group));
	struct crm_group_bucket *b = &g->group[e->v.u];
	b->key = crm_arena_zalloc(&g->mem, (g->nkeys + 1) * sizeof(*b->key));
	b->acc = crm_arena_zalloc(&g->mem,
	    (g->spec->nmeasures + 1) * sizeof(*b->acc));
	crm_buf_clear(&g->tmp);
	for (size_t k = 0; k < g->nkeys; k++) {
		if (key[k].n)
			b->key[k] = crm_arena_str(&g->mem, key[k]);
		add_order(g, k, key[k]);
	}
	b->order = crm_arena_str(&g->mem, crm_buf_view(&g->tmp));
	return b;
}

/* The numbers that a measure takes from the record, once per record: v holds
 * `most` of them. */
struct taken {
	struct crm_dec *v;
	struct crm_str *raw;
	size_t n;
	bool counts, among;
};

/* Weighting and currency; an error of the rates is the record's. */
static enum crm_status
refine(struct crm_group *g, const struct crm_measure *m,
    const struct crm_rec *r, const struct crm_query_env *env,
    struct crm_str currency, struct crm_dec *v, struct crm_err *err)
{
	struct crm_str raw;
	int32_t day = crm_zone_day(g->spec->clock.zone,
	    g->spec->clock.now);
	if (m->money && g->spec->in.n) {
		if (g->spec->rates_at &&
		    crm_path_get(g->spec->rates_at, r, env, &raw))
			crm_value_day(raw, &g->spec->clock, &day);
		enum crm_status st = crm_rates_convert(g->spec->rates, *v,
		    currency, g->spec->in, day, v, err);
		if (st)
			return st;
	}
	struct crm_dec p;
	const struct crm_dec hundred = { 100, 0 };
	if (m->weighted && (!crm_deal_probability(g->spec->schema, r, &p) ||
	    !crm_dec_muldiv(*v, p, hundred, v->scale + p.scale + 2 <
	    CRM_DEC_MAX_SCALE ? v->scale + p.scale + 2 : CRM_DEC_MAX_SCALE,
	    CRM_HALF_EVEN, v)))
		*v = (struct crm_dec){ 0, 0 };
	return CRM_OK;
}

static enum crm_status
take_values(struct crm_group *g, const struct crm_measure *m,
    const struct crm_rec *r, const struct crm_query_env *env,
    struct crm_str currency, struct taken *t, struct crm_err *err)
{
	struct crm_str raw, none, e;
	bool text = m->op == CRM_OP_DISTINCT ||
	    ((m->op == CRM_OP_MIN || m->op == CRM_OP_MAX) && !m->money);
	if (m->unit) {
		int64_t span;
		const struct crm_dec one = { 1, 0 };
		t->v = crm_arena_alloc(&g->scratch, sizeof(*t->v));
		t->n = (m->history.n ? crm_rec_time_in(r, m->history, m->states,
		    m->business ? g->spec->office : NULL, g->spec->clock.now,
		    &span) : span_of(g, m->from, m->to, m->business, r, env,
		    &span)) &&
		    crm_dec_muldiv((struct crm_dec){ span, 0 }, one,
		    (struct crm_dec){ m->unit, 0 }, 6, CRM_HALF_EVEN, t->v);
		return CRM_OK;
	}
	if (!m->path || !crm_path_get(m->path, r, env, &raw) ||
	    crm_str_is(raw, "null"))
		return CRM_OK;
	bool list = crm_json_kind(raw) == '[';
	size_t most = list ? crm_json_count(raw) : 1;
	if (list)
		raw = crm_arena_str(&g->scratch, raw);
	t->v = crm_arena_alloc(&g->scratch, (most + 1) * sizeof(*t->v));
	t->raw = text ? crm_arena_alloc(&g->scratch,
	    (most + 1) * sizeof(*t->raw)) : NULL;
	struct crm_json_iter it = list ? crm_json_iter(raw) :
	    (struct crm_json_iter){ 0 };
	for (e = raw; list ? crm_json_next(&it, &none, &e) : e.n > 0;
	    e.n = list ? e.n : 0) {
		if (text) {
			t->raw[t->n++] = crm_arena_str(&g->scratch, e);
			continue;
		}
		if (!crm_measure_number(e, &t->v[t->n]))
			continue;
		enum crm_status st = refine(g, m, r, env, currency,
		    &t->v[t->n++], err);
		if (st)
			return st;
	}
	return CRM_OK;
}

static enum crm_status
take_all(struct crm_group *g, const struct crm_rec *r,
    const struct crm_query_env *env, struct crm_str currency,
    struct taken *taken, struct crm_err *err)
{
	for (size_t i = 0; i < g->spec->nmeasures; i++) {
		const struct crm_measure *m = &g->spec->measure[i];
		struct taken *t = &taken[i];
		if (m->op == CRM_OP_EXPR)
			continue;
		t->among = !m->among || crm_query_match(m->among, r, env);
		t->counts = t->among &&
		    (!m->where || crm_query_match(m->where, r, env)) &&
		    (!m->rotting || crm_deal_rotting(g->spec->schema, r,
		    &g->spec->clock)) &&
		    (!m->reopened || crm_ticket_reopened(r));
		if (!t->counts || m->op == CRM_OP_COUNT || m->op == CRM_OP_RATE)
			continue;
		enum crm_status st = take_values(g, m, r, env, currency, t, err);
		if (st)
			return st;
	}
	return CRM_OK;
}

static void
add_taken(struct crm_group *g, struct crm_group_bucket *b, const struct taken *taken)
{
	for (size_t i = 0; i < g->spec->nmeasures; i++) {
		const struct crm_measure *m = &g->spec->measure[i];
		const struct taken *t = &taken[i];
		struct crm_acc *a = &b->acc[i];
		a->among += t->among;
		if (m->op == CRM_OP_COUNT || m->op == CRM_OP_RATE)
			a->n += t->counts;
		for (size_t k = 0; k < t->n; k++) {
			if (t->raw)
				crm_acc_raw(a, m, kind_of(m->path), t->raw[k]);
			else
				crm_acc_number(a, m, t->v[k]);
		}
	}
}

enum crm_status
crm_group_add(struct crm_group *g, const struct crm_rec *r,
    const struct crm_query_env *env, struct crm_err *err)
{
	const struct crm_group_spec *s = g->spec;
	struct crm_str currency = { 0 }, raw, key[MOST_KEYS];
	size_t at[MOST_KEYS] = { 0 }, nby = g->nkeys - g->money;
	crm_arena_clear(&g->scratch);
	if (crm_rec_get(r, CRM_STR("currency"), &raw) &&
	    crm_json_is_string(raw))
		currency = crm_arena_str(&g->scratch, crm_json_inner(raw));
	struct taken *taken = crm_arena_zalloc(&g->scratch,
	    (s->nmeasures + 1) * sizeof(*taken));
	enum crm_status st = take_all(g, r, env, currency, taken, err);
	if (st)
		return st;
	for (size_t k = 0; k < nby; k++)
		key_values(g, k, r, env);
	if (g->money && s->in.n)
		currency = s->in;
	crm_buf_clear(&g->label);
	if (currency.n)
		crm_json_quote(&g->label, currency);
	for (;;) {
		for (size_t k = 0; k < nby; k++)
			key[k] = g->value[k][at[k]];
		if (g->money)
			key[nby] = crm_buf_view(&g->label);
		add_taken(g, crm_group_at(g, key), taken);
		size_t k = nby;
		while (k > 0 && ++at[k - 1] == g->nvalues[k - 1])
			at[--k] = 0;
		if (k == 0)
			return CRM_OK;
	}
}
