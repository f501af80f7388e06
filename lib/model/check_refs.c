/* What one record has to do with others: references and shared keys. Over
 * lines all is remembered as 64-bit hashes (three million keys meet by chance
 * once in four million runs), over a store it is asked. */
#include "base/hash.h"
#include "model/check_impl.h"
#include "model/ref.h"

static const struct crm_str none;

static uint64_t
hash_of(uint32_t space, struct crm_str s)
{
	static const uint8_t key[16] = "crm-check seen";
	uint8_t k[16];
	memcpy(k, key, sizeof(k));
	memcpy(k, &space, sizeof(space));
	uint64_t h = crm_siphash(k, s.p, s.n);
	return h ? h : 1;
}

static void
grow(struct check_seen *s)
{
	struct check_seen old = *s;
	s->cap = old.cap ? old.cap * 2 : 1024;
	s->slot = crm_calloc(s->cap, sizeof(*s->slot));
	for (size_t i = 0; i < old.cap; i++) {
		size_t k = old.slot[i].hash & (s->cap - 1);
		if (!old.slot[i].hash)
			continue;
		while (s->slot[k].hash)
			k = (k + 1) & (s->cap - 1);
		s->slot[k] = old.slot[i];
	}
	free(old.slot);
}

/* The label the hash was seen with; what it is now is put in where it was not
 * seen (*fresh). */
static uint64_t
seen(struct check_seen *s, uint64_t hash, uint64_t label, bool *fresh)
{
	if ((s->n + 1) * 10 > s->cap * 7)
		grow(s);
	size_t k = hash & (s->cap - 1);
	while (s->slot[k].hash && s->slot[k].hash != hash)
		k = (k + 1) & (s->cap - 1);
	*fresh = s->slot[k].hash == 0;
	if (*fresh) {
		s->slot[k].hash = hash;
		s->slot[k].label = label;
		s->n++;
	}
	return s->slot[k].label;
}

static bool
find(const struct check_seen *s, uint64_t hash, uint64_t *label)
{
	if (s->cap == 0)
		return false;
	size_t k = hash & (s->cap - 1);
	while (s->slot[k].hash && s->slot[k].hash != hash)
		k = (k + 1) & (s->cap - 1);
	*label = s->slot[k].label;
	return s->slot[k].hash != 0;
}

/* Notes where the current record stands, once a record: its id, else its
 * line. */
static uint64_t
label_of(struct crm_check *c, uint64_t *label)
{
	struct crm_check_impl *m = c->impl;
	if (*label != UINT64_MAX)
		return *label;
	*label = m->labels.n;
	if (m->id.n)
		crm_buf_str(&m->labels, m->id);
	else
		crm_buf_printf(&m->labels, "%.*s:%" PRIu64,
		    CRM_FMT(m->at->source), m->at->line);
	crm_buf_c(&m->labels, '\0');
	return *label;
}

static void
check_id_seen(struct crm_check *c, uint64_t *label)
{
	struct crm_check_impl *m = c->impl;
	const struct crm_type *t = m->rec->type;
	bool fresh;
	if (m->id.n == 0)
		return;
	/* the label of an id is its type's number: references want it */
	seen(&m->ids, hash_of(0, m->id), t->no, &fresh);
	if (t->no < 512)
		m->types_seen[t->no / 64] |= UINT64_C(1) << t->no % 64;
	if (!fresh)
		check_tell(c, CRM_RULE_DUPLICATE_ID, CRM_STR("id"), none,
		    _("'id': used twice: '%.*s'"), CRM_FMT(m->id));
	(void)label;
}

static void
check_key(struct crm_check *c, const struct crm_keyent *k, uint64_t *label)
{
	struct crm_check_impl *m = c->impl;
	bool unique = k->what == CRM_KEY_UNIQUE, fresh;
	struct crm_str field = k->field->name;
	uint64_t first = seen(&m->seen, hash_of(k->index, k->term),
	    label_of(c, label), &fresh);
	if (m->table) {
		struct check_column *col = &m->table->column[
		    crm_field_pos(m->table->type, k->field)];
		col->values++;
		col->repeated += !fresh;
	}
	if (fresh || first == *label)
		return;
	check_tell(c, unique ? CRM_RULE_DUPLICATE_ID :
	    CRM_RULE_DUPLICATE_KEY, field, none,
	    _("'%.*s': '%.*s' also stands in %s"), CRM_FMT(field),
	    CRM_FMT(k->term), m->labels.p + first);
}

/* Two spellings in one record are one key; they stand close together. */
static bool
came_before(const struct crm_keyset *keys, size_t i)
{
	const struct crm_keyent *k = keys->k;
	for (size_t n = 1; n <= 16 && n <= i; n++)
		if (k[i - n].index == k[i].index &&
		    crm_str_eq(k[i - n].term, k[i].term))
			return true;
	return false;
}

