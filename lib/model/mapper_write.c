/* Record lines to rows. */
#include "model/mapper.h"

static const struct crm_str none;

void
crm_mapper_put(struct crm_mapper *m, size_t i, struct crm_str text)
{
	m->cells[i] = (struct crm_cell){ m->text.n, text.n, true };
	crm_buf_str(&m->text, text);
}

/* The raw value of a slot in the scanned record; empty where absent. Slots are
 * mostly asked for in the record's own order: the search goes on from there. */
static struct crm_str
value_of(struct crm_mapper *m, const struct crm_slot *s)
{
	struct crm_str val;
	for (size_t n = 0; n < m->obj.n; n++) {
		size_t at = m->hint + n, i = at < m->obj.n ? at : at - m->obj.n;
		const struct crm_json_member *o = &m->obj.m[i];
		if (!(o->key_esc ? crm_json_eq(o->key, s->top) :
		    crm_str_eq(o->key, s->top)))
			continue;
		m->hint = i;
		if (!s->sub.n)
			return crm_json_kind(o->val) == 'n' ? none : o->val;
		if (crm_json_get(o->val, s->sub, &val) &&
		    crm_json_kind(val) != 'n')
			return val;
		return none;
	}
	return none;
}

static struct crm_str
member_of(struct crm_mapper *m, const char *key)
{
	struct crm_slot s = { .top = crm_str_z(key) };
	return value_of(m, &s);
}

static void
write_parts(struct crm_mapper *m, const struct crm_slot *s,
    struct crm_str val)
{
	crm_buf_clear(&m->tmp);
	crm_json_text(&m->tmp, val);
	struct crm_str rest = crm_buf_view(&m->tmp), line;
	for (size_t i = 0; i < s->ncols; i++) {
		if (i + 1 == s->ncols)
			line = rest.p ? rest : none;
		else if (!crm_str_split(&rest, '\n', &line))
			line = none;
		crm_mapper_put(m, s->cols[i], line);
	}
}

/* "work" as an address book shows it. */
static void
put_label(struct crm_mapper *m, size_t i, struct crm_str label)
{
	struct crm_buf b = { 0 };
	crm_buf_str(&b, label);
	if (b.n && *b.p >= 'a' && *b.p <= 'z')
		*b.p = (char)(*b.p - 32);
	crm_mapper_put(m, i, crm_buf_view(&b));
	crm_buf_release(&b);
}

/* The label of an element in labels{}, in tmp; empty without. */
static struct crm_str
label_of(struct crm_mapper *m, struct crm_str labels, struct crm_str element,
    struct crm_buf *tmp)
{
	struct crm_str val;
	if (!labels.n || !crm_json_is_string(element))
		return none;
	crm_buf_clear(&m->tmp);
	crm_json_text(&m->tmp, element);
	if (!crm_json_get(labels, crm_buf_view(&m->tmp), &val))
		return none;
	crm_buf_clear(tmp);
	crm_json_text(tmp, val);
	return crm_buf_view(tmp);
}

enum { LIST_MAX = 64 };

struct elements {
	struct crm_str v[LIST_MAX];
	bool used[LIST_MAX];
	size_t n;
};

static void
write_one(struct crm_mapper *m, size_t col, struct crm_str val)
{
	const struct crm_binding *b = &m->layout.bind[col];
	size_t from = m->text.n;
	crm_convert_write(&m->conv, b->col, val, b->style, &m->text);
	m->cells[col] = (struct crm_cell){ from, m->text.n - from, true };
}

/* A reference that the store has resolved to a plain id names its record's id
 * in the other system, or else what the source said. */
static bool
write_resolved(struct crm_mapper *m, size_t col, struct crm_str val)
{
	const struct crm_binding *b = &m->layout.bind[col];
	bool name = b->col->conv == CRM_CV_REFNAME;
	bool ref = b->col->conv == CRM_CV_REF || b->col->conv == CRM_CV_KEY;
	if (!(ref || name) || !crm_json_is_string(val))
		return false;
	struct crm_buf id = { 0 }, text = { 0 }, path = { 0 };
	crm_json_text(&id, val);
	bool plain = !crm_str_starts(crm_buf_view(&id), CRM_STR("ext.")) &&
	    crm_str_chr(crm_buf_view(&id), ':') == id.n;
	if (name)
		crm_buf_z(&path, "name");
	else if (b->col->conv == CRM_CV_KEY)
		crm_buf_printf(&path, crm_str_is(b->col->arg, "email") ?
		    "emails" : "%.*s", CRM_FMT(b->col->arg));
	else
		crm_buf_printf(&path, "ext.%.*s", CRM_FMT(m->system));
	if (b->col->conv == CRM_CV_REF)
		crm_buf_str(&text, b->col->arg);
	if (plain && m->resolve && m->resolve(m->ctx, crm_buf_view(&id),
	    crm_buf_view(&path), &text)) {
		struct crm_buf said = { 0 };
		crm_convert_id(crm_buf_view(&text), b->style, &said);
		/* raw's copy may have blanks round the name */
		if (!name || !crm_str_eq(crm_str_trim(crm_mapper_cell(m, col)),
		    crm_buf_view(&said)))
			crm_mapper_put(m, col, crm_buf_view(&said));
		crm_buf_release(&said);
	}
	crm_buf_release(&id);
	crm_buf_release(&text);
	crm_buf_release(&path);
	return plain || name;	/* else raw's copy stands */
}

