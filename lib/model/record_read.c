/* Lines -> canonical records. Lines of one source mostly have the same keys:
 * what a list of keys means (their order, fields and shape) is worked out once
 * and kept as a layout. */
#include "model/record_arrange.h"

#include "base/hash.h"

enum { SRC_TYPE = 0xffff };	/* the type member of a line that has none */

struct layout {
	const struct crm_type *type;
	const struct crm_shape *shape;
	size_t nin, nout, ntool;
	struct crm_str *in;	/* keys of the input, as they came */
	uint16_t *src;		/* nout: which input member, or SRC_TYPE */
	uint16_t *tool;		/* ntool: `_` members and rev */
	const struct crm_field **field;	/* nout */
	bool *one;		/* nout: a singular name for a list field */
	bool *free;		/* nout: any string will do, as it stands */
	bool same;		/* input order is canonical order */
	bool plain;		/* no key of the input has escapes */
};

struct crm_layouts {
	struct crm_map map;	/* type number, keys -> layout */
	struct crm_arena mem;
	const struct layout *last;
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

/* Where a key stands in the canonical order: schema fields by position,
 * unknown ones behind them as given, created and updated last, then `_`. */
struct place {
	size_t rank, src;
	const struct crm_field *field;
	struct crm_str key;
	bool one;
};

static int
by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->src > y->src) - (x->src < y->src);
}

static const struct crm_field *
list_of_singular(const struct crm_type *t, struct crm_str key)
{
	const struct crm_field *f = crm_type_field(t, key);
	return f && f->parent < 0 && (f->flags & CRM_F_LIST) &&
	    !crm_str_eq(f->name, key) ? f : NULL;
}

static bool
has_key(const struct crm_json_member *m, size_t n, struct crm_str key)
{
	for (size_t i = 0; i < n; i++)
		if (crm_str_eq(m[i].key, key))
			return true;
	return false;
}

static size_t
rank_of(const struct crm_type *t, const struct crm_field *f,
    struct crm_str key)
{
	static const char *const bare[] = { "id", "type" };
	static const char *const tail[] = { "created", "updated" };
	size_t base = t ? t->nfields : 2;
	for (size_t i = 0; i < 2; i++) {
		if (crm_str_is(key, tail[i]))
			return base + 1 + i;
		if (!t && crm_str_is(key, bare[i]))
			return i;
	}
	if (key.n && key.p[0] == '_')
		return base + 3;
	return f ? crm_field_pos(t, f) : base;
}

static size_t
place_all(const struct crm_reader *rd, const struct crm_type *t,
    const struct crm_json_member *m, size_t n, struct place *p,
    struct layout *l)
{
	size_t out = 0;
	bool typed = false;
	for (size_t i = 0; i < n; i++) {
		struct crm_str key = m[i].key;
		const struct crm_field *f = NULL;
		bool one = false;
		if (crm_str_is(key, "rev") || (key.n && key.p[0] == '_' &&
		    !rd->keep_tool)) {
			l->tool[l->ntool++] = (uint16_t)i;
			continue;
		}
		for (size_t k = 0; t && k < t->nfields && !f; k++)
			if (t->fields[k].parent < 0 &&
			    crm_str_eq(t->fields[k].name, key))
				f = &t->fields[k];
		if (!f && t && rd->check) {
			f = list_of_singular(t, key);
			if (f && has_key(m, n, f->name))
				f = NULL;
			one = f != NULL;
		}
		typed = typed || crm_str_is(key, "type");
		p[out++] = (struct place){ rank_of(t, f, one ? f->name : key),
			i, f, one ? f->name : key, one };
	}
	if (t && !typed)
		p[out++] = (struct place){ 1, SRC_TYPE,
			crm_type_field(t, CRM_STR("type")), CRM_STR("type"),
			false };
	qsort(p, out, sizeof(*p), by_place);
	return out;
}

/* Two singular names of one list ("email" twice cannot be, but "emails" was
 * looked for above) leave no equal keys. */
