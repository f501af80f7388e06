/* Where values are: one look-up of slots for each shape and type of record
 * met, then no more searching. */
#include "model/query_impl.h"

enum { MOST_PROGS = 1 << 16 };	/* hostile streams have a shape a line */

void
crm_q_cache_add(struct crm_q_cache *c, struct crm_q_path *p)
{
	crm_grow(&c->path, &c->cappaths, c->npaths + 1, sizeof(*c->path));
	p->no = (uint32_t)c->npaths;
	c->path[c->npaths++] = p;
}

static void
forget(struct crm_q_cache *c)
{
	for (size_t i = 0; i < c->nprogs; i++)
		for (struct crm_q_prog *p = c->prog[i], *next; p; p = next) {
			next = p->next;
			free(p->text);
			free(p);
		}
	free(c->prog);
	c->prog = NULL;
	c->nprogs = c->made = 0;
	c->last = NULL;
}

void
crm_q_cache_release(struct crm_q_cache *c)
{
	forget(c);
	for (size_t i = 0; i < c->npaths; i++)
		crm_map_release(&c->path[i]->seen);
	free(c->path);
	*c = (struct crm_q_cache){ 0 };
}

static struct crm_q_slot
slot_of(const struct crm_q_cache *c, const struct crm_q_path *p,
    const struct crm_rec *r)
{
	const struct crm_schema *s = c->schema;
	struct crm_q_slot at = { &p->any, -1 };
	size_t i = r->type >= s->types && r->type < s->types + s->ntypes ?
	    (size_t)(r->type - s->types) : s->ntypes;
	if (i < s->ntypes)
		at.step = &p->step[i];
	/* what a record really calls so wins over a nested leaf, a singular
	 * name or a type */
	if (at.step != &p->any && !crm_str_eq(at.step->top, p->head)) {
		int own = crm_shape_slot(r->shape, p->head);
		if (own >= 0)
			return (struct crm_q_slot){ &p->any, own };
	}
	if (at.step->where == CRM_Q_FIELD || at.step->where == CRM_Q_REF)
		at.slot = crm_shape_slot(r->shape, at.step->top);
	return at;
}

struct crm_q_prog *
crm_q_prog_make(struct crm_q_cache *c, const struct crm_type *const *wanted,
    size_t nwanted, const struct crm_rec *r)
{
	size_t no = r->shape->no;
	if (no < c->nprogs)
		for (struct crm_q_prog *p = c->prog[no]; p; p = p->next)
			if (p->shape == r->shape && p->type == r->type)
				return c->last = p;
	if (c->made >= MOST_PROGS)
		forget(c);
	if (no >= c->nprogs) {
		size_t n = no + 1 > 2 * c->nprogs ? no + 1 : 2 * c->nprogs;
		c->prog = crm_reallocarray(c->prog, n, sizeof(*c->prog));
		memset(c->prog + c->nprogs, 0,
		    (n - c->nprogs) * sizeof(*c->prog));
		c->nprogs = n;
	}
	struct crm_q_prog *p = crm_zalloc(sizeof(*p) +
	    c->npaths * sizeof(p->at[0]));
	p->shape = r->shape;
	p->type = r->type;
	p->wanted = nwanted == 0;
	for (size_t i = 0; i < nwanted; i++)
		p->wanted = p->wanted || wanted[i] == r->type;
	for (size_t i = 0; i < c->npaths; i++)
		p->at[i] = slot_of(c, c->path[i], r);
	p->next = c->prog[no];
	c->prog[no] = p;
	c->made++;
	return c->last = p;
}

void
crm_q_prog_text(struct crm_q_prog *p)
{
	const struct crm_type *t = p->type;
	size_t n = t ? t->nfields : p->shape->n;
	if (p->text)
		return;
	p->text = crm_calloc(n, sizeof(*p->text));
	for (size_t i = 0; i < n; i++) {
		struct crm_q_words_at *w = &p->text[p->ntext];
		int slot = (int)i;
		w->weight = t ? t->fields[i].text_weight : 1;
		if (t && w->weight) {
			struct crm_str name = t->fields[i].name;
			size_t dot = crm_str_chr(name, '.');
			slot = crm_shape_slot(p->shape,
			    crm_str_sub(name, 0, dot));
			if (dot < name.n)
				w->rest = crm_str_sub(name, dot + 1, SIZE_MAX);
		}
		w->slot = (uint32_t)slot;
		p->ntext += slot >= 0 && w->weight > 0;
	}
}

bool
crm_q_present(struct crm_str val)
{
	if (val.n == 0 || val.p[0] == 'n')
		return false;
	return val.n != 2 || val.p[0] == '-' ||
	    (val.p[0] >= '0' && val.p[0] <= '9');
}

bool
crm_q_each(struct crm_str val, struct crm_str rest,
    bool (*fn)(void *arg, struct crm_str scalar), void *arg)
{
	struct crm_str key, v;
	if (val.n && val.p[0] == '[') {
		struct crm_json_iter it = crm_json_iter(val);
		while (crm_json_next(&it, &key, &v))
			if (crm_q_each(v, rest, fn, arg))
				return true;
		return false;
	}
	if (rest.n == 0) {
		if (val.n == 0 || val.p[0] != '{')
			return fn(arg, val);
		struct crm_json_iter it = crm_json_iter(val);
		while (crm_json_next(&it, &key, &v))
			if (crm_q_each(v, rest, fn, arg))
				return true;
		return false;
	}
	if (val.n == 0 || val.p[0] != '{')
		return false;
	/* a free key may hold dots itself: the whole first */
	if (crm_json_get(val, rest, &v))
		return crm_q_each(v, (struct crm_str){ NULL, 0 }, fn, arg);
	size_t dot = crm_str_chr(rest, '.');
	return dot < rest.n &&
	    crm_json_get(val, crm_str_sub(rest, 0, dot), &v) &&
	    crm_q_each(v, crm_str_sub(rest, dot + 1, SIZE_MAX), fn, arg);
}
