/* Lines -> canonical records. Lines of one source mostly have the same keys:
 * what a list of keys means (their order, fields and shape) is worked out once
 * and kept as a layout. */
#include "model/record_layout.h"

struct crm_layouts {
	struct crm_map map;	/* type number, keys -> layout */
	struct crm_arena mem;
	const struct crm_line_layout *last;
};

void
crm_reader_release(struct crm_reader *r)
{
	if (r->layouts) {
		crm_map_release(&r->layouts->map);
		crm_arena_release(&r->layouts->mem);
		free(r->layouts);
	}
	crm_json_obj_release(&r->obj);
	crm_buf_release(&r->tmp);
	crm_buf_release(&r->val);
	r->layouts = NULL;
}

static bool
fits(const struct crm_line_layout *l, const struct crm_type *t,
    const struct crm_json_member *m, size_t n)
{
	if (!l || l->type != t || l->nin != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!crm_str_eq(l->in[i], m[i].key))
			return false;
	return true;
}

static const struct crm_line_layout *
layout_of(struct crm_reader *rd, const struct crm_type *t,
    const struct crm_json_member *m, size_t n)
{
	if (!rd->layouts)
		rd->layouts = crm_zalloc(sizeof(*rd->layouts));
	struct crm_layouts *all = rd->layouts;
	if (all->last && all->last->type == t && m == rd->obj.m &&
	    rd->obj.as_expected)
		return all->last;
	if (fits(all->last, t, m, n))
		return all->last;
	crm_buf_clear(&rd->tmp);
	crm_buf_add(&rd->tmp, &t, sizeof(t));
	crm_buf_c(&rd->tmp, rd->check ? 'c' : rd->keep_tool ? 'k' : ' ');
	for (size_t i = 0; i < n; i++) {
		crm_buf_str(&rd->tmp, m[i].key);
		crm_buf_c(&rd->tmp, '\0');
	}
	bool fresh;
	struct crm_map_entry *e = crm_map_put(&all->map,
	    crm_buf_view(&rd->tmp), &fresh);
	if (fresh)
		e->v.p = crm_line_layout_make(rd, t, m, n, &all->mem);
	all->last = e->v.p;
	return all->last;
}

static enum crm_status
type_of(struct crm_reader *rd, const struct crm_json_member *m, size_t n,
    const struct crm_type **out, struct crm_err *err)
{
	*out = rd->type;
	for (size_t i = 0; i < n; i++) {
		if (m[i].key.n != 4 || memcmp(m[i].key.p, "type", 4) != 0)
			continue;
		if (!crm_json_is_string(m[i].val))
			return crm_err_field(err, CRM_INVALID, "schema.type",
			    CRM_STR("type"), _("a type's name expected"));
		struct crm_str name = crm_json_inner(m[i].val);
		const struct crm_line_layout *last =
		    rd->layouts ? rd->layouts->last : NULL;
		*out = last && last->type &&
		    crm_str_eq(last->type->name, name) ? last->type :
		    crm_schema_type(rd->schema, name);
		if (*out && crm_str_eq((*out)->name, name))
			return CRM_OK;
		*out = NULL;
		if (rd->any)
			return CRM_OK;
		struct crm_str near = crm_schema_nearest_type(rd->schema, name);
		return near.n ? crm_err_field(err, CRM_INVALID, "schema.type",
		    CRM_STR("type"), _("unknown type '%.*s'; did you mean "
		    "'%.*s'?"), CRM_FMT(name), CRM_FMT(near)) :
		    crm_err_field(err, CRM_INVALID, "schema.type",
		    CRM_STR("type"), _("unknown type '%.*s'"), CRM_FMT(name));
	}
	if (!*out && !rd->any)
		return crm_err_field(err, CRM_INVALID, "schema.type",
		    CRM_STR("type"), _("required, but missing (-t TYPE sets it "
		    "for all)"));
	return CRM_OK;
}

static uint64_t
rev_of(struct crm_str val)
{
	return crm_json_kind(val) == '0' && val.n < 20 ?
	    strtoull(val.p, NULL, 10) : 0;
}

