/* Which column of a file is which field: by its profile, or for a plain table
 * by name. */
#include "model/mapper.h"

enum { RANK_UNKNOWN = 1 << 20, RANK_LAST = 1 << 30, WIDE = 2048 };

void
crm_mapper_release(struct crm_mapper *m)
{
	crm_arena_release(&m->mem);
	crm_buf_release(&m->text);
	crm_buf_release(&m->tmp);
	crm_buf_release(&m->vals);
	crm_buf_release(&m->raw);
	crm_buf_release(&m->line);
	crm_buf_release(&m->labels);
	crm_buf_release(&m->one);
	crm_buf_release(&m->array);
	crm_buf_release(&m->val_tmp);
	crm_buf_release(&m->joined);
	crm_buf_release(&m->keys);
	free(m->expect);
	crm_map_release(&m->unknown);
	crm_json_obj_release(&m->obj);
	crm_map_release(&m->raw_keys);
	free(m->cells);
	free(m->val);
	crm_seen_release(&m->seen);
}

/* A header as a field's name: "Office Location" is office_location; "" where
 * it has other characters than names have. */
static struct crm_str
as_name(struct crm_mapper *m, struct crm_str header)
{
	struct crm_buf b = { 0 };
	crm_header_fold(&b, header);
	struct crm_str f = crm_buf_view(&b), none = { NULL, 0 };
	bool good = f.n && f.n <= 64 && !(f.p[0] >= '0' && f.p[0] <= '9') &&
	    f.p[0] != '.' && f.p[f.n - 1] != '.';
	for (size_t i = 0; i < f.n; i++) {
		char c = b.p[i];
		if (c == ' ' || c == '-')
			b.p[i] = c = '_';
		good = good && ((c >= 'a' && c <= 'z') || c == '_' ||
		    c == '.' || (c >= '0' && c <= '9'));
	}
	f = good ? crm_arena_str(&m->mem, f) : none;
	crm_buf_release(&b);
	return f;
}

static const struct crm_column *
make_column(struct crm_mapper *m, struct crm_str path,
    const struct crm_field *f)
{
	struct crm_column *c = crm_arena_zalloc(&m->mem, sizeof(*c));
	c->path = path;
	size_t dot = crm_str_chr(path, '.');
	c->top = crm_str_sub(path, 0, dot);
	c->sub = crm_str_sub(path, dot + 1, path.n);
	c->conv = CRM_CV_AUTO;
	if (crm_str_is(path, "id") || crm_str_is(path, "type") ||
	    crm_str_is(c->top, "ext"))
		c->conv = CRM_CV_TEXT;
	else if (crm_str_is(path, "created") || crm_str_is(path, "updated"))
		c->conv = CRM_CV_TIME;
	c->list = f && f->flags & CRM_F_LIST && f->kind != CRM_K_OBJECT;
	return c;
}

/* A kind-driven column is resolved once, so that writing needs no schema. */
static const struct crm_column *
settle(struct crm_mapper *m, const struct crm_column *c,
    const struct crm_field *f)
{
	if (c->conv != CRM_CV_AUTO)
		return c;
	struct crm_column *own = crm_arena_alloc(&m->mem, sizeof(*own));
	*own = *c;
	own->conv = CRM_CV_TEXT;
	if (!f)
		return own;
	static const struct {
		enum crm_kind kind;
		enum crm_conv conv;
	} by_kind[] = {
		{ CRM_K_INT, CRM_CV_NUMBER }, { CRM_K_NUMBER, CRM_CV_NUMBER },
		{ CRM_K_MONEY, CRM_CV_MONEY }, { CRM_K_BOOL, CRM_CV_BOOL },
		{ CRM_K_DATE, CRM_CV_DATE }, { CRM_K_TIME, CRM_CV_TIME },
		{ CRM_K_BIRTHDAY, CRM_CV_BIRTHDAY },
		{ CRM_K_EMAIL, CRM_CV_EMAIL }, { CRM_K_PHONE, CRM_CV_PHONE },
		{ CRM_K_COUNTRY, CRM_CV_COUNTRY },
		{ CRM_K_LANGUAGE, CRM_CV_LANGUAGE },
		{ CRM_K_CURRENCY, CRM_CV_CURRENCY },
		{ CRM_K_DOMAIN, CRM_CV_DOMAIN },
		{ CRM_K_OBJECT, CRM_CV_JSON }, { CRM_K_MAP, CRM_CV_JSON },
		{ CRM_K_ANY, CRM_CV_JSON },
	};
	for (size_t i = 0; i < CRM_LEN(by_kind); i++)
		if (f->kind == by_kind[i].kind)
			own->conv = by_kind[i].conv;
	own->list = f->flags & CRM_F_LIST && f->kind != CRM_K_OBJECT;
	if (own->list)
		own->conv = CRM_CV_LIST;
	return own;
}

