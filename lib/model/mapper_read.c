/* Rows to record lines. */
#include "model/mapper.h"


static void
put_cell(struct crm_mapper *m, size_t i, struct crm_str s)
{
	m->cells[i] = (struct crm_cell){ m->text.n, s.n, true };
	crm_buf_str(&m->text, s);
}

static struct crm_str
own_text(const struct crm_mapper *m, struct crm_str cell)
{
	return m->conv.opts.spreadsheet ? crm_csv_undefuse(cell) : cell;
}

void
crm_mapper_take(struct crm_mapper *m, const struct crm_csv_row *row)
{
	crm_buf_clear(&m->text);
	for (size_t i = 0; i < m->ncells; i++)
		put_cell(m, i, own_text(m, row->cells[i]));
}

/* "* Work" is the label work of the primary one (Google), "*" alone none. */
static void
add_label(struct crm_mapper *m, struct crm_str value, struct crm_str label)
{
	struct crm_buf l = { 0 };
	if (label.n && *label.p == '*')
		label = crm_str_trim(crm_str_sub(label, 1, label.n));
	crm_header_fold(&l, label);
	struct crm_str had = crm_buf_view(&m->labels);
	/* a value that is address and number at once has one label */
	bool twice = had.n && memmem(had.p, had.n, value.p, value.n);
	if (l.n && !twice) {
		if (m->labels.n)
			crm_buf_c(&m->labels, ',');
		crm_buf_str(&m->labels, value);
		crm_buf_c(&m->labels, ':');
		crm_json_quote(&m->labels, crm_buf_view(&l));
	}
	crm_buf_release(&l);
}

/* The label of a list column's element: its own, or its group's. */
static struct crm_str
label_of(const struct crm_mapper *m, const struct crm_slot *s,
    const struct crm_binding *b)
{
	if (b->col->label.n || !b->group)
		return b->col->label;
	for (size_t i = 0; i < s->ncols; i++) {
		const struct crm_binding *o = &m->layout.bind[s->cols[i]];
		if (o->group == b->group && o->col->flags & CRM_COL_LABEL)
			return crm_mapper_cell(m, s->cols[i]);
	}
	return b->col->label;
}

/* The elements in raw JSON that are not in out (from `from` on) yet. */
static void
add_elements(struct crm_mapper *m, struct crm_str label, struct crm_str list,
    size_t from, struct crm_buf *out)
{
	crm_buf_clear(&m->array);
	crm_buf_c(&m->array, '[');
	crm_buf_str(&m->array, list);
	crm_buf_c(&m->array, ']');
	struct crm_json_iter it = crm_json_iter(crm_buf_view(&m->array));
	struct crm_str key, val;
	while (crm_json_next(&it, &key, &val)) {
		const char *had = out->n > from ? memmem(out->p + from,
		    out->n - from, val.p, val.n) : NULL;
		if (had)
			continue;
		if (out->n > from)
			crm_buf_c(out, ',');
		crm_buf_str(out, val);
		if (label.n)
			add_label(m, val, label);
	}
}

static enum crm_status
read_list(struct crm_mapper *m, const struct crm_slot *s, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_buf *one = &m->one;
	char currency[4];
	size_t from = out->n;
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < s->ncols; i++) {
		const struct crm_binding *b = &m->layout.bind[s->cols[i]];
		if (b->col->flags & CRM_COL_LABEL)
			continue;
		crm_buf_clear(one);
		st = crm_convert_read(&m->conv, b->col, b->field,
		    crm_mapper_cell(m, s->cols[i]), currency, one, err);
		if (st == CRM_OK)
			add_elements(m, label_of(m, s, b), crm_buf_view(one),
			    from, out);
		else if (st != CRM_NOTFOUND) {
			if (err)
				snprintf(err->field, sizeof(err->field),
				    "%.*s", CRM_FMT(m->layout.headers[
				    s->cols[i]]));
			break;
		}
		st = CRM_OK;
	}
	return st ? st : out->n > from ? CRM_OK : CRM_NOTFOUND;
}

static enum crm_status
read_parts(struct crm_mapper *m, const struct crm_slot *s, struct crm_buf *out)
{
	struct crm_buf text = { 0 };
	size_t full = 0;
	for (size_t i = 0; i < s->ncols; i++) {
		struct crm_str cell = crm_mapper_cell(m, s->cols[i]);
		if (i)
			crm_buf_c(&text, '\n');
		crm_buf_str(&text, cell);
		if (cell.n)
			full = text.n;
	}
	if (full)
		crm_json_quote(out, (struct crm_str){ text.p, full });
	crm_buf_release(&text);
	return full ? CRM_OK : CRM_NOTFOUND;
}