static struct layout *
make_layout(struct crm_reader *rd, const struct crm_type *t,
    const struct crm_json_member *m, size_t n)
{
	struct crm_arena *mem = &rd->layouts->mem;
	struct layout *l = crm_arena_zalloc(mem, sizeof(*l));
	struct place *p = crm_calloc(n + 1, sizeof(*p));
	l->type = t;
	l->nin = n;
	l->plain = true;
	l->in = crm_arena_alloc(mem, n * sizeof(*l->in));
	for (size_t i = 0; i < n; i++)
		l->in[i] = crm_arena_str(mem, m[i].key);
	for (size_t i = 0; i < n; i++)
		l->plain = l->plain && !m[i].key_esc &&
		    crm_str_chr(m[i].key, '\\') == m[i].key.n;
	l->tool = crm_arena_alloc(mem, n * sizeof(*l->tool));
	l->nout = place_all(rd, t, m, n, p, l);
	l->src = crm_arena_alloc(mem, l->nout * sizeof(*l->src));
	l->field = crm_arena_alloc(mem, l->nout * sizeof(*l->field));
	l->one = crm_arena_alloc(mem, l->nout * sizeof(*l->one));
	l->free = crm_arena_alloc(mem, l->nout * sizeof(*l->free));
	l->same = l->nout == n;
	struct crm_str *keys = crm_calloc(l->nout, sizeof(*keys));
	for (size_t i = 0; i < l->nout; i++) {
		l->src[i] = (uint16_t)p[i].src;
		l->field[i] = p[i].field;
		l->one[i] = p[i].one;
		l->free[i] = !p[i].field || crm_field_is_free(p[i].field);
		keys[i] = p[i].key;
		l->same = l->same && p[i].src == i && !p[i].one;
	}
	l->shape = crm_shape_intern(rd->shapes, keys, l->nout);
	free(keys);
	free(p);
	return l;
}

static bool
fits(const struct layout *l, const struct crm_type *t,
    const struct crm_json_member *m, size_t n)
{
	if (!l || l->type != t || l->nin != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!crm_str_eq(l->in[i], m[i].key))
			return false;
	return true;
}

static const struct layout *
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
		e->v.p = make_layout(rd, t, m, n);
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
		const struct layout *last =
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

static void
put_tool(const struct layout *l, const struct crm_json_member *m,
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
		} else if (crm_json_kind(t->val) == '0' && t->val.n < 20) {
			out->rev_in = strtoull(t->val.p, NULL, 10);
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
check_members(struct crm_reader *rd, const struct layout *l,
    const struct crm_json_member *m, struct crm_record *out, bool *fixed,
    struct crm_err *err)
{
	out->nulls = false;
	*fixed = false;
	for (size_t i = 0; i < l->nout; i++) {
		if (l->src[i] == SRC_TYPE)
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

/* The line in canonical order; the offsets go as u32 into rd->val. */
static void
put_line(struct crm_reader *rd, const struct layout *l,
    const struct crm_json_member *m, struct crm_record *out)
{
	size_t room = 2;
	for (size_t i = 0; i < l->nout; i++)
		room += l->shape->keys[i].n + 8 + (l->src[i] == SRC_TYPE ?
		    l->type->name.n : m[l->src[i]].val.n);
	char *from = crm_buf_room(&out->line, room), *p = from;
	uint32_t *off = (uint32_t *)(void *)crm_buf_room(&rd->val,
	    l->nout * sizeof(*off));
	*p++ = '{';
	for (size_t i = 0; i < l->nout; i++) {
		struct crm_str key = l->shape->keys[i];
		if (i)
			*p++ = ',';
		*p++ = '"';
		p = mempcpy(p, key.p, key.n);
		*p++ = '"';
		*p++ = ':';
		off[i] = (uint32_t)(p - from);
		if (l->src[i] == SRC_TYPE) {
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
finish(struct crm_reader *rd, const struct layout *l, struct crm_record *out)
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
	const struct layout *l = layout_of(rd, t, m, n);
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
		for (size_t i = 0; i < n; i++) {
			uint32_t off = (uint32_t)(m[i].val.p - text.p);
			crm_buf_add(&rd->val, &off, sizeof(off));
		}
	} else {
		put_line(rd, l, m, out);
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

enum crm_status
crm_record_read(struct crm_reader *rd, struct crm_str line,
    struct crm_record *out, struct crm_err *err)
{
	const struct layout *last = rd->layouts ? rd->layouts->last : NULL;
	rd->obj.expect = last && last->plain ? last->in : NULL;
	rd->obj.nexpect = last ? last->nin : 0;
	enum crm_status st = crm_json_scan(line, &rd->lim, &rd->obj, err);
	if (st)
		return st;
	if (!rd->obj.as_expected)
		canon_keys(rd);
	return crm_record_arrange(rd, rd->obj.m, rd->obj.n,
	    rd->obj.canon ? line : (struct crm_str){ NULL, 0 }, out, err);
}
