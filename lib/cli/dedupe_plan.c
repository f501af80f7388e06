/* A merge plan: what would be merged into what, why, and what would clash. */
#include "cli/dedupe.h"
#include "format/json.h"

/* Members of a cluster whose pairs are all looked at, and whose reasons and
 * conflicts are told; members that one line merges. */
enum { MAXGROUP = 64, PER_LINE = 500 };

struct group {	/* members of a cluster, by their places in it */
	size_t *at;
	size_t n, cap;
};

/* A cluster and the probabilities of its pairs. */
struct inside {
	const struct crm_match_cluster *c;
	double *p;
	size_t n;	/* members that are looked at */
	struct group group[MAXGROUP], rest;
	size_t ngroups;
};

static void
put_in(struct group *g, size_t at)
{
	crm_grow(&g->at, &g->cap, g->n + 1, sizeof(*g->at));
	g->at[g->n++] = at;
}

static double
pair_p(const struct crm_match *m, const struct inside *in, size_t i, size_t j)
{
	struct crm_match_why why[24];
	double prior, p;
	if (i < in->n && j < in->n)
		return in->p[i * in->n + j];
	crm_match_explain(m, in->c->rec[i], in->c->rec[j], why, &prior, &p);
	return p;
}

static bool
is_tool(struct crm_str key)
{
	return key.n == 0 || key.p[0] == '_' || crm_str_is(key, "id") ||
	    crm_str_is(key, "type") || crm_str_is(key, "rev") ||
	    crm_str_is(key, "created") || crm_str_is(key, "updated");
}

static bool
is_scalar(struct crm_str val)
{
	char k = crm_json_kind(val);
	return k != '[' && k != '{' && k != 'n' && val.n > 2;
}

/* Different values of one field among the records, the first one's first. */
static bool
put_conflict(struct crm_buf *b, const struct crm_str *line, size_t n,
    struct crm_str key, bool any)
{
	struct crm_str seen[MAXGROUP], val;
	size_t k = 0;
	for (size_t i = 0; i < n && i < MAXGROUP; i++) {
		bool again = !crm_json_get(line[i], key, &val) ||
		    !is_scalar(val);
		for (size_t j = 0; j < k && !again; j++)
			again = crm_str_eq(seen[j], val);
		if (!again)
			seen[k++] = val;
	}
	if (k < 2)
		return false;
	if (any)
		crm_buf_c(b, ',');
	crm_buf_c(b, '"');
	crm_buf_str(b, key);
	crm_buf_z(b, "\":[");
	for (size_t j = 0; j < k; j++) {
		if (j)
			crm_buf_c(b, ',');
		crm_json_canon(b, seen[j]);
	}
	crm_buf_c(b, ']');
	return true;
}

static void
put_conflicts(struct crm_buf *b, const struct crm_str *line, size_t n)
{
	bool any = false;
	crm_json_key(b, "_conflicts");
	crm_buf_c(b, '{');
	for (size_t i = 0; i < n; i++) {
		struct crm_json_iter it = crm_json_iter(line[i]);
		struct crm_str key, val, other;
		while (crm_json_next(&it, &key, &val)) {
			bool before = is_tool(key) || !is_scalar(val);
			for (size_t j = 0; j < i && !before; j++)
				before = crm_json_get(line[j], key, &other) &&
				    is_scalar(other);
			if (!before)
				any |= put_conflict(b, line, n, key, any);
		}
	}
	crm_buf_c(b, '}');
}

/* The least of what a member has with the one it is likest to. */
static double
weakest(const struct crm_match *m, const struct inside *in,
    const struct group *g)
{
	double low = 1;
	size_t n = g->n < MAXGROUP ? g->n : MAXGROUP;
	for (size_t i = 1; i < n; i++) {
		double best = 0;
		for (size_t j = 0; j < n; j++) {
			double p = j == i ? 0 : pair_p(m, in, g->at[i],
			    g->at[j]);
			best = p > best ? p : best;
		}
		low = best < low ? best : low;
	}
	return low;
}

/* Merges members from .. to - 1 of a group into its first. Only the first line
 * of a group can say which revision it saw: it makes the next. */
