/* What belongs to people: everything that is read more than once is found by
 * reading every text of the store, for indexes know the present alone. */
#include "cli/erase_impl.h"

static struct crm_str
no_key(const uint64_t *no)
{
	return (struct crm_str){ (const char *)no, sizeof(*no) };
}

bool
crm_erase_has_no(const struct crm_map *m, uint64_t no)
{
	return crm_map_get(m, no_key(&no)) != NULL;
}

void
crm_erase_files(struct crm_map *files, struct crm_str attachments,
    uint32_t person)
{
	struct crm_json_iter it = crm_json_iter(attachments);
	struct crm_str key, one, hash;
	bool fresh;
	if (crm_json_kind(attachments) != '[')
		return;
	while (crm_json_next(&it, &key, &one))
		if (crm_json_get(one, CRM_STR("sha256"), &hash) &&
		    hash.n == 66) {
			struct crm_map_entry *e = crm_map_put(files,
			    crm_json_inner(hash), &fresh);
			if (fresh)
				e->v.u = person;
		}
}

bool
crm_erase_somebody(const struct crm_type *t)
{
	for (size_t i = 0; t && i < t->nfields; i++)
		if (t->fields[i].kind == CRM_K_EMAIL ||
		    t->fields[i].kind == CRM_K_DOMAIN)
			return true;
	return false;
}

static void
add_record(struct crm_erase_job *j, uint64_t no, uint32_t person)
{
	crm_map_put(&j->nos, no_key(&no), NULL)->v.u = person;
}

void
crm_erase_add(struct crm_erase_job *j, const struct crm_rec *r)
{
	if (crm_erase_has_no(&j->nos, r->no))
		return;
	add_record(j, r->no, (uint32_t)j->nperson);
	crm_grow(&j->person, &j->capperson, j->nperson + 1,
	    sizeof(*j->person));
	j->person[j->nperson++] = (struct crm_erase_person){
		.id = crm_arena_str(&j->mem, crm_rec_id(r)),
		.type = crm_arena_str(&j->mem, r->type ? r->type->name :
		    CRM_STR("")) };
}

static void
add_key(struct crm_erase_job *j, char kind, const struct crm_field *f,
    struct crm_str term)
{
	bool fresh;
	crm_buf_clear(&j->tmp);
	crm_buf_c(&j->tmp, kind);
	crm_buf_str(&j->tmp, term);
	crm_map_put(&j->seen, crm_buf_view(&j->tmp), &fresh);
	if (!kind || !fresh)
		return;
	crm_grow(&j->key, &j->capkey, j->nkey + 1, sizeof(*j->key));
	j->key[j->nkey++] = (struct crm_erase_key){ kind, f,
		crm_arena_str(&j->mem, term) };
}

/* Addresses of all times: an import may bring an old one. */
static void
add_keys(struct crm_erase_job *j, const struct crm_rec *r)
{
	if (!crm_suppress_person(r->type))
		return;
	add_key(j, 'i', NULL, crm_rec_id(r));
	j->keys.n = 0;
	crm_record_keys(r, 1u << CRM_KEY_UNIQUE | 1u << CRM_KEY_LOOKUP,
	    crm_buf_view(&j->s->ses.region), &j->keys);
	for (size_t i = 0; i < j->keys.n; i++)
		add_key(j, crm_suppress_kind(j->keys.k[i].field),
		    j->keys.k[i].field, j->keys.k[i].term);
}

/* -- people and links ------------------------------------------------------- */

static void
add_link(struct crm_erase_job *j, uint64_t no, uint32_t person)
{
	struct crm_map_entry *e = crm_map_put(&j->linked, no_key(&no), NULL);
	for (uint64_t i = e->v.u; i; i = j->link[i - 1].next)
		if (j->link[i - 1].person == person)
			return;
	crm_grow(&j->link, &j->caplink, j->nlink + 1, sizeof(*j->link));
	j->link[j->nlink++] = (struct crm_erase_who){ person,
		(uint32_t)e->v.u };
	e->v.u = j->nlink;
}