static void
put_tool(const struct crm_line_layout *l, const struct crm_json_member *m,
    struct crm_record *out)
{
	crm_buf_clear(&out->tool);
	out->rev_in = 0;
	for (size_t i = 0; i < l->ntool; i++) {
		const struct crm_json_member *t = &m[l->tool[i]];
		if (t->key.p[0] == '_') {
			crm_buf_z(&out->tool, out->tool.n ? ",\"" : "{\"");
			crm_buf_str(&out->tool, t->key);
			crm_buf_z(&out->tool, "\":");
			crm_json_canon(&out->tool, t->val);
		} else {
			out->rev_in = rev_of(t->val);
		}
	}
	if (out->tool.n)
		crm_buf_c(&out->tool, '}');
}

enum fix { FIX_NONE, FIX_QUOTE = 1, FIX_WRAP = 2 };

/* Which change of form a checked value needs: see crm_record_read. */
static int
fix_of(const struct crm_field *f, struct crm_str val)
{
	char k = crm_json_kind(val);
	if (!f || k == 'n')
		return FIX_NONE;
	int fix = f->kind == CRM_K_MONEY && k == '0' ? FIX_QUOTE : FIX_NONE;
	if ((f->flags & CRM_F_LIST) && k != '[')
		fix |= FIX_WRAP;
	return fix;
}

/* True if a null stands anywhere in the value's objects (or the word in its
 * texts: it may be true too often). */
static bool
holds_null(struct crm_str val)
{
	const char *p = val.p, *end = val.p + val.n;
	if (*p != '{' && *p != '[')
		return *p == 'n';
	for (; (p = memchr(p, 'u', (size_t)(end - p))) && end - p > 2; p++)
		if (p[-1] == 'n' && p[1] == 'l' && p[2] == 'l')
			return true;
	return false;
}

/* Room for the value was made (see put_line). */
static char *
put_value(char *p, struct crm_str val, int fix)
{
	if (fix & FIX_WRAP)
		*p++ = '[';
	if (fix & FIX_QUOTE)
		*p++ = '"';
	p = mempcpy(p, val.p, val.n);
	if (fix & FIX_QUOTE)
		*p++ = '"';
	if (fix & FIX_WRAP)
		*p++ = ']';
	return p;
}

static enum crm_status
check_members(struct crm_reader *rd, const struct crm_line_layout *l,
    const struct crm_json_member *m, struct crm_record *out, bool *fixed,
    struct crm_err *err)
{
	out->nulls = false;
	*fixed = false;
	for (size_t i = 0; i < l->nout; i++) {
		if (l->src[i] == CRM_SRC_TYPE)
			continue;
		struct crm_str val = m[l->src[i]].val;
		const struct crm_field *f = l->field[i];
		if (l->free[i] && val.p[0] == '"')
			continue;
		out->nulls = out->nulls || holds_null(val);
		if (!rd->check || !f)
			continue;
		enum crm_status st = crm_field_check(f, val, err);
		if (st)
			return st;
		*fixed = *fixed || fix_of(f, val);
		if (i == 0 && crm_str_is(f->name, "id") &&
		    (!crm_json_is_string(val) ||
		    !crm_id_valid(crm_json_inner(val))))
			return crm_err_field(err, CRM_INVALID, "schema.id",
			    f->name, _("not an id: 1 to 128 of A-Z a-z 0-9 . _ "
			    ": -, beginning with a letter or digit"));
	}
	return CRM_OK;
}

/* Values that are not canonical yet are made so first, in rd->tmp. */
static void
canon_values(struct crm_reader *rd, struct crm_json_member *m, size_t n)
{
	size_t from = 0;
	crm_buf_clear(&rd->tmp);
	for (size_t i = 0; i < n; i++)
		if (!m[i].canon)
			crm_json_canon(&rd->tmp, m[i].val);
	for (size_t i = 0; i < n; i++) {
		if (m[i].canon)
			continue;
		struct crm_json_iter whole = { rd->tmp.p + from,
			rd->tmp.p + rd->tmp.n, false };
		struct crm_str key;
		crm_json_next(&whole, &key, &m[i].val);
		m[i].canon = true;
		from += m[i].val.n;
	}
}