enum crm_status
crm_mapper_slot(struct crm_mapper *m, const struct crm_slot *s,
    char currency[4], struct crm_buf *out, struct crm_err *err)
{
	currency[0] = '\0';
	if (s->ncols == 0)
		return CRM_NOTFOUND;
	if (s->list)
		return read_list(m, s, out, err);
	if (s->ncols > 1 && m->layout.bind[s->cols[0]].col->part)
		return read_parts(m, s, out);
	for (size_t i = 0; i < s->ncols; i++) {
		const struct crm_binding *b = &m->layout.bind[s->cols[i]];
		enum crm_status st = crm_convert_read(&m->conv, b->col,
		    s->field, crm_mapper_said(m, s, s->cols[i]), currency,
		    out, &m->why);
		if (st == CRM_OK)
			return st;
		if (st != CRM_NOTFOUND)
			return crm_err_field(err, st, m->why.id,
			    m->layout.headers[s->cols[i]], "%s", m->why.msg);
	}
	return CRM_NOTFOUND;
}

static void
set_val(struct crm_mapper *m, size_t k, struct crm_str json)
{
	m->val[k] = (struct crm_cell){ m->vals.n, json.n, true };
	crm_buf_str(&m->vals, json);
}

/* The text of a string value already made. */
static void
add_text(struct crm_mapper *m, const char *top, struct crm_buf *out)
{
	for (size_t k = 0; k < m->layout.nslots; k++) {
		if (!m->val[k].some || m->layout.slots[k].sub.n ||
		    !crm_str_is(m->layout.slots[k].top, top))
			continue;
		if (out->n)
			crm_buf_c(out, ' ');
		crm_json_text(out, (struct crm_str){
		    m->vals.p + m->val[k].from, m->val[k].n });
	}
}

static bool
has_val(const struct crm_mapper *m, const char *top)
{
	for (size_t k = 0; k < m->layout.nslots; k++)
		if (m->val[k].some && crm_str_is(m->layout.slots[k].top, top))
			return true;
	return false;
}

/* ext.import of a row that brings no id of its own. */
static void
import_id(struct crm_mapper *m, size_t k)
{
	struct crm_buf *b = &m->array;
	char id[CRM_IMPORT_NAME + 2];
	crm_buf_clear(b);
	for (size_t i = 0; i < m->ncells; i++) {
		crm_buf_str(b, crm_mapper_cell(m, i));
		crm_buf_c(b, '\0');
	}
	id[0] = '"';
	crm_import_name(&m->seen, crm_buf_view(b), id + 1);
	snprintf(id + strlen(id), 2, "\"");
	set_val(m, k, crm_str_z(id));
}

static void
derived(struct crm_mapper *m, const char *currency)
{
	const struct crm_layout *l = &m->layout;
	struct crm_buf b = { 0 };
	bool own_id = has_val(m, "id") || has_val(m, "ext");
	for (size_t k = 0; k < l->nslots; k++) {
		const struct crm_slot *s = &l->slots[k];
		if (m->val[k].some)
			continue;
		crm_buf_clear(&b);
		if (s->constant.n)
			set_val(m, k, s->constant);
		else if (crm_str_is(s->top, "type") && m->type) {
			crm_json_quote(&b, m->row_type.n ? m->row_type :
			    m->type->name);
			set_val(m, k, crm_buf_view(&b));
		} else if (crm_str_is(s->top, "currency") && *currency) {
			crm_json_quote(&b, crm_str_z(currency));
			set_val(m, k, crm_buf_view(&b));
		} else if (crm_str_is(s->top, "labels") && m->labels.n) {
			crm_buf_printf(&b, "{%.*s}",
			    CRM_FMT(crm_buf_view(&m->labels)));
			set_val(m, k, crm_buf_view(&b));
		} else if (crm_str_is(s->top, "name") && !s->sub.n) {
			struct crm_buf q = { 0 };
			add_text(m, "given_name", &b);
			add_text(m, "family_name", &b);
			if (b.n)
				crm_json_quote(&q, crm_buf_view(&b));
			if (b.n)
				set_val(m, k, crm_buf_view(&q));
			crm_buf_release(&q);
		} else if (crm_str_is(s->sub, "import") && !own_id)
			import_id(m, k);
	}
	crm_buf_release(&b);
}

