/* Resolving field paths for each type: stored fields, nested leaves, free
 * keys, references, records that point here, computed fields. */
#include "model/query_impl.h"

#include <assert.h>

static const struct {
	const char *name;
	uint8_t id, kind;
	const char *needs;	/* field that makes sense of it; NULL: all */
} computed[] = {
	{ "is", CRM_Q_IS, CRM_K_ENUM, NULL },
	{ "idle", CRM_Q_IDLE, CRM_K_DURATION, NULL },
	{ "stage_age", CRM_Q_STAGE_AGE, CRM_K_DURATION, "stages" },
	{ "stage_age", CRM_Q_STAGE_AGE, CRM_K_DURATION, "statuses" },
	{ "age", CRM_Q_AGE, CRM_K_DURATION, NULL },
	{ "next_birthday", CRM_Q_NEXT_BIRTHDAY, CRM_K_DATE, "birthday" },
	{ "next_anniversary", CRM_Q_NEXT_ANNIVERSARY, CRM_K_DATE, NULL },
	{ "reply_due", CRM_Q_REPLY_DUE, CRM_K_TIME, "first_reply" },
	{ "solve_due", CRM_Q_SOLVE_DUE, CRM_K_TIME, "solved" },
	{ "reply_sla", CRM_Q_REPLY_SLA, CRM_K_ENUM, "first_reply" },
	{ "solve_sla", CRM_Q_SOLVE_SLA, CRM_K_ENUM, "solved" },
	{ "reachable", CRM_Q_REACHABLE, CRM_K_TIME, "phones" },
	{ "rev", CRM_Q_REV, CRM_K_INT, NULL },
};

int
crm_q_computed_find(const struct crm_type *t, struct crm_str name)
{
	for (size_t i = 0; i < CRM_LEN(computed); i++)
		if (crm_str_is(name, computed[i].name) &&
		    (!computed[i].needs ||
		    crm_type_field(t, crm_str_z(computed[i].needs))))
			return computed[i].id;
	return -1;
}

enum crm_kind
crm_q_computed_kind(unsigned id)
{
	for (size_t i = 0; i < CRM_LEN(computed); i++)
		if (computed[i].id == id)
			return (enum crm_kind)computed[i].kind;
	return CRM_K_ANY;
}

const char *
crm_q_computed_name(size_t i)
{
	return i < CRM_LEN(computed) ? computed[i].name : NULL;
}

static struct crm_str
head_of(struct crm_str path, struct crm_str *rest)
{
	size_t dot = crm_str_chr(path, '.');
	*rest = crm_str_sub(path, dot + 1, SIZE_MAX);
	if (dot == path.n)
		rest->n = 0;
	return crm_str_sub(path, 0, dot);
}

/* Does some field of `from` name records of type t? */
static bool
points_to(const struct crm_type *from, const struct crm_type *t)
{
	for (size_t i = 0; i < from->nfields; i++) {
		const struct crm_field *f = &from->fields[i];
		if (f->kind != CRM_K_REF)
			continue;
		if (f->nrefs == 0)
			return true;
		for (size_t k = 0; k < f->nrefs; k++)
			if (f->refs[k] == t->no)
				return true;
	}
	return false;
}

/* A last step: what is wanted of it is compiled; false where its value can
 * never be that. */
static bool
finish(struct crm_q_build *b, const struct crm_q_want *want, unsigned kind,
    int calc, struct crm_q_step *s)
{
	if (!want)
		return true;
	s->test = crm_q_test_new(b, kind, s->field, calc, want);
	return s->test != NULL;
}

static bool
to_field(struct crm_q_build *b, const struct crm_field *f, struct crm_str rest,
    const struct crm_q_want *want, struct crm_q_step *s)
{
	struct crm_str below;
	s->where = CRM_Q_FIELD;
	s->field = f;
	s->top = head_of(f->name, &below);
	s->rest = below;
	if (rest.n) {		/* a free key of a map */
		s->rest = rest;
		s->field = NULL;
		return finish(b, want, CRM_K_ANY, -1, s);
	}
	return finish(b, want, f->kind, -1, s);
}

static bool
to_refs(struct crm_q_build *b, const struct crm_field *f, struct crm_str rest,
    const struct crm_q_want *want, unsigned hops, struct crm_q_step *s)
{
	const struct crm_type *types[64];
	size_t n = 0;
	struct crm_str below;
	for (size_t i = 0; i < f->nrefs && n < CRM_LEN(types); i++) {
		types[n] = crm_schema_type_no(b->ctx->schema, f->refs[i]);
		n += types[n] != NULL;
	}
	s->where = CRM_Q_REF;
	s->field = f;
	s->top = head_of(f->name, &below);
	s->rest = below;
	s->next = crm_q_path_new(b, types, n, rest, want, hops + 1);
	return s->next != NULL;
}