/* Members that follow each other in a canonical line, in one piece. */
static char *
put_run(char *p, const char *line, const struct crm_line_layout *l,
    const struct crm_json_member *m, size_t i, uint32_t *off)
{
	const struct crm_json_member *last = &m[l->src[i] + l->run[i] - 1u];
	const char *from = m[l->src[i]].val.p - l->shape->keys[i].n - 3;
	size_t n = (size_t)(last->val.p - from) + last->val.n;
	for (size_t k = i; k < i + l->run[i]; k++)
		off[k] = (uint32_t)((p - line) + (m[l->src[k]].val.p - from));
	return mempcpy(p, from, n);
}

/* The line in canonical order; the offsets go as u32 into rd->val. `whole`: the
 * input is canonical as it stands. */
static void
put_line(struct crm_reader *rd, const struct crm_line_layout *l,
    const struct crm_json_member *m, bool whole, struct crm_record *out)
{
	size_t room = 2;
	for (size_t i = 0; i < l->nout; i++)
		room += l->shape->keys[i].n + 8 + (l->src[i] == CRM_SRC_TYPE ?
		    l->type->name.n : m[l->src[i]].val.n);
	char *from = crm_buf_room(&out->line, room), *p = from;
	uint32_t *off = (uint32_t *)(void *)crm_buf_room(&rd->val,
	    l->nout * sizeof(*off));
	*p++ = '{';
	for (size_t i = 0; i < l->nout; i++) {
		struct crm_str key = l->shape->keys[i];
		if (i)
			*p++ = ',';
		if (whole && l->run[i] > 1) {
			p = put_run(p, from, l, m, i, off);
			i += l->run[i] - 1u;
			continue;
		}
		*p++ = '"';
		p = mempcpy(p, key.p, key.n);
		*p++ = '"';
		*p++ = ':';
		off[i] = (uint32_t)(p - from);
		if (l->src[i] == CRM_SRC_TYPE) {
			*p++ = '"';
			p = mempcpy(p, l->type->name.p, l->type->name.n);
			*p++ = '"';
		} else {
			struct crm_str val = m[l->src[i]].val;
			bool plain = !rd->check ||
			    (l->free[i] && val.p[0] == '"');
			p = put_value(p, val, plain ? FIX_NONE :
			    fix_of(l->field[i], val));
		}
	}
	*p++ = '}';
	out->line.n = (size_t)(p - from);
	rd->val.n = l->nout * sizeof(*off);
}

static void
finish(struct crm_reader *rd, const struct crm_line_layout *l, struct crm_record *out)
{
	out->rec = (struct crm_rec){ .shape = l->shape, .type = l->type,
		.line = crm_buf_view(&out->line),
		.wide = out->line.n > UINT16_MAX };
	crm_buf_clear(&out->offs);
	char *to = crm_buf_room(&out->offs, l->nout * 4);
	for (size_t i = 0; i < l->nout; i++) {
		uint32_t off;
		memcpy(&off, rd->val.p + i * sizeof(off), sizeof(off));
		uint16_t narrow = (uint16_t)off;
		if (out->rec.wide)
			memcpy(to + 4 * i, &off, 4);
		else
			memcpy(to + 2 * i, &narrow, 2);
	}
	out->offs.n = l->nout * (out->rec.wide ? 4 : 2);
	out->rec.off = (const uint8_t *)out->offs.p;
}

enum crm_status
crm_record_arrange(struct crm_reader *rd, struct crm_json_member *m,
    size_t n, struct crm_str text, struct crm_record *out,
    struct crm_err *err)
{
	const struct crm_type *t;
	bool fixed;
	enum crm_status st = type_of(rd, m, n, &t, err);
	if (st)
		return st;
	const struct crm_line_layout *l = layout_of(rd, t, m, n);
	if (!text.n)
		canon_values(rd, m, n);
	st = check_members(rd, l, m, out, &fixed, err);
	if (st)
		return st;
	put_tool(l, m, out);
	crm_buf_clear(&out->line);
	crm_buf_clear(&rd->val);
	if (text.n && l->same && !fixed) {
		crm_buf_str(&out->line, text);
		uint32_t *off = (uint32_t *)(void *)crm_buf_room(&rd->val,
		    n * sizeof(*off));
		for (size_t i = 0; i < n; i++)
			off[i] = (uint32_t)(m[i].val.p - text.p);
		rd->val.n = n * sizeof(*off);
	} else {
		put_line(rd, l, m, text.n && !fixed, out);
	}
	finish(rd, l, out);
	out->rec.rev = out->rev_in;
	return CRM_OK;
}

