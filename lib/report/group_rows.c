#include "report/group_impl.h"

#include "format/json.h"
#include "report/measure.h"

static int
by_order(const void *va, const void *vb)
{
	const struct crm_group_bucket *const *a = va, *const *b = vb;
	return crm_str_cmp((*a)->order, (*b)->order);
}

struct row_at {
	struct crm_rows *rows;
	size_t row;
};

static bool
row_value(void *ctx, struct crm_str name, struct crm_dec *out)
{
	const struct row_at *at = ctx;
	size_t c = crm_rows_find(at->rows, name);
	return c != SIZE_MAX && crm_rows_dec(at->rows, at->row, c, out);
}

static void
expr_cell(const struct crm_measure *m, int currency_digits,
    struct crm_rows *out, size_t row, size_t column)
{
	struct crm_dec v;
	struct row_at at = { out, row };
	int digits = m->digits >= 0 ? m->digits : m->money ? currency_digits : 6;
	if (crm_expr_value(m->expr, row_value, &at, &v) &&
	    crm_dec_rescale(v, digits, CRM_HALF_EVEN, &v))
		crm_rows_set_dec(out, row, column, v);
}

static void
write_group(struct crm_group *g, struct crm_group_bucket *b, struct crm_rows *out)
{
	const struct crm_group_spec *s = g->spec;
	size_t row = crm_rows_add(out);
	struct crm_str currency = s->in;
	for (size_t k = 0; k < g->nkeys; k++)
		crm_rows_set(out, row, k, b->key[k]);
	if (!currency.n && g->currency < g->nkeys && b->key[g->currency].n > 2)
		currency = crm_json_inner(b->key[g->currency]);
	int digits = currency.n ? crm_currency_digits(currency) : 2;
	if (digits < 0)
		digits = 2;
	for (size_t i = 0; i < s->nmeasures; i++) {
		const struct crm_measure *m = &s->measure[i];
		if (m->op == CRM_OP_EXPR)
			expr_cell(m, digits, out, row, g->nkeys + i);
		else
			crm_acc_cell(&b->acc[i], m, digits, out, row,
			    g->nkeys + i);
	}
}

void
crm_group_rows(struct crm_group *g, struct crm_rows *out)
{
	const struct crm_group_spec *s = g->spec;
	for (size_t k = 0; k < g->nkeys - g->money; k++) {
		crm_rows_column(out, s->by[k].name, CRM_COLUMN_KEY);
		out->column[k].time = s->by[k].bucket != CRM_BUCKET_NONE;
	}
	if (g->money)
		crm_rows_column(out, CRM_STR("currency"), CRM_COLUMN_KEY);
	for (size_t i = 0; i < s->nmeasures; i++) {
		const struct crm_measure *m = &s->measure[i];
		size_t c = crm_rows_column(out, m->name, m->money &&
		    m->op != CRM_OP_DISTINCT && m->op != CRM_OP_COUNT ?
		    CRM_COLUMN_MONEY : m->share ? CRM_COLUMN_PERCENT :
		    CRM_COLUMN_NUMBER);
		out->column[c].hidden = m->hidden;
	}
	if (g->index.n == 0 && s->nby == 0) {
		struct crm_str none[2] = { { 0 } };
		crm_buf_clear(&g->label);
		if (g->money && s->in.n) {
			crm_json_quote(&g->label, s->in);
			none[0] = crm_buf_view(&g->label);
		}
		crm_group_at(g, none);
	}
	struct crm_group_bucket **order = crm_calloc(g->index.n, sizeof(*order));
	for (size_t i = 0; i < g->index.n; i++)
		order[i] = &g->group[i];
	if (g->index.n)
		qsort(order, g->index.n, sizeof(*order), by_order);
	for (size_t i = 0; i < g->index.n; i++)
		write_group(g, order[i], out);
	free(order);
}
