/* Kind "basket": which products are bought together: pairs of products in one
 * purchase, their support, confidence and lift (Agrawal, Imielinski & Swami
 * 1993). "min" among the parameters: least purchases of a pair, 2 without. */
#include "base/map.h"
#include "format/json.h"
#include "report/kind.h"

enum { MOST_ITEMS = 64 };

struct state {
	struct crm_map one, two;	/* product, "a\0b" -> purchases */
	uint64_t purchases, least;
};

static enum crm_status
begin(struct crm_report_run *r, struct crm_err *err CRM_UNUSED)
{
	struct state *s = r->state;
	struct crm_str v;
	struct crm_dec d;
	s->least = 2;
	if (crm_report_param(r->def, "min", &v) && crm_dec_parse(v, &d) &&
	    d.scale == 0 && d.v > 0 && d.v < INT32_MAX)
		s->least = (uint64_t)d.v;
	return CRM_OK;
}

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	crm_map_release(&s->one);
	crm_map_release(&s->two);
}

static int
by_text(const void *a, const void *b)
{
	return crm_str_cmp(*(const struct crm_str *)a,
	    *(const struct crm_str *)b);
}

/* The different products of a record, sorted. */
static size_t
products(const struct crm_rec *rec, struct crm_str *out)
{
	struct crm_str v, none, e, p;
	size_t n = 0, k = 0;
	if (!crm_rec_get(rec, CRM_STR("items"), &v) || crm_json_kind(v) != '[')
		return 0;
	struct crm_json_iter it = crm_json_iter(v);
	while (n < MOST_ITEMS && crm_json_next(&it, &none, &e))
		if ((crm_json_get(e, CRM_STR("product"), &p) ||
		    crm_json_get(e, CRM_STR("name"), &p)) &&
		    crm_json_is_string(p) && p.n > 2)
			out[n++] = crm_json_inner(p);
	if (n)
		qsort(out, n, sizeof(*out), by_text);
	for (size_t i = 0; i < n; i++)
		if (k == 0 || !crm_str_eq(out[k - 1], out[i]))
			out[k++] = out[i];
	return k;
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_err *err CRM_UNUSED)
{
	struct state *s = r->state;
	struct crm_str p[MOST_ITEMS];
	struct crm_buf key = { 0 };
	size_t n = products(rec, p);
	s->purchases += n > 0;
	for (size_t i = 0; i < n; i++) {
		crm_map_put(&s->one, p[i], NULL)->v.u++;
		for (size_t k = i + 1; k < n; k++) {
			crm_buf_clear(&key);
			crm_buf_str(&key, p[i]);
			crm_buf_c(&key, '\0');
			crm_buf_str(&key, p[k]);
			crm_map_put(&s->two, crm_buf_view(&key), NULL)->v.u++;
		}
	}
	crm_buf_release(&key);
	return CRM_OK;
}

static int
by_count(const void *va, const void *vb)
{
	const struct crm_map_entry *const *a = va, *const *b = vb;
	if ((*a)->v.u != (*b)->v.u)
		return (*a)->v.u > (*b)->v.u ? -1 : 1;
	return crm_str_cmp((*a)->key, (*b)->key);
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "product", "with", "count",
		"support", "confidence", "lift" };
	struct state *s = r->state;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i < 2 ?
		    CRM_COLUMN_KEY : i == 2 || i == 5 ? CRM_COLUMN_NUMBER :
		    CRM_COLUMN_PERCENT);
	const struct crm_map_entry **e = crm_calloc(s->two.n, sizeof(*e));
	for (size_t i = 0; i < s->two.n; i++)
		e[i] = &s->two.e[i];
	if (s->two.n)
		qsort(e, s->two.n, sizeof(*e), by_count);
	for (size_t i = 0; i < s->two.n && e[i]->v.u >= s->least; i++) {
		size_t cut = crm_str_chr(e[i]->key, '\0');
		struct crm_str a = crm_str_sub(e[i]->key, 0, cut);
		struct crm_str b = crm_str_sub(e[i]->key, cut + 1, SIZE_MAX);
		uint64_t na = crm_map_get(&s->one, a)->v.u;
		uint64_t nb = crm_map_get(&s->one, b)->v.u;
		size_t row = crm_rows_add(out);
		crm_rows_set_text(out, row, 0, a);
		crm_rows_set_text(out, row, 1, b);
		crm_rows_set_u64(out, row, 2, e[i]->v.u);
		crm_rows_set_ratio(out, row, 3, e[i]->v.u, s->purchases, 4);
		crm_rows_set_ratio(out, row, 4, e[i]->v.u, na, 4);
		crm_rows_set_ratio(out, row, 5, e[i]->v.u * s->purchases,
		    na * nb, 4);
	}
	free(e);
}

const struct crm_report_kind crm_kind_basket = {
	.name = "basket", .types = "purchase", .state = sizeof(struct state),
	.begin = begin, .add = add, .rows = rows, .end = end
};