static void
add_here(struct crm_erase_job *j, uint32_t person)
{
	crm_map_put(&j->here, (struct crm_str){ (char *)&person,
	    sizeof(person) }, NULL);
	j->whose = person;
}

bool
crm_erase_here(struct crm_erase_job *j, const struct crm_rec *r)
{
	const struct crm_map_entry *e;
	struct crm_str rest = r->line;
	crm_map_clear(&j->here);
	while ((e = crm_idset_next(&j->ids, &rest)))
		add_here(j, (uint32_t)e->v.u);
	e = crm_map_get(&j->linked, no_key(&r->no));
	for (uint64_t i = e ? e->v.u : 0; i; i = j->link[i - 1].next)
		add_here(j, j->link[i - 1].person);
	return j->here.n > 0;
}

/* Does a field say that the record is part of what goes? Whose: *person. */
static bool
is_part(const struct crm_erase_job *j, const struct crm_rec *r,
    uint32_t *person)
{
	const struct crm_map_entry *e;
	struct crm_str val;
	for (size_t i = 0; r->type && i < r->type->nfields; i++) {
		const struct crm_field *f = &r->type->fields[i];
		if (!(f->flags & CRM_F_PART) ||
		    !crm_rec_get(r, f->name, &val) ||
		    !(e = crm_idset_next(&j->ids, &val)))
			continue;
		*person = (uint32_t)e->v.u;
		return true;
	}
	return false;
}

static void
look_own(struct crm_erase_job *j, const struct crm_rec *r, uint32_t person)
{
	struct crm_str val;
	if (crm_idset_add(&j->ids, crm_rec_id(r)))
		crm_map_get(&j->ids.map, crm_rec_id(r))->v.u = person;
	if (r->type && crm_suppress_person(r->type))
		crm_erase_words_of(&j->words, r, person);
	if (r->type)
		add_keys(j, r);
	if (crm_rec_get(r, CRM_STR("attachments"), &val))
		crm_erase_files(&j->files, val, person);
}

static bool
look(void *ctx, const struct crm_text *x)
{
	struct crm_erase_job *j = ctx;
	const struct crm_rec *r = x->rec;
	const struct crm_map_entry *e = crm_map_get(&j->nos, no_key(&r->no));
	struct crm_str rest = r->line;
	bool own = x->under == 0;
	uint32_t person;
	if (e) {
		look_own(j, r, (uint32_t)e->v.u);
		return true;
	}
	if (own && r->state == CRM_MERGED && (e = crm_map_get(&j->nos,
	    no_key(&r->into)))) {
		add_record(j, r->no, (uint32_t)e->v.u);
		return true;
	}
	e = own ? crm_idset_next(&j->ids, &rest) : NULL;
	if (!e)
		return true;
	person = (uint32_t)e->v.u;
	if (is_part(j, r, &person) || (j->e->cascade &&
	    r->state == CRM_LIVE)) {
		add_record(j, r->no, person);
		return true;
	}
	for (; e; e = crm_idset_next(&j->ids, &rest))
		add_link(j, r->no, (uint32_t)e->v.u);
	return true;
}

/* What others are called is no sure word. */
static bool
hold(void *ctx, const struct crm_text *x)
{
	struct crm_erase_job *j = ctx;
	if (x->under)
		return false;
	if (x->rec->state == CRM_LIVE && crm_erase_somebody(x->rec->type) &&
	    !crm_erase_has_no(&j->nos, x->rec->no))
		crm_erase_words_hold(&j->words, x->rec);
	return true;
}

/* Again and again while more is found: the last round knows all of it. */
enum crm_status
crm_erase_find(struct crm_erase_job *j, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	size_t had, ids;
	do {
		had = j->nos.n;
		ids = j->ids.map.n;
		crm_map_clear(&j->linked);
		j->nlink = 0;
		st = crm_txn_texts(j->s->t, look, j, err);
	} while (!st && (j->nos.n != had || j->ids.map.n != ids));
	return !st && j->words.n ? crm_txn_texts(j->s->t, hold, j, err) : st;
}
