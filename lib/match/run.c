/* From records to clusters: the order of the steps. */
#include "match/inner.h"

#include <math.h>

static int
by_content(const void *a, const void *b)
{
	const struct crm_match_order *x = a, *y = b;
	uint64_t h = x->m->content[x->rec], k = y->m->content[y->rec];
	if (h != k)
		return h < k ? -1 : 1;
	return crm_str_cmp(x->m->id[x->rec], y->m->id[y->rec]);
}

static void
permute(void *p, size_t size, size_t n, const struct crm_match_order *o)
{
	if (p == NULL || n == 0)
		return;
	char *q = crm_reallocarray(NULL, n, size);
	for (size_t i = 0; i < n; i++)
		memcpy(q + i * size, (char *)p + o[i].rec * size, size);
	memcpy(p, q, n * size);
	free(q);
}

void
crm_match_permute(struct crm_match *m, const struct crm_match_order *o)
{
	permute(m->id, sizeof(*m->id), m->n, o);
	permute(m->age, sizeof(*m->age), m->n, o);
	permute(m->source, sizeof(*m->source), m->n, o);
	permute(m->content, sizeof(*m->content), m->n, o);
	permute(m->input, sizeof(*m->input), m->n, o);
	permute(m->row, m->ncols * sizeof(*m->row), m->n, o);
}

/* Numbers the records by what they hold, so that nothing later depends on the
 * order they came in. */
static void
put_in_order(struct crm_match *m)
{
	struct crm_match_order *o = crm_reallocarray(NULL, m->n + 1, sizeof(*o));
	for (size_t i = 0; i < m->n; i++)
		o[i] = (struct crm_match_order){ m, (uint32_t)i };
	qsort(o, m->n, sizeof(*o), by_content);
	crm_match_permute(m, o);
	m->row = crm_calloc(m->n * m->ncols + 1, sizeof(*m->row));
	for (size_t i = 0; i < m->n; i++)
		for (size_t c = 0; c < m->ncols; c++)
			CRM_AT(m, c, i) = m->col[c].val[o[i].rec];
	for (size_t c = 0; c < m->ncols; c++) {
		free(m->col[c].val);
		m->col[c].val = NULL;
		m->col[c].valcap = 0;
	}
	free(o);
}

static bool
has_words(enum crm_feat f)
{
	return f == CRM_F_ORG || f == CRM_F_CITY || f == CRM_F_TEXT ||
	    f == CRM_F_STREET;
}

/* How much a word says: its bits of information, less for words that mean
 * little. */
static float
weight_of(const struct crm_match *m, double w, uint32_t t)
{
	uint16_t f = m->tok[t].word->flags;
	if (w < 0.3)
		w = 0.3;
	if (f & CRM_WORD_NOISE)
		w *= 0.35;
	else if (f & (CRM_WORD_ORG | CRM_WORD_PARTICLE))
		w *= 0.6;
	return (float)w;
}

/* Shipped weights know of no frequencies: a word always says the same. */
static void
weigh_new_words(const struct crm_match *m, struct crm_col *c)
{
	crm_grow(&c->weight, &c->weightcap, m->tokens.n + 1,
	    sizeof(*c->weight));
	if (c->nweights == 0)
		c->weight[c->nweights++] = 0;	/* no word */
	for (; c->nweights < m->tokens.n; c->nweights++)
		c->weight[c->nweights] = weight_of(m, 5,
		    (uint32_t)c->nweights);
}

/* How many records have each word of a column, and how likely two records
 * share a value. */
static void
count_column(struct crm_match *m, struct crm_col *c)
{
	double n = c->present, same = 0;
	size_t skip = c->feat == CRM_F_STREET ? 2 : c->feat == CRM_F_ORG;
	bool count = has_words(c->feat) && !m->o.shipped;
	if (count)
		c->weight = crm_calloc(m->tokens.n + 1, sizeof(*c->weight));
	else if (has_words(c->feat))
		weigh_new_words(m, c);
	for (uint32_t v = 1; v < c->t.n; v++) {
		double k = c->count[v];
		same += k * (k - 1);
		if (!count)
			continue;
		struct crm_list l = crm_list_of(crm_intern_str(&c->t, v));
		for (size_t i = skip; i < l.n; i++)
			c->weight[l.t[i]] += (float)c->count[v];
	}
	for (uint32_t t = 1; count && t < m->tokens.n; t++)
		c->weight[t] = weight_of(m, log((c->present + 10.0) /
		    (c->weight[t] + 0.5)), t);
	c->exact = n > 1 ? same / (n * (n - 1)) : 0;
}

static enum crm_status
make_ready(struct crm_match *m, bool part, struct crm_err *err)
{
	crm_intake_free(m->intake);
	m->intake = NULL;
	if (m->n >= CRM_MAXREC)
		return crm_err_set(err, CRM_USAGE, "match.many",
		    _("too many records"));
	crm_match_split_names(m);
	put_in_order(m);
	crm_match_find_said(m);
	if (part)
		crm_match_part_copies(m);
	for (size_t c = 0; c < m->ncols; c++)
		count_column(m, &m->col[c]);
	crm_match_w_logs(m);
	return CRM_OK;
}

enum crm_status
crm_match_ready(struct crm_match *m, struct crm_err *err)
{
	return make_ready(m, false, err);
}

void
crm_match_clear(struct crm_match *m)
{
	for (size_t c = 0; c <= m->ncols; c++) {
		struct crm_col *x = c < m->ncols ? &m->col[c] : &m->names;
		crm_intern_release(&x->t);
		if (x->count)
			memset(x->count, 0, x->countcap * sizeof(*x->count));
		x->nmulti = 0;
		x->present = 0;
	}
	free(m->row);
	m->row = NULL;
	crm_arena_clear(&m->text);
	crm_buf_clear(&m->said_text);
	m->nsaid = 0;
	m->n = 0;
}

enum crm_status
crm_match_run(struct crm_match *m, struct crm_err *err)
{
	enum crm_status st = make_ready(m, true, err);
	if (st == CRM_OK)
		st = crm_match_candidates(m, err);
	if (st)
		return st;
	st = crm_match_w_learn(m, err);
	if (st)
		return st;
	if (crm_match_has_lessons(m))
		st = crm_match_refine(m, err);
	if (st == CRM_OK)
		st = crm_match_score(m, err);
	return st ? st : crm_match_group(m, err);
}