static enum crm_status
read_vals(struct crm_mapper *m, struct crm_err *err)
{
	const struct crm_layout *l = &m->layout;
	char currency[4] = "", one[4];
	struct crm_buf *b = &m->val_tmp;
	enum crm_status st = CRM_OK;
	crm_buf_clear(&m->vals);
	crm_buf_clear(&m->labels);
	snprintf(currency, sizeof(currency), "%.*s",
	    CRM_FMT(m->conv.opts.currency));
	bool money = false;
	for (size_t k = 0; !st && k < l->nslots; k++) {
		crm_buf_clear(b);
		m->val[k] = (struct crm_cell){ 0, 0, false };
		st = crm_mapper_slot(m, &l->slots[k], one, b, err);
		if (st == CRM_OK && l->slots[k].list) {
			crm_buf_c(b, ']');
			crm_buf_c(b, '[');
			memmove(b->p + 1, b->p, b->n - 1);
			b->p[0] = '[';
		}
		if (st == CRM_OK)
			set_val(m, k, crm_buf_view(b));
		if (st == CRM_OK && l->slots[k].ncols)
			money = money || l->bind[l->slots[k].cols[0]].col->conv
			    == CRM_CV_MONEY;
		if (st == CRM_OK && one[0])
			memcpy(currency, one, sizeof(one));
		if (st == CRM_NOTFOUND) {
			crm_mapper_doubt(m, &l->slots[k]);
			st = CRM_OK;
		}
	}
	if (!st)
		derived(m, money ? currency : "");
	return st;
}

/* The line from the values in their order. *raw_at: where raw belongs. */
static void
print_vals(struct crm_mapper *m, struct crm_buf *out, size_t *raw_at)
{
	const struct crm_layout *l = &m->layout;
	struct crm_str open = { NULL, 0 };
	*raw_at = SIZE_MAX;
	crm_buf_c(out, '{');
	for (size_t k = 0; k < l->nslots; k++) {
		const struct crm_slot *s = &l->slots[k];
		bool clear = m->conv.opts.clear && s->ncols && !s->constant.n &&
		    !crm_str_is(s->top, "ext") && !crm_str_is(s->top, "id");
		if (open.n && !crm_str_eq(open, s->top)) {
			crm_buf_c(out, '}');
			open.n = 0;
		}
		if (crm_str_is(s->top, "raw"))
			*raw_at = out->n;
		if (!m->val[k].some && !clear)
			continue;
		if (s->sub.n && !open.n) {
			open = s->top;
			crm_json_comma(out);
			crm_json_quote(out, s->top);
			crm_buf_z(out, ":{");
		}
		crm_json_comma(out);
		crm_json_quote(out, s->json_key);
		crm_buf_c(out, ':');
		if (m->val[k].some)
			crm_buf_add(out, m->vals.p + m->val[k].from,
			    m->val[k].n);
		else
			crm_buf_z(out, "null");
	}
	if (open.n)
		crm_buf_c(out, '}');
	crm_buf_c(out, '}');
}

/* What the fields would not give back of this row: cells, quotes, ends. */
static void
add_exceptions(struct crm_mapper *m, const struct crm_csv_row *row,
    struct crm_str after, struct crm_buf *b)
{
	const struct crm_layout *l = &m->layout;
	struct crm_buf keep = { 0 }, q = { 0 };
	/* a row without quotes has no cell that needs them */
	bool bare = row->bytes.n && !memchr(row->bytes.p, '"', row->bytes.n);
	for (size_t i = 0; i < l->n; i++) {
		const struct crm_binding *bind = &l->bind[i];
		struct crm_str cell = own_text(m, row->cells[i]);
		/* the store will say when it first saw the record */
		bool unsaid = bind->col && !cell.n && crm_str_is(
		    bind->col->top, "created");
		if (unsaid || (bind->col && bind->col->conv != CRM_CV_REFNAME
		    && !crm_str_eq(cell, crm_mapper_cell(m, i)))) {
			crm_buf_printf(&keep, "%s\"%zu\":", keep.n ? "," : "",
			    i);
			crm_json_quote(&keep, cell);
		}
		if (l->frame.n)
			continue;
		bool usual = bind->quoting == 'a' ||
		    (bind->quoting == 'f' && cell.n) || (!bare &&
		    crm_csv_needs_quotes(cell, l->delimiter));
		if (row->quoted[i] != usual)
			crm_buf_printf(&q, "%s%zu", q.n ? "," : "", i);
	}
	if (keep.n)
		crm_buf_printf(b, ",\"keep\":{%.*s}",
		    CRM_FMT(crm_buf_view(&keep)));
	if (q.n)
		crm_buf_printf(b, ",\"q\":[%.*s]", CRM_FMT(crm_buf_view(&q)));
	if (l->frame.n)
		crm_mapper_frame_except(m, row->bytes, b);
	if (!crm_str_eq(row->end, l->end)) {
		crm_buf_z(b, ",\"e\":");
		crm_json_quote(b, row->end);
	}
	if (row->before.n) {
		crm_buf_z(b, ",\"b\":");
		crm_json_quote(b, row->before);
	}
	if (after.n) {
		crm_buf_z(b, ",\"a\":");
		crm_json_quote(b, after);
	}
	if ((m->rows & (m->rows - 1)) == 0 || m->rows % 512 == 0)
		crm_buf_printf(b, ",\"layout\":%.*s", CRM_FMT(l->text));
	crm_buf_release(&keep);
	crm_buf_release(&q);
}