/* The column of a plain table: a field's name or path, a usual other name of
 * it (the `auto` profile's columns), or a new field. */
static const struct crm_column *
plain_column(struct crm_mapper *m, const struct crm_object *usual,
    struct crm_str header, struct crm_str folded, size_t occurrence)
{
	struct crm_str name = as_name(m, header);
	unsigned group;
	const struct crm_field *f = name.n && m->type ?
	    crm_type_field(m->type, name) : NULL;
	if (occurrence || (m->kinds && crm_str_is(folded, "type")))
		return NULL;
	if (f && (f->kind != CRM_K_OBJECT || f->flags & CRM_F_LIST))
		return make_column(m, f->name, f);
	/* an account's "account" or "company" is its name */
	bool itself = m->type && (crm_str_eq(folded, m->type->name) ||
	    (crm_str_is(m->type->name, "account") &&
	    (crm_str_is(folded, "company") || crm_str_is(folded, "organization"))));
	if (itself && crm_type_field(m->type, CRM_STR("name")))
		return make_column(m, CRM_STR("name"),
		    crm_type_field(m->type, CRM_STR("name")));
	struct crm_buf spaced = { 0 };
	for (size_t i = 0; i < folded.n; i++)
		crm_buf_c(&spaced, folded.p[i] == '_' ? ' ' : folded.p[i]);
	const struct crm_column *c = usual ? crm_object_column(usual,
	    crm_buf_view(&spaced), 0, &group) : NULL;
	crm_buf_release(&spaced);
	if (c && m->type && !crm_type_field(m->type, c->top) &&
	    crm_type_field(m->type, c->path) == NULL)
		c = NULL;	/* this type has no such field */
	if (c)
		return c;
	/* a record has room for 4,096 fields: wider tables keep theirs in raw */
	if (crm_str_starts(name, CRM_STR("raw")) || !name.n ||
	    m->layout.n > WIDE)
		return NULL;
	size_t dot = crm_str_chr(name, '.');
	struct crm_str sub = crm_str_sub(name, dot + 1, name.n);
	if (crm_str_chr(sub, '.') < sub.n)
		return NULL;
	return make_column(m, name, NULL);
}

/* The key of a column in raw: its name, "#2" behind a repeated one, its number
 * where it has none; "@" is ours. */
static struct crm_str
raw_key(struct crm_mapper *m, struct crm_str header, size_t occurrence,
    size_t i)
{
	struct crm_buf b = { 0 };
	crm_buf_str(&b, header);
	if (!header.n)
		crm_buf_printf(&b, "#%zu", i + 1);
	else if (occurrence)
		crm_buf_printf(&b, "#%zu", occurrence + 1);
	if (header.n && *header.p == '@')
		crm_buf_c(&b, '@');
	struct crm_str key = crm_arena_str(&m->mem, crm_buf_view(&b));
	crm_buf_release(&b);
	return key;
}