/* Columns with a label take the first element so labelled, the others what is
 * left, in order. */
static void
write_list(struct crm_mapper *m, const struct crm_slot *s, struct crm_str val)
{
	struct elements e = { .n = 0 };
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, labels = member_of(m, "labels");
	struct crm_buf tmp = { 0 };
	while (e.n < LIST_MAX && crm_json_next(&it, &key, &e.v[e.n]))
		e.n++;
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < s->ncols; i++) {
			const struct crm_column *c =
			    m->layout.bind[s->cols[i]].col;
			if ((pass == 0) != (c->label.n > 0) ||
			    c->flags & CRM_COL_LABEL)
				continue;
			size_t k = 0;
			for (; k < e.n; k++)
				if (!e.used[k] && (pass || crm_str_eq(c->label,
				    label_of(m, labels, e.v[k], &tmp))))
					break;
			if (k == e.n)
				continue;
			e.used[k] = true;
			if (!write_resolved(m, s->cols[i], e.v[k]))
				write_one(m, s->cols[i], e.v[k]);
			unsigned g = m->layout.bind[s->cols[i]].group;
			struct crm_str l = label_of(m, labels, e.v[k], &tmp);
			for (size_t j = 0; g && j < s->ncols; j++) {
				const struct crm_binding *o =
				    &m->layout.bind[s->cols[j]];
				if (o->group == g &&
				    o->col->flags & CRM_COL_LABEL)
					put_label(m, s->cols[j], l);
			}
		}
	}
	crm_buf_release(&tmp);
}

/* One element of a list of references, appended; false where only the source's
 * own text can say it. */
static bool
write_element(struct crm_mapper *m, const struct crm_column *c,
    struct crm_str val, struct crm_buf *out)
{
	struct crm_buf id = { 0 }, path = { 0 };
	crm_json_text(&id, val);
	bool plain = crm_str_chr(crm_buf_view(&id), ':') == id.n, good = true;
	crm_buf_printf(&path, "ext.%.*s", CRM_FMT(m->system));
	if (plain)
		good = m->resolve && m->resolve(m->ctx, crm_buf_view(&id),
		    crm_buf_view(&path), out);
	else
		crm_convert_write(&m->conv, c, val, none, out);
	crm_buf_release(&id);
	crm_buf_release(&path);
	return good;
}

/* References in a list: joined in the one column for all, or one a column.
 * raw's copy stands where the store does not know the other system's id. */
static void
write_refs(struct crm_mapper *m, const struct crm_slot *s, struct crm_str val)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, one;
	struct crm_buf out = { 0 };
	size_t i = 0;
	bool good = true;
	while (good && crm_json_next(&it, &key, &one)) {
		const struct crm_column *c = m->layout.bind[s->cols[i]].col;
		bool all = c->conv == CRM_CV_REFS;
		if (all && out.n)
			crm_buf_c(&out, ';');
		if (!all)
			crm_buf_clear(&out);
		if (c->arg.n && crm_str_chr(one, ':') == one.n)
			crm_buf_str(&out, c->arg);
		good = write_element(m, c, one, &out);
		if (!all && good)
			crm_mapper_put(m, s->cols[i], crm_buf_view(&out));
		if (!all && ++i == s->ncols)
			break;
	}
	if (good && m->layout.bind[s->cols[0]].col->conv == CRM_CV_REFS)
		crm_mapper_put(m, s->cols[0], crm_buf_view(&out));
	crm_buf_release(&out);
}

/* A cell for one of several fields says the first of them that there is. */
static bool
speaks(struct crm_mapper *m, const struct crm_slot *s, size_t col)
{
	const struct crm_column *c = m->layout.bind[col].col;
	for (size_t i = 0; i < c->nalts; i++) {
		struct crm_slot other = { .top = c->alts[i] };
		if (crm_str_eq(other.top, s->top))
			return true;
		if (value_of(m, &other).n)
			return false;
	}
	return true;
}