static void
make_raw(struct crm_mapper *m, const struct crm_csv_row *row,
    struct crm_str after)
{
	const struct crm_layout *l = &m->layout;
	struct crm_buf *b = &m->raw;
	crm_buf_clear(b);
	crm_buf_z(b, "\"raw\":{");
	crm_json_quote(b, m->system);
	crm_buf_z(b, ":{\"@\":[\"");
	crm_buf_str(b, l->id);
	crm_buf_z(b, "\",{");
	size_t from = b->n;
	add_exceptions(m, row, after, b);
	if (b->n > from) {	/* the first comma goes */
		memmove(b->p + from, b->p + from + 1, b->n - from - 1);
		b->n--;
		crm_buf_z(b, "}]");
	} else {
		b->n = from - l->id.n - 5;
		crm_buf_c(b, '"');
		crm_buf_str(b, l->id);
		crm_buf_c(b, '"');
	}
	for (size_t i = 0; i < l->n; i++) {
		const struct crm_binding *bind = &l->bind[i];
		struct crm_str cell = own_text(m, row->cells[i]);
		bool ref = bind->col && (bind->col->conv == CRM_CV_REF ||
		    bind->col->conv == CRM_CV_REFS ||
		    bind->col->conv == CRM_CV_REFNAME);
		if (!cell.n || (bind->col && !ref))
			continue;
		crm_buf_c(b, ',');
		crm_json_quote(b, bind->raw);
		crm_buf_c(b, ':');
		crm_json_quote(b, cell);
	}
	crm_buf_z(b, "}}");
}

/* Rows mostly give the same members: their keys need no look at then. */
static enum crm_status
scan_line(struct crm_mapper *m, struct crm_err *err)
{
	static const struct crm_json_limits lim = { .line = 8 << 20 };
	struct crm_json_obj *o = &m->obj;
	bool plain = true;
	o->expect = m->nexpect ? m->expect : NULL;
	o->nexpect = m->nexpect;
	enum crm_status st = crm_json_scan(crm_buf_view(&m->line), &lim, o,
	    err);
	if (st || o->as_expected)
		return st;
	crm_buf_clear(&m->keys);
	for (size_t i = 0; i < o->n; i++) {
		crm_buf_str(&m->keys, o->m[i].key);
		plain = plain && !o->m[i].key_esc;
	}
	crm_grow(&m->expect, &m->capexpect, o->n, sizeof(*m->expect));
	m->nexpect = plain ? o->n : 0;
	size_t at = 0;
	for (size_t i = 0; i < m->nexpect; at += o->m[i++].key.n)
		m->expect[i] = (struct crm_str){ m->keys.p + at,
			o->m[i].key.n };
	return CRM_OK;
}

enum crm_status
crm_mapper_read(struct crm_mapper *m, const struct crm_csv_row *row,
    struct crm_str after, struct crm_str src_file, struct crm_buf *out,
    struct crm_err *err)
{
	size_t raw_at;
	if (row->n != m->ncells)
		return crm_err_set(err, CRM_INVALID, "csv.columns",
		    _("%zu cells where the header has %zu"), row->n,
		    m->ncells);
	crm_mapper_take(m, row);
	m->row_type = crm_mapper_type(m);
	enum crm_status st = read_vals(m, err);
	if (st)
		return st;
	m->rows++;
	crm_buf_clear(&m->line);
	print_vals(m, &m->line, &raw_at);
	st = scan_line(m, err);
	if (st)
		return st;
	crm_mapper_rebuild(m);
	make_raw(m, row, after);
	struct crm_str s = crm_buf_view(&m->line);
	size_t at = raw_at < s.n - 1 ? raw_at : s.n - 1;
	crm_buf_str(out, crm_str_sub(s, 0, at));
	crm_json_comma(out);
	crm_buf_str(out, crm_buf_view(&m->raw));
	s = crm_str_sub(s, at, s.n - 1 - at);
	if (s.n && *s.p != ',')
		crm_buf_c(out, ',');
	crm_buf_str(out, s);
	crm_buf_z(out, ",\"_src\":{\"file\":");
	crm_json_quote(out, src_file);
	crm_buf_z(out, ",\"line\":");
	crm_buf_u64(out, row->line);
	crm_buf_z(out, "}}");
	return CRM_OK;
}