static bool
to_links(struct crm_q_build *b, const struct crm_type *t, struct crm_str head,
    struct crm_str rest, const struct crm_q_want *want, unsigned hops,
    struct crm_q_step *s)
{
	const struct crm_type *from = crm_schema_type(b->ctx->schema, head);
	if (!from || !points_to(from, t))
		return false;
	s->where = CRM_Q_LINKS;
	s->link = from;
	s->top = head;
	s->next = crm_q_path_new(b, &from, 1, rest.n ? rest : CRM_STR("id"),
	    want, hops + 1);
	return s->next != NULL;
}

/* Through the longest beginning of the path that is a field. */
static bool
through_field(struct crm_q_build *b, const struct crm_type *t,
    struct crm_str text, const struct crm_q_want *want, unsigned hops,
    struct crm_q_step *s)
{
	for (size_t i = text.n; i-- > 0;) {
		if (text.p[i] != '.')
			continue;
		const struct crm_field *f =
		    crm_type_field(t, crm_str_sub(text, 0, i));
		struct crm_str rest = crm_str_sub(text, i + 1, SIZE_MAX);
		if (!f)
			continue;
		if (f->kind == CRM_K_REF)
			return to_refs(b, f, rest, want, hops, s);
		if (f->kind == CRM_K_MAP || f->kind == CRM_K_ANY)
			return to_field(b, f, rest, want, s);
	}
	return false;
}

static bool
is_known(const struct crm_q_build *b, const struct crm_type *t,
    struct crm_str name)
{
	return b->ctx->known && b->ctx->known(b->ctx->known_ctx, t, name);
}

static bool
resolve(struct crm_q_build *b, const struct crm_type *t, struct crm_str text,
    const struct crm_q_want *want, unsigned hops, struct crm_q_step *s)
{
	struct crm_str none = { NULL, 0 }, rest, below;
	struct crm_str head = head_of(text, &rest);
	const struct crm_field *f = crm_type_field(t, text);
	int c = crm_q_computed_find(t, text);
	if (f && c < 0 && !(f->flags & CRM_F_COMPUTED)) {
		/* asked of the store only where it can make a difference */
		s->shadowed = want && !crm_str_eq(head, head_of(f->name,
		    &below)) && is_known(b, t, head);
		return to_field(b, f, none, want, s);
	}
	if (c >= 0) {
		s->where = CRM_Q_COMPUTED;
		s->computed = (uint8_t)c;
		return finish(b, want, crm_q_computed_kind((unsigned)c), c, s);
	}
	if (through_field(b, t, text, want, hops, s))
		return true;
	*s = (struct crm_q_step){ 0 };
	bool known = is_known(b, t, head);
	if (!known && to_links(b, t, head, rest, want, hops, s))
		return true;
	*s = (struct crm_q_step){ 0 };
	if (!known && !b->ctx->lines)
		return false;
	s->where = CRM_Q_FIELD;
	s->top = head;
	s->rest = rest;
	return finish(b, want, CRM_K_ANY, -1, s);
}

struct crm_q_path *
crm_q_path_new(struct crm_q_build *b, const struct crm_type *const *types,
    size_t n, struct crm_str text, const struct crm_q_want *want,
    unsigned hops)
{
	const struct crm_schema *s = b->ctx->schema;
	if (hops > CRM_Q_HOPS)
		return NULL;
	if (hops == 0)
		b->last = NULL;
	struct crm_q_path *p = crm_arena_zalloc(b->mem, sizeof(*p));
	p->text = crm_arena_str(b->mem, text);
	p->head = head_of(p->text, &p->any.rest);
	p->any.where = CRM_Q_FIELD;
	p->any.top = p->head;
	p->step = crm_arena_zalloc(b->mem, (s->ntypes + 1) * sizeof(*p->step));
	bool found = false;
	for (size_t i = 0; i < (n ? n : s->ntypes); i++) {
		size_t at = n ? (size_t)(types[i] - s->types) : i;
		assert(at < s->ntypes);
		if (resolve(b, &s->types[at], p->text, want, hops,
		    &p->step[at]))
			found = true;
		else
			p->step[at] = (struct crm_q_step){ 0 };
	}
	found = found || b->ctx->lines;
	/* a record may hold a member of this very name: read it loosely */
	if (found && !finish(b, want, CRM_K_ANY, -1, &p->any))
		p->any.where = CRM_Q_NOWHERE;
	if (!found)
		return NULL;
	crm_q_cache_add(b->cache, p);
	return p;
}