static void
write_slot(struct crm_mapper *m, const struct crm_slot *s, struct crm_str val)
{
	if (!s->ncols || !val.n)
		return;
	const struct crm_column *c = m->layout.bind[s->cols[0]].col;
	if (s->ncols > 1 && c->part && crm_json_is_string(val)) {
		write_parts(m, s, val);
		return;
	}
	bool whole = c->conv == CRM_CV_LIST;
	if (crm_json_kind(val) == '[' && (c->conv == CRM_CV_REF ||
	    c->conv == CRM_CV_REFS)) {
		write_refs(m, s, val);
		return;
	}
	if (crm_json_kind(val) == '[' && s->list && !(whole && s->ncols == 1)) {
		write_list(m, s, val);
		return;
	}
	for (size_t i = 0; i < s->ncols; i++)
		if (speaks(m, s, s->cols[i]) &&
		    !write_resolved(m, s->cols[i], val))
			write_one(m, s->cols[i], val);
}

static bool
raw_of(struct crm_mapper *m, struct crm_str *mine)
{
	struct crm_str raw = member_of(m, "raw");
	return crm_json_kind(raw) == '{' &&
	    crm_json_get(raw, m->system, mine) &&
	    crm_json_kind(*mine) == '{';
}

/* Columns of the foreign file that are no field of ours. */
static void
write_raw(struct crm_mapper *m, struct crm_str mine)
{
	struct crm_json_iter it = crm_json_iter(mine);
	struct crm_str key, val;
	struct crm_buf text = { 0 };
	while (crm_json_next(&it, &key, &val)) {
		crm_buf_clear(&m->tmp);
		crm_json_unescape(&m->tmp, key);
		struct crm_map_entry *e = crm_map_get(&m->raw_keys,
		    crm_buf_view(&m->tmp));
		if (!e)
			continue;
		crm_buf_clear(&text);
		crm_json_text(&text, val);
		crm_mapper_put(m, e->v.u, crm_buf_view(&text));
	}
	crm_buf_release(&text);
}

void
crm_mapper_rebuild(struct crm_mapper *m)
{
	struct crm_str mine;
	crm_buf_clear(&m->text);
	m->hint = 0;
	for (size_t i = 0; i < m->ncells; i++)
		m->cells[i] = (struct crm_cell){ 0, 0, false };
	if (raw_of(m, &mine))
		write_raw(m, mine);
	for (size_t k = 0; k < m->layout.nslots; k++)
		write_slot(m, &m->layout.slots[k],
		    value_of(m, &m->layout.slots[k]));
}

/* The exceptions object of "@" where it speaks of this layout. */
static struct crm_str
exceptions(const struct crm_mapper *m, struct crm_str mine)
{
	struct crm_str at, key, val;
	if (!crm_json_get(mine, CRM_STR("@"), &at) || crm_json_kind(at) != '[')
		return none;
	struct crm_json_iter it = crm_json_iter(at);
	if (!crm_json_next(&it, &key, &val) || !crm_json_is_string(val) ||
	    !crm_str_eq(crm_json_inner(val), m->layout.id) ||
	    !crm_json_next(&it, &key, &val) || crm_json_kind(val) != '{')
		return none;
	return val;
}

static bool
column_no(const struct crm_mapper *m, struct crm_str s, size_t *i)
{
	*i = 0;
	for (size_t k = 0; k < s.n; k++) {
		if (s.p[k] < '0' || s.p[k] > '9' || *i > 100000)
			return false;
		*i = *i * 10 + (size_t)(s.p[k] - '0');
	}
	return s.n && *i < m->ncells;
}

/* Does the slot, read again from the cells, say what the record says? */
static bool
still_true(struct crm_mapper *m, const struct crm_slot *s)
{
	struct crm_buf b = { 0 };
	struct crm_str val = value_of(m, s);
	char currency[4];
	crm_buf_clear(&m->labels);
	enum crm_status st = crm_mapper_slot(m, s, currency, &b, NULL);
	const struct crm_column *c = m->layout.bind[s->cols[0]].col;
	bool same = st == CRM_OK && val.n;
	if (same && s->list && crm_json_kind(val) == '[')
		val = crm_json_inner(val);
	same = same ? crm_str_eq(crm_buf_view(&b), val) : st != CRM_OK &&
	    !val.n;
	/* a name made of its parts, a type, the day of our own first sight of
	 * it: nothing of the cell's own */
	if (st == CRM_NOTFOUND && (s->constant.n ||
	    crm_str_is(s->top, "name") || crm_str_is(s->top, "currency") ||
	    crm_str_is(s->top, "created")))
		same = true;
	if (c->conv == CRM_CV_REF || c->conv == CRM_CV_REFS ||
	    c->conv == CRM_CV_KEY)
		same = same || (val.n && crm_str_chr(val, ':') == val.n);
	crm_buf_release(&b);
	return same;
}

