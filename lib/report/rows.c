#include "report/rows.h"

#include "format/json.h"

size_t
crm_rows_column(struct crm_rows *r, struct crm_str name,
    enum crm_column_kind kind)
{
	crm_grow(&r->column, &r->capcolumns, r->ncolumns + 1,
	    sizeof(*r->column));
	r->column[r->ncolumns] = (struct crm_column){
		.name = crm_arena_str(&r->mem, name), .kind = kind };
	return r->ncolumns++;
}

size_t
crm_rows_add(struct crm_rows *r)
{
	crm_grow(&r->cell, &r->capcells, r->ncells + r->ncolumns,
	    sizeof(*r->cell));
	memset(r->cell + r->ncells, 0, r->ncolumns * sizeof(*r->cell));
	r->ncells += r->ncolumns;
	return crm_rows_len(r) - 1;
}

void
crm_rows_set(struct crm_rows *r, size_t row, size_t column,
    struct crm_str raw)
{
	r->cell[row * r->ncolumns + column] = raw.n ?
	    crm_arena_str(&r->mem, raw) : (struct crm_str){ 0 };
}

void
crm_rows_set_text(struct crm_rows *r, size_t row, size_t column,
    struct crm_str text)
{
	struct crm_buf b = { 0 };
	crm_json_quote(&b, text);
	crm_rows_set(r, row, column, crm_buf_view(&b));
	crm_buf_release(&b);
}

void
crm_dec_json(struct crm_buf *b, struct crm_dec v)
{
	while (v.scale > 0 && v.v % 10 == 0) {
		v.v /= 10;
		v.scale--;
	}
	crm_dec_format(b, v);
}

void
crm_rows_set_dec(struct crm_rows *r, size_t row, size_t column,
    struct crm_dec v)
{
	struct crm_buf b = { 0 };
	if (r->column[column].kind == CRM_COLUMN_MONEY) {
		crm_buf_c(&b, '"');
		crm_dec_format(&b, v);
		crm_buf_c(&b, '"');
	} else {
		crm_dec_json(&b, v);
	}
	crm_rows_set(r, row, column, crm_buf_view(&b));
	crm_buf_release(&b);
}

void
crm_rows_set_money(struct crm_rows *r, size_t row, size_t column,
    struct crm_str currency, struct crm_dec v)
{
	int digits = crm_currency_digits(crm_json_is_string(currency) ?
	    crm_json_inner(currency) : currency);
	digits = digits < 0 ? 2 : digits;
	if (v.scale >= digits || crm_dec_rescale(v, digits, CRM_HALF_EVEN, &v))
		crm_rows_set_dec(r, row, column, v);
}

void
crm_rows_set_u64(struct crm_rows *r, size_t row, size_t column, uint64_t v)
{
	char text[24];
	snprintf(text, sizeof(text), "%" PRIu64, v);
	crm_rows_set(r, row, column, crm_str_z(text));
}

void
crm_rows_set_ratio(struct crm_rows *r, size_t row, size_t column, uint64_t a,
    uint64_t b, int digits)
{
	const struct crm_dec one = { 1, 0 };
	struct crm_dec v;
	if (b && crm_dec_muldiv((struct crm_dec){ (crm_i128)a, 0 }, one,
	    (struct crm_dec){ (crm_i128)b, 0 }, digits, CRM_HALF_EVEN, &v))
		crm_rows_set_dec(r, row, column, v);
}

size_t
crm_rows_find(const struct crm_rows *r, struct crm_str name)
{
	for (size_t i = 0; i < r->ncolumns; i++)
		if (crm_str_eq(r->column[i].name, name))
			return i;
	return SIZE_MAX;
}

bool
crm_rows_dec(const struct crm_rows *r, size_t row, size_t column,
    struct crm_dec *out)
{
	struct crm_str v = crm_rows_cell(r, row, column);
	if (crm_json_is_string(v))
		v = crm_json_inner(v);
	return v.n && crm_dec_parse(v, out);
}

void
crm_rows_print(const struct crm_rows *r, size_t row, struct crm_buf *out)
{
	bool first = true;
	crm_buf_c(out, '{');
	for (size_t c = 0; c < r->ncolumns; c++) {
		struct crm_str v = crm_rows_cell(r, row, c);
		if (v.n == 0 || r->column[c].hidden)
			continue;
		if (!first)
			crm_buf_c(out, ',');
		first = false;
		crm_json_quote(out, r->column[c].name);
		crm_buf_c(out, ':');
		crm_buf_str(out, v);
	}
	crm_buf_c(out, '}');
}

void
crm_rows_release(struct crm_rows *r)
{
	free(r->column);
	free(r->cell);
	crm_arena_release(&r->mem);
	*r = (struct crm_rows){ 0 };
}
