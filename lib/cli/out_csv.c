#include "base/map.h"
#include "base/mem.h"
#include "base/spool.h"
#include "cli/out_impl.h"
#include "format/csv.h"

/* CSV and TSV. With -f the columns are known and rows pass through; without,
 * they are the dotted paths that occur, in the order of the records, so rows
 * wait until the last one was seen. */

struct column {
	struct crm_str path;
	struct column *next;	/* in the order of the output */
	struct crm_str val;	/* in the row being printed */
};

struct csv {
	struct crm_map index;	/* path -> struct column * */
	struct crm_arena mem;
	struct column first;	/* stands before the first */
	struct column *at;	/* the last one met in this row */
	struct crm_spool rows;
	struct crm_buf path;
	bool headed;
};

static struct csv *
state(struct crm_out *o)
{
	if (!o->state)
		o->state = crm_zalloc(sizeof(struct csv));
	return o->state;
}

static char
delimiter(const struct crm_out *o)
{
	return o->format == CRM_OUT_TSV ? '\t' : ',';
}

static void
end_row(struct crm_out *o)
{
	crm_buf_z(&o->buf, o->spreadsheet ? "\r\n" : "\n");
}

static void
add_cell(struct crm_out *o, struct crm_str s)
{
	if (o->spreadsheet) {
		crm_buf_clear(&o->val);
		crm_csv_defuse(&o->val, s);
		s = crm_buf_view(&o->val);
	}
	crm_csv_put(&o->buf, s, delimiter(o), CRM_CSV_MINIMAL);
}

static void
add_value(struct crm_out *o, struct crm_str val)
{
	if (!val.n || crm_json_kind(val) == 'n')
		return;
	crm_buf_clear(&o->tmp);
	crm_out_plain(&o->tmp, val);
	add_cell(o, crm_buf_view(&o->tmp));
}

static void
separate(struct crm_out *o, bool first)
{
	if (!first)
		crm_buf_c(&o->buf, delimiter(o));
}

static void
known_header(struct crm_out *o, struct csv *c)
{
	if (c->headed)
		return;
	c->headed = true;
	for (size_t i = 0; i < o->nfields; i++) {
		separate(o, i == 0);
		add_cell(o, o->fields[i]);
	}
	end_row(o);
}

/* The column of the path at hand, NULL where there is none yet. Records have
 * their fields in the order of the columns, so it mostly is the next one or
 * one soon after. */
static struct column *
find_column(struct csv *c, struct crm_str path)
{
	enum { NEAR = 8 };
	struct column *k = c->at->next;
	for (int i = 0; k && i < NEAR; i++, k = k->next)
		if (crm_str_eq(k->path, path))
			return k;
	struct crm_map_entry *e = crm_map_get(&c->index, path);
	return e ? e->v.p : NULL;
}

static void
note_column(void *ctx, struct crm_str path, struct crm_str val)
{
	struct csv *c = ctx;
	(void)val;
	struct column *k = find_column(c, path);
	if (!k) {
		k = crm_arena_zalloc(&c->mem, sizeof(*k));
		k->path = crm_arena_str(&c->mem, path);
		k->next = c->at->next;
		c->at->next = k;
		crm_map_put(&c->index, k->path, NULL)->v.p = k;
	}
	c->at = k;
}

static void
take_value(void *ctx, struct crm_str path, struct crm_str val)
{
	struct csv *c = ctx;
	struct column *k = find_column(c, path);
	if (!k)
		return;
	k->val = val;
	c->at = k;
}

static void
fail(struct crm_out *o, struct crm_err *err)
{
	crm_cli_fail(o->cli, err);
	o->broken = o->failed = true;
}

static void
csv_record(struct crm_out *o, const struct crm_out_row *r)
{
	struct csv *c = state(o);
	if (!o->nfields) {
		struct crm_err err = { 0 };
		c->at = &c->first;
		crm_out_leaves(&c->path, r->json, note_column, c);
		if (crm_spool_add(&c->rows, r->json, &err) != CRM_OK)
			fail(o, &err);
		return;
	}
	known_header(o, c);
	for (size_t i = 0; i < o->nfields; i++) {
		struct crm_str val;
		separate(o, i == 0);
		if (crm_out_value(o, r, o->fields[i], &val))
			add_value(o, val);
	}
	end_row(o);
}

static void
found_header(struct crm_out *o, struct csv *c)
{
	for (struct column *k = c->first.next; k; k = k->next) {
		separate(o, k == c->first.next);
		add_cell(o, k->path);
	}
	if (c->first.next)
		end_row(o);
}

static void
csv_end(struct crm_out *o)
{
	struct csv *c = state(o);
	if (o->nfields) {
		known_header(o, c);
		return;
	}
	struct crm_err err = { 0 };
	struct crm_str row;
	found_header(o, c);
	enum crm_status st = crm_spool_rewind(&c->rows, &err);
	while (st == CRM_OK && !o->broken &&
	    (st = crm_spool_next(&c->rows, &row, &err)) == CRM_OK) {
		for (struct column *k = c->first.next; k; k = k->next)
			k->val.n = 0;
		c->at = &c->first;
		crm_out_leaves(&c->path, row, take_value, c);
		for (struct column *k = c->first.next; k; k = k->next) {
			separate(o, k == c->first.next);
			add_value(o, k->val);
		}
		end_row(o);
		if (o->buf.n > 256 << 10)
			crm_out_flush(o);
	}
	if (st != CRM_OK && st != CRM_NOTFOUND)
		fail(o, &err);
}

static void
csv_release(struct crm_out *o)
{
	struct csv *c = o->state;
	if (!c)
		return;
	crm_map_release(&c->index);
	crm_arena_release(&c->mem);
	crm_spool_release(&c->rows);
	crm_buf_release(&c->path);
	free(c);
}

const struct crm_out_form crm_out_csv = { csv_record, csv_end, csv_release };