/* Cells kept from the source stand as long as their fields are unchanged. */
static void
apply_kept(struct crm_mapper *m, struct crm_str kept)
{
	struct crm_cell *before = crm_calloc(m->ncells + 1, sizeof(*before));
	bool *touched = crm_calloc(m->layout.nslots + 1, sizeof(*touched));
	struct crm_json_iter it = crm_json_iter(kept);
	struct crm_str key, val;
	struct crm_buf text = { 0 };
	memcpy(before, m->cells, m->ncells * sizeof(*before));
	while (crm_json_next(&it, &key, &val)) {
		size_t i;
		if (!column_no(m, key, &i) || !m->layout.bind[i].col)
			continue;
		crm_buf_clear(&text);
		crm_json_text(&text, val);
		crm_mapper_put(m, i, crm_buf_view(&text));
		touched[m->layout.bind[i].slot] = true;
	}
	for (size_t k = 0; k < m->layout.nslots; k++) {
		const struct crm_slot *s = &m->layout.slots[k];
		if (!touched[k] || still_true(m, s))
			continue;
		for (size_t i = 0; i < s->ncols; i++)
			m->cells[s->cols[i]] = before[s->cols[i]];
	}
	crm_buf_release(&text);
	free(before);
	free(touched);
}

static void
text_member(struct crm_str obj, const char *key, struct crm_buf *b,
    bool *found)
{
	struct crm_str val;
	*found = obj.n && crm_json_get(obj, crm_str_z(key), &val);
	crm_buf_clear(b);
	if (*found)
		crm_json_text(b, val);
}

static bool
is_listed(struct crm_str list, size_t i)
{
	struct crm_json_iter it = crm_json_iter(list);
	struct crm_str key, val;
	char z[24];
	snprintf(z, sizeof(z), "%zu", i);
	while (crm_json_next(&it, &key, &val))
		if (crm_str_is(val, z))
			return true;
	return false;
}

static void
put_row(struct crm_mapper *m, struct crm_str exc, struct crm_buf *out)
{
	const struct crm_layout *l = &m->layout;
	struct crm_str q;
	struct crm_buf defused = { 0 };
	if (!exc.n || !crm_json_get(exc, CRM_STR("q"), &q))
		q = none;
	for (size_t i = 0; i < l->n; i++) {
		struct crm_str cell = crm_mapper_cell(m, i);
		char habit = l->bind[i].quoting;
		bool quoted = habit == 'a' || (habit == 'f' && cell.n);
		if (m->conv.opts.spreadsheet) {
			crm_buf_clear(&defused);
			crm_csv_defuse(&defused, cell);
			cell = crm_buf_view(&defused);
		}
		if (q.n && is_listed(q, i))
			quoted = !quoted &&
			    !crm_csv_needs_quotes(cell, l->delimiter);
		if (i)
			crm_buf_c(out, l->delimiter);
		crm_csv_put_as(out, cell, l->delimiter, quoted);
	}
	crm_buf_release(&defused);
}

enum crm_status
crm_mapper_write(struct crm_mapper *m, struct crm_str line,
    struct crm_buf *out, struct crm_err *err)
{
	static const struct crm_json_limits lim = { .line = 8 << 20 };
	struct crm_str mine = none, exc = none, kept;
	bool found;
	enum crm_status st = crm_json_scan(line, &lim, &m->obj, err);
	if (st)
		return st;
	crm_mapper_rebuild(m);
	if (raw_of(m, &mine))
		exc = exceptions(m, mine);
	if (exc.n && crm_json_get(exc, CRM_STR("keep"), &kept))
		apply_kept(m, kept);
	text_member(exc, "b", &m->tmp, &found);
	crm_buf_str(out, crm_buf_view(&m->tmp));
	if (m->layout.frame.n)
		crm_mapper_frame_row(m, exc, out);
	else
		put_row(m, exc, out);
	text_member(exc, "e", &m->tmp, &found);
	crm_buf_str(out, found ? crm_buf_view(&m->tmp) : m->layout.end);
	text_member(exc, "a", &m->tmp, &found);
	crm_buf_str(out, crm_buf_view(&m->tmp));
	return CRM_OK;
}

void
crm_mapper_header(struct crm_mapper *m, struct crm_buf *out)
{
	const struct crm_layout *l = &m->layout;
	crm_buf_str(out, l->before);
	crm_buf_str(out, l->frame);
	for (size_t i = 0; i < l->n && !l->frame.n; i++) {
		if (i)
			crm_buf_c(out, l->delimiter);
		crm_csv_put_as(out, l->headers[i], l->delimiter,
		    i < l->quoted.n && l->quoted.p[i] == '1');
	}
	crm_buf_str(out, l->end);
}