static bool
put_line(struct crm_dedupe *d, struct crm_dedupe_set *s,
    const struct inside *in, const struct group *g, size_t from, size_t to,
    bool review)
{
	struct crm_str line[MAXGROUP], r;
	struct crm_buf why = { 0 }, *b = &d->buf;
	const uint32_t *rec = in->c->rec;
	uint64_t rev = 0, own;
	size_t n = 0;
	crm_buf_clear(b);
	crm_buf_c(b, '{');
	crm_json_add_str(b, "keep", crm_match_id(s->m, rec[g->at[0]]));
	crm_json_key(b, "merge");
	crm_buf_c(b, '[');
	for (size_t i = 0; i < to; i = i ? i + 1 : from) {
		uint32_t x = rec[g->at[i]];
		struct crm_str id = crm_match_id(s->m, x);
		struct crm_str text = s->line[crm_match_input(s->m, x)];
		double p;
		own = crm_json_get(text, CRM_STR("rev"), &r) ?
		    strtoull(r.p, NULL, 10) : 0;
		rev = i && own && rev ? own > rev ? own : rev :
		    i ? 0 : own;
		if (n < MAXGROUP)
			line[n++] = text;
		if (i == 0)
			continue;
		if (i > from)
			crm_buf_c(b, ',');
		crm_json_quote(b, id);
		if (n < MAXGROUP)
			crm_dedupe_why(s->m, rec[g->at[0]], x, g->n > 2 ? id :
			    CRM_STR(""), i == from, &why, &p);
	}
	crm_buf_c(b, ']');
	double low = weakest(s->m, in, g);
	crm_json_add_double(b, "_score", low > 0.9999 ? 0.9999 : low, 4);
	if (review)
		crm_json_add_raw(b, "_review", CRM_STR("true"));
	if (rev && from == 1)
		crm_json_add_u64(b, "_rev", rev);
	crm_json_key(b, "_why");
	crm_buf_c(b, '[');
	crm_buf_str(b, crm_buf_view(&why));
	crm_buf_c(b, ']');
	put_conflicts(b, line, n);
	crm_buf_c(b, '}');
	crm_buf_release(&why);
	return crm_out_record(d->out, crm_buf_view(b));
}

/* Leaves out the records that have the id of one before: there is nothing to
 * merge, and no way to tell which is meant. */
static void
drop_namesakes(const struct crm_match *m, const struct inside *in,
    struct group *g)
{
	struct crm_map seen = { 0 };
	size_t n = 0;
	for (size_t i = 0; i < g->n; i++) {
		bool fresh;
		crm_map_put(&seen, crm_match_id(m, in->c->rec[g->at[i]]),
		    &fresh);
		if (fresh)
			g->at[n++] = g->at[i];
	}
	g->n = n;
	crm_map_release(&seen);
}

static bool
put_group(struct crm_dedupe *d, struct crm_dedupe_set *s,
    const struct inside *in, struct group *g, bool review)
{
	bool more = true;
	drop_namesakes(s->m, in, g);
	for (size_t from = 1; from < g->n && more; from += PER_LINE) {
		size_t to = g->n - from > PER_LINE ? from + PER_LINE : g->n;
		d->found = true;
		more = d->cli->quiet || put_line(d, s, in, g, from, to, review);
	}
	return more;
}

/* Splits a cluster by its strong links; the records come oldest first, so the
 * first of each group is its oldest. */
static void
split(struct inside *c, double match)
{
	bool in[MAXGROUP] = { false };
	for (size_t i = 0; i < c->n; i++) {
		if (in[i])
			continue;
		struct group *x = &c->group[c->ngroups++];
		x->n = 0;
		put_in(x, i);
		in[i] = true;
		for (size_t k = 0; k < x->n; k++)
			for (size_t j = i + 1; j < c->n; j++) {
				if (in[j] || c->p[x->at[k] * c->n + j] < match)
					continue;
				/* A strong link does not outweigh a plain
				 * contradiction with the group's oldest. */
				if (c->p[i * c->n + j] < 0.02)
					continue;
				in[j] = true;
				put_in(x, j);
			}
	}
}

/* Each of the many members behind those goes where it is a match, or is left to
 * a person's judgement. */
static void
add_others(const struct crm_match *m, struct inside *c, double match)
{
	for (size_t i = c->n; i < c->c->n; i++) {
		struct group *to = NULL;
		for (size_t j = 0; j < c->ngroups && !to; j++)
			if (pair_p(m, c, c->group[j].at[0], i) >= match)
				to = &c->group[j];
		put_in(to ? to : &c->rest, i);
	}
}

static bool
plan_cluster(struct crm_dedupe *d, struct crm_dedupe_set *s,
    struct inside *in)
{
	double match = crm_dedupe_match(d->o);
	bool more = true;
	in->n = in->c->n < MAXGROUP ? in->c->n : MAXGROUP;
	in->ngroups = in->rest.n = 0;
	crm_match_inside(s->m, in->c, in->n, in->p);
	split(in, match);
	for (size_t j = 0; j < in->ngroups; j++)
		put_in(&in->rest, in->group[j].at[0]);
	add_others(s->m, in, match);
	for (size_t j = 0; j < in->ngroups && more; j++)
		more = put_group(d, s, in, &in->group[j], false);
	return more && put_group(d, s, in, &in->rest, true);
}

void
crm_dedupe_plan(struct crm_dedupe *d, struct crm_dedupe_set *s)
{
	size_t n;
	const struct crm_match_cluster *c = crm_match_clusters(s->m, &n);
	struct inside *in = crm_zalloc(sizeof(*in));
	in->p = crm_calloc(MAXGROUP * MAXGROUP, sizeof(*in->p));
	bool more = true;
	for (size_t i = 0; i < n && more && crm_out_more(d->out); i++) {
		in->c = &c[i];
		more = plan_cluster(d, s, in);
	}
	for (size_t i = 0; i < MAXGROUP; i++)
		free(in->group[i].at);
	free(in->rest.at);
	free(in->p);
	free(in);
}