static uint64_t
rank_of(const struct crm_mapper *m, const struct crm_slot *s, size_t seen)
{
	static const char *const first[] = { "id", "type", "rev" };
	for (size_t i = 0; i < CRM_LEN(first); i++)
		if (crm_str_is(s->top, first[i]))
			return i;
	if (crm_str_is(s->top, "created"))
		return (uint64_t)RANK_LAST << 16;
	if (crm_str_is(s->top, "updated"))
		return (uint64_t)(RANK_LAST + 1) << 16;
	const struct crm_field *top = m->type ?
	    crm_type_field(m->type, s->top) : NULL;
	uint64_t r = top ? 3 + crm_field_pos(m->type, top) :
	    RANK_UNKNOWN + seen;
	/* parts of one unknown object stay together */
	for (size_t i = 0; !top && i < m->layout.nslots; i++)
		if (&m->layout.slots[i] != s &&
		    crm_str_eq(m->layout.slots[i].top, s->top))
			r = m->layout.slots[i].rank >> 16;
	const struct crm_field *sub = s->sub.n ? s->field : NULL;
	return r << 16 | (sub && m->type ?
	    crm_field_pos(m->type, sub) & 0xffff : seen & 0xffff);
}

static struct crm_slot *
slot_for(struct crm_mapper *m, struct crm_str top, struct crm_str sub,
    bool list)
{
	struct crm_layout *l = &m->layout;
	for (size_t i = 0; i < l->nslots; i++)
		if (crm_str_eq(l->slots[i].top, top) &&
		    crm_str_eq(l->slots[i].sub, sub))
			return &l->slots[i];
	struct crm_slot *s = &l->slots[l->nslots++];
	*s = (struct crm_slot){ .top = top, .sub = sub, .list = list };
	s->json_key = sub.n ? sub : top;
	struct crm_buf b = { 0 };
	crm_buf_str(&b, top);
	if (sub.n)
		crm_buf_printf(&b, ".%.*s", CRM_FMT(sub));
	const struct crm_field *f = m->type ?
	    crm_type_field(m->type, crm_buf_view(&b)) : NULL;
	/* a leaf alone may name another field: the path has to be the same */
	if (f && crm_str_eq(f->name, crm_buf_view(&b)))
		s->field = f;
	crm_buf_release(&b);
	s->rank = rank_of(m, s, l->nslots);
	return s;
}

static struct crm_slot *
slot_at(struct crm_mapper *m, struct crm_str path)
{
	size_t dot = crm_str_chr(path, '.');
	return slot_for(m, crm_str_sub(path, 0, dot), crm_str_sub(path,
	    dot + 1, path.n), false);
}

static int
by_rank(const void *a, const void *b)
{
	const struct crm_slot *x = a, *y = b;
	return (x->rank > y->rank) - (x->rank < y->rank);
}

/* The columns of each slot, in the profile's order and by group, so that the
 * first element of a list is the one the profile calls first. */
static void
fill_slots(struct crm_mapper *m)
{
	struct crm_layout *l = &m->layout;
	qsort(l->slots, l->nslots, sizeof(*l->slots), by_rank);
	for (size_t k = 0; k < l->nslots; k++) {
		struct crm_slot *s = &l->slots[k];
		s->cols = crm_arena_alloc(&m->mem, (l->n + 1) * sizeof(size_t));
		for (size_t i = 0; i < l->n; i++) {
			struct crm_binding *b = &l->bind[i];
			if (!b->col || !crm_mapper_feeds(b->col, s))
				continue;
			b->slot = k;
			b->field = s->field;
			size_t at = s->ncols++;
			for (; at > 0; at--) {
				const struct crm_binding *p =
				    &l->bind[s->cols[at - 1]];
				if (p->group < b->group ||
				    (p->group == b->group &&
				    p->order <= b->order))
					break;
				s->cols[at] = s->cols[at - 1];
			}
			s->cols[at] = i;
		}
	}
}

/* Fields that the mapper makes itself. */
static void
own_slots(struct crm_mapper *m)
{
	struct crm_str none = { NULL, 0 };
	bool labels = false, money = false, person = false;
	for (size_t i = 0; i < m->layout.n; i++) {
		const struct crm_column *c = m->layout.bind[i].col;
		if (!c)
			continue;
		labels = labels || c->label.n || c->flags & CRM_COL_LABEL;
		money = money || c->conv == CRM_CV_MONEY;
		person = person || crm_str_is(c->top, "given_name") ||
		    crm_str_is(c->top, "family_name");
	}
	slot_for(m, CRM_STR("type"), none, false);
	slot_for(m, CRM_STR("raw"), none, false);
	slot_for(m, CRM_STR("ext"), CRM_STR("import"), false);
	if (labels)
		slot_for(m, CRM_STR("labels"), none, false);
	if (money)
		slot_for(m, CRM_STR("currency"), none, false);
	if (person)
		slot_for(m, CRM_STR("name"), none, false);
}