void
check_keys(struct crm_check *c)
{
	struct crm_check_impl *m = c->impl;
	uint64_t label = UINT64_MAX;
	check_id_seen(c, &label);
	crm_record_keys(m->rec, 1u << CRM_KEY_UNIQUE | 1u << CRM_KEY_LOOKUP,
	    c->region, &m->keys);
	for (size_t i = 0; i < m->keys.n; i++)
		if (!came_before(&m->keys, i))
			check_key(c, &m->keys.k[i], &label);
}

static bool
points_to(const struct crm_field *f, uint64_t type)
{
	for (size_t i = 0; i < f->nrefs; i++)
		if (f->refs[i] == type)
			return true;
	return f->nrefs == 0;
}

static void
wrong_type(struct crm_check *c, struct crm_str path, struct crm_str id,
    uint64_t type)
{
	const struct crm_type *t = crm_schema_type_no(c->schema,
	    (unsigned)type);
	struct crm_str name = t ? t->name : CRM_STR("?");
	check_tell(c, CRM_RULE_REFERENCE_TYPE, path, none,
	    _("'%.*s': '%.*s' is of the type '%.*s'"), CRM_FMT(path),
	    CRM_FMT(id), CRM_FMT(name));
}

static void
dangling(struct crm_check *c, enum crm_rule r, struct crm_str path,
    struct crm_str id)
{
	check_tell(c, r, path, none, r == CRM_RULE_REFERENCE_DANGLING ?
	    _("'%.*s': no such record: '%.*s'") :
	    _("'%.*s': not in the input: '%.*s'"), CRM_FMT(path),
	    CRM_FMT(id));
}

/* Keeps a reference for the end; path is the schema's. */
static void
keep(struct crm_check *c, const struct crm_field *f, struct crm_str id,
    uint64_t hash)
{
	struct crm_check_impl *m = c->impl;
	crm_grow(&m->pending, &m->cappending, m->npending + 1,
	    sizeof(*m->pending));
	m->pending[m->npending++] = (struct check_pending){ .hash = hash,
		.place = m->places.n, .field = f->name, .f = f,
		.id = crm_arena_str(&m->mem, id) };
	crm_buf_add(&m->places, &m->at->line, sizeof(m->at->line));
	crm_buf_str(&m->places, m->at->source);
	crm_buf_c(&m->places, '\0');
	crm_buf_str(&m->places, m->id);
	crm_buf_c(&m->places, '\0');
}

void
check_ref(struct crm_check *c, const struct crm_field *f,
    struct crm_str path, struct crm_str id)
{
	struct crm_check_impl *m = c->impl;
	struct crm_ref ref;
	struct crm_rec other;
	uint64_t type, hash = hash_of(0, id);
	crm_ref_parse(c->schema, id, &ref);
	if (ref.by_key || !crm_id_valid(id))
		return;
	if (c->env) {
		if (!c->env->get(c->env->ctx, id, &other))
			dangling(c, CRM_RULE_REFERENCE_DANGLING, path, id);
		else if (other.type && !points_to(f, other.type->no))
			wrong_type(c, path, id, other.type->no);
	} else if (!find(&m->ids, hash, &type)) {
		keep(c, f, id, hash);
	} else if (!points_to(f, type)) {
		wrong_type(c, path, id, type);
	}
}

/* Does the input hold records of a type the field may point to? */
static bool
type_seen(const struct crm_check_impl *m, const struct crm_field *f)
{
	for (size_t i = 0; i < f->nrefs; i++)
		if (f->refs[i] < 512 && (m->types_seen[f->refs[i] / 64] >>
		    f->refs[i] % 64 & 1))
			return true;
	return f->nrefs == 0;
}

void
check_refs_end(struct crm_check *c)
{
	struct crm_check_impl *m = c->impl;
	for (size_t i = 0; i < m->npending; i++) {
		const struct check_pending *p = &m->pending[i];
		struct crm_check_at at;
		uint64_t type;
		const char *place = m->places.p + p->place;
		memcpy(&at.line, place, sizeof(at.line));
		at.source = crm_str_z(place + sizeof(at.line));
		m->at = &at;
		m->id = crm_str_z(at.source.p + at.source.n + 1);
		if (!find(&m->ids, p->hash, &type))
			dangling(c, type_seen(m, p->f) ?
			    CRM_RULE_REFERENCE_DANGLING :
			    CRM_RULE_REFERENCE_UNSEEN, p->field, p->id);
		else if (!points_to(p->f, type))
			wrong_type(c, p->field, p->id, type);
	}
}

void
check_refs_release(struct crm_check *c)
{
	free(c->impl->ids.slot);
	free(c->impl->seen.slot);
	free(c->impl->pending);
	crm_buf_release(&c->impl->labels);
	crm_buf_release(&c->impl->places);
}
