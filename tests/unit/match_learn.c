/* What is learned stays sound on small sets of any kind: shares between 0 and
 * 1 that sum to 1, weights that rise with the level, probabilities that are
 * numbers, and nothing that depends on the order of the records. */
#include <math.h>

#include "match/inner.h"
#include "tap.h"

enum { FIELDS = 6, RECORDS = 120 };

static uint64_t state = 42;

static uint64_t
draw(uint64_t n)
{
	state += 0x9e3779b97f4a7c15u;
	return crm_mix64(state) % n;
}

struct row {
	char id[8], text[FIELDS][40];
	struct crm_str v[FIELDS];
	struct crm_match_vals vals[FIELDS];
};

static const struct crm_match_field *
fields(void)
{
	static const struct crm_match_field f[FIELDS] = {
		{ { "given", 5 }, CRM_MATCH_GIVEN },
		{ { "family", 6 }, CRM_MATCH_FAMILY },
		{ { "email", 5 }, CRM_MATCH_EMAIL },
		{ { "born", 4 }, CRM_MATCH_DATE },
		{ { "street", 6 }, CRM_MATCH_STREET },
		{ { "city", 4 }, CRM_MATCH_CITY }
	};
	return f;
}

/* Records from few or many values, with gaps; some all alike, some empty. */
static size_t
make_rows(struct row *r)
{
	static const char *const given[] = { "Anna", "Maria", "Jukka", "Ivan",
		"J", "Mohammed", "Olga Maria", "Xi" };
	static const char *const family[] = { "Virtanen", "Ivanov", "van Dyk",
		"Smith", "Smyth", "Garcia Lopez", "O'Neil", "Wu" };
	size_t n = draw(RECORDS), wide = 1 + draw(8), gaps = draw(60);
	for (size_t i = 0; i < n; i++) {
		unsigned k = (unsigned)draw(40 * wide);
		snprintf(r[i].id, sizeof(r[i].id), "r%zu", i);
		snprintf(r[i].text[0], 40, "%s", given[draw(wide)]);
		snprintf(r[i].text[1], 40, "%s", family[draw(wide)]);
		snprintf(r[i].text[2], 40, "m%u@x%u.example", k, k % 3);
		snprintf(r[i].text[3], 40, "19%02u-0%u-1%u", k % 90 + 10,
		    k % 9 + 1, k % 10);
		snprintf(r[i].text[4], 40, "%u Main Road", k % 7);
		snprintf(r[i].text[5], 40, "Town %u", k % 4);
		for (size_t f = 0; f < FIELDS; f++) {
			r[i].v[f] = crm_str_z(r[i].text[f]);
			r[i].vals[f] = (struct crm_match_vals){ &r[i].v[f],
				draw(100) >= gaps };
		}
	}
	return n;
}

static struct crm_match *
run(struct row *r, size_t n, bool backwards, unsigned threads)
{
	struct crm_match_opts o = { .field = fields(), .nfields = FIELDS,
		.threads = threads };
	struct crm_match *m = NULL;
	struct crm_err err = { 0 };
	if (crm_match_new(&o, &m, &err))
		return NULL;
	for (size_t k = 0; k < n; k++) {
		struct row *x = &r[backwards ? n - 1 - k : k];
		crm_match_add(m, crm_str_z(x->id), CRM_STR(""), CRM_STR(""),
		    x->vals);
	}
	if (crm_match_run(m, &err)) {
		crm_match_free(m);
		return NULL;
	}
	return m;
}

/* Shares of a column's levels: each in [0, 1], their sum 1; where the shares of
 * strangers are given, the weight rises. */
static bool
sound(const double *p, const double *u, size_t n)
{
	double sum = 0, last = -INFINITY;
	bool good = true;
	for (size_t l = 1; l <= n; l++) {
		double w = u ? log(p[l] / u[l]) : last;
		good &= p[l] >= 0 && p[l] <= 1 && !(w < last - 1e-9);
		sum += p[l];
		last = w;
	}
	return good && fabs(sum - 1) < 0.01;
}

static bool
sound_model(const struct crm_match *m)
{
	const struct crm_match_model *d = &m->model;
	bool good = true;
	for (int t = 0; t < 2; t++) {
		const struct crm_match_part *p = &d->part[t];
		double all = p->pm;
		for (int k = 0; k < CRM_RELATED; k++)
			all += p->pr[k];
		good &= p->pm > 0 && all < 1;
		for (size_t c = 0; c < m->ncols; c++) {
			size_t n = crm_match_levels(m->col[c].feat);
			good &= sound(d->u[c], NULL, n);
			/* Nothing is learned from 20 and fewer. */
			good &= sound(p->m[c], m->n > 20 ? d->u[c] : NULL, n);
		}
	}
	return good;
}

static bool
sound_pairs(struct crm_match *m)
{
	double precision, recall;
	size_t n;
	bool good = true;
	const struct crm_match_pair *p = crm_match_pairs(m, 0, &n);
	for (size_t i = 0; i < n; i++)
		good &= p[i].p >= 0 && p[i].p <= 1 && p[i].a != p[i].b;
	const struct crm_match_cluster *c = crm_match_clusters(m, &n);
	for (size_t i = 0; i < n; i++)
		good &= c[i].n > 1 && c[i].weakest >= 0 && c[i].weakest <= 1;
	crm_match_expect(m, 0.5, &precision, &recall);
	return good && precision >= 0 && precision <= 1 && recall >= 0 &&
	    recall <= 1.000001;
}

static bool
same_pairs(struct crm_match *x, struct crm_match *y)
{
	size_t n, k;
	const struct crm_match_pair *p = crm_match_pairs(x, 0.5, &n);
	const struct crm_match_pair *q = crm_match_pairs(y, 0.5, &k);
	bool same = n == k;
	for (size_t i = 0; i < n && same; i++)
		same = p[i].p == q[i].p && crm_str_eq(crm_match_id(x, p[i].a),
		    crm_match_id(y, q[i].a)) && crm_str_eq(
		    crm_match_id(x, p[i].b), crm_match_id(y, q[i].b));
	return same;
}

int
main(void)
{
	struct row *r = crm_calloc(RECORDS, sizeof(*r));
	bool ran = true, model = true, pairs = true, same = true;
	for (int i = 0; i < 60; i++) {
		size_t n = make_rows(r);
		struct crm_match *x = run(r, n, false, 1);
		struct crm_match *y = run(r, n, true, 2);
		ran &= x && y;
		if (x && y) {
			model &= sound_model(x);
			pairs &= sound_pairs(x);
			same &= same_pairs(x, y);
		}
		crm_match_free(x);
		crm_match_free(y);
	}
	free(r);
	ok(ran, "sets of any size run");
	ok(model, "shares are between 0 and 1 and sum to 1");
	ok(pairs, "probabilities are numbers between 0 and 1");
	ok(same, "neither order nor threads matter");
	return tap_end();
}