/* A field cannot be both a text and an object with parts: the first column
 * decides. */
static bool
clashes(const struct crm_mapper *m, const struct crm_column *c)
{
	for (size_t i = 0; i < m->layout.nslots; i++) {
		const struct crm_slot *s = &m->layout.slots[i];
		if (crm_str_eq(s->top, c->top) &&
		    (s->sub.n > 0) != (c->sub.n > 0))
			return true;
	}
	return false;
}

static void
make_room(struct crm_mapper *m, const struct crm_object *object, size_t n)
{
	struct crm_layout *l = &m->layout;
	size_t slots = n + 8 + (object ? object->nset : 0);
	for (size_t i = 0; object && i < object->ncolumns; i++)
		slots += object->columns[i].nalts;
	l->object = object;
	l->n = n;
	l->headers = crm_arena_alloc(&m->mem, (n + 1) * sizeof(*l->headers));
	l->bind = crm_arena_zalloc(&m->mem, (n + 1) * sizeof(*l->bind));
	l->slots = crm_arena_zalloc(&m->mem, slots * sizeof(*l->slots));
	l->nslots = 0;
}

void
crm_mapper_bind(struct crm_mapper *m, const struct crm_object *object,
    const struct crm_str *headers, size_t n)
{
	struct crm_layout *l = &m->layout;
	struct crm_map count = { 0 };
	struct crm_buf f = { 0 };
	make_room(m, object, n);
	/* a zone that cannot be loaded leaves UTC, and the export agrees */
	if (!m->conv.opts.zone && m->conv.profile && m->conv.profile->zone.n &&
	    crm_zone_get(m->conv.profile->zone, &m->conv.opts.zone, NULL))
		m->conv.opts.zone = NULL;
	for (size_t i = 0; i < n; i++) {
		struct crm_binding *b = &l->bind[i];
		l->headers[i] = crm_arena_str(&m->mem, headers[i]);
		crm_buf_clear(&f);
		crm_header_fold(&f, headers[i]);
		size_t seen = crm_map_put(&count, crm_buf_view(&f),
		    NULL)->v.u++;
		b->raw = raw_key(m, headers[i], seen, i);
		b->quoting = 'm';
		b->col = m->plain ? plain_column(m, object, headers[i],
		    crm_buf_view(&f), seen) : crm_object_column(object,
		    crm_buf_view(&f), seen, &b->group);
		if (b->col && clashes(m, b->col))
			b->col = NULL;
		if (!b->col)
			continue;
		struct crm_slot *s = slot_for(m, b->col->top, b->col->sub,
		    b->col->list);
		b->order = object && b->col >= object->columns &&
		    b->col < object->columns + object->ncolumns ?
		    (size_t)(b->col - object->columns) : i;
		b->col = settle(m, b->col, s->field);
		s->list = s->list || b->col->list;
		for (size_t k = 1; k < b->col->nalts; k++)
			slot_at(m, b->col->alts[k]);
	}
	for (size_t i = 0; object && i < object->nset; i++)
		slot_at(m, object->set[i].theirs)->constant =
		    object->set[i].ours;
	own_slots(m);
	fill_slots(m);
	crm_mapper_pair(m, object);
	for (size_t i = 0; i < n; i++)
		crm_map_put(&m->raw_keys, l->bind[i].raw, NULL)->v.u = i;
	m->cells = crm_reallocarray(m->cells, n + 1, sizeof(*m->cells));
	m->val = crm_reallocarray(m->val, l->nslots + 1, sizeof(*m->val));
	m->ncells = n;
	m->have_layout = true;
	crm_map_release(&count);
	crm_buf_release(&f);
}