/* Keys with escapes are rare: they are brought into canonical form, in memory
 * of the layouts (a layout is kept for them anyway). */
static void
canon_keys(struct crm_reader *rd)
{
	for (size_t i = 0; i < rd->obj.n; i++) {
		struct crm_json_member *m = &rd->obj.m[i];
		if (!m->key_esc)
			continue;
		struct crm_buf plain = { 0 }, canon = { 0 };
		crm_json_unescape(&plain, m->key);
		crm_json_escape(&canon, crm_buf_view(&plain));
		if (!rd->layouts)
			rd->layouts = crm_zalloc(sizeof(*rd->layouts));
		m->key = crm_arena_str(&rd->layouts->mem, crm_buf_view(&canon));
		crm_buf_release(&plain);
		crm_buf_release(&canon);
	}
}

static enum crm_status
scan(struct crm_reader *rd, struct crm_str line, struct crm_err *err)
{
	const struct crm_line_layout *last = rd->layouts ? rd->layouts->last : NULL;
	rd->obj.expect = last && last->plain ? last->in : NULL;
	rd->obj.nexpect = last ? last->nin : 0;
	return crm_json_scan(line, &rd->lim, &rd->obj, err);
}

static enum crm_status
arrange_scanned(struct crm_reader *rd, struct crm_str line,
    struct crm_record *out, struct crm_err *err)
{
	if (!rd->obj.as_expected)
		canon_keys(rd);
	return crm_record_arrange(rd, rd->obj.m, rd->obj.n,
	    rd->obj.canon ? line : (struct crm_str){ NULL, 0 }, out, err);
}

enum crm_status
crm_record_read(struct crm_reader *rd, struct crm_str line,
    struct crm_record *out, struct crm_err *err)
{
	enum crm_status st = scan(rd, line, err);
	return st ? st : arrange_scanned(rd, line, out, err);
}

/* A line like the last one, of a known type, with nothing to be brought into
 * another form: its own bytes may be looked at. */
static bool
stands_as_given(const struct crm_reader *rd, struct crm_str line)
{
	const struct crm_line_layout *l = rd->layouts ? rd->layouts->last : NULL;
	if (!l || !l->given || !rd->obj.as_expected || !rd->obj.canon ||
	    line.n > UINT16_MAX)
		return false;
	struct crm_str type = rd->obj.m[l->type_at].val;
	return line.p[line.n - 1] == '}' && crm_json_is_string(type) &&
	    crm_str_eq(crm_json_inner(type), l->type->name);
}

enum crm_status
crm_record_peek(struct crm_reader *rd, struct crm_str line,
    struct crm_record *out, bool *settled, struct crm_err *err)
{
	enum crm_status st = scan(rd, line, err);
	*settled = st || !stands_as_given(rd, line);
	if (*settled)
		return st ? st : arrange_scanned(rd, line, out, err);
	const struct crm_line_layout *l = rd->layouts->last;
	const struct crm_json_member *m = rd->obj.m;
	crm_buf_clear(&out->offs);
	char *to = crm_buf_room(&out->offs, l->nin * 2);
	for (size_t i = 0; i < l->nin; i++) {
		uint16_t off = (uint16_t)(m[i].val.p - line.p);
		memcpy(to + 2 * i, &off, 2);
	}
	out->offs.n = l->nin * 2;
	out->rec = (struct crm_rec){ .shape = l->given, .type = l->type,
		.line = line, .off = (const uint8_t *)out->offs.p };
	if (l->rev_at < l->nin)
		out->rec.rev = rev_of(m[l->rev_at].val);
	return CRM_OK;
}

enum crm_status
crm_record_settle(struct crm_reader *rd, struct crm_record *out,
    struct crm_err *err)
{
	return arrange_scanned(rd, out->rec.line, out, err);
}
