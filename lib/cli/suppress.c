#include "cli/suppress.h"

#include <unistd.h>

#include "base/hash.h"
#include "model/norm_email.h"

#define SALT "suppress.salt"
#define HASH "suppress.hash."

enum { KEYS = 1u << CRM_KEY_UNIQUE | 1u << CRM_KEY_LOOKUP };

char
crm_suppress_kind(const struct crm_field *f)
{
	if (f->kind == CRM_K_EMAIL)
		return 'e';
	if (f->kind == CRM_K_PHONE)
		return 'p';
	return crm_str_is(f->name, "ext") ? 'x' : 0;
}

bool
crm_suppress_person(const struct crm_type *t)
{
	bool email = false, given = false;
	for (size_t i = 0; t && i < t->nfields; i++) {
		const struct crm_field *f = &t->fields[i];
		bool own = f->flags & CRM_F_PERSONAL;
		email = email || (own && f->kind == CRM_K_EMAIL);
		given = given || (own && f->match == CRM_M_GIVEN_NAME);
	}
	return email && given;
}

/* Name of the value that stands for a key. */
static void
name_of(const struct crm_suppress *p, char kind, struct crm_str term,
    char out[64])
{
	struct crm_buf b = { 0 };
	uint8_t hash[16];
	char hex[33];
	crm_buf_c(&b, kind);
	crm_buf_str(&b, term);
	crm_siphash128(p->salt, b.p, b.n, hash);
	crm_hex(hash, sizeof(hash), hex);
	snprintf(out, 64, HASH "%s", hex);
	crm_buf_release(&b);
}

static void
take(void *ctx, struct crm_str name, struct crm_str value)
{
	struct crm_suppress *p = ctx;
	if (crm_str_is(name, SALT) && value.n == sizeof(p->salt)) {
		memcpy(p->salt, value.p, value.n);
		p->salted = p->stored = true;
	} else if (crm_str_starts(name, CRM_STR(HASH))) {
		crm_grow(&p->since, &p->cap, p->n + 1, sizeof(*p->since));
		p->since[p->n++] = crm_arena_str(&p->mem, value);
		crm_map_put(&p->map, name, NULL)->v.u = p->n;
	}
}

enum crm_status
crm_suppress_load(struct crm_suppress *p, struct crm_store *s,
    struct crm_err *err)
{
	return crm_store_names(s, CRM_STR("suppress."), take, p, err);
}

void
crm_suppress_release(struct crm_suppress *p)
{
	crm_map_release(&p->map);
	crm_arena_release(&p->mem);
	crm_keyset_release(&p->keys);
	crm_keyset_release(&p->had);
	free(p->since);
	*p = (struct crm_suppress){ 0 };
}

static bool
knows(const struct crm_suppress *p, char kind, struct crm_str term,
    struct crm_str *since)
{
	char name[64];
	name_of(p, kind, term, name);
	struct crm_map_entry *e = crm_map_get(&p->map, crm_str_z(name));
	if (e)
		*since = p->since[e->v.u - 1];
	return e != NULL;
}

bool
crm_suppress_knows(const struct crm_suppress *p, char kind,
    struct crm_str term, struct crm_str *since)
{
	struct crm_buf box = { 0 };
	if (!p->n || !kind || !term.n)
		return false;
	bool known = knows(p, kind, term, since);
	if (!known && kind == 'e') {
		crm_email_mailbox(&box, term);
		known = knows(p, 'm', crm_buf_view(&box), since);
	}
	crm_buf_release(&box);
	return known;
}

static bool
had(const struct crm_keyset *had, const struct crm_keyent *k)
{
	for (size_t i = 0; i < had->n; i++)
		if (had->k[i].field == k->field &&
		    crm_str_eq(had->k[i].term, k->term))
			return true;
	return false;
}

bool
crm_suppress_has(struct crm_suppress *p, const struct crm_rec *r,
    const struct crm_rec *old, struct crm_str region,
    const struct crm_field **f, struct crm_str *since)
{
	if (!p->n || !crm_suppress_person(r->type))
		return false;
	*f = crm_type_field(r->type, CRM_STR("id"));
	if (!old && crm_suppress_knows(p, 'i', crm_rec_id(r), since))
		return true;
	p->keys.n = 0;
	p->had.n = 0;
	crm_record_keys(r, KEYS, region, &p->keys);
	if (old)
		crm_record_keys(old, KEYS, region, &p->had);
	for (size_t i = 0; i < p->keys.n; i++) {
		const struct crm_keyent *k = &p->keys.k[i];
		*f = k->field;
		if (crm_suppress_knows(p, crm_suppress_kind(k->field), k->term,
		    since) && !had(&p->had, k))
			return true;
	}
	return false;
}

static enum crm_status
add(struct crm_suppress *p, struct crm_txn *t, char kind, struct crm_str term,
    struct crm_str day, struct crm_err *err)
{
	char name[64];
	name_of(p, kind, term, name);
	return crm_txn_set(t, crm_str_z(name), day, err);
}

enum crm_status
crm_suppress_add(struct crm_suppress *p, struct crm_txn *t, char kind,
    struct crm_str term, struct crm_str day, struct crm_err *err)
{
	struct crm_buf box = { 0 };
	enum crm_status st = CRM_OK;
	if (!p->salted && getentropy(p->salt, sizeof(p->salt)) < 0)
		return crm_err_sys(err, "store.random", _("no random bytes"));
	p->salted = true;
	/* the transaction before may have been given up */
	if (!p->stored)
		st = crm_txn_set(t, CRM_STR(SALT), (struct crm_str){
		    (char *)p->salt, sizeof(p->salt) }, err);
	if (!st)
		st = add(p, t, kind, term, day, err);
	if (!st && kind == 'e') {
		crm_email_mailbox(&box, term);
		st = add(p, t, 'm', crm_buf_view(&box), day, err);
	}
	crm_buf_release(&box);
	return st;
}
