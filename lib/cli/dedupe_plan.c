/* A merge plan: what would be merged into what, why, and what would clash. */
#include "cli/dedupe.h"
#include "format/json.h"

enum { MAXGROUP = 64 };

struct group {	/* members of a cluster, by their places in it */
	size_t at[MAXGROUP];
	size_t n;
};

/* A cluster and the probabilities of its pairs. */
struct inside {
	const struct crm_match_cluster *c;
	double *p;
	size_t n;	/* members that are looked at */
};

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

static bool
put_line(struct crm_dedupe *d, struct crm_dedupe_set *s,
    const struct inside *in, const struct group *g, bool review)
{
	const uint32_t *rec = in->c->rec;
	size_t n = g->n;
	struct crm_str line[MAXGROUP];
	struct crm_buf why = { 0 };
	double low = 1;
	uint64_t rev = 0;
	d->found = true;
	if (d->cli->quiet)
		return true;
	struct crm_buf *b = &d->buf;
	crm_buf_clear(b);
	crm_buf_c(b, '{');
	crm_json_add_str(b, "keep", crm_match_id(s->m, rec[g->at[0]]));
	crm_json_key(b, "merge");
	crm_buf_c(b, '[');
	for (size_t i = 0; i < n; i++) {
		double p, best = 0;
		uint32_t x = rec[g->at[i]];
		struct crm_str id = crm_match_id(s->m, x);
		line[i] = s->line[crm_match_input(s->m, x)];
		struct crm_str r;
		uint64_t own = crm_json_get(line[i], CRM_STR("rev"), &r) ?
		    strtoull(r.p, NULL, 10) : 0;
		rev = i && own && rev ? own > rev ? own : rev : i ? 0 : own;
		if (i == 0)
			continue;
		if (i > 1)
			crm_buf_c(b, ',');
		crm_json_quote(b, id);
		crm_dedupe_why(s->m, rec[g->at[0]], x, n > 2 ? id : CRM_STR(""),
		    i == 1, &why, &p);
		for (size_t j = 0; j < n; j++) {
			double q = j == i ? 0 : in->p[g->at[i] * in->n +
			    g->at[j]];
			best = q > best ? q : best;
		}
		low = best < low ? best : low;
	}
	crm_buf_c(b, ']');
	crm_json_add_double(b, "_score", low > 0.9999 ? 0.9999 : low, 4);
	if (review)
		crm_json_add_raw(b, "_review", CRM_STR("true"));
	if (rev)
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

/* Splits a cluster by its strong links; the records come oldest first, so the
 * first of each group is its oldest. */
static size_t
split(const struct inside *c, double match, struct group *g)
{
	size_t n = 0;
	bool in[MAXGROUP] = { false };
	for (size_t i = 0; i < c->n; i++) {
		if (in[i])
			continue;
		struct group *x = &g[n++];
		x->n = 0;
		x->at[x->n++] = i;
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
				x->at[x->n++] = j;
			}
	}
	return n;
}

void
crm_dedupe_plan(struct crm_dedupe *d, struct crm_dedupe_set *s)
{
	double match = crm_dedupe_match(d->o);
	size_t n;
	const struct crm_match_cluster *c = crm_match_clusters(s->m, &n);
	struct group *g = crm_calloc(MAXGROUP, sizeof(*g));
	struct inside in = { .p = crm_calloc(MAXGROUP * MAXGROUP,
	    sizeof(*in.p)) };
	bool more = true;
	for (size_t i = 0; i < n && more && crm_out_more(d->out); i++) {
		struct group rest = { .n = 0 };
		in.c = &c[i];
		in.n = c[i].n < MAXGROUP ? c[i].n : MAXGROUP;
		crm_match_inside(s->m, in.c, in.n, in.p);
		size_t k = split(&in, match, g);
		for (size_t j = 0; j < k; j++) {
			rest.at[rest.n++] = g[j].at[0];
			if (g[j].n > 1 && more)
				more = put_line(d, s, &in, &g[j], false);
		}
		if (k > 1 && more)
			more = put_line(d, s, &in, &rest, true);
	}
	free(in.p);
	free(g);
}
