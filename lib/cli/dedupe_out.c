/* Pairs and clusters as lines. */
#include "cli/dedupe.h"
#include "format/json.h"

#include <math.h>

/* The entries of `_why` for a pair, without the brackets; id (may be empty)
 * tells which of several records they are about. */
void
crm_dedupe_why(const struct crm_match *m, uint32_t a, uint32_t b,
    struct crm_str id, bool first, struct crm_buf *out, double *p)
{
	struct crm_match_why w[24];
	double prior;
	size_t n = crm_match_explain(m, a, b, w, &prior, p);
	for (size_t i = 0; i < n; i++) {
		if (i || !first)
			crm_buf_c(out, ',');
		crm_buf_c(out, '{');
		if (id.n)
			crm_json_add_str(out, "id", id);
		crm_json_add_str(out, "field", w[i].field);
		crm_json_add_str(out, "level", crm_str_z(w[i].level));
		crm_json_add_double(out, "weight", w[i].weight, 1);
		crm_buf_c(out, '}');
	}
}

static void
put_score(struct crm_buf *b, double p)
{
	crm_json_add_double(b, "_score", p > 0.9999 ? 0.9999 : p, 4);
}

static void
crossing(const struct crm_dedupe *d, const struct crm_dedupe_set *s,
    uint32_t *a, uint32_t *b)
{
	/* Records of the store were added first: the store's is b. */
	if (d->o->against && crm_match_input(s->m, *a) <
	    crm_match_input(s->m, *b)) {
		uint32_t t = *a;
		*a = *b;
		*b = t;
	}
}

/* What the records that both were grouped with, or not, add to the pair's own
 * weights. */
static double
weight_of_others(double own, double p)
{
	double weight = log2(p / (1 - p)) - log2(own / (1 - own));
	return fabs(weight) < 0.05 || !isfinite(weight) ? 0 : weight;
}

static void
put_others(struct crm_buf *b, double own, double p)
{
	double weight = weight_of_others(own, p);
	if (weight == 0)
		return;
	if (b->p[b->n - 1] != '[')
		crm_buf_c(b, ',');
	crm_buf_c(b, '{');
	crm_json_add_str(b, "field", CRM_STR("_others"));
	crm_json_add_str(b, "level", weight > 0 ? CRM_STR("alike") :
	    CRM_STR("unlike"));
	crm_json_add_double(b, "weight", weight, 1);
	crm_buf_c(b, '}');
}

static void
put_step(struct crm_buf *b, struct crm_str field, const char *level,
    double weight, double *sum)
{
	*sum += weight;
	crm_buf_printf(b, "%-20.*s %-22s %+7.1f  %+7.1f\n", CRM_FMT(field),
	    level, weight, *sum);
}

bool
crm_dedupe_waterfall(struct crm_dedupe *d, const struct crm_match *m,
    uint32_t a, uint32_t b, double p)
{
	struct crm_match_why w[24];
	double prior, own;
	size_t n = crm_match_explain(m, a, b, w, &prior, &own);
	double sum = prior, others = weight_of_others(own, p);
	crm_buf_printf(&d->buf, "%-20s %-22s %+7.1f\n", _("before looking"),
	    "", prior);
	for (size_t i = 0; i < n; i++)
		put_step(&d->buf, w[i].field, w[i].level, w[i].weight, &sum);
	if (others != 0)
		put_step(&d->buf, CRM_STR("_others"), others > 0 ? "alike" :
		    "unlike", others, &sum);
	crm_buf_printf(&d->buf, _("bits in all %+.1f, probability %.4f\n\n"),
	    sum, p > 0.9999 ? 0.9999 : p);
	return crm_out_text(d->out, crm_buf_view(&d->buf));
}

static bool
explain_pair(struct crm_dedupe *d, const struct crm_match *m, uint32_t a,
    uint32_t b, double p)
{
	struct crm_str x = crm_match_id(m, a), y = crm_match_id(m, b);
	crm_buf_clear(&d->buf);
	crm_buf_printf(&d->buf, "%.*s  %.*s  %s\n", CRM_FMT(x), CRM_FMT(y),
	    p >= crm_dedupe_match(d->o) ? "match" : "review");
	return crm_dedupe_waterfall(d, m, a, b, p);
}

bool
crm_dedupe_pair(struct crm_dedupe *d, const struct crm_match *m, uint32_t a,
    uint32_t b, double p)
{
	double match = crm_dedupe_match(d->o), again;
	if (d->o->explain)
		return explain_pair(d, m, a, b, p);
	crm_buf_clear(&d->buf);
	crm_buf_c(&d->buf, '{');
	crm_json_add_str(&d->buf, "a", crm_match_id(m, a));
	crm_json_add_str(&d->buf, "b", crm_match_id(m, b));
	put_score(&d->buf, p);
	crm_json_add_str(&d->buf, "_decision", crm_str_z(p >= match ?
	    "match" : "review"));
	crm_json_key(&d->buf, "_why");
	crm_buf_c(&d->buf, '[');
	crm_dedupe_why(m, a, b, CRM_STR(""), true, &d->buf, &again);
	put_others(&d->buf, again, p);
	crm_buf_z(&d->buf, "]}");
	return crm_out_record(d->out, crm_buf_view(&d->buf));
}

void
crm_dedupe_pairs(struct crm_dedupe *d, struct crm_dedupe_set *s)
{
	double review = crm_dedupe_review(d->o);
	double match = crm_dedupe_match(d->o);
	if (match < review)
		review = match;
	size_t n;
	const struct crm_match_pair *pair = crm_match_pairs(s->m, review, &n);
	for (size_t i = 0; i < n; i++) {
		uint32_t a = pair[i].a, b = pair[i].b;
		d->found = true;
		if (d->cli->quiet || !crm_out_more(d->out))
			return;
		crossing(d, s, &a, &b);
		if (!crm_dedupe_pair(d, s->m, a, b, pair[i].p))
			return;
	}
}

void
crm_dedupe_clusters(struct crm_dedupe *d, struct crm_dedupe_set *s)
{
	size_t n;
	const struct crm_match_cluster *c = crm_match_clusters(s->m, &n);
	for (size_t i = 0; i < n; i++) {
		d->found = true;
		if (d->cli->quiet || !crm_out_more(d->out))
			return;
		crm_buf_clear(&d->buf);
		crm_buf_c(&d->buf, '{');
		crm_json_add_str(&d->buf, "_cluster", crm_match_id(s->m,
		    c[i].rec[0]));
		crm_json_key(&d->buf, "ids");
		crm_buf_c(&d->buf, '[');
		for (size_t k = 0; k < c[i].n; k++) {
			if (k)
				crm_buf_c(&d->buf, ',');
			crm_json_quote(&d->buf, crm_match_id(s->m,
			    c[i].rec[k]));
		}
		crm_buf_c(&d->buf, ']');
		put_score(&d->buf, c[i].weakest);
		crm_buf_c(&d->buf, '}');
		if (!crm_out_record(d->out, crm_buf_view(&d->buf)))
			return;
	}
}
